"""Draw the state diagrams of the three kinds of ticket, by asking the rules themselves.

Every state that can be reached from the registration is visited: each command is decided, each
running timer fired, and what changes the stage becomes an arrow. Nothing is drawn by hand, so
nothing can be out of date.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, reduce
from typing import Final, TypeAlias

from hotline.clocks.calendar import SHANGHAI, Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.facts import Fact
from hotline.people.actors import CLOCK, SYSTEM, Actor
from hotline.people.command_table import COMMANDS
from hotline.people.commands import DepartmentLevel
from hotline.people.scopes import KINDS_OF_ROLE, Scope
from hotline.refusal import Refusal
from hotline.routing.route import Route
from hotline.situation import Situation
from hotline.tickets import commands as c
from hotline.tickets.decide import decide
from hotline.tickets.evolve import evolve
from hotline.tickets.state import Ticket
from hotline.tickets.timers import timers_of
from hotline.tickets.vocabulary import (
    AppealGround,
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    MatterCause,
    MatterResult,
    MatterScope,
    RectificationResult,
    RefusalClass,
    ReturnGround,
    Stage,
    SuspensionGround,
    TicketType,
    VerificationFinding,
)

STATES_MAX: Final = 4000
Arrow: TypeAlias = tuple[Stage, Stage]

_START: Final = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
_HEAD: Final = """\
# States of a ticket

Generated from the rules by `python -m docs.tools`; do not edit.
An arrow names the commands and timers that move a ticket from stage to stage. A ticket
ends Archived, or Merged while its main ticket runs.
"""
_TITLES: Final = {
    Kind.HOTLINE: "热线工单 Hotline ticket",
    Kind.MATTER: "办不成事 Matter",
    Kind.POOR_EVALUATION: "差评工单 Poor evaluation",
}


class _World:
    """A directory, catalogue and indicator table in which every name is known."""

    version = "diagram"

    def knows(self, department: str) -> bool:
        """Know every name."""
        return bool(department)

    def is_grassroots(self, department: str) -> bool:
        """Hold none for a street or village."""
        return not department

    def in_line(self, department: str, other: str) -> bool:
        """Let nobody act for another."""
        return department == other

    def level(self, department: str) -> DepartmentLevel | None:
        """Take every department for a functional one."""
        return DepartmentLevel.DEPARTMENT if department else None

    def route(self, *, region: str, category: str, type_: TicketType, text: str) -> Route:
        """Leave every ticket to a person."""
        return Route("", (), "", (region, category, type_.value, text))

    def is_department_duty(self, region: str, category: str) -> bool:
        """Guard nothing."""
        return not (region or category)

    def knows_category(self, region: str, category: str) -> bool:
        """Tell so of every category."""
        return bool(region or category)

    def codes(self, level: int) -> frozenset[str]:
        """Offer one indicator a level."""
        return frozenset({str(level)})


_SITUATION: Final = Situation(
    actor=SYSTEM,
    at=_START,
    clocks=Clocks(Calendar.of("diagram", ()), PRESETS["default"]),
    directory=_World(),
    routing=_World(),
    indicators=_World(),
    number="5118002026030201000001",
)


def _registration(kind: Kind) -> c.RegisterTicket:
    poor = kind is Kind.POOR_EVALUATION
    return c.RegisterTicket(
        kind=kind,
        type=TicketType.COMPLAINT,
        channel=Channel.POOR_EVALUATION if poor else Channel.PHONE,
        region="511800",
        title="标题",
        summary="内容",
        caller="citizen",
        category="010101",
        item_code="item",
        service_number="service",
        visits_count=2,
        rated_department="water",
        evaluation="service/p/1",
        level=1,
        real_name=True,
    )


def _commands(ticket: Ticket) -> Iterator[c.TicketCommand]:
    text = "说明"
    for solved in (True, False):
        yield c.RecordRevisit(
            way=ContactWay.PHONE,
            connected=True,
            solved=solved,
            satisfaction=5 if solved else 1,
            finding=VerificationFinding.REASONABLE,
        )
    yield c.RecordRevisit(way=ContactWay.PHONE, connected=False)
    for yes in (True, False):
        yield c.ReviewAnswer(
            approved=yes,
            contact_proven=yes,
            answers_question=yes,
            basis_stated=yes,
            no_template=yes,
            no_personal_data=yes,
            reason=text,
        )
        yield c.DecideAppeal(upheld=yes, reason=text)
        yield c.CheckRectification(passed=yes, reason=text)
    yield c.PrecheckTicket(type=ticket.type, category="010101")
    for lead in ("water", "roads", "power"):
        yield c.AssignTicket(lead=lead, entry="1")
    heard = tuple(dict.fromkeys((*ticket.departments, "water", "power")))
    yield c.AdjudicateTicket(lead="power", minutes=text, heard=heard)
    yield c.ReturnTicket(ground=ReturnGround.FUNCTION, basis=text)
    yield c.OpenJointReview(lead="water", assists=("roads",))
    yield c.ConcludeJointReview(minutes=text, lead="water")
    yield c.TriageMatter(cause=MatterCause.SYSTEM_FAILURE, scope=MatterScope.SHIFTING, opinion=text)
    yield c.AnswerTicket(
        public_text=text,
        internal_text=text,
        basis=text,
        solved=True,
        evidence=(text,),
        matter_result=MatterResult.DONE if ticket.kind is Kind.MATTER else None,
    )
    yield c.RequestSuspension(
        ground=SuspensionGround.JUDICIAL, evidence=text, until=ticket.last_at + timedelta(days=3)
    )
    yield c.RefuseTicket(
        refusal_class=RefusalClass.OTHER_BODY, reason=text, basis=text, way_told=text
    )
    yield from (
        c.AnswerDirectly(article="1", article_version=1, text=text),
        c.MergeTicket(main="5118002026030201000002", reasons=text),
        c.UnmergeTicket(reason=text),
        c.AskForInformation(missing=text, way=ContactWay.PHONE),
        c.ProvideInformation(summary=text),
        c.AcknowledgeTicket(),
        c.RecordContact(way=ContactWay.PHONE, evidence=text),
        c.AcceptReturn(lesson=text),
        c.RefuseReturn(reason=text),
        c.RequestExtension(working_days=3, reason=text),
        c.GrantExtension(),
        c.DenyExtension(reason=text),
        c.SuspendTicket(),
        c.ResumeTicket(reason=text),
        c.SubmitFeedback(),
        c.OrderRedo(lawful_because=text, differently=text),
        c.ProposeExplainedClosure(code=ClosureCode.POLICY, basis=text, text=text),
        c.ApproveExplainedClosure(),
        c.CloseTicket(),
        c.RaiseObjection(channel=Channel.PHONE, summary=text),
        c.SettleOnSpot(result=text),
        c.GiveNotice(materials=(text,), proof=text),
        c.GiveFeedback(way=ContactWay.PHONE, text=text),
        c.RecordImprovement(change=text),
        c.FileAppeal(ground=AppealGround.MISTAKEN, evidence=text, evaluator_confirmed=True),
        c.OrderRectification(measure=text),
        c.CompleteRectification(result=RectificationResult.RECTIFIED, measure=text, proof=text),
        c.RecordLaterEvaluation(level=4),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """What one command or timer did."""

    label: str
    command: str
    events: frozenset[str]
    after: Ticket


def _steps(ticket: Ticket) -> Iterator[_Step]:
    """Try everything once: every command by whoever is allowed, every timer that runs."""
    for command in _commands(ticket):
        for at in _moments(command, ticket):
            step = next(
                (
                    found
                    for actor in _cast(command, ticket)
                    if (found := _step(command, ticket, actor, at)) is not None
                ),
                None,
            )
            if step is not None:
                yield step
                break
    for timer in timers_of(ticket):
        fire = c.FireTimer(timer=timer.kind, due_at=timer.due_at)
        step = _step(fire, ticket, CLOCK, max(timer.due_at, ticket.last_at))
        if step is not None and step.after.stage is not ticket.stage:
            yield replace(step, label=f"{timer.kind.value} timer")


def _moments(command: c.TicketCommand, ticket: Ticket) -> Iterator[datetime]:
    """Try at once; an attempt at a revisit again on another half-day."""
    yield ticket.last_at + timedelta(minutes=1)
    if isinstance(command, c.RecordRevisit):
        yield ticket.last_at + timedelta(hours=13)


def _cast(command: c.TicketCommand, ticket: Ticket) -> Iterator[Actor]:
    """Name who may try a command: a person of its own for each, so that no duties ever meet."""
    row = COMMANDS[type(command)]
    if not row:
        yield SYSTEM
    one_each = {
        scope: role
        for role, scope in row.items()
        if ticket.kind in KINDS_OF_ROLE.get(role, (ticket.kind,))
    }
    for scope, role in one_each.items():
        department = ticket.lead if scope is Scope.OWN_DEPARTMENT else "hotline"
        yield Actor(type(command).__name__, role, department)


def _step(
    command: c.TicketCommand, ticket: Ticket | None, actor: Actor, at: datetime
) -> _Step | None:
    decision = decide(command, ticket, replace(_SITUATION, actor=actor, at=at))
    if isinstance(decision, Refusal) or not decision:
        return None
    name = type(command).__name__
    after = reduce(evolve, (Fact(event, actor, at) for event in decision), ticket)
    if after is None:
        return None
    return _Step(name, name, frozenset(type(event).__name__ for event in decision), after)


def _signature(ticket: Ticket) -> tuple[object, ...]:
    """Say what makes two states alike for the question of where they may go.

    A matter's improvement (共性整改) runs beside its loop and moves it nowhere, so it is left out.
    """
    return (
        ticket.stage,
        ticket.stage_before,
        bool(ticket.lead),
        ticket.draft_ready,
        ticket.contacted_at is None,
        ticket.pause is None,
        ticket.explained_closure,
        ticket.objected,
        ticket.objection_denied,
        ticket.adjudicated,
        len(ticket.returns),
        ticket.lead in ticket.returns,
        ticket.appeals_count,
        ticket.kind is Kind.POOR_EVALUATION and ticket.rectified,
        ticket.verified,
        ticket.rerated,
        ticket.feedback_given_at is None,
        ticket.rerate_window_ended,
        not ticket.hands.triaged_by,
        not ticket.hands.reviewed_by,
    )


@dataclass(frozen=True, slots=True)
class Walk:
    """What was seen on the way through every state of a kind."""

    first: Stage
    arrows: dict[Arrow, set[str]]
    events: dict[str, set[str]]  # by command


@cache
def walk(kind: Kind) -> Walk:
    """Visit every state of a kind and collect what leads from stage to stage."""
    first = _step(_registration(kind), None, SYSTEM, _START)
    if first is None:
        raise RuntimeError(f"a {kind} is not registered")
    seen = Walk(first.after.stage, {}, {first.command: set(first.events)})
    known, waiting = {_signature(first.after)}, deque([first.after])
    while waiting:
        ticket = waiting.popleft()
        for step in _steps(ticket):
            seen.events.setdefault(step.command, set()).update(step.events)
            if step.after.stage is not ticket.stage:
                seen.arrows.setdefault((ticket.stage, step.after.stage), set()).add(step.label)
            if (signature := _signature(step.after)) not in known:
                known.add(signature)
                waiting.append(step.after)
        if len(known) > STATES_MAX:
            raise RuntimeError(f"{kind} has more states than expected: the signature is too fine")
    return seen


def states_page() -> str:
    """Write the page of the diagrams."""
    parts = [_HEAD]
    for kind, title in _TITLES.items():
        seen = walk(kind)
        lines = sorted(
            f"    {start.value} --> {end.value}: {', '.join(sorted(labels))}"
            for (start, end), labels in seen.arrows.items()
        )
        body = "\n".join((f"    [*] --> {seen.first.value}", *lines, "    Archived --> [*]"))
        parts.append(f"## {title}\n\n```mermaid\nstateDiagram-v2\n{body}\n```\n")
    return "\n".join(parts)
