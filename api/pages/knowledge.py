"""Knowledge pages 知识库页面: the shelf, an article with its editions, the editor, the review."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import knowledge
from api.bodies import read_fields
from api.forms import kept
from api.json.commands import kebab
from api.knowledge import WordIndex
from api.naming import Naming, department_of
from api.offers import declined
from api.pages.frame import form_text, language, render, told
from api.pages.submitting import submit
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.security import (
    acting,
    any_staff,
    check_csrf,
    faces,
    in_thread,
    member_of,
    requires,
)
from hotline.knowledge.commands import (
    DraftArticle,
    PublishArticle,
    ReportArticle,
    RetireArticle,
    SendBackArticle,
)
from hotline.knowledge.state import Article
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import Query
from hotline.people.scopes import Scope
from hotline.people.staff import StaffMember

router = APIRouter(include_in_schema=False)

ACTS: Final[tuple[type[AnyCommand], ...]] = (PublishArticle, SendBackArticle, RetireArticle)
_SENT: Final[Mapping[str, type[AnyCommand]]] = {
    kebab(one): one for one in (*ACTS, DraftArticle, ReportArticle)
}


def index_of(request: Request) -> WordIndex:
    """Give the words of the shelf; one index a process."""
    state = request.app.state
    if not hasattr(state, "articles"):
        state.articles = WordIndex()
    return cast(WordIndex, state.articles)


@router.get("/knowledge", dependencies=[requires(Query.ARTICLES)])
async def shelf(request: Request) -> Response:
    """知识库."""
    house, asked = faces(request), request.query_params
    given = {name: asked.get(name, "")[:200] for name in ("text", "standing", "department")}
    standing = given["standing"] if given["standing"] in knowledge.STANDINGS else "all"
    page = int(asked.get("page", "0")) if asked.get("page", "0").isdecimal() else 0
    member, chosen = await member_of(request), language(request)
    directory = house.archive.departments()
    department = department_of(directory, given["department"])
    ask = partial(
        knowledge.listed,
        house,
        index_of(request),
        text=given["text"],
        standing=standing,
        department=department,
        page=page,
    )
    found, more = await in_thread(ask)
    counts = await in_thread(partial(knowledge.standing_counts, house))
    values = {
        "found": found,
        "counts": counts,
        "standings": knowledge.STANDINGS,
        "standing": standing,
        "given": given,
        "next": page + 1 if more else 0,
        "today": knowledge.today_of(house),
        "use": knowledge.help_rate(house.shelf.articles().values()),
        "may_draft": member is not None and member.acting_as(COMMANDS[DraftArticle]) is not None,
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
    }
    return render(request, "knowledge/shelf.html", values)


@router.get("/knowledge/new", dependencies=[requires(DraftArticle)])
async def new(request: Request) -> Response:
    """新条目."""
    return await _editor(request, "", None)


@router.post("/knowledge/new", dependencies=[requires(DraftArticle)])
async def create(request: Request) -> Response:
    """新条目: a draft under an id of its own."""
    form = await request.form(max_files=0)
    identity = form_text(form, "message_id") or faces(request).new_id()
    article = "Z" + faces(request).token_of(f"article/{identity}")[:8].upper()
    return await _sent(request, article, DraftArticle)


@router.get("/knowledge/{article}", dependencies=[requires(Query.ARTICLES)])
async def page(request: Request, article: str) -> Response:
    """条目 with its editions, its use and, for whoever may, its review."""
    return await _page(request, article)


@router.get("/knowledge/{article}/edit", dependencies=[requires(DraftArticle)])
async def edit(request: Request, article: str) -> Response:
    """修订."""
    return await _editor(request, article, None)


@router.post("/knowledge/{article}/{name}", dependencies=[any_staff()])
async def act(request: Request, article: str, name: str) -> Response:
    """拟稿、发布、退回、下架、没帮上."""
    if name not in _SENT:
        raise ProblemError("unknown-page")
    return await _sent(request, article, _SENT[name])


def _known(house: Faces, article: str) -> Article:
    """Read the truth, not the shelf: a draft that was just sent must show."""
    state = house.archive.state(f"article/{article}").state
    if not isinstance(state, Article):
        raise ProblemError("unknown-page")
    return state


async def _sent(request: Request, article: str, command: type[AnyCommand]) -> Response:
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, member = faces(request), await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    try:
        actor = acting(member, COMMANDS[command])
        values = _values(house, kept(form), command)
        body = read_fields(values, command)
        await submit(request, form, actor, command, body, stream=f"article/{article}")
    except ProblemError as problem:
        if command is DraftArticle:
            return await _editor(request, article, problem, kept(form))
        return await _page(request, article, problem)
    if command is ReportArticle and "hx-request" in request.headers:
        said = house.messages.text(language(request), "article.reported_thanks")
        return Response(said, media_type="text/plain")
    return RedirectResponse(f"/knowledge/{article}?done=1", 303)


def _values(house: Faces, given: Mapping[str, str], command: type[AnyCommand]) -> dict[str, Any]:
    """Read a form; what is empty is left to its default."""
    names = set(command.__dataclass_fields__)
    values: dict[str, Any] = {
        name: text.strip() for name, text in given.items() if name in names and text.strip()
    }
    if command is DraftArticle:
        lines = given.get("questions", "").splitlines()
        values["questions"] = [line.strip() for line in lines if line.strip()]
        directory = house.archive.departments()
        values["department"] = department_of(directory, given.get("department", ""))
        values.setdefault("title", "")
        values.setdefault("text", "")
    if command in (SendBackArticle, RetireArticle):
        values.setdefault("reason", "")
    return values


async def _page(request: Request, article: str, problem: ProblemError | None = None) -> Response:
    member = await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    house, chosen = faces(request), language(request)
    gathered = await in_thread(partial(_gathered, request, house, member, article))
    values = {**gathered, "naming": Naming(house, chosen), **told(request, problem)}
    return render(request, "knowledge/article.html", values, problem.status if problem else 200)


def _gathered(request: Request, house: Faces, member: StaffMember, article: str) -> dict[str, Any]:
    state = _known(house, article)
    asked = request.query_params.get("edition", "")
    current = state.editions[-1] if state.editions else None
    shown = knowledge.edition_of(state, int(asked)) if asked.isdecimal() else current
    allowed = [one for one in ACTS if member.acting_as(COMMANDS[one]) is not None]
    chosen = language(request)
    no = dict(declined(house, member, f"article/{article}", allowed, at=house.clock()))
    return {
        "id": article,
        "article": state,
        "shown": shown,
        "today": knowledge.today_of(house),
        "deeds": [
            (
                kebab(one),
                texts_of(house.messages, chosen, no[one].code, no[one].detail)
                if one in no
                else None,
            )
            for one in allowed
            if one not in no or no[one].code == "second-person-required"
        ],
        "may_draft": may_draft(member, state.department),
        "message_id": house.new_id(),
        "done": "done" in request.query_params,
    }


def may_draft(member: StaffMember, department: str) -> bool:
    """Tell whether a member may write for a department: the office for all, others for theirs."""
    actor = member.acting_as(COMMANDS[DraftArticle])
    if actor is None:
        return False
    scope = COMMANDS[DraftArticle][actor.role]
    return scope is not Scope.OWN_DEPARTMENT or actor.department == department


async def _editor(
    request: Request,
    article: str,
    problem: ProblemError | None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    house, chosen, member = faces(request), language(request), await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    actor = acting(member, COMMANDS[DraftArticle])
    own = COMMANDS[DraftArticle][actor.role] is Scope.OWN_DEPARTMENT
    state = house.archive.state(f"article/{article}").state if article else None
    if article and not isinstance(state, Article) and typed is None:
        raise ProblemError("unknown-page")
    directory, naming = house.archive.departments(), Naming(house, chosen)
    given = dict(typed or {})
    if isinstance(state, Article) and typed is None:
        given = _given(state, naming)
    if own:
        given["department"] = naming.department(actor.department)
    values = {
        "id": article if isinstance(state, Article) else "",
        "article": state if isinstance(state, Article) else None,
        "given": given,
        "own": own,
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "message_id": given.get("message_id") or house.new_id(),
        **told(request, problem),
    }
    return render(request, "knowledge/editor.html", values, problem.status if problem else 200)


def _given(state: Article, naming: Naming) -> dict[str, str]:
    content = state.draft or (state.editions[-1].content if state.editions else None)
    if content is None:
        return {}
    return {
        "department": naming.department(state.department),
        "title": content.title,
        "questions": "\n".join(content.questions),
        "text": content.text,
        "title_en": content.title_en,
        "text_en": content.text_en,
        "category": content.category,
        "region": content.region,
        "basis": content.basis,
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
    }
