"""Articles: drafted by one, published by another; an edition that was cited stays as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeAlias

import pytest

from hotline.facts import Fact
from hotline.knowledge.commands import (
    CiteArticle,
    DraftArticle,
    KnowledgeCommand,
    PublishArticle,
    ReportArticle,
    RetireArticle,
    SendBackArticle,
)
from hotline.knowledge.decide import decide
from hotline.knowledge.evolve import evolve
from hotline.knowledge.state import Article
from hotline.people.actors import Actor, Role
from hotline.people.permissions import check
from hotline.refusal import Refusal
from hotline.situation import Situation

AUTHOR = Actor("s-author", Role.HANDLER, "water")
EDITOR = Actor("s-editor", Role.KNOWLEDGE_EDITOR, "hotline")
DRAFT = DraftArticle(department="water", title="停水怎么办", text="请先看总阀。", basis="供水承诺")
TODAY = date(2026, 3, 2)

Told: TypeAlias = tuple[Actor, KnowledgeCommand]
Tell: TypeAlias = Callable[..., Article | None]


@pytest.fixture
def tell(situation: Situation) -> Tell:
    """Tell a story in commands; every one of them must be taken."""

    def told(*story: Told) -> Article | None:
        state: Article | None = None
        for actor, command in story:
            decision = decide(command, state, replace(situation, actor=actor))
            assert not isinstance(decision, Refusal), (command, decision)
            for event in decision:
                state = evolve(state, Fact(event, actor, situation.at))
        return state

    return told


@pytest.fixture
def refused(situation: Situation, tell: Tell) -> Callable[..., str]:
    def code(actor: Actor, command: KnowledgeCommand, *before: Told) -> str:
        decision = decide(command, tell(*before), replace(situation, actor=actor))
        assert isinstance(decision, Refusal), decision
        return decision.code

    return code


def current(article: Article | None) -> tuple[int, str]:
    assert article is not None
    assert article.current is not None
    return article.current.number, article.current.content.text


def test_a_draft_is_not_in_force_before_another_person_publishes_it(
    tell: Tell, refused: Callable[..., str]
) -> None:
    drafted = tell((AUTHOR, DRAFT))
    assert drafted is not None
    assert drafted.current is None
    assert refused(AUTHOR, PublishArticle(), (AUTHOR, DRAFT)) == "second-person-required"
    assert current(tell((AUTHOR, DRAFT), (EDITOR, PublishArticle()))) == (1, "请先看总阀。")


def test_a_revision_is_a_new_edition_and_the_cited_one_stays(tell: Tell) -> None:
    found = tell(
        (AUTHOR, DRAFT),
        (EDITOR, PublishArticle()),
        (EDITOR, CiteArticle(number="n1", edition=1)),
        (AUTHOR, replace(DRAFT, text="请先问邻居。")),
        (EDITOR, PublishArticle()),
    )
    assert current(found) == (2, "请先问邻居。")
    assert found is not None
    assert (found.editions[0].content.text, found.cited_count) == ("请先看总阀。", 1)


def test_while_a_revision_waits_the_edition_in_force_is_cited(tell: Tell) -> None:
    found = tell((AUTHOR, DRAFT), (EDITOR, PublishArticle()), (AUTHOR, replace(DRAFT, text="新")))
    assert current(found)[0] == 1


def test_what_was_sent_back_is_published_only_after_a_change(
    tell: Tell, refused: Callable[..., str]
) -> None:
    back = ((AUTHOR, DRAFT), (EDITOR, SendBackArticle(reason="依据不明")))
    assert refused(EDITOR, PublishArticle(), *back) == "no-article-draft"
    assert current(tell(*back, (AUTHOR, DRAFT), (EDITOR, PublishArticle())))[0] == 1


def test_a_retired_article_is_not_in_force_until_it_is_published_anew(
    tell: Tell, refused: Callable[..., str]
) -> None:
    retired = (
        (AUTHOR, DRAFT),
        (EDITOR, PublishArticle()),
        (EDITOR, RetireArticle(reason="政策已废止")),
    )
    gone = tell(*retired)
    assert gone is not None
    assert gone.current is None
    assert refused(EDITOR, RetireArticle(reason="再次"), *retired) == "article-not-in-force"
    assert current(tell(*retired, (AUTHOR, DRAFT), (EDITOR, PublishArticle())))[0] == 2


def test_use_and_what_did_not_help_are_counted_for_editions_there_are(
    tell: Tell, refused: Callable[..., str]
) -> None:
    published = ((AUTHOR, DRAFT), (EDITOR, PublishArticle()))
    found = tell(
        *published,
        (EDITOR, CiteArticle(number="n1", edition=1)),
        (EDITOR, CiteArticle(number="n2", edition=7)),
        (EDITOR, ReportArticle(edition=1)),
    )
    assert found is not None
    assert (found.cited_count, found.reported_count) == (1, 1)
    assert refused(EDITOR, ReportArticle(edition=2), *published) == "article-not-in-force"
    assert tell((EDITOR, CiteArticle(number="n1", edition=1))) is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "text-missing"),
        ({"text": ""}, "text-missing"),
        ({"department": "nowhere"}, "unknown-department"),
        ({"valid_until": TODAY - timedelta(days=1)}, "until-in-the-past"),
    ],
)
def test_a_draft_says_what_is_needed(
    refused: Callable[..., str], changed: dict[str, Any], code: str
) -> None:
    assert refused(AUTHOR, replace(DRAFT, **changed)) == code


@pytest.mark.parametrize(
    ("days", "is_due", "is_expired"),
    [(None, False, False), (31, False, False), (29, True, False), (0, True, False)],
)
def test_an_article_is_due_for_review_before_it_ends(
    tell: Tell, days: int | None, is_due: bool, is_expired: bool
) -> None:
    until = None if days is None else TODAY + timedelta(days=days)
    found = tell((AUTHOR, replace(DRAFT, valid_until=until)), (EDITOR, PublishArticle()))
    assert found is not None
    assert (found.is_due(TODAY), found.is_expired(TODAY)) == (is_due, is_expired)
    assert found.is_expired(TODAY + timedelta(days=1)) == (days == 0)


def test_a_department_writes_and_retires_its_own_articles_only(tell: Tell) -> None:
    kept = tell((AUTHOR, DRAFT), (EDITOR, PublishArticle()))
    leader = Actor("s-leader", Role.DEPARTMENT_LEADER, "roads")
    assert check(AUTHOR, DRAFT, None) is None
    assert check(AUTHOR, DRAFT, kept) is None
    for command, state in (
        (replace(DRAFT, department="roads"), None),
        (replace(DRAFT, department="roads"), kept),
    ):
        assert check(AUTHOR, command, state) == Refusal(
            "not-your-department", {"department": "water"}
        )
    for taken in (DRAFT, replace(DRAFT, department="roads"), RetireArticle(reason="r")):
        assert check(leader, taken, kept) == Refusal("not-your-department", {"department": "roads"})
    assert check(EDITOR, replace(DRAFT, department="roads"), kept) is None
