from dataclasses import fields
from typing import get_args

import pytest

from hotline.inspection.commands import InspectionCommand
from hotline.people import permissions
from hotline.people.actors import CLOCK, SYSTEM, Actor, Role
from hotline.people.permissions import (
    ADMINISTRATORS,
    COMMANDS,
    DEPARTMENT_ROLES,
    QUERIES,
    AnyCommand,
    Query,
    Scope,
    check,
    may_ask,
    may_read_ticket,
    may_send,
)
from hotline.tickets import commands as tickets
from hotline.tickets.commands import (
    AcknowledgeTicket,
    AppendAddition,
    AssignTicket,
    CompleteAssist,
    RaiseObjection,
    RegisterTicket,
)
from hotline.tickets.state import Assist, Ticket
from hotline.tickets.vocabulary import Channel, Kind, Secrecy, Stage, TicketType
from tests.city import REGION, ROADS, START, WATER

REGISTER = RegisterTicket(
    type=TicketType.HELP, channel=Channel.WEB, region=REGION, title="停水", summary="无水"
)
ADDITION = AppendAddition(summary="还是无水")


def a_ticket(kind: Kind = Kind.HOTLINE, caller: str = "citizen-1") -> Ticket:
    return Ticket(
        number="1",
        kind=kind,
        type=TicketType.HELP,
        channel=Channel.WEB,
        stage=Stage.IN_HANDLING,
        region=REGION,
        registered_at=START,
        last_at=START,
        caller=caller,
        lead=WATER,
        assists=(Assist(department=ROADS),),
    )


def code(actor: Actor, command: AnyCommand, state: object) -> str:
    refusal = check(actor, command, state)
    return refusal.code if refusal else ""


def senders(*commands: type) -> set[Role]:
    return {role for command in commands for role in COMMANDS[command]}


def test_every_command_has_a_row() -> None:
    assert set(COMMANDS) == set(get_args(AnyCommand))


def test_every_question_has_a_row() -> None:
    assert set(QUERIES) == set(Query)


def test_the_clock_and_the_policies_pass() -> None:
    for actor in (CLOCK, SYSTEM):
        assert all(may_send(actor, command) for command in COMMANDS)
        assert check(actor, ADDITION, a_ticket()) is None


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.AUDIT_ADMINISTRATOR])
def test_who_only_reads_writes_nothing(role: Role) -> None:
    assert not any(may_send(Actor("x", role), command) for command in COMMANDS)


def test_an_inspector_puts_nothing_on_record_but_an_inspection() -> None:
    sent = {command for command in COMMANDS if may_send(Actor("x", Role.INSPECTOR), command)}
    assert sent == set(get_args(InspectionCommand))
    assert all(COMMANDS[command].keys() == {Role.INSPECTOR} for command in sent)


def test_inspectors_read_every_ticket() -> None:
    inspector = Actor("x", Role.INSPECTOR)
    for secrecy in Secrecy:
        assert reads(inspector, secrecy=secrecy)
    assert may_ask(inspector, Query.TICKET_READ_SECRET)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_read_no_ticket_and_send_no_ticket_command(role: Role) -> None:
    actor = Actor("x", role)
    assert not reads(actor)
    assert not any(may_ask(actor, query) for query in (Query.TICKET_LIST, Query.TICKET_READ))
    assert not any(may_send(actor, command) for command in get_args(tickets.TicketCommand))


def test_the_three_powers_are_apart() -> None:
    shared = {Query.CHANGES_READ}  # what became of the settings is no secret among the three
    owned = [
        {query for query in Query if role in QUERIES[query]} - shared
        | {command for command in COMMANDS if role in COMMANDS[command]}
        for role in sorted(ADMINISTRATORS)
    ]
    assert all(owned)
    assert not owned[0] & owned[1]
    assert not owned[1] & owned[2]
    assert not owned[0] & owned[2]


def test_observers_see_aggregates_only() -> None:
    asked = {query for query in Query if may_ask(Actor("x", Role.OBSERVER), query)}
    assert asked == {Query.KPI_READ, Query.EVALUATION_STATISTICS}
    assert not reads(Actor("x", Role.OBSERVER))


def test_operators_neither_assign_nor_review() -> None:
    assert Role.OPERATOR not in senders(
        tickets.AssignTicket, tickets.ReviewAnswer, tickets.RecordRevisit
    )


def test_the_handling_side_neither_reviews_nor_revisits_nor_decides() -> None:
    judging = senders(
        *(tickets.ReviewAnswer, tickets.RecordRevisit, tickets.ApproveExclusion),
        *(tickets.DecideAppeal, tickets.AcceptReturn, tickets.RefuseReturn),
        *(tickets.GrantExtension, tickets.CheckRectification, tickets.ApproveExplainedClosure),
    )
    assert not judging & (DEPARTMENT_ROLES | {Role.WINDOW_CLERK})


def test_departments_and_windows_never_rate() -> None:
    from_people = {
        role
        for command in COMMANDS
        if command.__name__ in ("RecordEvaluation", "RateLater")
        for role in COMMANDS[command]
    }
    assert not from_people & (DEPARTMENT_ROLES | {Role.WINDOW_CLERK, Role.MATTER_OFFICER})


def test_handlers_do_not_sign() -> None:
    assert senders(tickets.SubmitFeedback) == {Role.DEPARTMENT_LEADER}
    assert Role.DEPARTMENT_LEADER not in senders(tickets.AnswerTicket)


def test_machines_alone_send_what_follows_from_events() -> None:
    alone = {command.__name__ for command, row in COMMANDS.items() if not row}
    assert alone == {
        *("FireTimer", "FireInvitation", "LinkChild", "UnlinkChild", "RecomputeDue"),
        *("MarkEvaluation", "OpenRerateWindow", "LinkLoop", "RecordLaterEvaluation"),
        "AcceptInvitation",
        *("ReceiveText", "SettleText", "ReportUndelivered", "ReportMissedCall"),
        *("RaiseSignals", "ConfirmErasure", "CiteArticle"),
        *("ReceiveCall", "ReportLine", "ChooseCallLanguage", "TurnCallAway", "FireCallTimer"),
        *("RateCall", "GiveCallReason", "KeepRecording", "EraseRecording"),
        "ConfirmRecordingErased",
    }


def test_a_department_acts_on_its_own_tickets() -> None:
    acknowledge = AcknowledgeTicket()
    assert code(Actor("x", Role.HANDLER, WATER), acknowledge, a_ticket()) == ""
    stranger = Actor("x", Role.HANDLER, ROADS)
    assert code(stranger, acknowledge, a_ticket()) == "not-your-department"
    assert code(Actor("x", Role.HANDLER), acknowledge, a_ticket()) == "not-your-department"


def test_an_assisting_department_completes_its_part() -> None:
    assert code(Actor("x", Role.HANDLER, ROADS), CompleteAssist(result="成"), a_ticket()) == ""


def test_a_caller_acts_on_the_own_ticket() -> None:
    objection = RaiseObjection(channel=Channel.WEB, summary="没有解决")
    assert code(Actor("citizen-1", Role.CALLER), objection, a_ticket()) == ""
    assert code(Actor("citizen-2", Role.CALLER), objection, a_ticket()) == "not-your-ticket"
    assert code(Actor("citizen-2", Role.CALLER), ADDITION, a_ticket(caller="")) == "not-your-ticket"
    assert code(Actor("", Role.CALLER), ADDITION, a_ticket(caller="")) == ""


def test_a_caller_registers_in_the_own_name() -> None:
    caller = Actor("citizen-1", Role.CALLER)
    assert code(caller, REGISTER, None) == ""
    for_other = RegisterTicket(
        **{field.name: getattr(REGISTER, field.name) for field in fields(REGISTER)}
        | {"caller": "citizen-2"}
    )
    assert code(caller, for_other, None) == "not-your-ticket"


def test_a_role_without_a_row_entry_is_told_so() -> None:
    refusal = check(Actor("x", Role.OBSERVER), ADDITION, a_ticket())
    assert refusal is not None
    assert (refusal.code, refusal.detail) == ("role-forbidden", {"role": "observer"})


def test_officers_stay_with_their_loop() -> None:
    officer = Actor("x", Role.MATTER_OFFICER, "hall")
    assign = AssignTicket(lead=WATER, reason="职能")
    assert code(officer, assign, a_ticket()) == "role-forbidden"
    assert code(officer, assign, a_ticket(Kind.MATTER)) == ""
    assert code(officer, REGISTER, None) == "role-forbidden"


def reads(
    actor: Actor,
    *,
    caller: str = "citizen-1",
    secrecy: Secrecy = Secrecy.MASKED,
    kind: Kind = Kind.HOTLINE,
) -> bool:
    return may_read_ticket(
        actor, lead=WATER, assists=(ROADS,), caller=caller, secrecy=secrecy, kind=kind
    )


@pytest.mark.parametrize(
    ("actor", "secrecy", "allowed"),
    [
        (Actor("x", Role.HANDLER, WATER), Secrecy.SECRET, True),
        (Actor("x", Role.HANDLER, ROADS), Secrecy.CONFIDENTIAL, True),
        (Actor("x", Role.HANDLER, ROADS), Secrecy.SECRET, False),
        (Actor("x", Role.HANDLER, "parks"), Secrecy.PUBLIC, False),
        (Actor("x", Role.HANDLER), Secrecy.PUBLIC, False),
        (Actor("x", Role.OPERATOR, "hotline"), Secrecy.MASKED, True),
        (Actor("x", Role.OPERATOR, "hotline"), Secrecy.CONFIDENTIAL, False),
        (Actor("x", Role.SHIFT_LEAD, "hotline"), Secrecy.SECRET, True),
        (Actor("x", Role.MATTER_OFFICER, "hall"), Secrecy.MASKED, False),
        (Actor("citizen-1", Role.CALLER), Secrecy.SECRET, True),
        (Actor("citizen-2", Role.CALLER), Secrecy.PUBLIC, False),
        (Actor("x", Role.KNOWLEDGE_EDITOR), Secrecy.PUBLIC, False),
    ],
)
def test_who_reads_a_ticket(actor: Actor, secrecy: Secrecy, *, allowed: bool) -> None:
    assert reads(actor, secrecy=secrecy) is allowed


def test_an_anonymous_ticket_is_nobodys_to_list() -> None:
    assert not reads(Actor("", Role.CALLER), caller="")


def test_the_scope_of_a_question() -> None:
    handler = Actor("x", Role.HANDLER, WATER)
    assert permissions.query_scope(handler, Query.TICKET_LIST) is Scope.OWN_DEPARTMENT
    assert permissions.query_scope(handler, Query.AUDIT_READ) is None
    assert permissions.query_scope(SYSTEM, Query.AUDIT_READ) is Scope.ANY
