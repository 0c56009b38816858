"""What the staff does next with a 办不成事 matter."""

from random import Random

from handlers.envelope import Command
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AssignTicket,
    ConcludeJointReview,
    GiveFeedback,
    GiveNotice,
    OpenJointReview,
    RecordImprovement,
    ReviewAnswer,
    SettleOnSpot,
    TriageMatter,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ContactWay, MatterCause, MatterScope, Stage
from streams.simulation.cast import Cast

_IMPROVED = 0.3
_ASSISTING = "justice"


def next_matter_move(
    ticket: Ticket, rng: Random, cast: Cast
) -> tuple[Command, Actor, float] | None:
    """Decide the next step, None where the shared steps apply or only time can move it."""
    match ticket.stage:
        case Stage.REGISTERED | Stage.IN_TRIAGE if not ticket.hands.triaged_by:
            command: Command = TriageMatter(
                cause=rng.choice(tuple(MatterCause)),
                scope=rng.choice(tuple(MatterScope)),
                opinion="属受理范围，转有关单位办理。",
                negative_report="不符合法定条件，已书面说明。",
            )
            return command, cast.able(TriageMatter, rng, role=Role.MATTER_OFFICER), 60.0
        case Stage.REGISTERED | Stage.IN_TRIAGE if not ticket.answered_at:
            return _after_triage(ticket, rng, cast)
        case Stage.IN_JOINT_REVIEW:
            command = ConcludeJointReview(minutes="各单位意见一致。", lead=ticket.lead)
            return command, cast.able(ConcludeJointReview, rng, role=Role.MATTER_OFFICER), 120.0
        case Stage.AWAITING_FEEDBACK if not ticket.checked:
            command = ReviewAnswer(
                approved=True,
                contact_proven=True,
                answers_question=True,
                basis_stated=True,
                no_template=True,
                no_personal_data=True,
            )
            barred = (*ticket.hands.handled_by, ticket.hands.assigned_by)
            return command, cast.able(ReviewAnswer, rng, role=Role.SHIFT_LEAD, not_in=barred), 60.0
        case Stage.AWAITING_FEEDBACK:
            command = GiveFeedback(way=ContactWay.PHONE, text="已将办理结果告知本人和窗口。")
            return command, cast.able(GiveFeedback, rng, role=Role.MATTER_OFFICER), 120.0
        case Stage.CLOSED if rng.random() < _IMPROVED:
            command = RecordImprovement(change="修订办事指南材料清单。")
            return command, cast.able(RecordImprovement, rng, department=ticket.lead), 60.0
        case _:
            return None


def _after_triage(ticket: Ticket, rng: Random, cast: Cast) -> tuple[Command, Actor, float]:
    draw = rng.random()
    lead = ticket.rated_department
    if draw < 0.2 or not lead:
        command: Command = SettleOnSpot(result="当场协调窗口办结。")
        return command, cast.able(SettleOnSpot, rng, role=Role.MATTER_OFFICER), 300.0
    if draw < 0.35:
        command = GiveNotice(materials=("身份证明", "申请表"), proof="签收单")
        return command, cast.able(GiveNotice, rng, role=Role.MATTER_OFFICER), 300.0
    if draw < 0.5 and lead != _ASSISTING:
        command = OpenJointReview(lead=lead, assists=(_ASSISTING,))
        return command, cast.able(OpenJointReview, rng, role=Role.MATTER_OFFICER), 600.0
    command = AssignTicket(lead=lead, reason="按研判意见交办")
    return command, cast.able(AssignTicket, rng, role=Role.MATTER_OFFICER), 120.0
