"""Dispatching 派单台: what waits for an assignment or a decision, with the reasons beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from api import reading
from api.messages import Language
from api.ports import Faces
from api.proposals import Proposal, Told, proposed, told_proposal
from hotline.people.actors import Actor
from hotline.people.sight import listed_for
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Stage, TicketType
from projections.audit import queries as audit
from projections.cursors import Page
from projections.log import LogLine
from projections.tickets import boards
from projections.tickets import queries as tickets
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter

QUEUE_LINES: Final = 25
CASES_SHOWN: Final = 10
MERGED_LOOKED_AT: Final = 100
CANDIDATES_LOOKED_AT: Final = 80
"""Newest tickets of each stage in which mass incidents are looked for (our default)."""
ALIKE_MIN: Final = 0.5
"""Share of the pairs of characters that two titles have in common (our default)."""
_ASKED_WITHIN: Final = timedelta(days=60)

AWAITING: Final = (Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT)
DECISIONS: Final[Mapping[str, Stage | None]] = {
    "returns": Stage.RETURN_UNDER_REVIEW,
    "adjudications": Stage.IN_ADJUDICATION,
    "extensions": Stage.EXTENSION_UNDER_REVIEW,
    "suspensions": None,  # no stage of its own: found by who asked
    "reviews": Stage.AWAITING_REVIEW,
}
OFFICE_DECISIONS: Final[Mapping[str, Stage]] = {
    "triage": Stage.IN_TRIAGE,  # dissatisfied answers and objections
    "explained": Stage.IN_TRIAGE,  # an explained closure waits for its second person
    "appeals": Stage.IN_APPEAL,
}
"""Decisions of the revisit and evaluation office."""
_STAGES: Final[Mapping[str, Stage | None]] = {**DECISIONS, **OFFICE_DECISIONS}

PING_PONG: Final = frozenset(
    {
        *("TicketAssigned", "TicketReturned", "ReturnAccepted", "ReturnRefused"),
        *("AdjudicationOpened", "TicketAdjudicated"),
    }
)
_DISSATISFIED: Final = frozenset(
    {
        *("TicketAnswered", "TicketAnsweredDirectly", "FeedbackGiven", "RevisitRecorded"),
        *("TriageOpened", "RedoOrdered", "ObjectionRaised", "ObjectionDecided"),
        *("ExplainedClosureProposed", "ExplainedClosureDenied", "SupervisionOpened"),
        *("TicketRefused", "TicketClosed"),
    }
)
_SAID: Final[Mapping[str, frozenset[str]]] = {
    "triage": _DISSATISFIED,
    "explained": _DISSATISFIED,
    "appeals": frozenset(
        {
            *("TicketRegistered", "TicketAcknowledged", "RevisitRecorded", "ContactRecorded"),
            *("AppealFiled", "AppealDecided", "RectificationCompleted"),
        }
    ),
    "returns": PING_PONG,
    "adjudications": PING_PONG,
    "extensions": frozenset({"ExtensionRequested", "ExtensionGranted", "ExtensionDenied"}),
    "suspensions": frozenset({"SuspensionRequested", "TicketSuspended", "SuspensionDenied"}),
    "reviews": frozenset({"ContactRecorded", "AnswerDrafted", "FeedbackSubmitted"}),
}
"""What of a ticket's history a decision is made upon."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """待派工单 with the proposal for it."""

    line: TicketLine
    proposal: Proposal
    told: Told

    @property
    def confidence(self) -> float:
        """Say how sure: the model's share where it agrees, none where nothing guesses."""
        advice = self.proposal.advice
        return advice.confidence if advice is not None else 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """待裁决事项: a ticket, its state and what was said of the matter to be decided."""

    line: TicketLine
    state: Ticket
    version: int
    said: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """群诉: a main ticket and what was merged into it."""

    main: TicketLine
    children: tuple[TicketLine, ...]


def queue(
    house: Faces, actor: Actor, language: Language, *, region: str = "", cursor: str = ""
) -> Page[Waiting]:
    """List what waits for an assignment, by its limit. Blocks on lists, rules and model."""
    stages, sight = tuple(stage.value for stage in AWAITING), listed_for(actor)

    def ask(connection: Any) -> Page[TicketLine]:
        return boards.stage_deadlines(
            connection, stages, region=region, cursor=cursor, limit=QUEUE_LINES, sight=sight
        )

    page: Page[TicketLine] = reading.ask(house, ask)
    return Page(
        tuple(
            _waiting(house, line, language)
            for line in page.lines
            if line.kind == Kind.HOTLINE or line.stage == Stage.AWAITING_ASSIGNMENT
        ),
        page.cursor,
    )


def _waiting(house: Faces, line: TicketLine, language: Language) -> Waiting:
    proposal = proposed(
        house,
        region=line.region,
        category=line.category,
        type_=TicketType(line.type),
        text=f"{line.title}\n{line.summary}",
    )
    return Waiting(line, proposal, told_proposal(house, proposal, line.region, language))


def cases(house: Faces, actor: Actor, kind: str, cursor: str = "") -> Page[Case]:
    """List what waits for one kind of decision, with the history it is decided upon."""
    stage, sight = _STAGES[kind], listed_for(actor)

    def ask(connection: Any) -> Page[TicketLine]:
        if stage is not None:
            return boards.stage_deadlines(
                connection, (stage.value,), cursor=cursor, limit=CASES_SHOWN, sight=sight
            )
        wanted = audit.EventFilter(type="SuspensionRequested", since=house.clock() - _ASKED_WITHIN)
        asked = audit.events(connection, wanted, cursor=cursor, limit=4 * CASES_SHOWN)
        numbers = dict.fromkeys(one.stream.partition("/")[2] for one in asked.lines)
        return Page(tuple(tickets.by_numbers(connection, numbers, sight=sight)), asked.cursor)

    page: Page[TicketLine] = reading.ask(house, ask)
    found = [_case(house, kind, line) for line in page.lines]
    return Page(tuple(case for case in found if case is not None), page.cursor)


def _case(house: Faces, kind: str, line: TicketLine) -> Case | None:
    stream = f"ticket/{line.number}"
    record = house.archive.state(stream)
    state = record.state
    if not isinstance(state, Ticket) or not _still_asked(kind, state):
        return None
    said = tuple(
        one for one in house.archive.facts(stream) if type(one.fact.event).__name__ in _SAID[kind]
    )
    return Case(line, state, record.version, said)


def _still_asked(kind: str, state: Ticket) -> bool:
    """Look at the truth, since a list may be a moment behind."""
    if kind == "suspensions":
        return state.pause is not None and state.paused_at is None
    if kind == "explained" and state.explained_closure is None:
        return False
    if kind == "triage":  # a new matter is in triage too, before anybody was asked
        asked = bool(state.revisit_attempts) or state.objected or state.kind is Kind.HOTLINE
        return state.stage is Stage.IN_TRIAGE and asked and state.explained_closure is None
    return state.stage is _STAGES[kind]


def incidents(house: Faces, actor: Actor) -> tuple[Incident, ...]:
    """List the mass incidents that grew last."""
    sight = listed_for(actor)

    def ask(connection: Any) -> tuple[Incident, ...]:
        merged = TicketFilter(stages=(Stage.MERGED.value,))
        last = tickets.tickets(connection, merged, limit=MERGED_LOOKED_AT, sight=sight)
        mains = dict.fromkeys(line.main for line in last.lines if line.main)
        return tuple(
            Incident(main, tuple(tickets.children(connection, main.number, sight=sight)))
            for main in tickets.by_numbers(connection, mains, sight=sight)
        )

    found: tuple[Incident, ...] = reading.ask(house, ask)
    return found


def candidates(house: Faces, actor: Actor) -> tuple[tuple[TicketLine, ...], ...]:
    """List groups of newly registered tickets that may be one matter; a person confirms."""
    found: list[TicketLine] = []
    for stage in AWAITING:  # one index each: the newest of a stage, whatever else there is
        wanted = TicketFilter(stages=(stage.value,))
        found += reading.ticket_page(house, actor, wanted, "", CANDIDATES_LOOKED_AT).lines
    hotline = [line for line in found if line.kind == Kind.HOTLINE]
    return alike_groups(sorted(hotline, key=lambda line: -line.id))


def alike_groups(lines: Sequence[TicketLine]) -> tuple[tuple[TicketLine, ...], ...]:
    """Group tickets of one area whose titles have most pairs of characters in common."""
    groups: list[tuple[str, set[str], list[TicketLine]]] = []
    for line in lines:
        pairs = {first + second for first, second in pairwise(line.title)}
        for region, words, members in groups:
            shared = len(words & pairs)
            if (
                region == line.region
                and pairs
                and shared >= ALIKE_MIN * min(len(words), len(pairs))
            ):
                members.append(line)
                break
        else:
            groups.append((line.region, pairs, [line]))
    return tuple(tuple(reversed(members)) for _, _, members in groups if len(members) > 1)
