"""死信命令: what could not be handled, why, and sending it again."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from streams.database.engine import forget_traces, reading, writing
from streams.intake.resending import resend as send_again
from streams.letters import dead_letters
from streams.messages.wire import UnreadableError, decode_envelope
from streams.processes.opening import embedded_runtime

app = typer.Typer(help="死信。 Dead letters.", no_args_is_help=True)

STILL_DEAD: Final = 1
_LIST_EXAMPLE: Final = "例 Example: bihuan dead-letters list --data data"
_SHOW_EXAMPLE: Final = "例 Example: bihuan dead-letters show LETTER --data data"
_DISCARD_EXAMPLE: Final = "例 Example: bihuan dead-letters discard LETTER --data data"
_RESEND_EXAMPLE: Final = "例 Example: bihuan dead-letters resend LETTER --data data"


@app.command(name="list", epilog=_LIST_EXAMPLE)
def list_(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """列出：来源、原因、时间；内容可能含个人信息，不显示。 List what waits, without contents."""
    house = open_house(data, create=False, as_json=as_json)
    with reading(house.engine) as connection:
        letters = dead_letters.unresolved(connection, house.vault)
    rows = [_described(letter) for letter in letters]
    if as_json:
        print_json({"dead_letters": rows})
        return
    table = Table("编号 id", "原因 reason", "首次 first seen", "重发 resends")
    for row in rows:
        values = (row["id"], row["reason"], row["first_seen_at"], row["resends"])
        table.add_row(*map(str, values))
    Console().print(table)


@app.command(epilog=_SHOW_EXAMPLE)
def show(
    letter: Annotated[str, typer.Argument(help="编号 id, as listed")],
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """查看一封：何种命令、发往何处、结果如何；内容不显示。 Show one, without its contents."""
    house = open_house(data, create=False, as_json=as_json)
    with reading(house.engine) as connection:
        found = dead_letters.find(connection, house.vault, letter)
    if found is None:
        _unknown(letter, as_json=as_json)
    document = {**_described(found), "command": "", "stream": "", "resolved_by": found.resolved_by}
    with suppress(UnreadableError):
        envelope = decode_envelope(found.data)
        document |= {"command": type(envelope.command).__name__, "stream": envelope.stream}
    if as_json:
        print_json(document)
    else:
        Console().print(document)


def _described(letter: dead_letters.DeadLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "source": letter.source,
        "reason": letter.reason,
        "bytes": len(letter.data),
        "first_seen_at": letter.first_seen_at.isoformat(),
        "resends": letter.resends_count,
    }


def _unknown(letter: str, *, as_json: bool) -> NoReturn:
    refuse(
        "letter-unknown",
        f"没有待处理的死信 {letter}，请用 bihuan dead-letters list 查看。",
        f"No dead letter {letter} waits. See bihuan dead-letters list.",
        as_json=as_json,
    )


@app.command(epilog=_RESEND_EXAMPLE)
def resend(
    letter: Annotated[str, typer.Argument(help="编号 id, as listed")],
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """重发：原样再处理一次；仍然失败时退出码为 1，原件保留。 Hand one in once more."""
    house = open_house(data, create=False, as_json=as_json)
    runtime = embedded_runtime(house, lambda: datetime.now(SHANGHAI))
    runtime.contexts.refreshed()
    receipt = send_again(
        house.engine,
        house.vault,
        lambda envelope: runtime.run([envelope])[0],
        letter,
        datetime.now(SHANGHAI),
    ).receipt
    if receipt is None:
        refuse(
            "letter-unknown",
            f"没有可重发的死信 {letter}，请用 bihuan dead-letters list 查看；无法解析的须重报。",
            f"No dead letter {letter} can be sent again. See bihuan dead-letters list; what cannot "
            "be read must be submitted anew by its source.",
            as_json=as_json,
        )
    document = {
        "status": receipt.status.value,
        "stream": receipt.stream,
        "refusal": receipt.refusal.code if receipt.refusal else None,
    }
    if as_json:
        print_json(document)
    else:
        Console().print(document)
    if receipt.status is ReceiptStatus.DEAD:
        raise typer.Exit(STILL_DEAD)


@app.command(epilog=_DISCARD_EXAMPLE)
def discard(
    letter: Annotated[str, typer.Argument(help="编号 id, as listed")],
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """销毁：内容不再保留，只留原因；由人决定，不可恢复。 Let one go for ever."""
    house = open_house(data, create=False, as_json=as_json)
    with writing(house.engine) as connection:
        gone = dead_letters.discard(connection, house.vault, letter)
    forget_traces(house.engine)
    if not gone:
        _unknown(letter, as_json=as_json)
    document = {"letter": letter, "discarded": True}
    if as_json:
        print_json(document)
    else:
        Console().print(document)
