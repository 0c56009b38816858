"""来电命令: a call for trial, which goes the way of a real one."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.envelope import Envelope
from handlers.receipt import Receipt
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallStage
from streams.batches.commit import commit_batch
from streams.city.tables import organisation_table
from streams.feed.subscriptions import READ_MODELS, feed
from streams.processes.opening import Store
from streams.processes.telephone import switchboard
from streams.voice.simulated_phone import CallScript, SimulatedPhone
from streams.voice.switchboard import Asked, Switchboard

app = typer.Typer(help="来电。 Calls.", no_args_is_help=True)

GIVES_UP_SECONDS: Final = 5.0
_EXAMPLE: Final = (
    "例 Example: bihuan call simulate --from 13812341234 --rating 5 --wait --data data"
)


@app.callback()
def calls() -> None:
    """来电：演示。 Calls for trial."""


@app.command(epilog=_EXAMPLE)
def simulate(
    *,
    sender: Annotated[str, typer.Option("--from", help="来电号码 the citizen's number")],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    wait: Annotated[
        bool, typer.Option("--wait", help="等到话务员接听 until an operator takes it")
    ] = False,
    seconds: Annotated[float, typer.Option(help="最多等多少秒 seconds of patience", min=0)] = 300.0,
    rating: Annotated[str, typer.Option(help="评价按键，如 5 keys for the rating")] = "",
    reason: Annotated[str, typer.Option(help="差评原因按键 keys for the reason")] = "",
    language: Annotated[str, typer.Option(help="语言按键，2 为英语 key for the language")] = "",
    talk: Annotated[
        float, typer.Option(help="通话多少秒后来电人挂机，0 为等话务员结束 seconds of talk", min=0)
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """演示来电：响铃、排队、接听、按键评价，与真实来电走同一条路。 Call as a citizen would."""
    house = open_house(data, create=False, as_json=as_json)
    if house.settings.twilio_account_sid:
        refuse(
            "not-simulated",
            "当前配置了真实电话通道，不能演示来电。",
            "A real provider is set; a made-up call is not taken in.",
            as_json=as_json,
        )
    table = organisation_table()
    board = switchboard(
        house,
        lambda one: _commit(house, one),
        _now,
        region=str(table["region"]),
        city=str(table["name"]),
    )
    script = CallScript(
        sender=sender,
        language=language,
        rating=tuple(rating),
        reason=tuple(reason),
        patience_seconds=seconds if wait else min(seconds, GIVES_UP_SECONDS),
        talk_seconds=talk or None,
    )
    call_id = f"CA{secrets.token_hex(16)}"
    phone = SimulatedPhone(
        call_id,
        script,
        lambda step, form, query: board.answer(Asked(step, form, query)),
        is_talking=lambda: _call(board, call_id).stage is CallStage.TALKING,
        clock=_now,
        sleep=sleep,
    )
    phone.call()
    feed(house.engine, READ_MODELS)
    call = _call(board, call_id)
    if as_json:
        said = {"outcome": call.outcome.value, "operator": call.operator, "level": call.level}
        print_json({"call": call_id, "waited_seconds": call.waited_seconds, **said})
        return
    console = Console(soft_wrap=True)
    for words in phone.heard:
        console.print(f"听到 heard: {words}", markup=False)
    console.print(f"结果 outcome: {call.outcome.value}  {call.operator}", markup=False)


def _call(board: Switchboard, call_id: str) -> Call:
    call = board.call(call_id)
    if call is None:
        raise RuntimeError(f"the call was not taken in: {call_id}")
    return call


def _commit(house: Store, envelope: Envelope) -> Receipt:
    (receipt,) = commit_batch(
        house.engine, [envelope], house.contexts.current(), house.wiring, _now()
    )
    return receipt


def _now() -> datetime:
    return datetime.now(UTC)
