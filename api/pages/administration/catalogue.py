"""Catalogue 派单目录: entries, a draft of them, a message to try them on, and the publication."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cataloguing
from api.cataloguing import CatalogueDraft, Shelf
from api.changes import differences
from api.forms import kept
from api.naming import Naming, department_of
from api.pages.administration.forms import done, form_of, line, send, show, wrong
from api.pages.frame import form_text, language
from api.pages.registering import category_of, regions
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, requires
from hotline.routing.commands import CatalogueEntry, PublishCatalogue
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType, Urgency

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/catalogue"
PAGE_LENGTH: Final = 50
_TRIED_LENGTH_MAX: Final = 2000
_ID_LENGTH_MAX: Final = 60


@router.get(PATH, dependencies=[requires(PublishCatalogue)])
async def overview(request: Request) -> Response:
    """派单目录."""
    opened, asked = await _opened(request), request.query_params
    house, chosen = faces(request), language(request)
    query = asked.get("q", "").strip()[:60]
    only = asked.get("only", "")
    rows = _rows(opened, Naming(house, chosen), query, only)
    page = int(asked.get("page", "1")) if asked.get("page", "1").isdecimal() else 1
    first = max(0, page - 1) * PAGE_LENGTH
    tried = await in_thread(partial(_tried, request, opened))
    values: dict[str, Any] = {
        "opened": opened,
        "catalogue": opened.catalogue,
        "rows": rows[first : first + PAGE_LENGTH],
        "total": len(rows),
        "page": page,
        "more": len(rows) > first + PAGE_LENGTH,
        "query": query,
        "only": only,
        "conflicts": await in_thread(partial(cataloguing.conflicts, house, opened)),
        **tried,
    }
    return await show(request, "admin/catalogue.html", values)


@router.get(f"{PATH}/entries/{{id_}}", dependencies=[requires(PublishCatalogue)])
async def entry(request: Request, id_: str) -> Response:
    """一个条目; "new" is an empty one."""
    return await _entry_page(request, "" if id_ == "new" else id_)


@router.post(f"{PATH}/entries/{{id_}}", dependencies=[requires(PublishCatalogue)])
async def keep_entry(request: Request, id_: str) -> Response:
    """写入修订稿, or mark the entry as one that goes, or take the change back."""
    form = await form_of(request)
    opened, house = await _opened(request), faces(request)
    known = "" if id_ == "new" else id_
    try:
        if form_text(form, "undo"):
            changed = {key: one for key, one in opened.draft.changed.items() if key != known}
            draft = CatalogueDraft(opened.draft.base, changed)
        elif form_text(form, "remove"):
            draft = cataloguing.with_entry(opened, known, None)
        else:
            written = _entry(form, house, opened, known)
            draft = cataloguing.with_entry(opened, written.id, written)
    except ProblemError as problem:
        return await _entry_page(request, known, problem, given=kept(form))
    person, now = actor_of(request).person, house.clock()
    await in_thread(partial(cataloguing.keep, house, person, opened, draft, now))
    return RedirectResponse(f"{PATH}?only=changed", 303)


@router.get(f"{PATH}/publish", dependencies=[requires(PublishCatalogue)])
async def review(request: Request) -> Response:
    """发布前核对."""
    return await _publish_page(request)


@router.post(f"{PATH}/publish", dependencies=[requires(PublishCatalogue)])
async def publish(request: Request) -> Response:
    """发布为新版本."""
    form = await form_of(request)
    opened, house = await _opened(request), faces(request)
    try:
        command = _publication(opened, line(form, "name"))
        await send(request, form, cataloguing.stream_of(opened.region), command)
    except ProblemError as problem:
        return await _publish_page(request, problem, given=kept(form))
    person, now = actor_of(request).person, house.clock()
    nothing = CatalogueDraft(0)
    await in_thread(partial(cataloguing.keep, house, person, opened, nothing, now))
    return done(PATH)


@router.post(f"{PATH}/draft", dependencies=[requires(PublishCatalogue)])
async def draft(request: Request) -> Response:
    """丢弃修订稿, or go on with it on the version that is in force now."""
    form = await form_of(request)
    opened, house = await _opened(request), faces(request)
    kept_changes = opened.draft.changed if form_text(form, "rebase") else {}
    again = CatalogueDraft(opened.record.version, kept_changes)
    person, now = actor_of(request).person, house.clock()
    await in_thread(partial(cataloguing.keep, house, person, opened, again, now))
    return RedirectResponse(PATH, 303)


def _publication(opened: Shelf, version: str) -> PublishCatalogue:
    if not opened.draft.changed:
        raise ProblemError("draft-empty", status=409)
    return cataloguing.publication(opened, version)


async def _opened(request: Request) -> Shelf:
    house, actor = faces(request), actor_of(request)
    return await in_thread(partial(cataloguing.shelf, house, actor.person, "", house.clock()))


def _rows(opened: Shelf, naming: Naming, query: str, only: str) -> list[dict[str, Any]]:
    catalogue, drafted = opened.catalogue, opened.drafted
    lessons = {lesson.id for lesson in catalogue.added}
    found: list[dict[str, Any]] = []
    for id_ in dict.fromkeys(e.id for e in (*_all(drafted), *_all(catalogue))):
        before, after = catalogue.entry(id_), drafted.entry(id_)
        shown = after or before
        assert shown is not None  # noqa: S101 - one of the two names it
        state = "same"
        if id_ in opened.draft.changed:
            state = "removed" if after is None else "changed" if before else "added"
        if only == "changed" and state == "same":
            continue
        if only == "lessons" and id_ not in lessons:
            continue
        words = (id_, naming.department(shown.lead), naming.category(shown.category))
        if query and not any(query in word for word in (*words, *shown.keywords)):
            continue
        found.append({"entry": shown, "state": state, "lesson": id_ in lessons})
    return found


def _all(catalogue: Catalogue) -> tuple[CatalogueEntry, ...]:
    return (*catalogue.entries, *catalogue.added)


def _entry(form: FormData, house: Faces, opened: Shelf, known: str) -> CatalogueEntry:
    id_ = known or line(form, "id")
    if not id_ or len(id_) > _ID_LENGTH_MAX or id_ == "new" or "/" in id_:
        raise wrong("id", "wrong-type")
    if not known and opened.drafted.entry(id_) is not None:
        raise ProblemError("entry-repeated", {"entry": id_})
    directory = house.archive.departments()
    lead = department_of(directory, line(form, "lead"))
    assists = tuple(department_of(directory, one) for one in _lines(form, "assists"))
    for code in (lead, *assists):
        if not directory.knows(code):
            raise ProblemError("unknown-department", {"department": code})
    category = category_of(house, line(form, "category"), opened.region)
    if category is None:
        raise wrong("category", "unknown-word")
    type_, urgency = line(form, "type"), line(form, "urgency")
    return CatalogueEntry(
        id=id_,
        lead=lead,
        assists=assists,
        category=category,
        region=line(form, "region"),
        keywords=tuple(_lines(form, "keywords")),
        type=TicketType(type_) if type_ in set(TicketType) else None,
        urgency=Urgency(int(urgency)) if urgency in _URGENCIES else None,
        department_duty=bool(form_text(form, "department_duty")),
        basis=line(form, "basis"),
    )


_URGENCIES: Final = frozenset(str(one.value) for one in Urgency)


def _lines(form: FormData, name: str) -> list[str]:
    text = form_text(form, name)
    for mark in ("、", "，", ",", "；", ";"):
        text = text.replace(mark, "\n")
    return list(dict.fromkeys(one.strip() for one in text.splitlines() if one.strip()))


def _tried(request: Request, opened: Shelf) -> dict[str, Any]:
    """Say where a message would go and why, now and with the draft."""
    house, chosen, asked = faces(request), language(request), request.query_params
    text = asked.get("text", "")[:_TRIED_LENGTH_MAX]
    region = asked.get("region", "")[:12] or house.region
    written = asked.get("type", "")
    type_ = TicketType(written) if written in set(TicketType) else TicketType.COMPLAINT
    values: dict[str, Any] = {
        "tried_text": text,
        "tried_region": region,
        "tried_type": type_.value,
        "types": [one.value for one in TicketType],
        "regions": regions(house, chosen, region),
        "tried": (),
    }
    if text.strip():
        naming = Naming(house, chosen)
        now, drafted = cataloguing.tried(
            house, opened, region=region, category="", type_=type_, text=text
        )
        pairs = [("now", now)] + ([("drafted", drafted)] if drafted else [])
        values["tried"] = [
            {
                "name": name,
                "lead": naming.department(route.lead),
                "entry": route.entry,
                "assists": [naming.department(code) for code in route.assists],
                "reasons": naming.reasons(route.reasons, region),
                "differs": route.lead != now.lead or route.entry != now.entry,
            }
            for name, route in pairs
        ]
    return values


async def _entry_page(
    request: Request, id_: str, problem: ProblemError | None = None, *, given: Any = None
) -> Response:
    opened, house, chosen = await _opened(request), faces(request), language(request)
    found = opened.drafted.entry(id_) or opened.catalogue.entry(id_) if id_ else None
    if id_ and found is None:
        raise ProblemError("unknown-entry", {"entry": id_})
    naming, directory = Naming(house, chosen), house.archive.departments()
    before = opened.catalogue.entry(id_) if id_ else None
    values = {
        "id": id_,
        "entry": found,
        "changed": id_ in opened.draft.changed,
        "removed": id_ in opened.draft.changed and opened.draft.changed[id_] is None,
        "differences": tuple(differences(naming, before, found)) if before and found else (),
        "given": given or {},
        "types": [one.value for one in TicketType],
        "urgencies": [one.value for one in Urgency],
        "categories": [naming.category(one.code) for one in opened.catalogue.categories],
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
    }
    return await show(request, "admin/entry.html", values, problem)


async def _publish_page(
    request: Request, problem: ProblemError | None = None, *, given: Any = None
) -> Response:
    opened, house, chosen = await _opened(request), faces(request), language(request)
    naming, now = Naming(house, chosen), house.clock()
    stream = cataloguing.stream_of(opened.region)
    values: dict[str, Any] = {
        "opened": opened,
        "catalogue": opened.catalogue,
        "differences": tuple(differences(naming, opened.catalogue, opened.drafted)),
        "conflicts": await in_thread(partial(cataloguing.conflicts, house, opened)),
        "given": given or {},
        "proposed": f"{now:%Y.%m.%d}-{opened.record.version + 1}",
        "version": opened.draft.base if opened.draft.changed else opened.record.version,
    }
    return await show(request, "admin/catalogue_publish.html", values, problem, stream=stream)
