"""A ticket list of any size for measuring: rows as three years of a prefecture would leave them.

Written past the log, straight into the tables: only the reading of lists is measured on it.
"""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine

from hotline.clocks.calendar import SHANGHAI
from hotline.tickets.vocabulary import Channel, Kind, Light, Stage, TicketType
from projections.create import create_tables
from projections.schema import micros
from projections.search.index import save_words
from projections.tickets import rows
from projections.tickets.folds.marks import CLOSED_STAGES
from projections.tickets.keys import ticket_id
from projections.tickets.line import TicketLine

LAST_DAY: Final = date(2026, 11, 20)
DAYS: Final = 1095
_HOUR: Final = 3_600_000_000
_PAGE: Final = 20_000
_OPEN_DAYS: Final = 20
_SYLLABLES: Final = (
    "安宝滨昌城春东丰福富港光广贵桂国海汉和恒红华怀吉嘉建江金锦京景龙绿梅美明南宁平青庆仁荣瑞山盛"
)
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡"
_ESTATES: Final = ("小区", "花园", "家园", "公寓", "新村", "大厦", "苑", "府")
_TROUBLES: Final = (
    "停水", "停电", "噪音扰民", "拖欠工资", "路灯不亮", "物业收费不合理", "公交改线",
    "垃圾清运不及时", "井盖破损", "违章搭建", "油烟污染", "学区划分", "医保报销", "社保转移",
    "不动产登记", "电梯故障",
    "下水道堵塞", "占道经营", "车辆乱停放", "燃气安装", "暖气不热", "商品房延期交付", "退费难",
    "培训机构关门", "农民工讨薪", "道路破损", "绿化毁坏", "河道污染", "信号灯配时", "快递丢失",
    "网购纠纷", "公积金提取", "户口迁移", "低保申请", "残疾证办理", "疫苗预约", "高龄补贴",
    "广场舞扰民", "夜间施工", "黑臭水体",
)  # fmt: skip
_ASKS: Final = ("多次反映未解决", "希望尽快处理并回复", "要求核实并给予书面答复", "影响正常生活",
                "已持续三天", "咨询办理流程和所需材料", "请相关部门上门查看")  # fmt: skip
DEPARTMENTS: Final = tuple(f"department-{n:02}" for n in range(1, 61))
RARE_STAGE: Final = Stage.IN_ADJUDICATION.value
_RUNNING: Final = (
    (Stage.AWAITING_PRECHECK, 3), (Stage.AWAITING_ASSIGNMENT, 3),
    (Stage.AWAITING_ACKNOWLEDGEMENT, 10), (Stage.IN_HANDLING, 55), (Stage.AWAITING_REVIEW, 6),
    (Stage.AWAITING_REVISIT, 15), (Stage.IN_TRIAGE, 4), (Stage.SUSPENDED, 3),
    (Stage.IN_ADJUDICATION, 1),
)  # fmt: skip
_ENDED: Final = ((Stage.ARCHIVED, 88), (Stage.DIRECTLY_ANSWERED, 2), (Stage.MERGED, 4),
                 (Stage.CLOSED, 6))  # fmt: skip
_TYPES: Final = (
    (TicketType.CONSULT, 35), (TicketType.HELP, 30), (TicketType.COMPLAINT, 25),
    (TicketType.REPORT, 4), (TicketType.SUGGEST, 4), (TicketType.PRAISE, 2),
)  # fmt: skip
_KINDS: Final = ((Kind.HOTLINE, 96), (Kind.MATTER, 2), (Kind.POOR_EVALUATION, 2))
_CHANNELS: Final = ((Channel.PHONE, 70), (Channel.WEB, 12), (Channel.WECHAT, 18))
_LIGHTS: Final = ((Light.GREEN, 80), (Light.YELLOW, 12), (Light.RED, 8))
_NAMES: Final = tuple(field.name for field in fields(TicketLine))


def fill(engine: Engine, count: int, seed: int = 1) -> None:
    """Make the tables and fill them; indexes come last, as a rebuild does it."""
    with engine.begin() as connection:
        create_tables(connection)
        for index in rows.ticket_lines.indexes:
            index.drop(connection)
    drawn = random.Random(seed)
    waiting: list[dict[str, Any]] = []
    for values in _tickets(drawn, count):
        waiting.append(values)
        if len(waiting) == _PAGE:
            _write(engine, waiting)
            waiting = []
    _write(engine, waiting)
    with engine.begin() as connection:
        for index in rows.ticket_lines.indexes:
            index.create(connection)


def _write(engine: Engine, tickets: list[dict[str, Any]]) -> None:
    blank = TicketLine(0, "")
    defaults = {name: getattr(blank, name) for name in _NAMES}
    with engine.begin() as connection:
        lines = [tuple((defaults | values).values()) for values in tickets]
        rows.LIVE.save_rows(connection, lines)
        spots = [_NAMES.index(name) for name in rows.BASIS]
        words = {line[0]: rows.words_of(tuple(line[spot] for spot in spots)) for line in lines}
        save_words(connection, {}, words)


def _tickets(drawn: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Tickets day by day, oldest first."""
    estates = [
        "".join(drawn.choices(_SYLLABLES, k=2)) + drawn.choice(_ESTATES) for _ in range(3000)
    ]
    a_day = max(1, count // DAYS)
    for made in range(count):
        age = max(0, DAYS - 1 - made // a_day)
        day = LAST_DAY - timedelta(days=age)
        yield _ticket(drawn, drawn.choice(estates), day, made % a_day + 1, count)


def _one(drawn: random.Random, weighed: Any) -> Any:
    words, weights = zip(*weighed, strict=True)
    return drawn.choices(words, weights)[0]


def _ticket(
    drawn: random.Random, place: str, day: date, sequence: int, count: int
) -> dict[str, Any]:
    age = (LAST_DAY - day).days
    county = drawn.randint(1, 8)
    channel = _one(drawn, _CHANNELS).value
    number = f"5118{county:02}{day:%Y%m%d}{channel}{sequence:06}"
    at = micros(datetime(day.year, day.month, day.day, 8, tzinfo=SHANGHAI))
    at += sequence % 36_000 * 1_000_000
    trouble = drawn.choice(_TROUBLES)
    closed = drawn.random() < (0.995 if age > _OPEN_DAYS else age / _OPEN_DAYS)
    stage = _one(drawn, _ENDED if closed else _RUNNING).value
    lead = DEPARTMENTS[min(int(drawn.expovariate(0.08)), 59)]
    late = drawn.random() < 0.04
    caller = drawn.randrange(max(1, count // 3))
    light = Light.GREEN if closed else _one(drawn, _LIGHTS)
    return {
        "id": ticket_id(number),
        "number": number,
        "version": 9,
        "kind": _one(drawn, _KINDS).value,
        "type": _one(drawn, _TYPES).value,
        "channel": channel,
        "stage": stage,
        "open": stage not in CLOSED_STAGES,
        "region": f"5118{county:02}{drawn.randint(1, 15):03}",
        "category": f"{drawn.randint(1, 16):02}{drawn.randint(1, 9):02}{drawn.randint(1, 5):02}",
        "title": f"{place}{trouble}",
        "summary": f"{drawn.choice(_SURNAMES)}先生反映{place}{drawn.randint(1, 40)}栋{trouble}，"
        f"{drawn.choice(_ASKS)}，{drawn.choice(_ASKS)}。",
        "place": place,
        "caller": f"citizen-{caller}",
        "light": light.value,
        "light_order": list(Light)[::-1].index(light),
        "registered_at": at,
        "last_at": at + 90 * _HOUR,
        "citizen_due_at": at + 240 * _HOUR,
        "department_due_at": at + 120 * _HOUR,
        "stage_due_at": None if closed else at + drawn.randint(1, 120) * _HOUR,
        "overdue": late,
        "overdue_at": at + 120 * _HOUR if late else None,
        "supervision": int(drawn.random() < 0.002),
        "lead": lead,
        "departments": lead,
        "assignments_count": 1,
        "first_assigned_at": at + _HOUR,
        "assigned_at": at + _HOUR,
        "acknowledged_at": at + 3 * _HOUR,
        "contacted_at": at + 20 * _HOUR,
        "contact_proven": True,
        "returns_count": int(drawn.random() < 0.06),
        "answered_at": at + 90 * _HOUR if closed else None,
        "on_time": None if not closed else not late,
        "revisit_due_at": at + 110 * _HOUR if closed else None,
        "revisited_at": at + 100 * _HOUR if closed else None,
        "connected": True if closed else None,
        "solved": drawn.random() < 0.9 if closed else None,
        "satisfaction": drawn.choices((1, 2, 3, 4, 5), (3, 5, 12, 30, 50))[0] if closed else None,
        "closed_at": at + 110 * _HOUR if closed else None,
    }
