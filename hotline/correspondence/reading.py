"""来信处理: what a text does, seen against what is open for its number. Pure.

A rating binds to the newest invitation that is open; without one, to the newest answer that nobody
rated. What no rule knows is never guessed at: it goes to the one open ticket, or to a person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from hotline.correspondence.commands import ResumeInvitations, SettleText, StopInvitations
from hotline.correspondence.decide import recent
from hotline.correspondence.events import TextReceived
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Meaning, Reading
from hotline.evaluations.commands import RateLater, RecordEvaluation, RecordReason
from hotline.evaluations.state import Service
from hotline.evaluations.timers import is_rated
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX, EvaluationChannel
from hotline.tickets.commands import AppendAddition, RaiseObjection
from hotline.tickets.secrecy import is_secret
from hotline.tickets.stages import OPEN, RESTING
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Kind, Stage
from hotline.values import dataclass, replace

RATED_WITHIN: Final = timedelta(days=30)
"""A digit later than this after the service rates nothing (our default)."""

REASON_WITHIN: Final = timedelta(days=7)
"""Words within this time after the question are its answer (our default)."""

STATES_A_DAY_MAX: Final = 5
"""Questions for the state of a ticket within 24 hours (our default)."""

NOT_SOLVED: Final = "短信回复：未解决"

Wanted: TypeAlias = (
    RecordEvaluation
    | RateLater
    | RecordReason
    | AppendAddition
    | RaiseObjection
    | StopInvitations
    | ResumeInvitations
)
Lookup: TypeAlias = Callable[[str], object]
"""Gives the state of a stream, None where there is none."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """理解: what is to be carried out on which stream, and what the reply says.

    `wanted` is demanded: where one is refused, nothing of the text was carried out. `helpful` is
    done where the rules allow it.
    """

    settle: SettleText
    wanted: tuple[tuple[str, Wanted], ...] = ()
    helpful: tuple[tuple[str, Wanted], ...] = ()


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies on the desk while one text is read."""

    stream: str
    text: TextReceived
    at: datetime
    state: Correspondence
    lookup: Lookup

    def settled(self, reading: Reading, about: Ticket | Service | None = None) -> SettleText:
        """Say what was made of the text."""
        settle = SettleText(text_id=self.text.text_id, reading=reading, text=self.text.text)
        match about:
            case Ticket():
                return _about_ticket(settle, about)
            case Service():
                return self._about_service(settle, about)
            case _:
                return settle

    def tickets(self) -> list[Ticket]:
        """List the tickets that the house wrote about to this number, newest first."""
        found = (self.lookup(one) for one in self.text.related if one.startswith("ticket/"))
        return [one for one in found if isinstance(one, Ticket)]

    def services(self) -> list[Service]:
        """List what may be rated: the invited first, then the answers of the tickets."""
        invited = (self.lookup(one) for one in self.text.related if one.startswith("service/"))
        answers = (self._newest_service(ticket) for ticket in self.tickets())
        listed = [one for one in (*invited, *answers) if isinstance(one, Service)]
        return list({stream_of(one): one for one in listed}.values())

    def is_invited(self, service: Service) -> bool:
        """Tell whether the house asked this number to rate it."""
        return stream_of(service) in self.text.related

    def _newest_service(self, ticket: Ticket) -> Service | None:
        newest, count = None, 1
        while isinstance(found := self.lookup(f"service/{ticket.number}/{count}"), Service):
            newest, count = found, count + 1
        return newest

    def _about_service(self, settle: SettleText, service: Service) -> SettleText:
        ticket = self.lookup(f"ticket/{service.ticket}") if service.ticket else None
        number = service.ticket or service.project_no
        settle = replace(settle, about=stream_of(service), number=number, kind="service")
        if not isinstance(ticket, Ticket):
            return settle
        said = _about_ticket(settle, ticket)
        return replace(said, about=stream_of(service), stage="", due_at=None)


def stream_of(service: Service) -> str:
    """Name the stream of a service."""
    return f"service/{service.project_no}/{service.service_number}"


def understand(
    stream: str, text: TextReceived, at: datetime, state: Correspondence, lookup: Lookup
) -> Understanding:
    """Say what a received text does."""
    desk = _Desk(stream, text, at, state, lookup)
    match text.meaning:
        case Meaning.RATING:
            return _rating(desk)
        case Meaning.NOT_SOLVED:
            return _not_solved(desk)
        case Meaning.OPT_OUT:
            return _opted(desk, Reading.OPTED_OUT, StopInvitations())
        case Meaning.OPT_IN:
            return _opted(desk, Reading.OPTED_IN, ResumeInvitations())
        case Meaning.STATE_ASKED:
            return Understanding(_state(desk))
        case Meaning.WORDS:
            return _words(desk)
        case Meaning.NOTHING:
            return Understanding(desk.settled(Reading.LEFT_TO_OPERATOR))


def _rating(desk: _Desk) -> Understanding:
    services = desk.services()
    unrated = [one for one in services if not is_rated(one)]
    in_time = [one for one in unrated if desk.at - one.served_at <= RATED_WITHIN]
    invited = [one for one in in_time if desk.is_invited(one)]
    if in_time:
        return _rated(desk, in_time[0], [one for one in invited if one is not in_time[0]])
    rated = [one for one in services if is_rated(one)]
    if rated:
        return _rated_again(desk, rated[0])
    reading = Reading.RATED_TOO_LATE if unrated else Reading.NOTHING_TO_RATE
    return Understanding(desk.settled(reading, unrated[0] if unrated else None))


def _rated(desk: _Desk, service: Service, others: list[Service]) -> Understanding:
    level = desk.text.level
    poor = level <= POOR_LEVEL_MAX
    command = RecordEvaluation(
        level=level,
        channel=EvaluationChannel.TEXT,
        evaluator=service.citizen,
        reason_pending=poor,
    )
    settle = replace(
        desk.settled(Reading.RATED_POOR if poor else Reading.RATED, service),
        level=level,
        other=(others[0].ticket or others[0].project_no) if others else "",
    )
    return Understanding(settle, ((stream_of(service), command),), _unsolved_too(desk, service))


def _unsolved_too(desk: _Desk, service: Service) -> tuple[tuple[str, Wanted], ...]:
    """加 N: the rating counts, and the ticket learns that it is not solved."""
    ticket = desk.lookup(f"ticket/{service.ticket}") if service.ticket else None
    if desk.text.solved is not False or not isinstance(ticket, Ticket):
        return ()
    return _told_unsolved(desk, ticket)


def _rated_again(desk: _Desk, service: Service) -> Understanding:
    """追评 where the rules allow one: they have the last word, so only what is sure is asked."""
    level, window = desk.text.level, service.rerate_until
    may = (
        not service.later_level
        and level != service.level
        and bool(service.evaluator)
        and (not service.loop or (window is not None and desk.at <= window))
    )
    if not may:
        settle = desk.settled(Reading.ALREADY_RATED, service)
        return Understanding(replace(settle, level=service.later_level or service.level))
    command = RateLater(level=level, channel=EvaluationChannel.TEXT, evaluator=service.evaluator)
    settle = replace(desk.settled(Reading.RATED_LATER, service), level=level)
    return Understanding(settle, ((stream_of(service), command),))


def _not_solved(desk: _Desk) -> Understanding:
    answered = [one for one in desk.tickets() if _may_object(one, desk.at) or one.stage in OPEN]
    if not answered:
        return Understanding(desk.settled(Reading.LEFT_TO_OPERATOR))
    ticket = answered[0]
    reading = Reading.OBJECTED if ticket.stage in RESTING else Reading.NOT_SOLVED_NOTED
    return Understanding(desk.settled(reading, ticket), _told_unsolved(desk, ticket))


def _told_unsolved(desk: _Desk, ticket: Ticket) -> tuple[tuple[str, Wanted], ...]:
    stream = f"ticket/{ticket.number}"
    if _may_object(ticket, desk.at):
        return ((stream, RaiseObjection(channel=Channel.TEXT, summary=NOT_SOLVED)),)
    if ticket.stage in OPEN:
        return ((stream, AppendAddition(summary=NOT_SOLVED, channel=Channel.TEXT)),)
    return ()


def _may_object(ticket: Ticket, at: datetime) -> bool:
    window = ticket.stage_due
    return (
        ticket.stage in RESTING
        and not ticket.objection_denied
        and (window is None or at <= window.due_at)
    )


def _opted(
    desk: _Desk, reading: Reading, command: StopInvitations | ResumeInvitations
) -> Understanding:
    """退订 and 订阅 hold for the number, and so for everybody who shares it."""
    sharing = tuple(one for one in desk.text.related if one.startswith("citizen/"))
    return Understanding(
        desk.settled(reading), tuple((one, command) for one in (desk.stream, *sharing))
    )


def _state(desk: _Desk) -> SettleText:
    if len(recent(desk.state.states_told_at, desk.at)) >= STATES_A_DAY_MAX:
        return desk.settled(Reading.STATE_THROTTLED)
    stream = f"ticket/{desk.text.number}"
    ticket = desk.lookup(stream) if stream in desk.text.related else None
    if not isinstance(ticket, Ticket):
        return replace(desk.settled(Reading.STATE_UNKNOWN), number=desk.text.number)
    return desk.settled(Reading.STATE_TOLD, ticket)


def _words(desk: _Desk) -> Understanding:
    if reason := _reason(desk):
        return reason
    opened = [
        one for one in desk.tickets() if one.stage in OPEN and one.kind is not Kind.POOR_EVALUATION
    ]
    if len(opened) != 1:
        return Understanding(desk.settled(Reading.LEFT_TO_OPERATOR))
    ticket = opened[0]
    command = AppendAddition(
        summary=desk.text.text, narrative=desk.text.narrative, channel=Channel.TEXT
    )
    added = ((f"ticket/{ticket.number}", command),)
    return Understanding(desk.settled(Reading.ADDED, ticket), added)


def _reason(desk: _Desk) -> Understanding | None:
    """Take words as the answer to the one question that was asked after a poor digit."""
    asked, at = desk.state.reason_asked_of, desk.state.reason_asked_at
    service = desk.lookup(asked) if asked else None
    if not isinstance(service, Service) or at is None or desk.at - at > REASON_WITHIN:
        return None
    if not service.reason_pending:
        return None
    settle = desk.settled(Reading.REASON_TAKEN, service)
    loop: tuple[tuple[str, Wanted], ...] = ()
    if service.loop:
        addition = AppendAddition(
            summary=desk.text.text, narrative=desk.text.narrative, channel=Channel.TEXT
        )
        loop = ((f"ticket/{service.loop}", addition),)
    return Understanding(settle, ((asked, RecordReason(text=desk.text.text)),), loop)


def _about_ticket(settle: SettleText, ticket: Ticket) -> SettleText:
    due = ticket.citizen_due
    return replace(
        settle,
        about=f"ticket/{ticket.number}",
        number=ticket.number,
        kind=ticket.kind.value,
        secret=is_secret(ticket),
        stage=_shown(ticket.stage),
        due_at=due.due_at if due else None,
        language=ticket.language,
    )


_ENDED: Final = {
    Stage.REFUSED: "refused",
    Stage.MERGED: "merged",
    Stage.DIRECTLY_ANSWERED: "answered",
    Stage.AWAITING_REVISIT: "answered",
    Stage.CLOSED: "closed",
    Stage.CLOSED_WITH_EXPLANATION: "closed",
    Stage.ARCHIVED: "closed",
    Stage.AWAITING_INFORMATION: "awaiting_information",
    Stage.SUSPENDED: "suspended",
}


def _shown(stage: Stage) -> str:
    """Say as much of a stage as a citizen is told: no internal step."""
    return _ENDED.get(stage, "in_handling")
