"""Indicators 评价指标: the sentences an evaluator may tick, in versions, one after another."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.changes import differences
from api.naming import Naming
from api.pages.administration.forms import done, form_of, line, send, show
from api.pages.frame import form_text, language
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from hotline.evaluations.indicators import Indicator
from hotline.evaluations.vocabulary import Level
from hotline.house.commands import PublishIndicators
from hotline.house.decide import FIRST
from hotline.house.state import PublishedIndicators

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/indicators"
EMPTY_ROWS: Final = 2
_STREAM: Final = "indicators/"


@router.get(PATH, dependencies=[requires(PublishIndicators)])
async def table(request: Request) -> Response:
    """评价指标."""
    return await _page(request)


@router.post(PATH, dependencies=[requires(PublishIndicators)])
async def publish(request: Request) -> Response:
    """预览差别, or 发布."""
    form = await form_of(request)
    sentences = _sentences(form)
    if form_text(form, "preview"):
        return await _page(request, sentences=sentences, form=form)
    try:
        command = PublishIndicators(version=line(form, "name"), sentences=sentences)
        await send(request, form, _STREAM, command)
    except ProblemError as problem:
        return await _page(request, problem, sentences=sentences, form=form)
    return done(PATH)


def _sentences(form: FormData) -> tuple[Indicator, ...]:
    """Read the rows; one whose Chinese and English are both empty is taken out."""
    columns = [
        [value if isinstance(value, str) else "" for value in form.getlist(name)]
        for name in ("code", "level", "zh", "en")
    ]
    found: list[Indicator] = []
    for code, level, zh, en in zip(*columns, strict=False):
        if zh.strip() or en.strip():
            number = int(level) if level in {str(int(one)) for one in Level} else 0
            found.append(Indicator(code.strip()[:10], number, zh.strip()[:200], en.strip()[:200]))
    return tuple(found)


def _next_code(level: int, taken: set[str]) -> str:
    number = next(n for n in range(1, 1000) if f"L{level}-{n:02}" not in taken)
    taken.add(f"L{level}-{number:02}")
    return f"L{level}-{number:02}"


async def _page(
    request: Request,
    problem: ProblemError | None = None,
    *,
    sentences: tuple[Indicator, ...] | None = None,
    form: FormData | None = None,
) -> Response:
    house, chosen = faces(request), language(request)
    state = await in_thread(partial(house.archive.state, _STREAM))
    current = state.state if isinstance(state.state, PublishedIndicators) else FIRST
    shown = current.sentences if sentences is None else sentences
    taken = {one.code for one in (*current.former, *current.sentences, *shown)}
    now = house.clock()
    rows: dict[int, list[Indicator]] = {}
    for level in sorted(Level, reverse=True):
        rows[int(level)] = [one for one in shown if one.level == level] + [
            Indicator(_next_code(int(level), taken), int(level), "", "") for _ in range(EMPTY_ROWS)
        ]
    after = PublishedIndicators(version=current.version, sentences=shown)
    before = PublishedIndicators(version=current.version, sentences=current.sentences)
    compared: tuple[Any, ...] = ()
    if sentences is not None:
        compared = tuple(differences(Naming(house, chosen), before, after))
    values = {
        "current": current,
        "rows": rows,
        "differences": compared,
        "previewed": sentences is not None and problem is None,
        "name": line(form, "name") if form else f"{now:%Y.%m.%d}",
        "mainly": chosen,
    }
    return await show(request, "admin/indicators.html", values, problem, stream=_STREAM)
