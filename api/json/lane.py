"""Lane 快道: finds the route of a ticket's command by one look into a table.

Staff commands are most of what a busy house does, and finding a route among hundreds costs more
than all the rest of a request. The routes themselves are those of `commands`, with the permission
they declare; what the lane does not know goes the usual way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.security import Requires

_START: Final = "/api/v1/tickets"


@dataclass(frozen=True, slots=True)
class _Lane:
    path: str  # as the metrics name it
    permission: Requires
    endpoint: Any


class CommandLane(BaseRoute):
    """快道 before all other routes."""

    def __init__(self, routes: Mapping[str, APIRoute]) -> None:
        self._lanes: Final = {
            name: _Lane(f"{_START}/{{number}}/{name}" if name else _START, *_guarded(route))
            for name, route in routes.items()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take a posted command of a ticket, or a registration."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return Match.NONE, {}
        path = scope["path"]
        if not path.startswith(_START):
            return Match.NONE, {}
        if path == _START:
            return Match.FULL, {"route": self._lanes[""], "path_params": {}}
        number, _, name = path[len(_START) + 1 :].partition("/")
        lane = self._lanes.get(name) if number and name else None
        if lane is None:
            return Match.NONE, {}
        return Match.FULL, {"route": lane, "path_params": {"number": number}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the permission, then answer."""
        lane: _Lane = scope["route"]
        request = Request(scope, receive, send)
        await lane.permission(request)
        response = await lane.endpoint(request)
        await response(scope, receive, send)


def lane_of(routes: list[BaseRoute]) -> CommandLane:
    """Make the lane from the routes of the commands."""
    found: dict[str, APIRoute] = {}
    for route in routes:
        if not isinstance(route, APIRoute) or "POST" not in (route.methods or ()):
            continue
        before, _, name = route.path.rpartition("/")
        if route.path == "/tickets":
            found[""] = route
        elif before == "/tickets/{number}":
            found[name] = route
    return CommandLane(found)


def _guarded(route: APIRoute) -> tuple[Requires, Any]:
    """Give permission and endpoint; a route without exactly one permission is a defect."""
    (permission,) = (d.dependency for d in route.dependencies if isinstance(d.dependency, Requires))
    return permission, route.endpoint
