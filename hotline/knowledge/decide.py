"""知识库规则: drafted by one person, published by another; what was cited is never edited."""

from typing import assert_never

from hotline.clocks.calendar import SHANGHAI
from hotline.knowledge.commands import (
    CiteArticle,
    DraftArticle,
    KnowledgeCommand,
    PublishArticle,
    ReportArticle,
    RetireArticle,
    SendBackArticle,
)
from hotline.knowledge.events import (
    ArticleCited,
    ArticleDrafted,
    ArticlePublished,
    ArticleReported,
    ArticleRetired,
    ArticleSentBack,
    KnowledgeEvent,
)
from hotline.knowledge.state import Article
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.standing import another_than, told


def decide(
    command: KnowledgeCommand, state: Article | None, situation: Situation
) -> Decision[KnowledgeEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case DraftArticle():
            return _draft(command, situation)
        case PublishArticle():
            return _publish(state, situation)
        case SendBackArticle(reason=reason):
            if state is None or state.draft is None:
                return Refusal("no-article-draft")
            return told(reason=reason) or (ArticleSentBack(reason=reason),)
        case RetireArticle(reason=reason):
            if state is None or state.current is None:
                return Refusal("article-not-in-force")
            return told(reason=reason) or (ArticleRetired(reason=reason),)
        case CiteArticle(number=number, edition=edition):
            known = state is not None and any(one.number == edition for one in state.editions)
            return (ArticleCited(number=number, edition=edition),) if known else ()
        case ReportArticle(edition=edition, reason=reason):
            if state is None or all(one.number != edition for one in state.editions):
                return Refusal("article-not-in-force")
            return (ArticleReported(edition=edition, reason=reason),)
        case _ as never:
            assert_never(never)


def _draft(command: DraftArticle, situation: Situation) -> Decision[KnowledgeEvent]:
    if refusal := told(title=command.title, text=command.text):
        return refusal
    if not situation.directory.knows(command.department):
        return Refusal("unknown-department", {"department": command.department})
    until = command.valid_until
    if until is not None and until < situation.at.astimezone(SHANGHAI).date():
        return Refusal("until-in-the-past", {"until": until.isoformat()})
    return (
        ArticleDrafted(
            department=command.department,
            title=command.title,
            questions=command.questions,
            text=command.text,
            title_en=command.title_en,
            text_en=command.text_en,
            category=command.category,
            region=command.region,
            basis=command.basis,
            valid_until=until,
        ),
    )


def _publish(state: Article | None, situation: Situation) -> Decision[KnowledgeEvent]:
    """Publish what another person drafted (as with every statement to citizens, S1)."""
    if state is None or state.draft is None or state.sent_back:
        return Refusal("no-article-draft")
    if refusal := another_than(situation, state.drafted_by):
        return refusal
    return (ArticlePublished(edition=len(state.editions) + 1),)
