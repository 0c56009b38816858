"""Application 应用: puts routes, front hall, problems and documents together. Knows no adapter."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.resources import files
from typing import Any, Final

import anyio.to_thread
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api.bodies import schemas
from api.json import (
    bulk,
    citizens,
    figures,
    intake,
    proposals,
    queries,
    sessions,
    system,
    texts,
    twilio,
)
from api.json.commands import add_routes, command_routes
from api.json.lane import lane_of
from api.middleware import BODY_BYTES_MAX, BodyTooLargeError, FrontHall
from api.ports import Faces, Unavailable
from api.problems import ProblemError, respond
from api.security import THREADS_MAX

_CODES: Final = {404: "unknown-page", 405: "method-not-allowed", 413: "body-too-large"}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def json_router() -> APIRouter:
    """Gather the JSON API. What is fixed comes before what has parts."""
    router = APIRouter(prefix="/api/v1")
    router.include_router(sessions.router)
    router.include_router(bulk.router)
    router.include_router(queries.router)
    router.include_router(proposals.router)
    router.include_router(figures.router)
    router.include_router(texts.router)
    add_routes(router)
    return router


def assemble(
    house: Faces,
    *,
    monotonic: Callable[[], float],
    pages: Sequence[APIRouter] = (),
    body_bytes_max: int = BODY_BYTES_MAX,
    lifespan: Lifespan | None = None,
    unavailable: tuple[type[Exception], ...] = (),
) -> FastAPI:
    """Make the application from what it may reach."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS_MAX
        if lifespan is None:
            yield
        else:
            async with lifespan(app):
                yield

    app = FastAPI(
        title="Bihuan 闭环",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=living,
    )
    app.state.faces = house
    app.state.remembered = {}
    app.state.unavailable = (Unavailable, *unavailable)
    outside = (citizens.router, intake.router, twilio.router)
    for router in (json_router(), *outside, system.router, system.operations):
        app.include_router(router)
    for router in pages:
        app.include_router(router)
    commands = APIRouter()
    add_routes(commands)
    app.router.routes.insert(0, lane_of(commands.routes))
    app.mount("/static", StaticFiles(directory=str(files("api") / "static"), check_dir=False))
    _handle_errors(app)
    _describe(app)
    app.add_middleware(
        FrontHall, monotonic=monotonic, new_id=house.new_id, body_bytes_max=body_bytes_max
    )
    return app


def _handle_errors(app: FastAPI) -> None:
    log: Any = structlog.get_logger("bihuan.faults")

    async def answer(request: Request, problem: ProblemError) -> Response:
        page = getattr(request.app.state, "error_page", None)
        if page is not None and not request.url.path.startswith("/api/"):
            return await page(request, problem)  # type: ignore[no-any-return]
        return respond(request.app.state.faces.messages, request, problem)

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101 - registered for this type only
        return await answer(request, error)

    async def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return await answer(request, ProblemError(_CODES.get(status, "defect"), status=status))

    async def on_validation(request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else ()
        violations = [
            {"field": str(one["loc"][-1])[:60], "code": str(one["type"])} for one in errors
        ]
        return await answer(request, ProblemError("input-invalid", violations=violations))

    async def on_large(request: Request, _: Exception) -> Response:
        return await answer(request, ProblemError("body-too-large"))

    async def on_away(request: Request, error: Exception) -> Response:
        log.error(
            "store unavailable", request_id=request.scope.get("request_id"), kind=_kind(error)
        )
        return await answer(request, ProblemError("store-unavailable"))

    async def on_defect(request: Request, error: Exception) -> Response:
        # The message of an unknown error may quote what was sent in; only its kind is logged.
        log.error("defect", request_id=request.scope.get("request_id"), kind=_kind(error))
        return await answer(request, ProblemError("defect"))

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(BodyTooLargeError, on_large)
    for kind in app.state.unavailable:
        app.add_exception_handler(kind, on_away)
    app.add_exception_handler(Exception, on_defect)


def _kind(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _describe(app: FastAPI) -> None:
    """Add what is generated from the vocabulary to the OpenAPI document."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            components = document.setdefault("components", {})
            bodies = schemas(route.command for route in command_routes())
            components.setdefault("schemas", {}).update(bodies)
            components["responses"] = {"Problem": _PROBLEM}
            components["securitySchemes"] = {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "bihuan_session"},
            }
            document["security"] = [{"key": []}, {"session": []}]
        return app.openapi_schema or original()

    app.openapi = openapi  # type: ignore[method-assign]


_PROBLEM: Final = {
    "description": "A refusal or fault (RFC 9457), in Chinese and English.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "status", "code", "title", "detail", "texts"],
                "properties": {
                    "type": {"type": "string"},
                    "status": {"type": "integer"},
                    "code": {"type": "string", "description": "stable, for machines"},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                    "texts": {"type": "object"},
                    "instance": {"type": "string"},
                    "violations": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}
