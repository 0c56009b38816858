"""Call screen 接听登记: the operator's form; who may be calling, the proposal and what looks alike.

All of it is one form that works without scripts. Where scripts run, the parts beside the form are
asked for while typing, what was typed is kept as a draft, and every step has a key.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import calls
from api.bodies import read_fields
from api.desk_calls import held_call, national, phone_of
from api.forms import fields_of, kept, values_of
from api.knowledge import citable, suggested, today_of
from api.messages import Language
from api.naming import Naming, areas
from api.pages.drafts import draft_of, forget_draft
from api.pages.frame import form_text, identity_of, language, render, told
from api.pages.knowledge import index_of
from api.pages.waiting import registered_by, render_waiting
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, answered, sealed, send
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.calls.commands import LinkCallTicket
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import AnswerDirectly, AppendAddition, RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType

router = APIRouter(include_in_schema=False)

WAITING: Final = "/tickets/new/waiting"

PLACE: Final = "call"
TYPES: Final = tuple(one.value for one in TicketType)
_CODE: Final = re.compile(r"(?<!\d)\d{2,6}(?!\d)")
_CALL: Final = re.compile(r"[A-Za-z0-9-]{2,64}")
_CALL_LENGTH_MAX: Final = 64
_DISTRICT_DIGITS: Final = 6
_TOWN_DIGITS: Final = 9
_ANSWERS: Final = frozenset({Role.OPERATOR, Role.SHIFT_LEAD})


@router.get("/tickets/new", dependencies=[requires(RegisterTicket)])
async def new_page(request: Request) -> Response:
    """接听登记, with the draft where one was left. A call brings its number from the vault."""
    given: dict[str, str] = {"region": faces(request).region, "channel": Channel.PHONE.value}
    given |= await _of_call(request, request.query_params.get("call", "")[:_CALL_LENGTH_MAX])
    draft = await draft_of(request, _place(given))
    if draft is not None:
        given |= draft.given
    known = bool(given.get("call") and given.get("phone"))
    drafted_at = draft.kept_at if draft else None
    return await _page(request, given, None, look=known, drafted_at=drafted_at)


@router.post("/tickets/new/caller", dependencies=[requires(RegisterTicket)])
async def caller(request: Request) -> Response:
    """来电识别: who gave this number, and what they asked before."""
    given = await _given(request)
    return await _part(request, given, "calls/caller.html")


@router.post("/tickets/new/check", dependencies=[requires(RegisterTicket)])
async def check(request: Request) -> Response:
    """核对: propose a department and show what looks alike; nothing is stored."""
    given = await _given(request)
    return await _part(request, given, "calls/check.html")


@router.post("/tickets/new/join", dependencies=[requires(AppendAddition)])
async def join(request: Request) -> Response:
    """追加: the caller's open ticket takes what was said; no second ticket of one matter."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    given, number = kept(form), form_text(form, "join")
    try:
        envelope = await in_thread(partial(_addition, request, form, given, number))
        await send(request, envelope)
    except ProblemError as problem:
        return await _page(request, given, problem)
    await forget_draft(request, _place(given))
    await _link(request, given, number)
    values = {"number": number, "code": "", "joined": True, "answered": False, "unanswered": None}
    return render(request, "registered.html", {**values, "bypassed": False}, 201)


@router.post("/tickets/new", dependencies=[requires(RegisterTicket)])
async def register(request: Request) -> Response:
    """登记. The page that answers shows the query code, this once."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    identity = identity_of(request, form, actor.person)
    try:
        body = read_fields(_values(form, house), RegisterTicket)
        answer = _answer(form, actor, house)
        citizen = await in_thread(
            partial(calls.chosen, house, form_text(form, "phone"), form_text(form, "caller"))
        )
        seal = partial(sealed, house, actor=actor, correlation=request.scope.get("request_id", ""))
        envelope = await in_thread(
            partial(seal, RegisterTicket, body, stream="", identity=identity, citizen=citizen)
        )
        if answer is None:
            receipt = await send(request, envelope)
        else:  # the answer that follows at once needs the number: this one does not go by Kafka
            (found,) = await in_thread(partial(house.gateway.run, [envelope]))
            receipt = answered(found)
    except ProblemError as problem:
        return await _page(request, kept(form), problem)
    await forget_draft(request, _place(kept(form)))
    if receipt.status is ReceiptStatus.ACCEPTED:
        return RedirectResponse(f"{WAITING}?message={quote(receipt.message_id)}", 303)
    number = receipt.stream.partition("/")[2]
    await _link(request, kept(form), number)
    unanswered = None
    if answer is not None:
        try:
            reply = partial(seal, AnswerDirectly, answer, stream=receipt.stream)
            envelope = await in_thread(partial(reply, identity=f"{identity}/answer"))
            receipt = await send(request, envelope)
        except ProblemError as problem:  # the ticket stands; its page takes the answer again
            unanswered = told(request, problem)["problem"]
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    code = await in_thread(partial(house.accounts.query_code, number))
    values = {
        "number": number,
        "code": code,
        "joined": False,
        "answered": answer is not None and unanswered is None,
        "unanswered": unanswered,
        "bypassed": receipt.bypassed,
    }
    return render(request, "registered.html", values, 201)


@router.get(WAITING, dependencies=[requires(RegisterTicket)])
async def waiting(request: Request, message: str = "") -> Response:
    """等待编号: Kafka keeps the call; the page looks again until a worker has registered it."""
    registered = await registered_by(request, message)
    if registered is None:
        return render_waiting(request)
    number, code = registered
    values = {"number": number, "code": code, "joined": False, "answered": False}
    return render(request, "registered.html", {**values, "unanswered": None, "bypassed": False})


def _addition(request: Request, form: FormData, given: Mapping[str, str], number: str) -> Envelope:
    """Seal an addition to an open ticket of the caller who was chosen. Blocks on the vault."""
    house, actor = faces(request), actor_of(request)
    citizen = calls.chosen(house, given.get("phone", ""), given.get("caller", ""))
    if not citizen or citizen != house.caller_of(number):
        raise ProblemError("unknown-ticket")
    values = {"text": given.get("text", ""), "channel": Channel.PHONE.value}
    return sealed(
        house,
        AppendAddition,
        read_fields(values, AppendAddition),
        stream=f"ticket/{number}",
        actor=actor,
        identity=identity_of(request, form, actor.person),
        correlation=request.scope.get("request_id", ""),
        citizen=citizen,
    )


def category_of(house: Faces, written: str, region: str) -> str | None:
    """Read a category by its code or its name; None for words that are neither."""
    written = written.strip()
    if not written or written.isdecimal():
        return written
    catalogue = house.archive.catalogue()
    for category in catalogue.categories(region):
        if written in (category.name, category.name_en):
            return category.code
    codes = _CODE.findall(written)
    return codes[-1] if codes and catalogue.category(region, codes[-1]) else None


def _values(form: FormData, house: Faces) -> dict[str, Any]:
    values = values_of(form, RegisterTicket)
    values.setdefault("region", house.region)
    values["title"] = values.get("title") or calls.title_of(str(values.get("text", "")))
    call = form_text(form, "call")
    if _CALL.fullmatch(call):
        values["recording"] = call
        values["language"] = "en" if form_text(form, "language") == "en" else "zh"
    if "category" in values:
        category = category_of(house, values["category"], values["region"])
        if category is None:
            raise ProblemError(
                "input-invalid", violations=[{"field": "category", "code": "unknown-word"}]
            )
        values["category"] = category
    return values


def _answer(form: FormData, actor: Actor, house: Faces) -> msgspec.Struct | None:
    """Read the answer at once (即时答复), where one was given by somebody who may.

    One key takes an article as it stands: the ticket keeps which edition was read out.
    """
    if actor.role not in _ANSWERS:
        return None
    article, _, edition = form_text(form, "use_article").partition(":")
    if article:
        content = citable(house, article, int(edition) if edition.isdecimal() else 0)
        if content is None:
            raise ProblemError("article-not-in-force")
        said = {"text": content.text, "article": article, "article_version": edition}
        return read_fields(said, AnswerDirectly)
    text = form_text(form, "answer_text").strip()
    if not text:
        return None
    values = {
        "text": text,
        "article": form_text(form, "article").strip(),
        "article_version": form_text(form, "article_version").strip() or "1",
    }
    return read_fields(values, AnswerDirectly)


def _place(given: Mapping[str, str]) -> str:
    """Name where the draft lies: each call has its own."""
    call = given.get("call", "")
    return f"{PLACE}-{call.lower()}" if _CALL.fullmatch(call) else PLACE


async def _of_call(request: Request, call_id: str) -> dict[str, str]:
    """Fill in what the call of this operator brings; nothing where it is another's."""
    house, actor = faces(request), actor_of(request)
    if not _CALL.fullmatch(call_id):
        return {}
    call = await in_thread(partial(held_call, house, actor, call_id))
    if call is None:
        return {}
    phone = national(await in_thread(partial(phone_of, house, call.caller)))
    return {"call": call_id, "phone": phone, "language": call.language}


async def _link(request: Request, given: Mapping[str, str], number: str) -> None:
    """Say which ticket was registered in the call; the ticket stands whatever comes of it."""
    house, actor, call_id = faces(request), actor_of(request), given.get("call", "")
    if not _CALL.fullmatch(call_id):
        return
    link = Envelope(
        message_id=f"call/{call_id}/ticket/{number}",
        stream=f"call/{call_id}",
        command=LinkCallTicket(ticket=number),
        actor=actor,
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    await in_thread(partial(house.gateway.submit, link))


async def _given(request: Request) -> Mapping[str, str]:
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    return kept(form)


async def _part(request: Request, given: Mapping[str, str], template: str) -> Response:
    """Answer a script with the part it asked for, and a browser without scripts with the page."""
    if "hx-request" not in request.headers:
        return await _page(request, given, None, look=True)
    beside = await in_thread(partial(_beside, request, given))
    return render(request, template, {"given": given, **beside})


def _beside(request: Request, given: Mapping[str, str]) -> dict[str, Any]:
    """Gather what stands beside the form. Blocks on vault, rules and lists."""
    house, actor, chosen = faces(request), actor_of(request), language(request)
    category = category_of(house, given.get("category", ""), given.get("region", "")) or ""
    return {
        "callers": calls.callers(house, actor, given.get("phone", "")),
        "found": suggested(
            house,
            index_of(request),
            f"{given.get('title', '')} {given.get('text', '')}",
            category=category,
            region=given.get("region", ""),
        ),
        "today": today_of(house),
        "may_answer": actor.role in _ANSWERS,
        "check": calls.checked(house, actor, given, chosen, category),
        "naming": Naming(house, chosen),
        "recent_from": house.clock() - calls.RECENT,
    }


async def _page(
    request: Request,
    given: Mapping[str, str],
    problem: ProblemError | None,
    *,
    look: bool = False,
    drafted_at: Any = None,
) -> Response:
    house, chosen = faces(request), language(request)
    naming = Naming(house, chosen)
    region = given.get("region") or house.region
    categories = house.archive.catalogue().categories(region)
    looking = look or problem is not None or drafted_at is not None
    beside = (
        await in_thread(partial(_beside, request, given))
        if looking
        else {
            "callers": (),
            "check": None,
            "found": (),
            "today": None,
            "naming": naming,
            "recent_from": house.clock(),
        }
    )
    values = {
        "fields": {field.name: field for field in fields_of(RegisterTicket)},
        "given": given,
        "types": TYPES,
        "may_answer": actor_of(request).role in _ANSWERS,
        "categories": [naming.category(one.code, region) for one in categories],
        "regions": regions(house, chosen, region),
        "drafted_at": drafted_at,
        "place": _place(given),
        "message_id": given.get("message_id") or house.new_id(),
        **beside,
        **told(request, problem),
    }
    return render(request, "new_ticket.html", values, problem.status if problem else 200)


def regions(
    house: Faces, language: Language, chosen: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the areas to choose from as (group, [(code, name)]): the city, then each district."""
    known = areas(house.archive.departments())
    place = ("zh", "en").index(language)
    whole = [(code, names[place]) for code, names in sorted(known.items())]
    district_of = {code: name for code, name in whole if len(code) == _DISTRICT_DIGITS}
    below: dict[str, list[tuple[str, str]]] = {}
    for code, name in whole:
        if len(code) == _TOWN_DIGITS:
            below.setdefault(code[:_DISTRICT_DIGITS], []).append((code, name))
    alone = [(code, name) for code, name in district_of.items() if code not in below]
    if chosen and chosen not in known:
        alone.append((chosen, chosen))
    groups = [("", alone)] if alone else []
    for code, towns in below.items():
        name = district_of.get(code, code)
        groups.append((name, [(code, name), *towns]))
    return groups
