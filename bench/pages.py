"""Every page of every role among a million tickets: what the server takes to answer.

The real process is asked as a browser asks it. Pages are those of the menu, with the first of the
tickets that each list shows; each is asked several times, and its own slowest answer but a few is
what counts: one slow page is not made good by a hundred quick ones.
"""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.pages.menu import GROUPS
from bench.filling import Say, filled
from bench.serving import served
from bench.table import Measured, Target
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from streams.city.organisation import DEMONSTRATION_STAFF
from streams.processes.opening import Store

PAGE: Final = Target(200, "ms", at_most=True)
TURNS: Final = 5
SHOWN: Final = 8
_PASSWORD: Final = "bench-password-only"  # noqa: S105 - of accounts in a store made up for this
_NOT_PAGES: Final = frozenset({Role.PEER_SYSTEM, Role.CALLER, Role.EVALUATOR})
_TICKET: Final = re.compile(r'href="(/tickets/\d{22}[^"]*)"')
_ANSWERED: Final = 200


def pages(folder: Path, count: int, runs: int, say: Say) -> Iterator[Measured]:
    """Walk through every page of the menu as somebody of every role who may open it."""
    store = filled(folder, count, say)
    persons = _accounts(store)
    store.engine.dispose()
    with served(folder) as server:
        yield _walked(server.port, persons, f"{count:,} tickets, SQLite", runs, say)


def _accounts(store: Store) -> dict[Role, str]:
    """Let one member of staff of each role log in."""
    known = {member.username for member in store.accounts.staff()}
    persons: dict[Role, str] = {}
    for person, department, role in DEMONSTRATION_STAFF:
        if role in persons or role in _NOT_PAGES:
            continue
        username = f"bench-{role.value}"
        persons[role] = username
        if username not in known:
            member = StaffMember(
                person=person,
                display_name=person,
                roles=(role,),
                department=department,
                username=username,
            )
            store.accounts.add_staff(member, _PASSWORD)
    return persons


def _walked(port: int, persons: dict[Role, str], where: str, runs: int, say: Say) -> Measured:
    taken: dict[str, list[float]] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    for role, username in persons.items():
        head = _logged_in(connection, username)
        ticket = ""
        for path in _paths(role):
            body, _ = _asked(connection, path, head)  # the files are where a running house has them
            found = _TICKET.search(body)
            ticket = ticket or (found[1] if found else "")
            taken[f"{role.value} {path}"] = [
                _asked(connection, path, head)[1] for _ in range(TURNS * runs)
            ]
        if ticket:
            key = f"{role.value} /tickets/{{number}}"
            taken[key] = [_asked(connection, ticket, head)[1] for _ in range(TURNS * runs)]
        say(f"{role.value}: slowest {max(_p95(taken[one]) for one in taken):.0f} ms so far")
    slowest = sorted(taken, key=lambda one: -_p95(taken[one]))[:SHOWN]
    told = ", ".join(f"{one} {_p95(taken[one]):.0f}" for one in slowest)
    missed = sum(_p95(one) > PAGE.value for one in taken.values())
    work = f"slowest page of {len(taken)}, p95 of its answers, {where}"
    detail = f"{missed} pages over {PAGE.value:.0f} ms; slowest: {told}"
    return Measured("pages", work, PAGE, (_p95(taken[slowest[0]]),), detail)


def _paths(role: Role) -> list[str]:
    return [
        item.path
        for _, items in GROUPS
        for item in items
        if item.roles is None or role in item.roles
    ]


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _asked(
    connection: http.client.HTTPConnection, path: str, head: dict[str, str]
) -> tuple[str, float]:
    """Give the page and the milliseconds until all of it was there."""
    began = time.perf_counter()
    connection.request("GET", path, headers=head)
    answer = connection.getresponse()
    body = answer.read().decode()
    taken = 1000 * (time.perf_counter() - began)
    if answer.status != _ANSWERED:
        raise RuntimeError(f"{path} answered {answer.status}")
    return body, taken


def _logged_in(connection: http.client.HTTPConnection, username: str) -> dict[str, str]:
    body = json.dumps({"username": username, "password": _PASSWORD})
    connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return {"Cookie": str(answer.getheader("set-cookie")).partition(";")[0]}
