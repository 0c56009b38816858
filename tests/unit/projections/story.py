"""Facts by hand: short stories of tickets and services, in the order in which a log keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hotline.clocks.due import Due, Ladder
from hotline.evaluations import events as v
from hotline.evaluations.vocabulary import (
    EvaluationChannel,
    EvaluationKind,
    EvaluationSource,
    Mark,
    Node,
    RatedObject,
)
from hotline.facts import Fact
from hotline.people.actors import Actor, Role
from hotline.tickets import events as e
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    ReturnGround,
    Secrecy,
    TicketType,
    Urgency,
)
from projections.log import LogLine, LogPage, log_line

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLERK = Actor("clerk-1", Role.OPERATOR, "12345")


def due(at: datetime, *, provisional: bool = False) -> Due:
    return Due(
        due_at=at,
        warn_at=at,
        received_at=START,
        rule="default/test",
        calendar="2026",
        provisional=provisional,
        steps=(),
    )


def number(sequence: int, *, day: str = "20260302", region: str = "511800") -> str:
    return f"{region}{day}01{sequence:06}"


@dataclass
class Log:
    """Keeps positions and versions dense, as the store does."""

    partitions: int = 1
    lines: list[LogLine] = field(default_factory=list)
    _versions: dict[str, int] = field(default_factory=dict)
    _positions: dict[int, int] = field(default_factory=dict)

    def add(self, stream: str, event: Any, at: datetime, actor: Actor = CLERK) -> LogLine:
        partition = sum(stream.encode()) % self.partitions
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        position = self._positions[partition] = self._positions.get(partition, 0) + 1
        line = log_line(
            stream,
            version,
            Fact(event, actor, at),
            partition=partition,
            position=position,
            correlation="c",
            message_id=f"m{position}",
        )
        self.lines.append(line)
        return line

    def pages(self, size: int = 1000) -> list[LogPage]:
        pages: list[LogPage] = []
        for partition in range(self.partitions):
            mine = [line for line in self.lines if line.partition == partition]
            pages += [
                LogPage(partition, tuple(mine[start : start + size]))
                for start in range(0, len(mine), size)
            ]
        return pages


@dataclass
class Story:
    """One ticket told step by step; `wait` moves its clock."""

    log: Log
    number: str
    at: datetime = START

    def tell(self, *events: Any, actor: Actor = CLERK) -> "Story":
        for event in events:
            self.log.add(f"ticket/{self.number}", event, self.at, actor)
        return self

    def wait(self, span: timedelta) -> "Story":
        self.at += span
        return self

    def register(self, **changed: Any) -> "Story":
        told: dict[str, Any] = {
            "number": self.number,
            "kind": Kind.HOTLINE,
            "type": TicketType.COMPLAINT,
            "channel": Channel.PHONE,
            "region": "511800",
            "title": "小区停水",
            "summary": "雨城区某小区连续停水三天",
            "citizen_due": due(self.at + 10 * DAY),
            "stage_due": due(self.at + HOUR),
            "category": "010203",
            "urgency": Urgency.NORMAL,
            "secrecy": Secrecy.MASKED,
        } | changed
        return self.tell(e.TicketRegistered(**told))

    def assign(self, lead: str = "water", days: int = 5, *assists: str) -> "Story":
        return self.tell(
            e.TicketAssigned(
                lead=lead,
                assists=assists,
                entry="e1",
                reason="",
                transfer_text="",
                department_due=due(self.at + days * DAY),
                stage_due=due(self.at + 4 * HOUR),
            )
        )

    def acknowledge(self) -> "Story":
        return self.tell(
            e.TicketAcknowledged(handler="h1", contact_due=due(self.at + DAY), stage_due=None)
        )

    def contact(self, evidence: str = "call-1") -> "Story":
        return self.tell(
            e.ContactRecorded(
                way=ContactWay.PHONE, evidence=evidence, reached=True, call_id="", call_seconds=60
            )
        )

    def hand_back(self, department: str = "water") -> "Story":
        return self.tell(
            e.TicketReturned(
                department=department,
                ground=ReturnGround.FUNCTION,
                basis="三定",
                proposed_department="housing",
                stage_due=due(self.at + 4 * HOUR),
            )
        )

    def accept_return(self, department: str = "water") -> "Story":
        return self.tell(
            e.ReturnAccepted(department=department, lesson="", stage_due=due(self.at + HOUR))
        )

    def refuse_return(self, department: str = "water") -> "Story":
        return self.tell(
            e.ReturnRefused(department=department, reason="", stage_due=due(self.at + HOUR))
        )

    def submit(self, *, on_time: bool = True) -> "Story":
        return self.tell(
            e.FeedbackSubmitted(on_time=on_time, note="", stage_due=due(self.at + DAY))
        )

    def approve(self) -> "Story":
        return self.tell(
            e.AnswerApproved(
                contact_proven=True,
                answers_question=True,
                basis_stated=True,
                no_template=True,
                no_personal_data=True,
            ),
            e.TicketAnswered(public_text="已修复", on_time=True, stage_due=due(self.at + DAY)),
        )

    def answer_directly(self) -> "Story":
        return self.tell(
            e.TicketAnsweredDirectly(
                article="a1", article_version=1, text="", stage_due=due(self.at + 5 * DAY)
            )
        )

    def revisit(
        self, *, connected: bool = True, solved: bool | None = True, satisfaction: int | None = 5
    ) -> "Story":
        return self.tell(
            e.RevisitRecorded(
                attempt=1,
                way=ContactWay.PHONE,
                connected=connected,
                solved=solved,
                satisfaction=satisfaction,
            )
        )

    def redo(self) -> "Story":
        return self.tell(
            e.TriageOpened(reason="", stage_due=due(self.at + DAY)),
            e.RedoOrdered(
                redo=1,
                lawful_because="",
                differently="",
                department_due=due(self.at + 5 * DAY),
                citizen_due=due(self.at + 6 * DAY),
            ),
        )

    def close(self, code: ClosureCode = ClosureCode.SATISFIED) -> "Story":
        return self.tell(
            e.TicketClosed(
                code=code, explained=False, basis="", text="", stage_due=due(self.at + 5 * DAY)
            )
        )

    def archive(self) -> "Story":
        return self.tell(e.TicketArchived())

    def become_overdue(self) -> "Story":
        ladder = Ladder(
            notice_at=self.at, level_1_at=self.at, level_2_at=self.at, level_3_at=self.at
        )
        return self.tell(e.TicketBecameOverdue(due_at=self.at, ladder=ladder))


@dataclass
class ServiceStory:
    """One service and its rating."""

    log: Log
    name: str
    at: datetime = START

    def tell(self, event: Any) -> "ServiceStory":
        self.log.add(f"service/{self.name}", event, self.at)
        return self

    def serve(self, department: str = "water", region: str = "511800") -> "ServiceStory":
        return self.tell(
            v.ServiceRecorded(
                project_no=self.name,
                service_number="1",
                region=region,
                department=department,
                item_code="i1",
                item_name="用水报装",
                node=Node.FINISHED,
                object=RatedObject.ITEM,
                served_at=self.at,
                citizen="",
                staff="",
                ticket="",
                invite_due=None,
            )
        )

    def rate(
        self,
        level: int,
        *,
        is_default: bool = False,
        source: EvaluationSource = EvaluationSource.CITIZEN,
    ) -> "ServiceStory":
        return self.tell(
            v.EvaluationRecorded(
                level=level,
                channel=EvaluationChannel.TEXT,
                kind=EvaluationKind.PER_MATTER,
                source=source,
                indicators=(),
                indicator_version="1",
                text="",
                narrative="",
                evaluator="c1",
                device="",
                real_name=False,
                is_default=is_default,
                reason_pending=False,
            )
        )

    def mark(self, mark: Mark) -> "ServiceStory":
        return self.tell(v.EvaluationMarked(mark=mark, reason=""))


PLACES = ("雨城区", "名山区", "荥经县", "汉源县", "石棉县", "天全县", "芦山县", "宝兴县")
TROUBLES = (
    "停水",
    "噪音扰民",
    "拖欠工资",
    "路灯不亮",
    "物业收费",
    "公交改线",
    "垃圾清运",
    "井盖破损",
)
DEPARTMENTS = ("water", "housing", "transport", "labour", "environment", "town-1", "town-2")


def city(log: Log, tickets: int, seed: int = 1, first: int = 1) -> Log:
    """Fill a log with tickets whose facts interleave as in a real week."""
    random = Random(seed)
    stories = [
        Story(log, number(n, day=f"202603{2 + n % 25:02}")) for n in range(first, first + tickets)
    ]
    steps = [iter(_course(story, random)) for story in stories]
    running: list[Any] = []
    while steps or running:
        while steps and len(running) < 200:
            running.append(steps.pop(0))
        course = random.choice(running)
        if next(course, None) is None:
            running.remove(course)
    return log


def _course(story: Story, random: Random) -> Iterable[bool]:
    place, trouble = random.choice(PLACES), random.choice(TROUBLES)
    department = random.choice(DEPARTMENTS)
    story.at += random.randrange(20) * DAY
    yield bool(
        story.register(
            type=random.choice(list(TicketType)),
            title=f"{place}{trouble}",
            summary=f"来电人反映{place}某小区{trouble}，多次反映未解决，希望相关部门尽快处理并回复。"
            * 2,
            category=f"{random.randint(1, 16):02}{random.randint(1, 9):02}01",
            region=f"5118{random.randint(0, 8):02}",
            caller=f"c{random.randrange(5000)}",
            secrecy=random.choice([Secrecy.MASKED] * 9 + [Secrecy.SECRET]),
        )
    )
    if random.random() < 0.4:
        yield bool(story.answer_directly())
        return
    story.wait(HOUR)
    yield bool(story.assign(department))
    if random.random() < 0.1:
        yield bool(story.wait(HOUR).hand_back(department))
        yield bool(story.accept_return(department))
        yield bool(story.wait(HOUR).assign(random.choice(DEPARTMENTS)))
    yield bool(story.wait(random.randrange(8) * HOUR).acknowledge())
    yield bool(story.wait(random.randrange(40) * HOUR).contact())
    late = random.random() < 0.1
    if late:
        yield bool(story.wait(6 * DAY).become_overdue())
    yield bool(story.wait(DAY).submit(on_time=not late))
    yield bool(story.wait(HOUR).approve())
    reached = random.random() < 0.9
    yield bool(
        story.wait(DAY).revisit(
            connected=reached,
            solved=random.random() < 0.8 if reached else None,
            satisfaction=random.randint(1, 5) if reached else None,
        )
    )
    if random.random() < 0.1:
        yield bool(story.redo())
        yield bool(story.wait(DAY).submit())
        yield bool(story.approve())
        yield bool(story.wait(DAY).revisit())
    yield bool(story.close())
    if random.random() < 0.7:
        yield bool(story.wait(5 * DAY).archive())
