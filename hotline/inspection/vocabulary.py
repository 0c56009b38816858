"""The closed word lists of inspection (domain handbook, section 7)."""

from enum import StrEnum


class Verdict(StrEnum):
    """查核结论: what came of looking at a suspicion. Software proposes, a named person decides."""

    UNFOUNDED = "unfounded"  # 查无问题
    EXPLAINED = "explained"  # 情况已说明
    CONFIRMED = "confirmed"  # 属实
    HANDED_OVER = "handed_over"  # 移送线索


class Finding(StrEnum):
    """抽查结果 of one closed ticket in a sample."""

    SOUND = "sound"  # 办结属实
    FLAWED = "flawed"  # 程序瑕疵
    FALSE = "false"  # 虚假办结
    OPEN = "open"  # 待进一步核实
