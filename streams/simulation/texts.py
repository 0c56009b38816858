"""Words of synthetic citizens. People, numbers and places are invented."""

from random import Random
from typing import Final

from handlers.envelope import Personal
from hotline.tickets.vocabulary import TicketType

_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN: Final = "安宁和平春华秋实明月清风文静佳宜海川晓东立群"
_SENTENCES: Final = {
    TicketType.CONSULT: (
        ("咨询{word}办理", "请问{place}办理{word}需要哪些材料、几天能办好？"),
        ("{word}政策咨询", "想了解{place}关于{word}的最新规定。"),
    ),
    TicketType.HELP: (
        ("{place}{word}求助", "{place}{word}，家里有老人和孩子，请尽快派人帮助。"),
        ("请求协调{word}", "{place}的{word}事情多次联系未果，请求协调。"),
    ),
    TicketType.COMPLAINT: (
        ("{place}{word}扰民", "{place}{word}问题已经持续两周，影响居民休息，希望尽快处理。"),
        ("{place}{word}无人处理", "{place}{word}多次反映无人处理，要求给出明确答复。"),
        ("投诉{place}{word}", "{place}{word}不规范，态度敷衍，请核实处理。"),
    ),
    TicketType.REPORT: (("举报{word}违规", "{place}有人在{word}方面违规操作，请依法查处。"),),
    TicketType.SUGGEST: (("建议改善{place}{word}", "建议{place}增加{word}投入，方便群众。"),),
    TicketType.PRAISE: (
        ("表扬{place}{word}工作人员", "{place}{word}工作人员耐心负责，特此表扬。"),
    ),
    TicketType.OTHER: (("其他事项", "来电内容与政务服务无关，已作解释。"),),
}


def words_of(type_: TicketType, place: str, word: str, rng: Random) -> tuple[str, str]:
    """Give a title and a text without personal data."""
    title, body = rng.choice(_SENTENCES[type_])
    return title.format(place=place, word=word), body.format(place=place, word=word)


def person_of(citizen: str, narrative: str, title: str, body: str, rng: Random) -> Personal:
    """Invent a person. The numbers stand in a range that no operator hands out (our default)."""
    name = rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
    phone = f"+861990000{rng.randrange(10_000):04d}"
    text = f"{body} 联系人{name}，电话{phone[3:]}。"
    return Personal(
        citizen=citizen, name=name, phone=phone, narrative=narrative, title=title, body=text
    )
