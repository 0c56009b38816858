"""策略: what follows from an event, as further commands. Pure.

A policy says on which stream which command is to be carried out and what a refusal of it means. It
decides no rule of the domain: the command meets the same `decide` as a person's would.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from handlers.call_policies import CALL_CAUSES, after_call, foreseen_of_call
from handlers.envelope import Command
from handlers.following import FollowUp, OnRefusal
from handlers.outcome import Context, Recorded, Records
from hotline.calls.commands import RateCall
from hotline.calls.state import Call
from hotline.clocks.calendar import SHANGHAI
from hotline.correspondence.commands import ConfirmErasure, ReceiveText
from hotline.correspondence.events import ErasureGranted, TextReceived
from hotline.correspondence.reading import understand
from hotline.correspondence.state import Correspondence
from hotline.evaluations.commands import (
    LinkLoop,
    MarkEvaluation,
    OpenRerateWindow,
    RecordService,
)
from hotline.evaluations.events import EvaluationRecorded, LaterEvaluationGiven
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import (
    POOR_LEVEL_MAX,
    EvaluationSource,
    Mark,
    Node,
    RatedObject,
)
from hotline.facts import Fact
from hotline.knowledge.commands import CiteArticle
from hotline.routing.commands import AddCatalogueEntry, CatalogueEntry
from hotline.tickets.commands import (
    AnswerDirectly,
    AssignTicket,
    GiveFeedback,
    LinkChild,
    PrecheckTicket,
    RecordLaterEvaluation,
    RefuseTicket,
    RegisterTicket,
    ReviewAnswer,
    SettleOnSpot,
    UnlinkChild,
)
from hotline.tickets.events import (
    AppealDecided,
    FeedbackGiven,
    MatterSettledOnSpot,
    TicketAdjudicated,
    TicketAnswered,
    TicketAnsweredDirectly,
    TicketMerged,
    TicketRefused,
    TicketRegistered,
    TicketUnmerged,
)
from hotline.tickets.stages import OPEN
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    AppealGround,
    Channel,
    Kind,
    Secrecy,
    TicketType,
    Urgency,
)
from hotline.values import dataclass

SEQUENCE_DIGITS: Final = 6
_SEQUENCE_COUNT: Final = 10**SEQUENCE_DIGITS
REGION_DIGITS: Final = 6


_ARTICLE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_RATEABLE: Final = (RefuseTicket, ReviewAnswer, SettleOnSpot, GiveFeedback)


def foreseen(stream: str, command: Command) -> tuple[str, ...]:
    """Name the streams that will most likely be asked for, so that one query brings them all.

    A wrong guess changes no answer: it costs a query, or a row read for nothing.
    """
    prefix, _, number = stream.partition("/")
    if isinstance(command, AnswerDirectly) and prefix == "ticket":
        cited = article_stream(command.article)
        return (f"service/{number}/1", *((cited,) if cited else ()))
    if prefix == "ticket" and isinstance(command, _RATEABLE):
        return (f"service/{number}/1",)
    if isinstance(command, RateCall):
        return foreseen_of_call(number)
    if isinstance(command, ReceiveText):
        return _foreseen_of_text(command)
    return ()


def article_stream(article: str) -> str:
    """Name the stream of an article; "" for words that can be none."""
    return f"article/{article}" if _ARTICLE.fullmatch(article) else ""


def _cited(event: TicketAnsweredDirectly, ticket: Ticket) -> Iterator[FollowUp]:
    """Count the use of an article of ours; any other source of an answer is nobody's figure."""
    if stream := article_stream(event.article):
        command = CiteArticle(number=ticket.number, edition=event.article_version)
        yield FollowUp(stream, command, OnRefusal.IGNORE)


def _foreseen_of_text(command: ReceiveText) -> tuple[str, ...]:
    numbers = (one.partition("/")[2] for one in command.related if one.startswith("ticket/"))
    return (*command.related, *(f"service/{number}/1" for number in numbers))


_CAUSES: Final = frozenset(
    {
        TicketRegistered,
        TicketMerged,
        TicketUnmerged,
        TicketAdjudicated,
        TicketAnswered,
        TicketAnsweredDirectly,
        TicketRefused,
        MatterSettledOnSpot,
        FeedbackGiven,
        AppealDecided,
        EvaluationRecorded,
        LaterEvaluationGiven,
        TextReceived,
        ErasureGranted,
        *CALL_CAUSES,
    }
)


def follow_ups(recorded: Recorded, records: Records, context: Context) -> Iterable[FollowUp]:
    """Say what follows from one recorded fact; nothing does from most of them."""
    return _found(recorded, records, context) if type(recorded.fact.event) in _CAUSES else ()


def _found(recorded: Recorded, records: Records, context: Context) -> Iterator[FollowUp]:
    state = records.get(recorded.stream).state
    if isinstance(state, Ticket):
        yield from _after_ticket(recorded, state, records, context)
    elif isinstance(state, Service):
        yield from _after_service(recorded, state, records)
    elif isinstance(state, Correspondence):
        yield from _after_text(recorded, state, records)
    elif isinstance(state, Call):
        yield from after_call(recorded, state, records)


def _after_ticket(
    recorded: Recorded, ticket: Ticket, records: Records, context: Context
) -> Iterator[FollowUp]:
    stream = recorded.stream
    match recorded.fact.event:
        case TicketRegistered() as event:
            yield from _route(stream, event, context)
        case TicketMerged(main=main):
            due_at = ticket.citizen_due.due_at if ticket.citizen_due else None
            link = LinkChild(child=ticket.number, citizen_due_at=due_at)
            yield FollowUp(f"ticket/{main}", link, OnRefusal.REFUSE)
        case TicketUnmerged(main=main):
            yield FollowUp(f"ticket/{main}", UnlinkChild(child=ticket.number), OnRefusal.IGNORE)
        case TicketAdjudicated() as event:
            yield from _learn(recorded, event, ticket, records)
        case TicketAnswered() | TicketAnsweredDirectly() | TicketRefused() | MatterSettledOnSpot():
            yield _rateable(recorded, ticket, records)
            if isinstance(recorded.fact.event, TicketAnsweredDirectly):
                yield from _cited(recorded.fact.event, ticket)
        case FeedbackGiven(stage_due=window):
            if ticket.kind is Kind.MATTER:
                yield _rateable(recorded, ticket, records)
            elif ticket.kind is Kind.POOR_EVALUATION and not ticket.rerated:
                yield FollowUp(ticket.evaluation, OpenRerateWindow(until=window.due_at))
        case AppealDecided(ground=ground, upheld=True, reason=reason):
            mark = Mark.MISTAKEN if ground is AppealGround.MISTAKEN else Mark.MALICIOUS
            yield FollowUp(ticket.evaluation, MarkEvaluation(mark=mark, reason=reason))
        case _:
            pass


def _route(stream: str, event: TicketRegistered, context: Context) -> Iterator[FollowUp]:
    """派单: without a person where the catalogue is sure and nothing asks for one.

    A consultation by phone is answered in the call (即时答复), so it waits for the operator.
    """
    if (
        not context.auto_assign
        or event.kind is not Kind.HOTLINE
        or event.type is TicketType.REPORT
        or event.secrecy >= Secrecy.CONFIDENTIAL
        or event.urgency is not Urgency.NORMAL
        or (event.type in _ANSWERED_IN_THE_CALL and event.channel is Channel.PHONE)
    ):
        return
    route = context.routing.route(
        region=event.region,
        category=event.category,
        type_=event.type,
        text=f"{event.title}\n{event.summary}",
    )
    if (
        not route.lead
        or not route.entry
        or route.urgency
        or not context.directory.knows(route.lead)
    ):
        return
    if category := event.category or route.category:
        precheck = PrecheckTicket(type=event.type, category=category, urgency=event.urgency)
        yield FollowUp(stream, precheck, OnRefusal.IGNORE)
    assign = AssignTicket(
        lead=route.lead,
        assists=route.assists,
        entry=route.entry,
        reason="; ".join(route.reasons),
        transfer_text=event.summary,
        confidence=1.0,
    )
    yield FollowUp(stream, assign, OnRefusal.IGNORE)


_ANSWERED_IN_THE_CALL: Final = frozenset({TicketType.CONSULT, TicketType.OTHER})


def _learn(
    recorded: Recorded, event: TicketAdjudicated, ticket: Ticket, records: Records
) -> Iterator[FollowUp]:
    """裁定 becomes a catalogue rule of the region, or of the house where the region has none."""
    if ticket.kind is not Kind.HOTLINE or not ticket.category:
        return
    regional = f"catalogue/{ticket.region}"
    entry = CatalogueEntry(
        id=f"adjudicated-{ticket.number}-{recorded.version}",
        lead=event.lead,
        assists=event.assists,
        category=ticket.category,
        region=ticket.region,
        basis=event.minutes,
    )
    command = AddCatalogueEntry(entry=entry, reason=f"adjudicated: {ticket.number}")
    stream = regional if records.get(regional).version else "catalogue/"
    yield FollowUp(stream, command, OnRefusal.IGNORE)


def _rateable(recorded: Recorded, ticket: Ticket, records: Records) -> FollowUp:
    """办件: an answer, a refusal or a feedback is a service that the caller may rate."""
    count = 1
    while records.get(f"service/{ticket.number}/{count}").version:
        count += 1
    fact = recorded.fact
    in_call = isinstance(fact.event, TicketAnsweredDirectly | TicketRefused)
    command = RecordService(
        project_no=ticket.number,
        service_number=str(count),
        region=ticket.region,
        department=(fact.actor.department if in_call else ticket.lead) or ticket.lead,
        item_code=ticket.item_code or ticket.category,
        item_name=ticket.title,
        node=Node.CALL if in_call else Node.ANSWER,
        object=RatedObject.HOTLINE_CALL if in_call else RatedObject.HOTLINE_ANSWER,
        served_at=fact.occurred_at,
        citizen=ticket.caller,
        staff=fact.actor.person if in_call else "",
        ticket=ticket.number,
        language=ticket.language,
    )
    return FollowUp(f"service/{ticket.number}/{count}", command)


def _after_service(recorded: Recorded, service: Service, records: Records) -> Iterator[FollowUp]:
    match recorded.fact.event:
        case EvaluationRecorded(level=level, source=source, is_default=is_default) as event:
            if (
                level <= POOR_LEVEL_MAX
                and source is EvaluationSource.CITIZEN
                and not is_default
                and not service.loop
            ):
                yield from _open_loop(recorded, service, records, _Words.of(event))
        case LaterEvaluationGiven(level=level) as event:
            if service.loop:
                loop = f"ticket/{service.loop}"
                yield FollowUp(loop, RecordLaterEvaluation(level=level), OnRefusal.IGNORE)
            elif level <= POOR_LEVEL_MAX:
                yield from _open_loop(recorded, service, records, _Words.of(event))
        case _:
            pass


def _after_text(recorded: Recorded, state: Correspondence, records: Records) -> Iterator[FollowUp]:
    """来信: what it does happens with it or not at all, so the reply never says too much."""
    fact = recorded.fact
    if isinstance(fact.event, ErasureGranted):
        yield _confirmed(recorded, fact.event, records)
    if not isinstance(fact.event, TextReceived):
        return
    understood = understand(
        recorded.stream, fact.event, fact.occurred_at, state, lambda one: records.get(one).state
    )
    for stream, command in understood.wanted:
        yield FollowUp(stream, command, OnRefusal.REFUSE)
    for stream, command in understood.helpful:
        yield FollowUp(stream, command, OnRefusal.IGNORE)
    yield FollowUp(recorded.stream, understood.settle)


def _confirmed(recorded: Recorded, event: ErasureGranted, records: Records) -> FollowUp:
    """删除: a case that must be kept, or is not done, takes the consent back."""
    states = [records.get(stream).state for stream in event.tickets]
    tickets = [state for state in states if isinstance(state, Ticket)]
    command = ConfirmErasure(
        held=tuple(ticket.number for ticket in tickets if ticket.legal_hold),
        open=tuple(ticket.number for ticket in tickets if ticket.stage in OPEN),
    )
    return FollowUp(recorded.stream, command, OnRefusal.REFUSE)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a poor rating, masked before they came here."""

    level: int
    text: str
    narrative: str = ""

    @classmethod
    def of(cls, event: EvaluationRecorded | LaterEvaluationGiven) -> "_Words":
        text = event.text or ", ".join(event.indicators)
        narrative = event.narrative if isinstance(event, EvaluationRecorded) else ""
        return cls(event.level, text, narrative)


def _open_loop(
    recorded: Recorded, service: Service, records: Records, words: _Words
) -> Iterator[FollowUp]:
    """差评工单: a poor rating always opens the loop."""
    number = loop_number(recorded.stream, service.region, recorded.fact, records)
    command = RegisterTicket(
        kind=Kind.POOR_EVALUATION,
        type=TicketType.COMPLAINT,
        channel=Channel.POOR_EVALUATION,
        region=service.region,
        title="差评工单",
        summary=words.text,
        narrative=words.narrative,
        caller=service.evaluator,
        item_code=service.item_code,
        service_number=service.service_number,
        rated_department=service.department,
        evaluation=recorded.stream,
        level=words.level,
        real_name=service.real_name,
        language=service.language,
    )
    yield FollowUp(f"ticket/{number}", command)
    yield FollowUp(recorded.stream, LinkLoop(ticket=number))


def loop_number(service: str, region: str, fact: Fact[object], records: Records) -> str:
    """Derive the number of a 差评工单 from the rated service alone.

    区划 6 + yyyyMMdd + 渠道 09 + 6 digits of a hash of the service's stream. Where that number is
    taken, by another service with the same digits on that day, the next free one is used; both
    follow from the log only, so a repeat derives the same number.
    """
    digest = sha256(service.encode()).digest()
    sequence = int.from_bytes(digest[:8]) % _SEQUENCE_COUNT
    day = fact.occurred_at.astimezone(SHANGHAI)
    head = f"{region[:REGION_DIGITS]:0<{REGION_DIGITS}}{day:%Y%m%d}{Channel.POOR_EVALUATION}"
    for _ in range(_SEQUENCE_COUNT):
        number = f"{head}{sequence:0{SEQUENCE_DIGITS}}"
        if not records.get(f"ticket/{number}").version:
            return number
        sequence = (sequence + 1) % _SEQUENCE_COUNT
    raise NumbersExhaustedError(head)


class NumbersExhaustedError(Exception):
    """编号用尽: a million poor ratings in one region on one day."""

    def __init__(self, head: str) -> None:
        super().__init__(f"no free ticket number under {head}")
