"""短信命令: what texts look like and cost, and a citizen's text for trial."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from sqlalchemy import select

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.correspondence.events import TextSettled
from notifications.inbound import MissedCall, ReceivedText
from notifications.intent import Template
from notifications.outbox import texts
from notifications.preview import PreviewedText, previews
from notifications.rendering import Renderer, Style
from notifications.segments import Tariff
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import history
from streams.processes.opening import Store, renderer
from streams.settings import Settings
from streams.texting.letterbox import Letterbox

app = typer.Typer(help="短信。 Texts.", no_args_is_help=True)

SIMULATED: Final = "simulated"
_PREVIEW_EXAMPLE: Final = "例 Example: bihuan texts preview --template answered"
_MISSED_EXAMPLE: Final = (
    "例 Example: bihuan texts simulate-missed-call --from 13812341234 --data data"
)
_SIMULATE_EXAMPLE: Final = (
    '例 Example: bihuan texts simulate-inbound "5" --from 13812341234 --data data'
)


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a text, and what the reply says."""

    settled: TextSettled
    reply: str


@app.command(epilog=_PREVIEW_EXAMPLE)
def preview(
    *,
    template: Annotated[str, typer.Option(help="短信种类 template; empty: all")] = "",
    language: Annotated[str, typer.Option(help="语言 language")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """预览：填入样例后的全文、条数、估价。 Every text, its length and price."""
    if template and template not in set(Template):
        refuse(
            "unknown-template",
            f"没有短信种类 {template}。可用：{', '.join(Template)}",
            f"There is no template {template}.",
            as_json=as_json,
        )
    settings = Settings()
    directories = (settings.text_catalogues,) if settings.text_catalogues else ()
    style = Style(
        signature=settings.text_signature, link=settings.public_url, directories=directories
    )
    tariff = Tariff(settings.text_price)
    found = list(previews(Renderer(style, str), tariff, language, template))
    if as_json:
        print_json({"texts": [_described(one, tariff) for one in found]})
        return
    console = Console(soft_wrap=True)
    for one in found:
        head = (
            f"{one.template}  {one.length.encoding} {one.length.units} → {one.length.segments} 条"
        )
        console.print(f"[bold]{head}  {one.price} {tariff.currency}[/bold]")
        console.print(one.body, markup=False)


@app.command(name="simulate-inbound", epilog=_SIMULATE_EXAMPLE)
def simulate_inbound(
    words: Annotated[str, typer.Argument(help="来信内容 what the citizen writes")],
    *,
    sender: Annotated[str, typer.Option("--from", help="来信号码 the citizen's number")],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """演示来信：看系统如何理解和回复。 Write as a citizen, see what is made of it."""
    house = open_house(data, create=False, as_json=as_json)
    if house.settings.twilio_account_sid:
        refuse(
            "not-simulated",
            "当前配置了真实短信通道，不能演示来信。",
            "A real provider is set; a made-up text is not taken in.",
            as_json=as_json,
        )
    text = ReceivedText(
        provider=SIMULATED, text_id=secrets.token_hex(12), phone=sender, words=words
    )
    letterbox = Letterbox(house.engine, house.vault, lambda one: _commit(house, one), _now)
    receipt = letterbox.receive(text)
    if receipt.status is not ReceiptStatus.DONE:
        refuse(
            receipt.refusal.code if receipt.refusal else "defect",
            "来信没有被接收，详见死信。",
            "The text was not taken in; see the dead letters.",
            as_json=as_json,
        )
    made = _made(house, receipt.stream, text.text_id)
    settled = made.settled
    if as_json:
        said = {"reading": settled.reading, "about": settled.about, "reply": made.reply}
        print_json(said)
        return
    console = Console(soft_wrap=True)
    console.print(f"理解 reading: {settled.reading}  {settled.about}", markup=False)
    console.print(f"回复 reply: {made.reply or '—'}", markup=False)


@app.command(name="simulate-missed-call", epilog=_MISSED_EXAMPLE)
def simulate_missed_call(
    *,
    sender: Annotated[str, typer.Option("--from", help="来电号码 the citizen's number")],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """演示漏接：生成回拨任务和告知短信。 A call that nobody took: a task and a text follow."""
    house = open_house(data, create=False, as_json=as_json)
    letterbox = Letterbox(house.engine, house.vault, lambda one: _commit(house, one), _now)
    call = MissedCall(provider=SIMULATED, call_id=secrets.token_hex(12), phone=sender)
    receipt = letterbox.miss(call)
    if as_json:
        print_json({"stream": receipt.stream, "status": receipt.status.value})
    else:
        Console().print(f"{receipt.status.value}: {receipt.stream}", markup=False)


def _made(house: Store, stream: str, text_id: str) -> _Made:
    with reading(house.engine) as connection:
        lines = history(connection, stream)
        (settled,) = (
            line
            for line in lines
            if isinstance(line.fact.event, TextSettled) and line.fact.event.text_id == text_id
        )
        rows = connection.execute(
            select(texts).where(texts.c.stream == stream).order_by(texts.c.created_at.desc())
        ).all()
    event: Any = settled.fact.event
    wanted = f"reply_{event.reading}"
    row = next((one for one in rows if one.template == wanted), None) if event.replied else None
    if row is None:
        return _Made(event, "")
    return _Made(event, renderer(house).body(row.intent_id, wanted, row.language, row.data))


def _commit(house: Store, envelope: Envelope) -> Receipt:
    (receipt,) = commit_batch(
        house.engine, [envelope], house.contexts.current(), house.wiring, _now()
    )
    return receipt


def _described(one: PreviewedText, tariff: Tariff) -> dict[str, object]:
    return {
        "template": one.template,
        "language": one.language,
        "body": one.body,
        "encoding": one.length.encoding.value,
        "units": one.length.units,
        "segments": one.length.segments,
        "price": str(one.price),
        "currency": tariff.currency,
    }


def _now() -> datetime:
    return datetime.now(UTC)
