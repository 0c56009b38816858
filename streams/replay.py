"""重放: real messages with their real answers go through the loop on a simulated clock.

Each row is registered when it was submitted, routed and acknowledged at once, and answered when it
was answered. Timers fire in between as they would have. Nothing is invented after the answer: a
replayed ticket waits for its revisit.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from handlers.envelope import Command, Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcknowledgeTicket,
    AnswerTicket,
    AssignTicket,
    PrecheckTicket,
    RecordContact,
    RegisterTicket,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, ContactWay, Stage, TicketType
from streams.simulation.moves import City
from streams.simulation.world import Machine

_WINDOW: Final = 200
_TYPE_WORDS: Final = (
    (TicketType.REPORT, re.compile("举报|贪污|腐败|受贿")),
    (TicketType.CONSULT, re.compile("咨询|请问|询问|想了解|何时|什么时候|吗[？?]")),
    (TicketType.PRAISE, re.compile("表扬|点赞|感谢信")),
    (TicketType.SUGGEST, re.compile("建议|希望能|期望")),
    (TicketType.HELP, re.compile("求助|请求|恳请|帮助|恳求")),
)


@dataclass(frozen=True, slots=True)
class Message:
    """留言: a row of the file, with aware times."""

    id: str
    author: str
    subject: str
    body: str
    submitted_at: datetime
    answer: str
    answered_at: datetime


class ReplayRefusedError(Exception):
    """A step of the replay was refused: the file and the rules do not fit together."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(f"message {message}: {code}")


@dataclass(slots=True)
class Share:
    """Counts of one year or one category."""

    tickets: int = 0
    answered: int = 0
    on_time: int = 0
    late: int = 0


@dataclass(slots=True)
class ReplayReport:
    """What a replay found. `late` counts answers given after the department's due time."""

    total: Share = field(default_factory=Share)
    by_year: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    by_category: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    timers: int = 0
    repeated: int = 0


def type_of(message: Message) -> TicketType:
    """Guess the type from the words of the subject, then of the text; 投诉 where none tells."""
    for text in (message.subject, message.body[:200]):
        for type_, pattern in _TYPE_WORDS:
            if pattern.search(text):
                return type_
    return TicketType.COMPLAINT


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay is told beside the messages. `mask` takes personal data out of a text."""

    region: str
    mask: Callable[[str], str]
    category_of: Callable[[Message], str]
    type: TicketType | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    answering: bool
    message: Message


class Replay:
    """One replay of one file."""

    def __init__(self, machine: Machine, city: City, plan: Plan) -> None:
        self._machine = machine
        self._city = city
        self._plan = plan
        self._streams: dict[str, str] = {}
        self.report = ReplayReport()

    def run(self, messages: Sequence[Message], progress: Callable[[int], None]) -> ReplayReport:
        """Play all rows in the order of time; `progress` is told the number of steps done."""
        steps = [_Step(one.submitted_at, False, one) for one in messages]
        steps += [_Step(one.answered_at, True, one) for one in messages]
        steps.sort(key=lambda step: (step.at, step.answering))
        for start in range(0, len(steps), _WINDOW):
            window = steps[start : start + _WINDOW]
            now = window[-1].at
            self._register(now, [step.message for step in window if not step.answering])
            self._answer(now, [step.message for step in window if step.answering])
            self.report.timers += self._machine.fire_until(now)
            progress(start + len(window))
        return self.report

    # -- intake ------------------------------------------------------------------------------------

    def _register(self, now: datetime, messages: Sequence[Message]) -> None:
        receipts = self._machine.run_at(now, [self._registration(one) for one in messages])
        for message, receipt in zip(messages, receipts, strict=True):
            _check(message, receipt)
            self._streams[message.id] = receipt.stream
            self.report.repeated += receipt.repeated
        for script in (self._assignment, self._acknowledgement):
            self._play(now, messages, script, lambda message: message.submitted_at)

    def _registration(self, message: Message) -> Envelope:
        citizen, narrative = f"author-{message.author}", f"replay-{message.id}"
        command = RegisterTicket(
            type=self._plan.type or type_of(message),
            channel=Channel.WEB,
            region=self._plan.region,
            title=self._plan.mask(message.subject),
            summary=self._plan.mask(message.body),
            caller=citizen,
            narrative=narrative,
            category=self._plan.category_of(message),
            external_id=message.id,
        )
        words = Personal(
            citizen=citizen, narrative=narrative, title=message.subject, body=message.body
        )
        return Envelope(
            message_id=f"replay:{message.id}",
            stream="",
            command=command,
            actor=Actor(citizen, Role.CALLER),
            at=message.submitted_at,
            personal=(words,),
        )

    def _assignment(self, message: Message, ticket: Ticket) -> Iterator[tuple[Command, Actor]]:
        able, rng = self._city.cast.able, _lot_of(message)
        if ticket.stage in {Stage.REGISTERED, Stage.AWAITING_PRECHECK}:
            precheck = PrecheckTicket(type=ticket.type, category=ticket.category)
            yield precheck, able(PrecheckTicket, rng, role=Role.ASSIGNMENT_OFFICER)
        elif ticket.stage is not Stage.AWAITING_ASSIGNMENT:
            return
        route = self._city.routing.route(
            region=ticket.region,
            category=ticket.category,
            type_=ticket.type,
            text=f"{message.subject}\n{message.body}",
        )
        command = (
            AssignTicket(lead=route.lead, entry=route.entry)
            if route.lead
            else AssignTicket(lead=self._city.fallback, reason="目录无对应条目，由兜底单位承办")
        )
        yield command, able(AssignTicket, rng, role=Role.ASSIGNMENT_OFFICER)

    def _acknowledgement(self, message: Message, ticket: Ticket) -> Iterator[tuple[Command, Actor]]:
        if ticket.stage is Stage.AWAITING_ACKNOWLEDGEMENT:
            actor = self._city.cast.able(
                AcknowledgeTicket,
                _lot_of(message),
                department=ticket.lead,
                role=Role.DEPARTMENT_ADMINISTRATOR,
            )
            yield AcknowledgeTicket(), actor

    # -- answer ------------------------------------------------------------------------------------

    def _answer(self, now: datetime, messages: Sequence[Message]) -> None:
        self._play(now, messages, self._answering, lambda message: message.answered_at)
        states = self._machine.states([self._streams[one.id] for one in messages])
        for message in messages:
            ticket = states[self._streams[message.id]]
            if ticket.submitted_at is None or ticket.department_due is None:
                raise ReplayRefusedError(message.id, f"not answered: {ticket.stage}")
            self._count(message, ticket, ticket.submitted_at <= ticket.department_due.due_at)

    def _answering(self, message: Message, ticket: Ticket) -> Iterator[tuple[Command, Actor]]:
        if ticket.stage is not Stage.IN_HANDLING:
            return
        able, rng, lead = self._city.cast.able, _lot_of(message), ticket.lead
        handler = able(AnswerTicket, rng, department=lead, role=Role.HANDLER)
        contact = RecordContact(way=ContactWay.WEB, evidence=f"公开答复 {message.id}")
        yield contact, able(RecordContact, rng, department=lead, role=Role.HANDLER)
        answer = AnswerTicket(
            public_text=self._plan.mask(message.answer),
            internal_text="见公开答复。",
            basis="公开答复",
            solved=True,
            evidence=(f"reply:{message.id}",),
        )
        yield answer, handler
        barred = (handler.person, *ticket.hands.worked_by)
        yield SubmitFeedback(), able(SubmitFeedback, rng, department=lead, not_in=barred)
        review = ReviewAnswer(
            approved=True,
            contact_proven=True,
            answers_question=True,
            basis_stated=True,
            no_template=True,
            no_personal_data=True,
        )
        barred = (ticket.hands.assigned_by,)
        yield review, able(ReviewAnswer, rng, role=Role.ASSIGNMENT_OFFICER, not_in=barred)

    # -- pieces ------------------------------------------------------------------------------------

    def _play(
        self,
        now: datetime,
        messages: Sequence[Message],
        script: Callable[[Message, Ticket], Iterator[tuple[Command, Actor]]],
        time_of: Callable[[Message], datetime],
    ) -> None:
        states = self._machine.states([self._streams[message.id] for message in messages])
        played: list[Message] = []
        envelopes: list[Envelope] = []
        for message in messages:
            stream = self._streams[message.id]
            for command, actor in script(message, states[stream]):
                played.append(message)
                envelopes.append(
                    Envelope(
                        message_id=f"replay:{message.id}:{type(command).__name__}",
                        stream=stream,
                        command=command,
                        actor=actor,
                        at=time_of(message),
                        correlation=f"replay:{message.id}",
                    )
                )
        for message, receipt in zip(played, self._machine.run_at(now, envelopes), strict=True):
            _check(message, receipt)

    def _count(self, message: Message, ticket: Ticket, on_time: bool) -> None:
        year, category = str(message.submitted_at.year), ticket.category
        for share in (
            self.report.total,
            self.report.by_year[year],
            self.report.by_category[category],
        ):
            share.tickets += 1
            share.answered += 1
            share.on_time += on_time
            share.late += not on_time


def _lot_of(message: Message) -> Random:
    """Draw people by the message alone, so that a second run asks for the very same."""
    return Random(f"replay {message.id}")


def _check(message: Message, receipt: Receipt) -> None:
    if receipt.status is not ReceiptStatus.DONE:
        refusal = receipt.refusal
        code = f"{refusal.code} {dict(refusal.detail)}" if refusal else receipt.status
        raise ReplayRefusedError(message.id, code)
