"""Proposals 派单建议接口: who should have a ticket, by rule and by model, with the reasons."""

from functools import partial
from typing import Annotated

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import TEXT_LENGTH_MAX
from api.json.queries import Code, answer
from api.problems import ProblemError
from api.proposals import described_proposal, proposed
from api.security import faces, in_thread, requires
from hotline.people.queries import Query
from hotline.tickets.vocabulary import TicketType

router = APIRouter()


class Matter(msgspec.Struct, forbid_unknown_fields=True):
    """事项: what a proposal is asked for; free text travels in a body, never in an address."""

    type: TicketType
    text: Annotated[str, msgspec.Meta(max_length=TEXT_LENGTH_MAX)] = ""
    category: Annotated[str, msgspec.Meta(max_length=20)] = ""
    region: Annotated[str, msgspec.Meta(max_length=20)] = ""


@router.post(
    "/routing/suggestion", dependencies=[requires(Query.CATALOGUE_READ)], tags=["settings"]
)
async def suggest_for_text(request: Request) -> Response:
    """派单建议: what the catalogue says, and why; beside it what the trained model guesses."""
    try:
        matter = msgspec.json.decode(await request.body(), type=Matter)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError(
            "input-invalid", violations=[{"field": "type", "code": "wrong-type"}]
        ) from None
    return await _suggested(request, matter)


@router.get("/routing/suggestion", dependencies=[requires(Query.CATALOGUE_READ)], tags=["settings"])
async def suggest_route(
    request: Request,
    type: TicketType,  # noqa: A002 - the word of the domain
    text: Code = "",
    category: Code = "",
    region: Code = "",
) -> Response:
    """派单建议 for a few words; what a citizen wrote belongs into the body of the other one."""
    return await _suggested(request, Matter(type, text, category, region))


async def _suggested(request: Request, matter: Matter) -> Response:
    house = faces(request)
    asked = partial(
        proposed,
        house,
        region=matter.region,
        category=matter.category,
        type_=matter.type,
        text=matter.text,
    )
    return answer(described_proposal(house, await in_thread(asked), matter.region))
