"""Registering 登记页面: the operator's form, with the proposal and likely duplicates beside it.

The proposal is asked for by a button, and while typing where scripts run; both are the same page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import read_fields
from api.forms import fields_of, kept, values_of
from api.messages import Language
from api.naming import Naming, areas
from api.pages.frame import form_text, identity_of, language, render, told
from api.ports import Faces
from api.problems import ProblemError
from api.proposals import Told, duplicates, proposed, told_proposal
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, sealed, send
from hotline.people.actors import Actor
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from projections.tickets.line import TicketLine

router = APIRouter(include_in_schema=False)

_CODE: Final = re.compile(r"(?<!\d)\d{2,6}(?!\d)")
_DISTRICT_DIGITS: Final = 6
_TOWN_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Check:
    """核对: the proposal for what was typed so far, and tickets that look alike."""

    told: Told
    alike: tuple[TicketLine, ...]


@router.get("/tickets/new", dependencies=[requires(RegisterTicket)])
async def new_page(request: Request) -> Response:
    """登记工单."""
    given = {"region": faces(request).region, "channel": Channel.PHONE.value}
    return _page(request, given, None)


@router.post("/tickets/new/check", dependencies=[requires(RegisterTicket)])
async def check(request: Request) -> Response:
    """核对: propose a department and show what looks alike; nothing is stored."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    given = kept(form)
    found = await in_thread(
        partial(checked, faces(request), actor_of(request), given, language(request))
    )
    return _page(request, given, None, found)


@router.post("/tickets/new", dependencies=[requires(RegisterTicket)])
async def register(request: Request) -> Response:
    """登记. The page that answers shows the query code, this once."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    try:
        envelope = await in_thread(
            partial(
                sealed,
                house,
                RegisterTicket,
                read_fields(_values(form, house), RegisterTicket),
                stream="",
                actor=actor,
                identity=identity_of(request, form, actor.person),
                correlation=request.scope.get("request_id", ""),
            )
        )
        receipt = await send(request, envelope)
    except ProblemError as problem:
        return _page(request, kept(form), problem)
    number = receipt.stream.partition("/")[2]
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    code = await in_thread(partial(house.accounts.query_code, number))
    return render(request, "registered.html", {"number": number, "code": code}, 201)


def checked(
    house: Faces, actor: Actor, given: Mapping[str, str], language: Language
) -> Check | None:
    """Ask rule, model and list for what was typed; None while there is nothing to ask for."""
    title, text, region = (given.get(name, "").strip() for name in ("title", "text", "region"))
    category = category_of(house, given.get("category", ""), region) or ""
    if not (title or text or category):
        return None
    proposal = proposed(
        house,
        region=region,
        category=category,
        type_=_type(given.get("type", "")),
        text=f"{title}\n{text}",
    )
    return Check(
        told_proposal(house, proposal, region, language),
        duplicates(house, actor, region=region, title=title, route=proposal.route),
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
    if "category" in values:
        category = category_of(house, values["category"], values["region"])
        if category is None:
            raise ProblemError(
                "input-invalid", violations=[{"field": "category", "code": "unknown-word"}]
            )
        values["category"] = category
    return values


def _type(given: str) -> TicketType:
    """Take a complaint for granted while no type is chosen (our default)."""
    return TicketType(given) if given in set(TicketType) else TicketType.COMPLAINT


def _page(
    request: Request,
    given: Mapping[str, str],
    problem: ProblemError | None,
    found: Check | None = None,
) -> Response:
    house, chosen = faces(request), language(request)
    naming = Naming(house, chosen)
    region = given.get("region") or house.region
    categories = house.archive.catalogue().categories(region)
    values = {
        "fields": {field.name: field for field in fields_of(RegisterTicket)},
        "given": given,
        "check": found,
        "categories": [naming.category(one.code, region) for one in categories],
        "regions": regions(house, chosen, region),
        "message_id": given.get("message_id") or house.new_id(),
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
