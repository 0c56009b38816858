"""导入命令: tickets of an older system, from a table of any column names, each row once."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.house import found_city, has_store, open_house
from cli.progress import shown
from cli.report import print_json, refuse
from cli.tabular import Row, RowProblem, read_table
from handlers.envelope import Envelope, Personal
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor, Role
from hotline.people.masking import mask
from hotline.routing.commands import Category
from hotline.routing.state import Catalogue
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from streams.batches.commit import commit_batch
from streams.city.catalogue import categories
from streams.city.tables import organisation_table
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, feed
from streams.log.store import records
from streams.people.phone import e164
from streams.processes.opening import Store

app = typer.Typer(help="导入工单。 Import tickets.")

_EXAMPLE: Final = (
    "例 Example: bihuan import old.csv --data data --map title=标题 --map text=内容 "
    "--map submitted_at=受理时间 --dry-run"
)
_BATCH: Final = 200
_TEXT_CHARACTERS_MAX: Final = 20_000
PARTLY: Final = 1
"""Exit code when some rows could not be taken; the others were."""

_KNOWN: Final = {
    "id": ("id", "message_id", "工单编号", "编号"),
    "title": ("title", "subject", "标题", "主题"),
    "text": ("text", "body", "内容", "诉求内容"),
    "submitted_at": ("submitted_at", "受理时间", "来电时间", "登记时间"),
    "name": ("name", "姓名", "诉求人"),
    "phone": ("phone", "电话", "来电号码", "联系电话"),
    "address": ("address", "地址"),
    "type": ("type", "诉求类型", "类型"),
    "category": ("category", "分类", "诉求分类"),
    "region": ("region", "区划"),
}
"""Fields of ours and the column names under which they are looked for, in this order."""

_REQUIRED: Final = ("id", "title", "submitted_at")
_TYPES: Final = {
    "咨询": TicketType.CONSULT,
    "求助": TicketType.HELP,
    "投诉": TicketType.COMPLAINT,
    "举报": TicketType.REPORT,
    "建议": TicketType.SUGGEST,
    "表扬": TicketType.PRAISE,
    "其他": TicketType.OTHER,
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns rows into envelopes by a mapping of our fields to columns of the file."""

    columns: dict[str, str]
    categories: dict[str, str]  # name or code -> code
    region: str
    source: str
    now: datetime

    def envelope(self, row: Row) -> Envelope | RowProblem:
        said = {ours: row.fields.get(column, "") for ours, column in self.columns.items()}
        if empty := [name for name in _REQUIRED if not said.get(name)]:
            return RowProblem(row.line, "field-empty", ", ".join(self.columns[e] for e in empty))
        text = said.get("text", "")
        if len(text) + len(said["title"]) > _TEXT_CHARACTERS_MAX:
            return RowProblem(
                row.line, "body-too-large", f"at most {_TEXT_CHARACTERS_MAX} characters"
            )
        at = self._time(said["submitted_at"])
        if at is None:
            return RowProblem(row.line, "time-malformed", "write 2026-02-13 16:40 or ISO 8601")
        if at > self.now:
            return RowProblem(row.line, "date-in-the-future", "check the time of receipt")
        type_ = self._type(said.get("type", ""))
        if type_ is None:
            return RowProblem(row.line, "type-unknown", f"one of {' '.join(_TYPES)}")
        category = self._category(said.get("category", ""))
        if category is None:
            return RowProblem(row.line, "category-unknown", "use a code or name of the catalogue")
        phone = said.get("phone", "")
        if phone and not e164(phone):
            return RowProblem(row.line, "phone-malformed", "check the number, or leave it empty")
        return self._envelope(said, at, type_, category)

    def _envelope(
        self, said: dict[str, str], at: datetime, type_: TicketType, category: str
    ) -> Envelope:
        title, text = said["title"], said.get("text", "")
        identity = hashlib.sha256(f"{self.source}\n{said['id']}".encode()).hexdigest()
        known = [said[name] for name in ("name", "address") if said.get(name)]
        phone, name = said.get("phone", ""), said.get("name", "")
        citizen = ""
        if phone or name:
            person = hashlib.sha256(f"{phone}\n{name}".encode()).hexdigest()
            citizen = f"imported-{person[:24]}"
        narrative = f"imported-{identity[:24]}"
        personal = Personal(
            citizen=citizen,
            name=name,
            phone=e164(phone) or "",
            address=said.get("address", ""),
            narrative=narrative,
            title=title,
            body=text,
        )
        return Envelope(
            message_id=f"import:{identity}",
            stream="",
            command=RegisterTicket(
                type=type_,
                channel=Channel.TRANSFER,
                region=said.get("region") or self.region,
                title=mask(title, known=known),
                summary=mask(text, known=known),
                caller=citizen,
                narrative=narrative if citizen else "",
                category=category,
                external_id=said["id"],
            ),
            actor=Actor("import", Role.PEER_SYSTEM),
            at=at,
            personal=(personal,) if citizen else (),
        )

    def _time(self, text: str) -> datetime | None:
        try:
            at = datetime.fromisoformat(text.replace("/", "-"))
        except ValueError:
            return None
        return at.astimezone(SHANGHAI) if at.tzinfo else at.replace(tzinfo=SHANGHAI)

    def _type(self, text: str) -> TicketType | None:
        if not text:
            return TicketType.COMPLAINT
        return _TYPES.get(text) or (TicketType(text) if text in set(TicketType) else None)

    def _category(self, text: str) -> str | None:
        return self.categories.get(text) if text else ""


@app.command(name="import", epilog=_EXAMPLE)
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 文件 file, UTF-8 or GB18030")],
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="字段=列名 field=column, repeatable")
    ] = None,
    source: Annotated[str, typer.Option(help="来源系统名 name of the older system")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查 check, store nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """导入：逐行检查并登记；同一来源的同一编号只登记一次，可重复执行。 Import, each row once."""
    table = read_table(file, ())
    if not table.rows:
        first = (table.problems or [RowProblem(0, "no-rows", "the file is empty")])[0]
        refuse(first.code, f"{file}：{first.detail}", f"{file}: {first.detail}", as_json=as_json)
    columns = _columns(table.columns, mapping or [], as_json=as_json)
    now = datetime.now(SHANGHAI)
    # A rehearsal leaves everything as it is: it founds no city and makes no store.
    house = (
        None if dry_run and not has_store(data) else open_house(data, create=True, as_json=as_json)
    )
    if house is not None and not dry_run:
        found_city(house, now)
    known = _by_name(categories() if house is None else _published(house) or categories())
    reader = _Reader(columns, known, _region(), source or file.name, now)
    problems, envelopes, lines = list(table.problems), [], []
    for row in table.rows:
        made = reader.envelope(row)
        if isinstance(made, RowProblem):
            problems.append(made)
        else:
            envelopes.append(made)
            lines.append(row.line)
    stored = repeated = 0
    if house is not None and not dry_run:
        stored, repeated = _store(house, envelopes, lines, problems)
    document = {
        "rows": len(table.rows) + len(table.problems),
        "acceptable": len(envelopes),
        "stored": stored,
        "repeated": repeated,
        "rejected": [asdict(problem) for problem in sorted(problems, key=lambda one: one.row)],
        "dry_run": dry_run,
    }
    _show(document, problems, as_json=as_json)
    if problems:
        raise typer.Exit(PARTLY)


def _store(
    house: Store, envelopes: list[Envelope], lines: list[int], problems: list[RowProblem]
) -> tuple[int, int]:
    stored = repeated = 0
    with shown("导入 importing", len(envelopes)) as progress:
        for start in range(0, len(envelopes), _BATCH):
            part = envelopes[start : start + _BATCH]
            context = house.contexts.current()
            receipts = commit_batch(
                house.engine, part, context, house.wiring, datetime.now(SHANGHAI)
            )
            for line, receipt in zip(lines[start:], receipts, strict=False):
                if receipt.status is not ReceiptStatus.DONE:
                    code = receipt.refusal.code if receipt.refusal else receipt.status.value
                    problems.append(RowProblem(line, code, "refused by the rules"))
                elif receipt.repeated:
                    repeated += 1
                else:
                    stored += 1
            progress(start + len(part))
    feed(house.engine, READ_MODELS)
    return stored, repeated


def _columns(present: tuple[str, ...], mapping: list[str], *, as_json: bool) -> dict[str, str]:
    columns = {
        ours: name
        for ours, names in _KNOWN.items()
        if (name := next((one for one in names if one in present), None))
    }
    for pair in mapping:
        ours, _, column = pair.partition("=")
        if ours not in _KNOWN or column not in present:
            refuse(
                "mapping-unknown",
                f"--map {pair}：字段应为 {' '.join(_KNOWN)} 之一，列名应在文件首行。",
                f"--map {pair}: the field is one of {' '.join(_KNOWN)}, the column of the file.",
                as_json=as_json,
            )
        columns[ours] = column
    if missing := [name for name in _REQUIRED if name not in columns]:
        refuse(
            "columns-missing",
            f"文件缺少字段 {'、'.join(missing)}，请用 --map 字段=列名 指明。",
            f"The file lacks {', '.join(missing)}; name the column with --map field=column.",
            as_json=as_json,
        )
    return columns


def _published(house: Store) -> tuple[Category, ...]:
    with reading(house.engine) as connection:
        found = records(connection, ["catalogue/"], house.wiring).get("catalogue/")
    return found.state.categories if found and isinstance(found.state, Catalogue) else ()


def _by_name(table: tuple[Category, ...]) -> dict[str, str]:
    names = {category.name: category.code for category in reversed(table)}
    return names | {category.code: category.code for category in table}


def _region() -> str:
    return str(organisation_table()["region"])


def _show(document: dict[str, object], problems: list[RowProblem], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    console = Console()
    if problems:
        table = Table("行 row", "代码 code", "说明 detail")
        for problem in problems:
            table.add_row(str(problem.row), problem.code, problem.detail)
        console.print(table)
    counts = {key: value for key, value in document.items() if key != "rejected"}
    console.print(json.dumps(counts, ensure_ascii=False), markup=False)
