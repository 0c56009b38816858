"""The closed word lists of an evaluation.

Sources: 国办发〔2019〕51号 (five levels, four kinds) and the names of GB/T 39734-2020. The national
channel codes `pf` are known from memory only and therefore a mapping that leaves these words alone.
"""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """评价等级: 1 and 2 are poor (差评)."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    BASICALLY_SATISFIED = 3
    SATISFIED = 4
    VERY_SATISFIED = 5


POOR_LEVEL_MAX = Level.DISSATISFIED


class EvaluationKind(StrEnum):
    """评价种类."""

    ON_SITE = "on_site"  # 现场一次一评
    PER_MATTER = "per_matter"  # 网上一事一评
    SURVEY = "survey"  # 社会各界综合点评
    INSPECTION = "inspection"  # 政府部门监督查评


class EvaluationSource(StrEnum):
    """评价来源: never mixed into citizen ratings unless `citizen`."""

    CITIZEN = "citizen"
    QUESTIONNAIRE = "questionnaire"
    THIRD_PARTY = "third_party"
    MYSTERY_VISIT = "mystery_visit"
    GROUP = "group"  # 群企办件评
    REVIEWER = "reviewer"  # 评议员专评


class EvaluationChannel(StrEnum):
    """评价渠道."""

    PC = "pc"
    MOBILE = "mobile"
    QR = "qr"
    TABLET = "tablet"
    OTHER_DEVICE = "other_device"
    PHONE = "phone"
    TEXT = "text"
    TERMINAL = "terminal"  # 自助端
    PAPER = "paper"


class Node(StrEnum):
    """评价节点 of a service."""

    CONSULTING = "consulting"  # 咨询
    ACCEPTING = "accepting"  # 受理
    HANDLING = "handling"  # 办理
    FINISHED = "finished"  # 办结
    CALL = "call"  # 热线一次一评
    ANSWER = "answer"  # 热线一事一评


class RatedObject(StrEnum):
    """评价对象."""

    ITEM = "item"
    INSTITUTION = "institution"
    PLATFORM = "platform"
    PERSON = "person"
    HALL = "hall"
    HOTLINE_CALL = "hotline_call"
    HOTLINE_ANSWER = "hotline_answer"


class Signal(StrEnum):
    """疑点: why somebody should look at a rating again. It proves nothing and changes nothing."""

    MANY_FROM_DEVICE = "many_from_device"
    MANY_FROM_NETWORK = "many_from_network"
    MANY_FROM_PERSON = "many_from_person"
    TOP_MARKS_IN_A_ROW = "top_marks_in_a_row"
    TOO_SOON = "too_soon"
    WINDOW_NETWORK = "window_network"
    STAFF_PHONE = "staff_phone"
    SAME_WORDS = "same_words"
    NOT_APPLICANT = "not_applicant"
    RAISED_AFTER_CONTACT = "raised_after_contact"
    OUT_OF_HOURS = "out_of_hours"
    MANY_MISTAKEN = "many_mistaken"


class SignalOutcome(StrEnum):
    """疑点核查结论."""

    EXPLAINED = "explained"  # 有合理解释
    DOUBTFUL = "doubtful"  # 存疑
    HANDED_OVER = "handed_over"  # 移送


class Mark(StrEnum):
    """标记: a rating is marked, never deleted."""

    NONE = "none"
    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"
