"""短信计划: which texts follow from a fact. Pure; knows no number, no name and no words.

`state` is the record after the fact, as the batch stores it (a later one does as well). Whoever
gave no contact is told nothing; departments are told on their duty line.
"""

from datetime import datetime
from typing import Final

from hotline.correspondence.events import ContactTaskOpened, TextSettled
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import TaskKind
from hotline.evaluations.events import EvaluationInvited
from hotline.evaluations.state import Service
from hotline.facts import Fact
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Urgency
from hotline.values import dataclass
from notifications.callers import to_caller
from notifications.intent import Template, TextIntent, citizen, intent_id
from notifications.quiet_hours import QUIET_HOURS, QuietHours
from notifications.saying import Saying
from notifications.staff import to_staff

_MAY_WAIT: Final = frozenset(
    {
        Template.MERGED,
        Template.INVITED,
        Template.INVITED_AGAIN,
        Template.CLOSED,
        Template.EXPLAINED,
        Template.EVALUATION_FEEDBACK,
    }
)
"""Not worth waking anybody for, however urgent the ticket was (our default)."""

_STAFF_LANGUAGE: Final = "zh"


@dataclass(frozen=True, slots=True)
class _Cause:
    """What a text follows from: the place of a fact, its time, and how much it hurries."""

    stream: str
    version: int
    at: datetime
    urgent: bool
    quiet: QuietHours


def plan(
    stream: str,
    version: int,
    fact: Fact[object],
    state: Ticket | Service | Correspondence | None,
    quiet: QuietHours = QUIET_HOURS,
) -> tuple[TextIntent, ...]:
    """Plan the texts of one fact; facts that concern nobody outside give none."""
    event = fact.event
    if isinstance(state, Ticket):
        if not (said := _about_ticket(event, state)):
            return ()
        urgent = state.urgency >= Urgency.UTILITY
    elif isinstance(state, Service):
        said, urgent = _about_service(event, state), False
    elif isinstance(state, Correspondence):
        said = _to_correspondent(stream, event)
        urgent = isinstance(event, TextSettled)  # they wrote to us just now
    else:
        return ()
    cause = _Cause(stream, version, fact.occurred_at, urgent, quiet)
    return tuple([_intent(cause, *one) for one in said])


def _to_correspondent(recipient: str, event: object) -> tuple[tuple[str, str, Saying], ...]:
    """Reply to a text, and tell whoever called in vain; the stream names the citizen."""
    match event:
        case TextSettled(replied=True):
            saying = Saying(Template(f"reply_{event.reading}"), _replied(event))
            return ((recipient, event.language, saying),)
        case ContactTaskOpened(kind=TaskKind.CALL_BACK, by_at=by_at) if by_at is not None:
            saying = Saying(Template.MISSED_CALL, {"call_back_at": by_at.isoformat()})
            return ((recipient, _STAFF_LANGUAGE, saying),)
        case _:
            return ()


def _replied(event: TextSettled) -> dict[str, str]:
    return {
        "number": event.number,
        "kind": event.kind,
        "secret": "yes" if event.secret else "",
        "level": str(event.level),
        "other": event.other,
        "stage": event.stage,
        "due_at": event.due_at.isoformat() if event.due_at else "",
    }


def _about_ticket(event: object, ticket: Ticket) -> tuple[tuple[str, str, Saying], ...]:
    told = to_staff(event, ticket)
    said = tuple([(recipient, _STAFF_LANGUAGE, saying) for recipient, saying in told])
    saying = to_caller(event, ticket) if ticket.caller else None
    if saying is None:
        return said
    return ((citizen(ticket.caller), ticket.language, saying), *said)


def _about_service(event: object, service: Service) -> tuple[tuple[str, str, Saying], ...]:
    match event:
        case EvaluationInvited() if service.citizen:
            template = Template.INVITED_AGAIN if event.reminder else Template.INVITED
            number = service.ticket or service.project_no
            kind = "" if service.ticket else "service"
            data = {"number": number, "kind": kind, "secret": ""}
            return ((citizen(service.citizen), service.language, Saying(template, data)),)
        case _:
            return ()


def _intent(cause: _Cause, recipient: str, language: str, saying: Saying) -> TextIntent:
    urgent = cause.urgent and saying.template not in _MAY_WAIT
    return TextIntent(
        intent_id=intent_id(cause.stream, cause.version, saying.template, recipient),
        stream=cause.stream,
        recipient=recipient,
        template=saying.template,
        data=saying.data,
        language=language,
        not_before=cause.quiet.earliest(cause.at, urgent=urgent),
        urgent=urgent,
    )
