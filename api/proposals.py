"""Proposals 派单提议: rule and model side by side, and tickets that may be the same matter.

The rule decides, the model only speaks beside it; and a person decides over both.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from api import reading
from api.messages import LANGUAGES, Language
from api.naming import Naming
from api.ports import Advice, Faces
from hotline.people.actors import Actor
from hotline.routing.route import Route
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import TicketType
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter

DUPLICATES_MAX: Final = 5
DUPLICATE_DAYS_MAX: Final = 30
"""How far back the same matter is looked for; a repeat within 30 days counts (handbook, 6)."""
_WORD_LENGTH_MIN: Final = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """派单提议: what the catalogue says, and what the model guesses where there is one."""

    route: Route
    advice: Advice | None


def proposed(house: Faces, *, region: str, category: str, type_: TicketType, text: str) -> Proposal:
    """Ask both. Blocks: the model may have to be read first."""
    route = house.archive.catalogue().route(
        region=region, category=category, type_=type_, text=text
    )
    return Proposal(route, house.adviser(route, text))


def described_proposal(house: Faces, proposal: Proposal, region: str) -> dict[str, Any]:
    """Turn a proposal into JSON: codes for machines, sentences for people."""
    route, advice = proposal.route, proposal.advice
    return {
        "lead": route.lead,
        "assists": route.assists,
        "entry": route.entry,
        "reasons": route.reasons,
        "category": route.category,
        "urgency": route.urgency,
        "texts": {
            language: Naming(house, language).reasons(route.reasons, region)
            for language in LANGUAGES
        },
        "model": None if advice is None else advice,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """提议 in words, as a page shows it."""

    lead: str
    assists: tuple[str, ...]
    category: str
    reasons: tuple[str, ...]
    guesses: tuple[tuple[str, float], ...]
    agrees: bool | None


def told_proposal(house: Faces, proposal: Proposal, region: str, language: Language) -> Told:
    """Say a proposal in words."""
    route, advice, naming = proposal.route, proposal.advice, Naming(house, language)
    pairs = ((advice.label, advice.confidence), *advice.alternatives) if advice else ()
    return Told(
        naming.department(route.lead),
        tuple(naming.department(code) for code in route.assists),
        naming.category(route.category, region) if route.category else "",
        tuple(naming.reasons(route.reasons, region)),
        tuple((naming.category(label, region), share) for label, share in pairs),
        advice.agrees if advice else None,
    )


def proposed_for(house: Faces, ticket: Ticket) -> Proposal:
    """Ask both for a ticket that waits for its assignment."""
    return proposed(
        house,
        region=ticket.region,
        category=ticket.category,
        type_=ticket.type,
        text=f"{ticket.title}\n{ticket.summary}",
    )


def duplicates(
    house: Faces, actor: Actor, *, region: str, title: str, route: Route
) -> tuple[TicketLine, ...]:
    """Find tickets of the same area that may be about the same matter, the nearest text first.

    First the title as it stands, then the words by which the catalogue knew the matter.
    """
    found: dict[str, TicketLine] = {}
    since = house.clock() - timedelta(days=DUPLICATE_DAYS_MAX)
    for text in _searches(title, route):
        wanted = TicketFilter(text=text, region=region, since=since)
        page = reading.ticket_page(house, actor, wanted, "", DUPLICATES_MAX)
        found |= {line.number: line for line in page.lines if line.number not in found}
        if len(found) >= DUPLICATES_MAX:
            break
    return tuple(found.values())[:DUPLICATES_MAX]


def _searches(title: str, route: Route) -> list[str]:
    words: list[str] = []
    for reason in route.reasons:
        kind, _, rest = reason.partition(":")
        if kind == "keywords":
            words = sorted(rest.split(","), key=len, reverse=True)
    asked = (title.strip()[:60], " ".join(words), *words[:2])
    return [text for text in dict.fromkeys(asked) if len(text) >= _WORD_LENGTH_MIN]
