"""The closed word lists of a call."""

from enum import StrEnum


class CallStage(StrEnum):
    """来电阶段: how far a call has come; it never goes back but from `accepted` to `waiting`."""

    WAITING = "waiting"  # 排队
    ACCEPTED = "accepted"  # 已应答: an operator took it, the operator's telephone rings
    TALKING = "talking"  # 通话中
    RATING = "rating"  # 评价中: the talk is over, the caller is asked by keypad
    ENDED = "ended"  # 已结束


class CallOutcome(StrEnum):
    """来电结果. Whatever is not `answered` is called back (国办函〔2025〕66号)."""

    NONE = "none"  # not over yet
    ANSWERED = "answered"  # 已接听
    ABANDONED = "abandoned"  # 排队放弃
    OUT_OF_HOURS = "out_of_hours"  # 非服务时间
    OVERFLOW = "overflow"  # 坐席全忙
    FAILED = "failed"  # 线路故障


class Leg(StrEnum):
    """通话方: whose line a report is about."""

    CALLER = "caller"
    OPERATOR = "operator"


class LineStatus(StrEnum):
    """线路状态, in the words of telephone networks (Twilio's list of call statuses)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    FAILED = "failed"


OVER = frozenset(
    {
        *(LineStatus.COMPLETED, LineStatus.BUSY, LineStatus.NO_ANSWER),
        *(LineStatus.CANCELED, LineStatus.FAILED),
    }
)
"""A line in one of these says no more."""


class Admission(StrEnum):
    """接入: whether a call may wait for an operator."""

    ADMITTED = "admitted"
    OUT_OF_HOURS = "out_of_hours"
    OVERFLOW = "overflow"


class CallReason(StrEnum):
    """按键原因: why a call was rated poor, by one key (our default list)."""

    NOT_SOLVED = "not_solved"  # 1 问题没有解决
    UNCLEAR = "unclear"  # 2 解答不清楚
    ATTITUDE = "attitude"  # 3 服务态度不好
    WAITED_LONG = "waited_long"  # 4 等候时间太长
    OTHER = "other"  # 5 其他原因


class ErasureGround(StrEnum):
    """录音删除缘由."""

    RETENTION = "retention"  # 保存期满
    PERSON_ERASED = "person_erased"  # 本人要求抹除
