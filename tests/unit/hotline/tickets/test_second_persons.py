"""Who asks does not decide, and what must be said is said: guards that stand behind others."""

from dataclasses import replace
from datetime import datetime

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.tickets.commands import (
    AnswerDirectly,
    ApproveExclusion,
    ApproveExplainedClosure,
    DenyExtension,
    DenySuspension,
    GrantExtension,
    OpenSupervision,
    ProposeExplainedClosure,
    RaiseObjection,
    RecordRevisit,
    RequestAssist,
    RequestExclusion,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    SuspendTicket,
)
from hotline.tickets.events import (
    ExclusionApproved,
    ObjectionDecided,
    RevisitRecorded,
    SupervisionOpened,
    TicketClosed,
)
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ExclusionCode,
    SuspensionGround,
    TicketType,
)
from tests.unit.hotline.tickets.scenario import (
    ASSIGNER,
    CALLER,
    LEADER,
    OPERATOR,
    REVISITOR,
    SHIFT_LEAD,
    SUPERVISOR,
    WATER,
    act,
    story,
)
from tests.unit.hotline.tickets.steps import (
    AWAITING_REVISIT,
    CLOSED,
    IN_HANDLING,
    REGISTER,
    revisited,
)

UNTIL = datetime(2026, 3, 4, 9, 30, tzinfo=SHANGHAI)
EXTEND = act(RequestExtension(working_days=5, reason="等待配件"), LEADER)
SUSPEND = act(
    RequestSuspension(ground=SuspensionGround.JUDICIAL, evidence="委托书", until=UNTIL), LEADER
)


@pytest.mark.parametrize("decision", [GrantExtension(), DenyExtension(reason="不必")])
def test_who_asked_for_an_extension_does_not_decide_it(
    decision: GrantExtension | DenyExtension,
) -> None:
    asking_twice = replace(LEADER, role=ASSIGNER.role)  # the same person in another role
    told = story(*IN_HANDLING, EXTEND)
    told.when(act(decision, asking_twice)).refused("second-person-required")


def test_who_asked_for_a_suspension_does_not_deny_it() -> None:
    asking_twice = replace(LEADER, role=ASSIGNER.role)
    told = story(*IN_HANDLING, SUSPEND)
    told.when(act(DenySuspension(reason="不必"), asking_twice)).refused("second-person-required")


def test_a_suspension_is_not_granted_after_its_end() -> None:
    told = story(*IN_HANDLING, SUSPEND)
    told.when(act(SuspendTicket(), ASSIGNER, at=UNTIL)).refused("until-in-the-past")


def test_a_pause_ends_early_only_for_a_stated_reason() -> None:
    told = story(*IN_HANDLING, SUSPEND, act(SuspendTicket(), ASSIGNER))
    told.when(act(ResumeTicket(reason=" "), LEADER)).refused("text-missing", field="reason")


def test_who_asked_for_an_exclusion_does_not_decide_it() -> None:
    """A shift lead may ask as a revisitor and approve as a shift lead, but is one person."""
    asker = replace(REVISITOR, person=SHIFT_LEAD.person)
    exclude = RequestExclusion(code=ExclusionCode.POLICY, reason="政策所限")
    told = story(*AWAITING_REVISIT, act(exclude, asker))
    told.when(act(ApproveExclusion(), SHIFT_LEAD)).refused("second-person-required")
    told.when(act(ApproveExclusion(), SUPERVISOR)).then(ExclusionApproved)


def test_a_level_is_proposed_by_software_once() -> None:
    propose = act(OpenSupervision(level=3, reason="超期"), SYSTEM)
    told = story(*IN_HANDLING).when(propose).then(SupervisionOpened)
    assert told.state.supervision_proposed == 3
    told.when(propose).then()
    told.when(act(OpenSupervision(level=3, reason="超期"), SUPERVISOR)).then(SupervisionOpened)
    assert told.state.supervision == 3


def test_who_closed_a_ticket_does_not_approve_its_explained_closure_after_an_objection() -> None:
    objection = RaiseObjection(channel=Channel.PHONE, summary="没有解决")
    propose = ProposeExplainedClosure(code=ClosureCode.POLICY, basis="条例", text="依法不能办")
    told = story(*CLOSED, act(objection, CALLER), act(propose, SHIFT_LEAD))
    closer = replace(SHIFT_LEAD, person=REVISITOR.person)
    told.when(act(ApproveExplainedClosure(), closer)).refused("second-person-required")
    told.when(act(ApproveExplainedClosure(), SUPERVISOR))
    told.then(ObjectionDecided, TicketClosed)


def test_who_answered_in_the_call_does_not_revisit_it() -> None:
    direct = AnswerDirectly(article="A-1", article_version=1, text="可网上办理")
    told = story(act(replace(REGISTER, type=TicketType.CONSULT), OPERATOR), act(direct, OPERATOR))
    caller_back = replace(revisited(), actor=replace(REVISITOR, person=OPERATOR.person))
    told.when(caller_back).refused("second-person-required")
    told.when(revisited()).then(RevisitRecorded, TicketClosed)


def test_who_decided_an_exclusion_does_not_revisit() -> None:
    exclude = RequestExclusion(code=ExclusionCode.POLICY, reason="政策所限")
    told = story(*AWAITING_REVISIT, act(exclude, LEADER), act(ApproveExclusion(), SUPERVISOR))
    decider = replace(revisited(), actor=replace(REVISITOR, person=SUPERVISOR.person))
    told.when(decider).refused("second-person-required")


def test_an_attitude_is_marked_from_one_to_five() -> None:
    call = revisited().command
    assert isinstance(call, RecordRevisit)
    for mark in (0, 6):
        told = story(*AWAITING_REVISIT).when(act(replace(call, attitude=mark), REVISITOR))
        told.refused("mark-out-of-range", field="attitude")


def test_the_lead_does_not_assist_itself() -> None:
    told = story(*IN_HANDLING).when(act(RequestAssist(department=WATER, task="查管网"), LEADER))
    told.refused("department-named-twice")
