"""Revisiting 回访台: whom to call next, what was promised and tried before, and what to say.

Nobody is called within the quiet hours (but about what is urgent), nor twice in one half-day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api import reading
from api.messages import LANGUAGES, Language
from api.ports import Faces
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor
from hotline.people.sight import listed_for
from hotline.tickets import events
from hotline.tickets.standing import half_day_of
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Stage, TicketType
from notifications.quiet_hours import QUIET_HOURS, QuietHours
from projections.cursors import Page
from projections.log import LogLine
from projections.tickets import boards
from projections.tickets.line import TicketLine

LISTED_LINES: Final = 40
KINDS: Final = ("answers", "ratings")
"""Two lists: answers to be asked about, and poor ratings to be verified."""

_HALF_DAY_HOURS: Final = 12
_SAID: Final = (
    *(events.TicketAnswered, events.FeedbackGiven, events.TicketAnsweredDirectly),
    *(events.MatterSettledOnSpot, events.RedoOrdered, events.ContactRecorded),
)
"""What the person on the telephone is asked about."""


@dataclass(frozen=True, slots=True)
class ToCall:
    """待回访: a ticket with its tries; `callable_at` is None where it may be called now."""

    line: TicketLine
    tries: int
    callable_at: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """通话: everything that stands beside the outcome of one call."""

    seen: reading.Detail
    answers: tuple[LogLine, ...]
    tries: tuple[LogLine, ...]
    callable_at: datetime | None
    script: str

    @property
    def is_rating(self) -> bool:
        """Tell whether a poor rating is verified, instead of an answer asked about."""
        return self.seen.state.kind is Kind.POOR_EVALUATION


def quiet_until(now: datetime, quiet: QuietHours = QUIET_HOURS) -> datetime | None:
    """Give the end of the quiet hours while they last."""
    ends_at = quiet.earliest(now, urgent=False)
    return ends_at if ends_at > now else None


def callable_at(
    tries: Sequence[datetime], now: datetime, *, urgent: bool, quiet: QuietHours = QUIET_HOURS
) -> datetime | None:
    """Give when somebody may be called: in another half-day than before, outside quiet hours."""
    earliest = now
    if half_day_of(now) in {half_day_of(one) for one in tries}:
        local = now.astimezone(SHANGHAI)
        begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
        hours = _HALF_DAY_HOURS if local.hour < _HALF_DAY_HOURS else 2 * _HALF_DAY_HOURS
        earliest = begins + timedelta(hours=hours)
    earliest = quiet.earliest(earliest, urgent=urgent)
    return earliest if earliest > now else None


def to_call(house: Faces, actor: Actor, kind: str, cursor: str = "") -> Page[ToCall]:
    """List who waits for a call, by due time; red before yellow before green follows from it."""
    sight = listed_for(actor)

    def ask(connection: Any) -> Page[TicketLine]:
        if kind == "ratings":
            return boards.verifications(connection, cursor=cursor, limit=LISTED_LINES, sight=sight)
        return boards.revisits(connection, cursor=cursor, limit=LISTED_LINES, sight=sight)

    page: Page[TicketLine] = reading.ask(house, ask)
    return Page(tuple(_to_call(house, line) for line in page.lines), page.cursor)


def waiting_counts(house: Faces, actor: Actor) -> dict[str, int]:
    """Count both lists as far as the reader sees them."""
    sight = listed_for(actor)

    def ask(connection: Any) -> dict[str, int]:
        return {
            "answers": boards.revisits_count(connection, sight=sight),
            "ratings": boards.verifications_count(connection, sight=sight),
        }

    found: dict[str, int] = reading.ask(house, ask)
    return found


def _to_call(house: Faces, line: TicketLine) -> ToCall:
    """Look at the truth where somebody was tried before: the line does not know when."""
    now, urgent = house.clock(), bool(line.urgency)
    tries: tuple[datetime, ...] = ()
    if line.revisit_attempts:
        state = house.archive.state(f"ticket/{line.number}").state
        tries = state.revisit_attempts if isinstance(state, Ticket) else ()
    return ToCall(line, len(tries), callable_at(tries, now, urgent=urgent))


def next_of(waiting: Sequence[ToCall], after: str = "") -> ToCall | None:
    """Give the first who may be called now, behind the one that is put off."""
    numbers = [one.line.number for one in waiting]
    place = numbers.index(after) + 1 if after in numbers else 0
    order = (*waiting[place:], *waiting[:place])
    return next((one for one in order if one.callable_at is None), None)


def call(house: Faces, actor: Actor, number: str) -> Call:
    """Gather what a call needs. Blocks on the store."""
    seen = reading.detail(house, actor, number)
    state, facts = seen.state, seen.facts
    tries = tuple(one for one in facts if isinstance(one.fact.event, events.RevisitRecorded))
    at = callable_at(state.revisit_attempts, house.clock(), urgent=bool(state.urgency))
    answers = tuple(one for one in facts if isinstance(one.fact.event, _SAID))
    return Call(seen, answers[-3:], tries, at, script_of(state))


def script_of(state: Ticket) -> str:
    """Choose the call script of a ticket; each is a template in every language."""
    if state.kind is Kind.POOR_EVALUATION:
        return "rating"
    if state.kind is Kind.MATTER:
        return "matter"
    if state.type is TicketType.REPORT or state.secrecy > 2:  # noqa: PLR2004 - beyond masked
        return "discreet"
    if state.redo_count:
        return "redo"
    if state.type in (TicketType.CONSULT, TicketType.SUGGEST, TicketType.PRAISE):
        return "consult"
    return "answer"


SCRIPTS: Final = ("answer", "redo", "consult", "matter", "discreet", "rating")


def script_language(asked: str, citizen: str, page: Language) -> Language:
    """Choose as asked, else the citizen's own language, else that of the page."""
    for one in (asked, citizen):
        for language in LANGUAGES:
            if one == language:
                return language
    return page


def awaits_call(state: Ticket) -> bool:
    """Tell whether a revisit may be recorded at all in this stage."""
    return state.stage in (
        Stage.AWAITING_REVISIT,
        Stage.DIRECTLY_ANSWERED,
        Stage.SETTLED_ON_SPOT,
        Stage.NOTICE_GIVEN,
        Stage.IN_VERIFICATION,
    )
