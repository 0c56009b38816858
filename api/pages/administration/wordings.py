"""Wordings 短信文案: edit what texts say, see it as it will arrive, and go back to any version."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.administration.forms import done, form_of, reason_of, send, show
from api.pages.frame import form_text
from api.ports import Faces
from api.problems import ProblemError, refused
from api.security import faces, in_thread, requires
from hotline.house.commands import PublishWording, WithdrawWording
from hotline.house.events import WordingPublished
from hotline.house.state import Wording
from hotline.house.wording import (
    LANGUAGES,
    PLACEHOLDERS,
    WORDS_LENGTH_MAX,
    placeholders,
    wording_problem,
)

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/wordings"
VERSIONS_SHOWN: Final = 20


@router.get(PATH, dependencies=[requires(PublishWording)])
async def overview(request: Request) -> Response:
    """短信文案一览."""
    house = faces(request)
    values = {"rows": await in_thread(partial(_rows, house)), "languages": LANGUAGES}
    return await show(request, "admin/wordings.html", values)


@router.get(f"{PATH}/{{written_in}}/{{template}}", dependencies=[requires(PublishWording)])
async def editor(request: Request, written_in: str, template: str) -> Response:
    """编辑一条短信; `from` begins with the words of an earlier version."""
    return await _page(request, written_in, template)


@router.post(f"{PATH}/{{written_in}}/{{template}}", dependencies=[requires(PublishWording)])
async def publish(request: Request, written_in: str, template: str) -> Response:
    """预览, 发布, or 撤回 to the words that the product brings along."""
    form = await form_of(request)
    words = form_text(form, "words").replace("\r\n", "\n").strip()
    stream, reason = _stream(written_in, template), reason_of(form)
    typed = {"words": words, "reason": reason}
    house = faces(request)
    try:
        if form_text(form, "preview"):
            return await _page(request, written_in, template, given=typed)
        if form_text(form, "withdraw"):
            await send(request, form, stream, WithdrawWording(reason=reason))
        else:
            await in_thread(partial(_check, house, written_in, template, words))
            await send(request, form, stream, PublishWording(words=words, reason=reason))
    except ProblemError as problem:
        return await _page(request, written_in, template, problem, given=typed)
    return done(f"{PATH}/{written_in}/{template}")


def _stream(written_in: str, template: str) -> str:
    if written_in not in LANGUAGES or template not in PLACEHOLDERS:
        raise ProblemError("unknown-page")
    return f"wording/{written_in}/{template}"


def _check(house: Faces, written_in: str, template: str, words: str) -> None:
    """Refuse words that the rules forbid, and words that fail on values a text may have."""
    if refusal := wording_problem(template, words):
        raise refused(refusal)
    tried = house.administration.trial(template, written_in, words)
    if tried.preview is None or tried.fails_without:
        missing = ", ".join(tried.fails_without) or "?"
        raise ProblemError("wording-fails", {"placeholder": missing}, status=422)


def _rows(house: Faces) -> list[dict[str, Any]]:
    own = {
        name: one.state.words
        for name, one in house.administration.states("wording/").items()
        if isinstance(one.state, Wording)
    }
    rows: list[dict[str, Any]] = []
    for template in PLACEHOLDERS:
        said = {}
        for written_in in LANGUAGES:
            words = own.get(f"{written_in}/{template}", "")
            tried = house.administration.trial(
                template, written_in, words or house.administration.built_in(template, written_in)
            )
            said[written_in] = (tried.preview, bool(words))
        rows.append({"template": template, "said": said})
    return rows


async def _page(
    request: Request,
    written_in: str,
    template: str,
    problem: ProblemError | None = None,
    *,
    given: Any = None,
) -> Response:
    stream, house = _stream(written_in, template), faces(request)
    state = house.archive.state(stream).state
    own = state.words if isinstance(state, Wording) else ""
    built_in = await in_thread(partial(house.administration.built_in, template, written_in))
    versions = [
        (line.version, line.fact.occurred_at, line.fact.event.words)
        for line in await in_thread(partial(house.archive.facts, stream))
        if isinstance(line.fact.event, WordingPublished)
    ]
    words = own or built_in
    if given is not None:
        words = given["words"]
    elif asked := request.query_params.get("from", ""):
        words = next((text for number, _, text in versions if str(number) == asked), words)
    refusal = wording_problem(template, words)
    tried = None
    if refusal is None:
        tried = await in_thread(partial(house.administration.trial, template, written_in, words))
    if refusal is not None and problem is None and given is not None:
        problem = refused(refusal)
    values = {
        "written_in": written_in,
        "other": next(one for one in LANGUAGES if one != written_in),
        "template": template,
        "words": words,
        "own": own,
        "built_in": built_in,
        "trial": tried,
        "names": sorted(PLACEHOLDERS[template]),
        "left_out": sorted(placeholders(built_in) - placeholders(words)),
        "versions": list(reversed(versions))[:VERSIONS_SHOWN],
        "length_max": WORDS_LENGTH_MAX,
        "given": given or {},
    }
    return await show(request, "admin/wording.html", values, problem, stream=stream)
