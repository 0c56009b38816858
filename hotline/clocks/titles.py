"""时限标题: what people read for a clock, Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline.clocks.vocabulary import ClockName

PROMISED_DAYS: Final = ("承诺期限", "promised date")

CLOCK_TITLES: Final[Mapping[ClockName, tuple[str, str]]] = MappingProxyType(
    {
        ClockName.ANSWER_CONSULT: ("咨询答复", "answer to a consultation"),
        ClockName.ANSWER_HELP: ("求助答复", "answer to a request for help"),
        ClockName.ANSWER_SUGGEST: ("建议答复", "answer to a suggestion"),
        ClockName.ANSWER_PRAISE: ("表扬答复", "answer to praise"),
        ClockName.ANSWER_COMPLAINT: ("投诉答复", "answer to a complaint"),
        ClockName.ANSWER_REPORT: ("举报答复", "answer to a report"),
        ClockName.ANSWER_OTHER: ("其他诉求答复", "answer to another demand"),
        ClockName.ANSWER_COMPLEX: ("疑难复杂诉求答复", "answer to a complex demand"),
        ClockName.STAGE_REPORT: ("阶段性反馈", "stage report"),
        ClockName.URGENT_LIFE: ("紧急（生命财产）首次处置反馈", "first feedback, danger to life"),
        ClockName.URGENT_UTILITY: ("紧急（水电气暖通信）处置反馈", "feedback, utility failure"),
        ClockName.ACCEPT_NET: ("网络渠道受理", "acceptance of a web demand"),
        ClockName.ASSIGN: ("派单", "assignment"),
        ClockName.ASSIGN_URGENT: ("紧急派单", "urgent assignment"),
        ClockName.ACKNOWLEDGE: ("签收", "acknowledgement"),
        ClockName.ACKNOWLEDGE_URGENT: ("紧急签收", "urgent acknowledgement"),
        ClockName.RETURN: ("退单申请", "return"),
        ClockName.RETURN_REVIEW: ("退单审核", "decision on a return"),
        ClockName.ADJUDICATE: ("裁定", "adjudication"),
        ClockName.FIRST_CONTACT: ("首次联系", "first contact"),
        ClockName.INFORMATION: ("补充材料", "missing information"),
        ClockName.REFUSE: ("不予受理告知", "refusal"),
        ClockName.MERGE: ("并单确认", "merge"),
        ClockName.EXTENSION_ASK_AHEAD: ("延期申请提前量", "notice for an extension"),
        ClockName.EXTENSION_REVIEW: ("延期审核", "decision on an extension"),
        ClockName.REVIEW: ("答复审核", "review of the answer"),
        ClockName.REVISIT: ("回访", "revisit"),
        ClockName.TRIAGE: ("研判", "triage"),
        ClockName.REDO: ("重办", "redo"),
        ClockName.OBJECTION: ("异议期", "objection window"),
        ClockName.EXPLAIN_CLOSURE: ("解释性办结审批", "approval of an explained closure"),
        ClockName.SUSPENSION_REVIEW: ("挂起审核", "decision on a suspension"),
        ClockName.RING_BACK: ("漏接回拨", "ringing back a missed call"),
        ClockName.MATTER_TRIAGE: ("“办不成事”研判", "matter: triage"),
        ClockName.MATTER_ON_SPOT: ("“办不成事”立即办", "matter: settled on the spot"),
        ClockName.MATTER_SINGLE: ("“办不成事”单部门办理", "matter: one department"),
        ClockName.MATTER_JOINT: ("“办不成事”联动会审", "matter: joint review"),
        ClockName.MATTER_JOINT_HARD: ("“办不成事”疑难会审", "matter: hard joint review"),
        ClockName.MATTER_CEILING: ("“办不成事”最长期限", "matter: ceiling"),
        ClockName.MATTER_FEEDBACK: ("“办不成事”反馈", "matter: feedback"),
        ClockName.MATTER_IMPROVEMENT: ("“办不成事”共性问题改进", "matter: improvement"),
        ClockName.POOR_ASSIGN: ("差评派发", "poor evaluation: assignment"),
        ClockName.POOR_CLAIM: ("差评认领", "poor evaluation: claim"),
        ClockName.POOR_VERIFY: ("差评核实", "poor evaluation: verification"),
        ClockName.POOR_APPEAL_ASK: ("差评申诉", "poor evaluation: appeal"),
        ClockName.POOR_APPEAL_DECIDE: ("差评申诉审核", "poor evaluation: decision on the appeal"),
        ClockName.POOR_RECTIFY: ("差评整改", "poor evaluation: rectification"),
        ClockName.POOR_RECTIFY_COMPLEX: ("差评复杂整改", "poor evaluation: complex rectification"),
        ClockName.POOR_EXPLAIN: ("差评解释说明", "poor evaluation: explanation"),
        ClockName.POOR_ITEM: ("差评事项整改", "poor evaluation: rectification of the item"),
        ClockName.POOR_FEEDBACK: ("差评反馈", "poor evaluation: feedback"),
        ClockName.POOR_RERATE: ("再次评价", "re-rating window"),
        ClockName.POOR_CHECK: ("差评复核", "poor evaluation: check"),
        ClockName.INVITE: ("评价邀请", "invitation to rate"),
        ClockName.REMIND: ("评价提醒", "reminder to rate"),
    }
)
