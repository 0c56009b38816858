"""The clients of the HTTP rows, in a process of their own: `python -m bench.load PLAN.json`.

Plain sockets and no HTTP library, so that it is the server that is measured. A plan names loops of
requests; `{number}` in a path is the ticket that the first request of the loop made. With a rate,
requests start at their appointed moments, and the wait of one that starts late counts.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any

Request = tuple[str, str, str]  # path, head of session, body


@dataclass(slots=True)
class Tally:
    seconds: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "Client":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def post(self, path: str, session: str, body: bytes) -> tuple[int, bytes]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{session}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = 0
        for line in answer.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        return status, await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


async def send(client: Client, tally: Tally, request: Request, number: str, since: float) -> str:
    path, session, body = request
    status, answer = await client.post(path.replace("{number}", number), session, body.encode())
    tally.seconds.append(time.perf_counter() - since)
    document: dict[str, Any] = json.loads(answer)
    if status >= 300:
        code = f"{path} {status} {document.get('code', '')}"
        tally.refused[code] = tally.refused.get(code, 0) + 1
    return str(document.get("number", ""))


async def closed_loop(plan: dict[str, Any], tally: Tally) -> None:
    """Each client does loop after loop, the next request as soon as the last is answered."""
    turns = count()
    until = time.perf_counter() + plan["seconds"]

    async def one(client: Client) -> None:
        while time.perf_counter() < until:
            number = ""
            turn = next(turns)
            if plan.get("once") and turn >= len(plan["loops"]):
                return
            for request in plan["loops"][turn % len(plan["loops"])]:
                if time.perf_counter() >= until:
                    return
                made = await send(client, tally, request, number, time.perf_counter())
                number = number or made

    clients = [await Client(plan["port"]).open() for _ in range(plan["clients"])]
    await asyncio.gather(*map(one, clients))
    for client in clients:
        client.close()


async def appointed(plan: dict[str, Any], tally: Tally) -> None:
    """Send the first request of each loop, so many a second, whatever became of those before."""
    free: asyncio.Queue[Client] = asyncio.Queue()
    clients = [await Client(plan["port"]).open() for _ in range(plan["clients"])]
    for client in clients:
        free.put_nowait(client)
    began = time.perf_counter()

    async def one(turn: int) -> None:
        at = began + turn / plan["rate"]
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        client = await free.get()
        await send(client, tally, plan["loops"][turn % len(plan["loops"])][0], "", at)
        free.put_nowait(client)

    turns = islice(count(), int(plan["rate"] * plan["seconds"]))
    await asyncio.gather(*map(one, turns))
    for client in clients:
        client.close()


def main(path: str) -> None:
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    tally = Tally()
    began = time.perf_counter()
    work = appointed(plan, tally) if plan.get("rate") else closed_loop(plan, tally)
    asyncio.run(work)
    took = time.perf_counter() - began
    tally.seconds.sort()
    p50, p95 = (tally.seconds[int(len(tally.seconds) * share)] for share in (0.5, 0.95))
    print(
        json.dumps(
            {
                "requests": len(tally.seconds),
                "seconds": took,
                "p50": p50,
                "p95": p95,
                "refused": tally.refused,
                "cpu": time.process_time(),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
