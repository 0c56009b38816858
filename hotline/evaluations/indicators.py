"""评价指标: what an evaluator may tick for each level, as versioned data.

Source: the national set of GB/T 39734-2020 as known from memory; every city may publish its own
version. A code is never used again for another sentence. "L1-00" to "L5-00" are 其他原因 "other",
offered so that nobody is blocked for want of a fitting sentence (our default).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline.evaluations.vocabulary import Level
from hotline.values import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标: one sentence with its stable code."""

    code: str
    level: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """指标表: one version of the sentences of all five levels."""

    version: str
    sentences: tuple[Indicator, ...]

    def codes(self, level: int) -> frozenset[str]:
        """List the codes offered for a level."""
        return frozenset(sentence.code for sentence in self.of(level))

    def of(self, level: int) -> tuple[Indicator, ...]:
        """List the sentences offered for a level, in their order."""
        return tuple(sentence for sentence in self.sentences if sentence.level == level)

    def sentence(self, code: str) -> Indicator | None:
        """Find a sentence by its code."""
        return next((sentence for sentence in self.sentences if sentence.code == code), None)


_OTHER: Final = ("其他原因", "Other reason")

_NATIONAL: Final[Mapping[Level, tuple[tuple[str, str], ...]]] = {
    Level.VERY_SATISFIED: (
        ("一窗受理一次办结", "One window, done in one visit"),
        ("可以先受理后补材料", "Accepted first, missing papers later"),
        ("不用提交证明", "No certificates asked for"),
        ("可以全程网办", "Could be done online from start to end"),
        ("可以使用手机办理", "Could be done on a phone"),
        ("可以就近办理", "Could be done nearby"),
        ("无需材料直接办理", "Done without any papers"),
        ("服务热情效率高", "Warm and efficient service"),
    ),
    Level.SATISFIED: (
        ("填写一张表单就可完成申报", "One form was enough to apply"),
        ("在线提交材料窗口核验", "Papers sent online, checked at the window"),
        ("一张清单告知全部申报材料", "One list named all papers"),
        ("用告知承诺减免申报材料", "A pledge replaced papers"),
        ("可以在线预约办理", "Could be booked online"),
        ("跑大厅一次办完", "Done in one visit to the hall"),
        ("可以使用自助机办理", "Could be done at a terminal"),
        ("服务态度较好", "Rather good attitude"),
    ),
    Level.BASICALLY_SATISFIED: (
        ("一次性告知需要补正的材料", "Missing papers named all at once"),
        ("提供申报材料样本", "Samples of the papers were provided"),
        ("在承诺的时间内办结", "Done within the promised time"),
        ("办事指南指引准确", "The guide was accurate"),
        ("按办事指南要求就能办成", "Following the guide was enough"),
        ("可以快递送达", "Could be delivered by courier"),
        ("跑动次数与承诺的一致", "As many visits as promised"),
        ("服务态度一般", "Ordinary attitude"),
    ),
    Level.DISSATISFIED: (
        ("没有提供材料样本", "No samples of the papers"),
        ("没有提供材料清单", "No list of the papers"),
        ("未在承诺时间内办结", "Not done within the promised time"),
        ("同样内容的证明材料被要求多次提交", "The same proof asked for several times"),
        ("承诺网办但无法全程网办", "Promised online, but not all of it was"),
        ("线上提交的材料窗口不认可", "The window did not accept papers sent online"),
        ("跑动次数与承诺的不一致", "More visits than promised"),
        ("服务态度生硬", "Curt attitude"),
    ),
    Level.VERY_DISSATISFIED: (
        ("在办事指南之外增加新的审批条件", "Conditions beyond the guide"),
        ("需提供办事指南之外的申报材料", "Papers beyond the guide"),
        ("无理由超过法定办理时间", "Over the legal time without a reason"),
        ("办事指南提供样本有错", "The guide's samples were wrong"),
        ("承诺网办但实际不能", "Promised online, but impossible"),
        ("多头跑窗口和部门", "Sent from window to window"),
        ("跑动次数与承诺的不一致", "More visits than promised"),
        ("服务态度恶劣效率低", "Bad attitude, slow work"),
    ),
}


def _table(version: str, words: Mapping[Level, tuple[tuple[str, str], ...]]) -> Indicators:
    return Indicators(
        version,
        tuple(
            Indicator(f"L{level}-{place:02}", level, zh, en)
            for level in sorted(words, reverse=True)
            for place, (zh, en) in enumerate((_OTHER, *words[level]))
        ),
    )


NATIONAL: Final = _table("GB/T 39734-2020/1", _NATIONAL)
"""全国指标, first transcription: to be checked against the annex of the standard."""

INDICATOR_VERSIONS: Final[Mapping[str, Indicators]] = MappingProxyType({NATIONAL.version: NATIONAL})
"""Every version ever used stays readable, because ratings name the version they chose from."""
