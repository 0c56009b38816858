"""An answer at once that rests on an article is counted there, in the same outcome."""

import pytest

from handlers.policies import foreseen
from hotline.knowledge.commands import DraftArticle, PublishArticle
from hotline.knowledge.events import ArticleCited
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import AnswerDirectly, RegisterTicket
from hotline.tickets.vocabulary import Channel, Stage, TicketType
from tests.city import HOTLINE, OPERATOR, REGION, WATER, City

TICKET = "ticket/5118002026030201000001"
ARTICLE = "article/KB-0005"
EDITOR = Actor("s-editor", Role.KNOWLEDGE_EDITOR, HOTLINE)
AUTHOR = Actor("s-author", Role.HANDLER, WATER)
ASKED = RegisterTicket(
    type=TicketType.CONSULT, channel=Channel.PHONE, region=REGION, title="停水", summary="停水"
)


def answered(article: str, edition: int) -> City:
    city = City()
    city.do(ARTICLE, DraftArticle(department=WATER, title="停水", text="先看总阀"), AUTHOR)
    city.do(ARTICLE, PublishArticle(), EDITOR)
    city.do(TICKET, ASKED, OPERATOR)
    answer = AnswerDirectly(article=article, article_version=edition, text="先看总阀")
    city.do(TICKET, answer, OPERATOR)
    assert city.ticket(TICKET).stage is Stage.DIRECTLY_ANSWERED
    return city


def test_a_cited_edition_is_counted_with_its_ticket() -> None:
    (cited,) = answered("KB-0005", 1).events(ArticleCited)
    assert (cited.number, cited.edition) == (TICKET.partition("/")[2], 1)


@pytest.mark.parametrize(
    ("article", "edition"), [("KB-0005", 2), ("KB-9999", 1), ("办事指南 第3页", 1)]
)
def test_an_answer_from_elsewhere_stands_and_is_nobodys_figure(article: str, edition: int) -> None:
    assert list(answered(article, edition).events(ArticleCited)) == []


def test_the_article_is_brought_by_the_query_that_brings_the_service() -> None:
    answer = AnswerDirectly(article="KB-0005", article_version=1, text="先看总阀")
    assert ARTICLE in foreseen(TICKET, answer)
    assert len(foreseen(TICKET, AnswerDirectly(article="", article_version=1, text="t"))) == 1
