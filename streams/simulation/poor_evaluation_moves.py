"""What the staff does next with a poor evaluation: 评价 → 回访 → 处理 → 整改 → 反馈."""

from random import Random

from handlers.envelope import Command
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcknowledgeTicket,
    CheckRectification,
    CompleteRectification,
    DecideAppeal,
    FileAppeal,
    GiveFeedback,
    RecordRevisit,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    AppealGround,
    ContactWay,
    RectificationResult,
    Stage,
    VerificationFinding,
)
from streams.simulation.cast import Cast

_HOTLINE = "hotline"
"""Its own revisitors may not verify what was rated there."""

_SIGNED = (VerificationFinding.COMPLEX, VerificationFinding.NO_LEGAL_BASIS)
_APPEALED = 0.08
_UPHELD = 0.4
_PASSED = 0.9


def next_poor_evaluation_move(
    ticket: Ticket, rng: Random, cast: Cast, rare: float
) -> tuple[Command, Actor, float] | None:
    """Decide the next step, None where only time can move it."""
    lead, hands = ticket.lead, ticket.hands
    match ticket.stage:
        case Stage.AWAITING_ACKNOWLEDGEMENT:
            actor = cast.able(AcknowledgeTicket, rng, department=lead)
            return AcknowledgeTicket(), actor, rng.uniform(20, 200)
        case Stage.IN_VERIFICATION:
            command: Command = RecordRevisit(
                way=ContactWay.PHONE if ticket.caller else ContactWay.NONE,
                connected=True,
                text="已核实评价经过。",
                finding=rng.choice(tuple(VerificationFinding)),
            )
            barred = (hands.appeal_decided_by, *hands.handled_by)
            role = Role.EVALUATION_OFFICER if lead == _HOTLINE else Role.REVISITOR
            actor = cast.able(RecordRevisit, rng, outside=lead, role=role, not_in=barred)
            return command, actor, rng.uniform(300, 4000)
        case Stage.IN_APPEAL:
            command = DecideAppeal(upheld=rng.random() < _UPHELD, reason="经复核证据材料。")
            barred = (hands.appealed_by, *hands.handled_by, *hands.revisited_by)
            return command, cast.able(DecideAppeal, rng, outside=lead, not_in=barred), 600.0
        case Stage.IN_RECTIFICATION if not ticket.appeals_count and rng.random() < _APPEALED * rare:
            command = FileAppeal(
                ground=rng.choice(tuple(AppealGround)), evidence="窗口监控与评价人说明"
            )
            return command, cast.able(FileAppeal, rng, department=lead), 600.0
        case Stage.IN_RECTIFICATION:
            command = CompleteRectification(
                result=rng.choice((RectificationResult.RECTIFIED, RectificationResult.PARTLY_TRUE)),
                measure="调整窗口排班并开展培训。",
                proof="培训签到表",
            )
            signer = Role.DEPARTMENT_LEADER if ticket.finding in _SIGNED else None
            actor = cast.able(CompleteRectification, rng, department=lead, role=signer)
            return command, actor, rng.uniform(30, 300)
        case Stage.AWAITING_FEEDBACK:
            command = GiveFeedback(way=ContactWay.PHONE, text="已反馈整改结果。")
            return command, cast.able(GiveFeedback, rng, department=lead), 12000.0
        case Stage.AWAITING_CHECK:
            command = CheckRectification(passed=rng.random() < _PASSED, reason="抽查整改证据")
            barred = (
                hands.rectified_by,
                hands.appeal_decided_by,
                *hands.handled_by,
                *hands.revisited_by,
            )
            return command, cast.able(CheckRectification, rng, outside=lead, not_in=barred), 900.0
        case _:
            return None
