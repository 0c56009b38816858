"""The closed word lists of a ticket: kinds, types, channels, stages and coded grounds.

Sources: the domain handbook, sections 2 and 3. Open lists (categories, items) are data.
"""

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """工单种类: which loop the ticket runs."""

    HOTLINE = "hotline"
    MATTER = "matter"  # 办不成事
    POOR_EVALUATION = "poor_evaluation"  # 差评


class TicketType(StrEnum):
    """诉求类型."""

    CONSULT = "consult"  # 咨询
    HELP = "help"  # 求助
    COMPLAINT = "complaint"  # 投诉
    REPORT = "report"  # 举报
    SUGGEST = "suggest"  # 建议
    PRAISE = "praise"  # 表扬
    OTHER = "other"  # 其他


class Channel(StrEnum):
    """渠道: the two digits inside the ticket number (our default)."""

    PHONE = "01"
    WEB = "02"
    WECHAT = "03"
    PROVINCE_APP = "04"
    LETTER = "05"
    TEXT = "06"
    WINDOW = "07"
    QR = "08"
    POOR_EVALUATION = "09"
    TRANSFER = "10"
    SUPERIOR = "11"
    PROXY = "12"
    ENTERPRISE = "13"


class Urgency(IntEnum):
    """紧急级: 1 utility, 24 h; 2 life or property, 2 h."""

    NORMAL = 0
    UTILITY = 1
    LIFE = 2


class Secrecy(IntEnum):
    """保密级: L2 is an ordinary masked ticket, L4 a reporter or a secret clue."""

    PUBLIC = 1
    MASKED = 2
    CONFIDENTIAL = 3
    SECRET = 4


class Light(StrEnum):
    """灯: how the department's clock stands."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Stage(StrEnum):
    """状态: where the ticket stands. Nouns, one list for the three kinds."""

    REGISTERED = "Registered"
    DIRECTLY_ANSWERED = "DirectlyAnswered"  # 即时答复
    REFUSED = "Refused"  # 不予受理
    MERGED = "Merged"  # 并案
    AWAITING_INFORMATION = "AwaitingInformation"
    AWAITING_PRECHECK = "AwaitingPrecheck"  # 预审
    AWAITING_ASSIGNMENT = "AwaitingAssignment"
    AWAITING_ACKNOWLEDGEMENT = "AwaitingAcknowledgement"
    IN_HANDLING = "InHandling"
    RETURN_UNDER_REVIEW = "ReturnUnderReview"
    IN_ADJUDICATION = "InAdjudication"
    EXTENSION_UNDER_REVIEW = "ExtensionUnderReview"
    SUSPENDED = "Suspended"
    AWAITING_REVIEW = "AwaitingReview"
    AWAITING_REVISIT = "AwaitingRevisit"
    IN_TRIAGE = "InTriage"  # 研判
    CLOSED = "Closed"
    CLOSED_WITH_EXPLANATION = "ClosedWithExplanation"
    ARCHIVED = "Archived"
    # matter
    SETTLED_ON_SPOT = "SettledOnSpot"  # 立即办
    NOTICE_GIVEN = "NoticeGiven"  # 一次性告知
    IN_JOINT_REVIEW = "InJointReview"  # 联动会审
    AWAITING_FEEDBACK = "AwaitingFeedback"
    # poor evaluation
    IN_VERIFICATION = "InVerification"  # 核实中
    IN_APPEAL = "InAppeal"  # 申诉审核
    IN_RECTIFICATION = "InRectification"  # 整改中
    AWAITING_CHECK = "AwaitingCheck"  # 待复核


class RefusalClass(StrEnum):
    """不予受理类别: each tells another lawful way."""

    EMERGENCY = "emergency"
    OTHER_PROCEDURE = "other_procedure"
    OTHER_BODY = "other_body"
    SECRET_OR_PRIVATE = "secret_or_private"  # noqa: S105 - a class of refusal, no password
    NO_CONTENT = "no_content"
    OUTSIDE_AREA = "outside_area"
    ALREADY_HANDLED = "already_handled"


class ReturnGround(StrEnum):
    """退单理由."""

    TERRITORY = "territory"  # 属地
    AUTHORITY = "authority"  # 权属
    FUNCTION = "function"  # 职能
    INSUFFICIENT = "insufficient"  # 信息不足


class SuspensionGround(StrEnum):
    """挂起理由: only these three."""

    CALLER_SUPPLIES = "caller_supplies"  # 待诉求人补充
    JUDICIAL = "judicial"  # 司法/鉴定程序
    FORCE_MAJEURE = "force_majeure"  # 不可抗力


class ContactWay(StrEnum):
    """联系方式 of a contact, a revisit or a feedback."""

    PHONE = "phone"
    TEXT = "text"
    VISIT = "visit"
    WINDOW = "window"
    WEB = "web"
    LETTER = "letter"
    NONE = "none"  # anonymous: verified without a call


class ClosureCode(StrEnum):
    """结案方式: why the ticket may rest."""

    SATISFIED = "satisfied"
    UNREACHED = "unreached"  # 未接通, excluded from rates
    POLICY = "policy"  # 政策
    STATUTORY = "statutory"  # 法定
    UNREASONABLE = "unreasonable"  # 不合理
    APPEAL_MISTAKEN = "appeal_mistaken"  # 误评
    CHECKED = "checked"  # 复核通过
    NOT_SETTLED = "not_settled"  # redo exhausted


class DissatisfactionReason(StrEnum):
    """不满意原因: codes from a published analysis of 6,479 cases (press)."""

    POLICY_LIMITS = "policy_limits"
    RECURRING = "recurring"
    LONG_PROCEDURE = "long_procedure"
    OVERLAPPING_DUTY = "overlapping_duty"
    OTHER = "other"


class MatterCause(StrEnum):
    """办不成事原因."""

    INCOMPLETE_MATERIAL = "incomplete_material"
    POLICY_OBSTACLE = "policy_obstacle"
    SYSTEM_FAILURE = "system_failure"
    SHIFTED_RESPONSIBILITY = "shifted_responsibility"
    OVERTIME = "overtime"
    ATTITUDE = "attitude"
    CROSS_PROVINCE = "cross_province"
    CONDITIONS_NOT_MET = "conditions_not_met"


class MatterScope(StrEnum):
    """受理范围 (安徽 2022, official)."""

    LAWFUL_NOT_ACCEPTED = "lawful_not_accepted"
    TWO_VISITS = "two_visits"
    SHIFTING = "shifting"
    NEIGHBOURS_CAN = "neighbours_can"
    SUPERIOR = "superior"


class MatterResult(StrEnum):
    """办理结果 of a matter."""

    DONE = "done"  # 办成
    LAWFULLY_IMPOSSIBLE = "lawfully_impossible"  # 依法不能办已解释
    SUPPLEMENTING = "supplementing"  # 补正中
    OTHER_CHANNEL = "other_channel"  # 转其他渠道


class VerificationFinding(StrEnum):
    """核实结论: which rectification clock a poor evaluation gets."""

    REASONABLE = "reasonable"  # clear and reasonable: 5 WD
    COMPLEX = "complex"  # 15 WD
    NO_LEGAL_BASIS = "no_legal_basis"  # explanation: 3 WD
    ITEM_ITSELF = "item_itself"  # the item must change: 15 WD


class RectificationResult(StrEnum):
    """差评结果."""

    RECTIFIED = "rectified"  # 属实已整改
    RECTIFYING_BY_DATE = "rectifying_by_date"  # 属实限期整改
    PARTLY_TRUE = "partly_true"  # 部分属实
    EXPLAINED = "explained"  # 无法定依据已解释
    MISTAKEN = "mistaken"  # 误评
    MALICIOUS = "malicious"  # 恶意(经复核)
    UNREACHABLE = "unreachable"  # 无法联系


class AppealGround(StrEnum):
    """申诉理由."""

    MISTAKEN = "mistaken"  # 误评
    MALICIOUS = "malicious"  # 恶意


class ExclusionCode(StrEnum):
    """剔除理由 X2: decided by a second person."""

    UNREASONABLE = "unreasonable"
    POLICY = "policy"
    STATUTORY = "statutory"


class Decision(StrEnum):
    """审批: asked, approved or refused."""

    NONE = "none"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class TimerKind(StrEnum):
    """定时器: what is to happen when a moment comes. A ticket holds at most one of each."""

    STAGE = "stage"  # the limit of the stage ran out, or its window ended
    CONTACT = "contact"  # first contact
    DEPARTMENT = "department"  # next step of the department's light and supervision ladder
    CITIZEN = "citizen"  # the promise to the citizen ran out
    RESUME = "resume"  # end of a suspension
    INVITE = "invite"  # invitation to rate
