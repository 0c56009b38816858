"""Command routes 命令接口: one typed route for every command that a person or system may send.

The list is made from the permission table: a command with an empty row has no route. Paths are the
kebab-case names of the commands; `(method, path)` and permission are stated here and nowhere else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, get_args

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import body_of, carries_own_words, phone_of, read_json
from api.json.kept import accepted, told_bypassed
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, requires
from api.sending import expected_version, message_id, sealed, send
from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.calls import commands as calls
from hotline.correspondence import commands as correspondence
from hotline.evaluations import commands as evaluations
from hotline.house import commands as house_settings
from hotline.inspection import commands as inspection
from hotline.knowledge import commands as knowledge
from hotline.people import commands as people
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.routing import commands as routing
from hotline.tickets import commands as tickets

_NAME: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
HOUSE_REGION: Final = "house"
"""How a path names the default of the house, whose region is empty."""

_JSON: Final = ("application/json", "application/merge-patch+json")


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """命令接口: where a command is sent."""

    command: type[AnyCommand]
    path: str
    tag: str


_SERVICE: Final = "/services/{project_no}/{service_number}"
_OWN_PATHS: Final[Mapping[type[AnyCommand], str]] = {
    tickets.RegisterTicket: "/tickets",
    evaluations.RecordService: "/services",
    evaluations.RecordEvaluation: f"{_SERVICE}/evaluations",
    evaluations.RecordReason: f"{_SERVICE}/evaluations/reason",
    evaluations.RateLater: f"{_SERVICE}/later-evaluations",
    evaluations.InviteEvaluation: f"{_SERVICE}/invitations",
    evaluations.ReviewSignals: f"{_SERVICE}/signals/review",
    people.ChangeDutyPhone: "/departments/{code}/change-duty-phone",
    house_settings.PublishIndicators: "/indicators/publish-indicators",
}
_FAMILIES: Final[tuple[tuple[str, str, frozenset[type[AnyCommand]]], ...]] = (
    (
        "departments",
        "/departments/{code}",
        frozenset({people.AddDepartment, people.ChangeDepartment, people.RetireDepartment}),
    ),
    (
        "citizens",
        "/citizens/{citizen}",
        frozenset(
            {
                *(correspondence.StopInvitations, correspondence.ResumeInvitations),
                *(correspondence.CompleteContactTask, correspondence.RequestErasure),
                *(correspondence.GrantErasure, correspondence.DenyErasure),
            }
        ),
    ),
    (
        "articles",
        "/articles/{article}",
        frozenset(
            {
                *(knowledge.DraftArticle, knowledge.PublishArticle, knowledge.SendBackArticle),
                *(knowledge.RetireArticle, knowledge.ReportArticle),
            }
        ),
    ),
    (
        "calls",
        "/calls/{call}",
        frozenset({calls.AcceptCall, calls.PassCall, calls.EndTalk, calls.LinkCallTicket}),
    ),
    ("staff", "/staff/{person}", frozenset(get_args(people.StaffCommand))),
    (
        "catalogue",
        "/catalogues/{region}",
        frozenset(
            {
                *(routing.PublishCatalogue, routing.AddCatalogueEntry),
                *(routing.RetireCatalogueEntry, routing.ChoosePreset),
            }
        ),
    ),
    ("calendar", "/calendars/{region}", frozenset({routing.PublishCalendar})),
    ("inspection", "/samples/{sample}", frozenset({inspection.RecordFinding})),
    (
        "wording",
        "/wordings/{language}/{template}",
        frozenset({house_settings.PublishWording, house_settings.WithdrawWording}),
    ),
)


MADE_BY_THE_HOUSE: Final[frozenset[type[AnyCommand]]] = frozenset(
    {inspection.DrawSample, inspection.ExamineSuspicion}
)
"""Commands of persons whose content the house makes: who could send a draw could choose it, and a
verdict names the facts that were shown."""


def kebab(command: type[AnyCommand]) -> str:
    """AcknowledgeTicket becomes acknowledge-ticket."""
    return _NAME.sub("-", command.__name__).lower()


def command_routes() -> tuple[CommandRoute, ...]:
    """List every route, in the order of the permission table."""
    return tuple(
        _route(command)
        for command, row in COMMANDS.items()
        if row and command not in MADE_BY_THE_HOUSE
    )


def command_named(name: str) -> type[AnyCommand]:
    """Give the ticket command of a kebab-case name."""
    for command, row in COMMANDS.items():
        if row and kebab(command) == name and command not in _OWN_PATHS:
            return command
    raise ProblemError("input-invalid", violations=[{"field": "command", "code": "unknown-word"}])


def stream_of(parts: Mapping[str, str], command: type[AnyCommand], body: Any) -> str:
    """Name the stream that a path means; "" for a registration, whose number is allotted later."""
    if any(not _PART.fullmatch(part) for part in parts.values()):
        raise ProblemError("unknown-page")
    match parts:
        case {"number": number}:
            return f"ticket/{number}"
        case {"project_no": project, "service_number": service}:
            return f"service/{project}/{service}"
        case {"code": code}:
            return f"department/{code}"
        case {"citizen": citizen}:
            return f"citizen/{citizen}"
        case {"sample": sample}:
            return f"sample/{sample}"
        case {"article": article}:
            return f"article/{article}"
        case {"call": call}:
            return f"call/{call}"
        case {"person": person}:
            return f"staff/{person}"
        case {"language": language, "template": template}:
            return f"wording/{language}/{template}"
        case {"region": region}:
            kind = "calendar" if command is routing.PublishCalendar else "catalogue"
            return f"{kind}/{'' if region == HOUSE_REGION else region}"
        case _:
            pass
    if command is house_settings.PublishIndicators:
        return "indicators/"
    if command is evaluations.RecordService:
        return f"service/{body.project_no}/{body.service_number}"
    return ""


def add_routes(router: APIRouter) -> None:
    """Add all command routes to a router."""
    for route in command_routes():
        router.add_api_route(
            route.path,
            _endpoint(route.command),
            methods=["POST"],
            dependencies=[requires(route.command)],
            tags=[route.tag],
            summary=(route.command.__doc__ or "").partition("\n")[0],
            operation_id=route.command.__name__,
            status_code=201 if route.command is tickets.RegisterTicket else 200,
            response_model=None,
            openapi_extra=_described(route.command),
        )


def described_receipt(receipt: Receipt) -> dict[str, Any]:
    """Say what became of a message."""
    said: dict[str, Any] = {
        "message_id": receipt.message_id,
        "status": receipt.status.value,
        "stream": receipt.stream,
        "version": receipt.version,
        "repeated": receipt.repeated,
    }
    kind, _, rest = receipt.stream.partition("/")
    if kind == "ticket":
        said["number"] = rest
    if receipt.refusal is not None:
        said |= {"code": receipt.refusal.code, "detail": receipt.refusal.detail}
    return said


async def read_body(request: Request, command: type[AnyCommand]) -> msgspec.Struct:
    """Read the body of a command route."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await request.body()
    if raw and media_type not in _JSON:
        raise ProblemError("media-type-not-supported")
    return read_json(raw, command)


def _endpoint(command: type[AnyCommand]) -> Callable[[Request], Any]:
    is_registration = command is tickets.RegisterTicket
    has_words = carries_own_words(command)

    async def endpoint(request: Request) -> Response:
        body, house, actor = await read_body(request, command), faces(request), actor_of(request)
        stream = stream_of(request.path_params, command, body)
        seal = partial(
            sealed,
            house,
            command,
            body,
            stream=stream,
            actor=actor,
            identity=message_id(request, actor, stream or command.__name__),
            version=expected_version(request),
            correlation=request.scope.get("request_id", ""),
        )
        if phone_of(body) or (has_words and stream):
            envelope = await in_thread(partial(_sealed_for_caller, house, seal, stream))
        else:
            envelope = seal()
        receipt = await send(request, envelope)
        if receipt.status is ReceiptStatus.ACCEPTED:
            return accepted(receipt)
        said = described_receipt(receipt) | told_bypassed(house, receipt)
        headers = {"ETag": f'"{receipt.version}"'}
        if is_registration:
            said["query_code"] = await in_thread(partial(house.accounts.query_code, said["number"]))
            headers["Location"] = f"/api/v1/tickets/{said['number']}"
        return Response(
            msgspec.json.encode(said), 201 if is_registration else 200, headers, "application/json"
        )

    endpoint.__name__ = kebab(command).replace("-", "_")
    return endpoint


def _sealed_for_caller(house: Faces, seal: partial[Envelope], stream: str) -> Envelope:
    """Do in one go what asks the store: a thread costs more than a look at it.

    Further words go to the caller whom the house knows of the ticket.
    """
    is_known = stream.startswith("ticket/")
    return seal(citizen=house.caller_of(stream.removeprefix("ticket/")) if is_known else "")


def _route(command: type[AnyCommand]) -> CommandRoute:
    if command in _OWN_PATHS:
        path = _OWN_PATHS[command]
        return CommandRoute(command, path, "services" if "service" in path else "tickets")
    for tag, prefix, members in _FAMILIES:
        if command in members:
            return CommandRoute(command, f"{prefix}/{kebab(command)}", tag)
    return CommandRoute(command, f"/tickets/{{number}}/{kebab(command)}", "tickets")


def _described(command: type[AnyCommand]) -> dict[str, Any]:
    """Describe body and headers for the OpenAPI document."""
    body_of(command)
    path = _route(command).path
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    parameters += [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "maxLength": 200},
            "description": "A repeat with the same key gets the first answer.",
        },
        {
            "name": "If-Match",
            "in": "header",
            "schema": {"type": "string"},
            "description": "The version that the sender saw; another one is refused.",
        },
    ]
    roles = ", ".join(role.value for role in COMMANDS[command])
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "parameters": parameters,
        "description": f"Permitted roles: {roles}.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": f"#/components/schemas/{command.__name__}"}}
            },
        },
        "responses": dict.fromkeys(("401", "403", "404", "409", "422", "503"), problem),
    }
