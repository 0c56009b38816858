"""The lane answers for the very routes that are declared, and leaves all others alone."""

from fastapi import APIRouter
from starlette.routing import Match

from api.json.commands import add_routes, command_routes
from api.json.lane import CommandLane, lane_of


def _lane() -> CommandLane:
    router = APIRouter()
    add_routes(router)
    return lane_of(router.routes)


def _takes(path: str, method: str = "POST") -> bool:
    match, _ = _lane().matches({"type": "http", "method": method, "path": path})
    return match is Match.FULL


def test_every_command_of_a_ticket_takes_the_lane() -> None:
    for route in command_routes():
        path = "/api/v1" + route.path.replace("{number}", "341902")
        assert _takes(path) == route.path.startswith("/tickets"), path


def test_what_is_no_command_goes_the_usual_way() -> None:
    for path in ("/api/v1/tickets/bulk", "/api/v1/tickets/1/fire-timer", "/api/v1/tickets//urge"):
        assert not _takes(path), path
    assert not _takes("/api/v1/tickets", "GET")
