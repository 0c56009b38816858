"""The closed word lists of what passes between the house and one citizen."""

from enum import StrEnum


class Meaning(StrEnum):
    """来信含义: what the words of a text say by themselves (reply grammar, handbook section 8)."""

    RATING = "rating"  # 1-5, with or without Y/N
    NOT_SOLVED = "not_solved"  # 0
    OPT_OUT = "opt_out"  # 退订, T
    OPT_IN = "opt_in"  # 订阅
    STATE_ASKED = "state_asked"  # a ticket's number
    WORDS = "words"  # anything else
    NOTHING = "nothing"  # an empty text


class Reading(StrEnum):
    """来信处理: what was made of a text, seen against what is open. Each has its own reply."""

    RATED = "rated"
    RATED_POOR = "rated_poor"  # and asked why
    RATED_LATER = "rated_later"  # 追评
    ALREADY_RATED = "already_rated"
    RATED_TOO_LATE = "rated_too_late"
    NOTHING_TO_RATE = "nothing_to_rate"
    REASON_TAKEN = "reason_taken"
    OBJECTED = "objected"
    NOT_SOLVED_NOTED = "not_solved_noted"  # added to a ticket that is still open
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    STATE_TOLD = "state_told"
    STATE_UNKNOWN = "state_unknown"  # no such ticket, or not theirs: the same answer
    STATE_THROTTLED = "state_throttled"
    ADDED = "added"  # 追加 to the open ticket
    LEFT_TO_OPERATOR = "left_to_operator"


class ErasureDecision(StrEnum):
    """删除申请的处理."""

    WAITING = "waiting"
    DENIED = "denied"
    ERASED = "erased"


class TaskKind(StrEnum):
    """联络任务种类: why somebody must speak to this citizen."""

    READ_TEXT = "read_text"  # no rule knows what to make of the words
    TELL_BY_PHONE = "tell_by_phone"  # a text cannot reach them
    CALL_BACK = "call_back"  # 漏接
