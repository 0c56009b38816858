"""短信意图: what is to be said to whom, before anybody knows the number or the words.

Owns the identity of a text. It holds references only: the number, the department's name and the
query code are looked up when the text is sent, so that an erased person is never written to.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from hotline.values import dataclass


class Template(StrEnum):
    """模板: one for each thing that we say; one file for each language."""

    ACCEPTED = "accepted"  # 受理
    ASSIGNED = "assigned"  # 转办
    REASSIGNED = "reassigned"  # 改派
    INFORMATION_WANTED = "information_wanted"  # 需补充
    EXTENDED = "extended"  # 延期
    DELAYED = "delayed"  # 未能按期, a new date
    SUSPENDED = "suspended"  # 挂起
    RESUMED = "resumed"  # 恢复
    REFUSED = "refused"  # 不予受理
    MERGED = "merged"  # 并案
    ANSWERED = "answered"  # 答复
    INVITED = "invited"  # 评价邀请
    INVITED_AGAIN = "invited_again"  # the one reminder
    REDO = "redo"  # 重办
    REDO_RESULT = "redo_result"  # 重办结果
    EVALUATION_FEEDBACK = "evaluation_feedback"  # 差评反馈
    MATTER_FEEDBACK = "matter_feedback"  # 办不成事反馈
    CLOSED = "closed"  # 结案
    EXPLAINED = "explained"  # 解释结案
    MISSED_CALL = "missed_call"  # 漏接
    REPLY_RATED = "reply_rated"  # 评价回执
    REPLY_RATED_POOR = "reply_rated_poor"  # 差评回执, asks why
    REPLY_RATED_LATER = "reply_rated_later"  # 追评回执
    REPLY_ALREADY_RATED = "reply_already_rated"
    REPLY_RATED_TOO_LATE = "reply_rated_too_late"
    REPLY_NOTHING_TO_RATE = "reply_nothing_to_rate"
    REPLY_REASON_TAKEN = "reply_reason_taken"  # 原因回执
    REPLY_OBJECTED = "reply_objected"  # 异议回执
    REPLY_NOT_SOLVED_NOTED = "reply_not_solved_noted"
    REPLY_OPTED_OUT = "reply_opted_out"  # 退订回执
    REPLY_OPTED_IN = "reply_opted_in"  # 订阅回执
    REPLY_STATE_TOLD = "reply_state_told"  # 进度
    REPLY_STATE_UNKNOWN = "reply_state_unknown"
    REPLY_STATE_THROTTLED = "reply_state_throttled"
    REPLY_ADDED = "reply_added"  # 追加回执
    REPLY_LEFT_TO_OPERATOR = "reply_left_to_operator"
    STAFF_ASSIGNED = "staff_assigned"  # 派单提醒
    STAFF_YELLOW = "staff_yellow"  # 黄灯
    STAFF_RED = "staff_red"  # 红灯
    STAFF_NOTICE = "staff_notice"  # 催办通知书
    STAFF_URGED = "staff_urged"  # 催办
    STAFF_SUPERVISED = "staff_supervised"  # 督办


INVITATIONS: Final = frozenset({Template.INVITED, Template.INVITED_AGAIN})
"""What 退订 stops. A legal notice is never stopped (our default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextIntent:
    """短信意图: one text to one recipient. `recipient` is a reference, never a number.

    The reference begins with `citizen/`, `department/` or `staff/`; `urgent` ignores quiet hours.
    """

    intent_id: str
    stream: str
    recipient: str
    template: Template
    data: Mapping[str, str]
    language: str
    not_before: datetime
    urgent: bool = False


def intent_id(stream: str, version: int, template: Template, recipient: str) -> str:
    """Derive the identity: the same fact planned twice gives the same id, so it is sent once."""
    parts = "\n".join((stream, str(version), template.value, recipient))
    digest = hashlib.sha256(parts.encode()).hexdigest()
    # A UUID of version 5, written by hand: the class takes longer than all the rest of a plan.
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def citizen(reference: str) -> str:
    """Address a citizen."""
    return f"citizen/{reference}"


def department(code: str) -> str:
    """Address whoever is on duty at a department."""
    return f"department/{code}"
