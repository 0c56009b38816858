"""No form of a member of staff loses what was typed when the session ended meanwhile."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute

from api.pages import routers
from api.security import Requires
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from tests.unit.api.conftest import PASSWORD, House

OURS = {"sec-fetch-site": "same-origin"}
TYPED = [
    *(("roles", "a"), ("text", "路灯 <不亮>\n三天"), ("roles", "b")),
    *(("csrf", "old"), ("note", "")),
]
KEPT = [(name, value) for name, value in TYPED if name != "csrf"]
UPLOADS = {"/tickets/{number}/evidence"}
"""A file is chosen again; the words around it are kept as a draft while they are typed."""


def staff_forms() -> list[str]:
    return sorted(
        route.path
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        and "POST" in (route.methods or ())
        and any(
            isinstance(one.dependency, Requires) and one.dependency.permission.roles is not None
            for one in route.dependencies
        )
    )


def hidden(html: str, prefix: str = "") -> list[tuple[str, str]]:
    found = re.findall(rf'type="hidden" name="{prefix}([^"]+)" value="([^"]*)"', html)
    return [(name, unescape(value)) for name, value in found]


@pytest.mark.parametrize("path", [path for path in staff_forms() if path not in UPLOADS])
def test_what_was_typed_is_there_after_the_log_in(pages: House, path: str) -> None:
    member = StaffMember(person="s-lin", username="lin", display_name="林", roles=(Role.OPERATOR,))
    pages.accounts.add_staff(member, PASSWORD)
    client = pages.client()
    client.post("/login", data={"username": "lin", "password": PASSWORD})
    pages.pass_time(minutes=61)
    target = re.sub(r"{[^}]+}", "1", path)

    over = client.post(target, content=_encoded(TYPED), headers={**OURS, **_FORM})
    assert over.status_code == 401
    assert hidden(over.text, r"kept\.") == KEPT

    again = [*((f"kept.{name}", value) for name, value in KEPT), ("target", target)]
    again += [("username", "lin"), ("password", PASSWORD)]
    back = client.post("/login/resume", content=_encoded(again), headers={**OURS, **_FORM})
    assert back.status_code == 200
    form = back.text[back.text.index(f'action="{target}"') :]
    assert [pair for pair in hidden(form) if pair[0] != "csrf"] == KEPT
    assert pages.gateway.taken == []


_FORM = {"content-type": "application/x-www-form-urlencoded"}


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs)
