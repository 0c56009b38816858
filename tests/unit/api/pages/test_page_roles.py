"""Every page declares its permission, and the menu leads nobody to a closed page."""

import pytest
from fastapi.routing import APIRoute

from api.pages import routers
from api.pages.menu import GROUPS, current, menu_of
from api.security import Requires
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from tests.unit.api.conftest import House

ITEMS = [item for _, items in GROUPS for item in items]


def permission(route: APIRoute) -> Requires:
    found = [d.dependency for d in route.dependencies if isinstance(d.dependency, Requires)]
    assert len(found) == 1, f"{route.path} declares no permission"
    return found[0]


@pytest.mark.parametrize("router", routers())
def test_every_page_and_form_declares_its_permission(router: object) -> None:
    for route in router.routes:  # type: ignore[attr-defined]
        assert permission(route).permission.name


@pytest.mark.parametrize("role", sorted(Role))
def test_the_menu_opens_exactly_the_pages_that_the_role_may_see(pages: House, role: Role) -> None:
    client = pages.as_role(role, department="hotline")
    member = StaffMember(person="s", display_name="s", roles=(role,))
    shown = {item.path for _, items in menu_of(member) for item in items}
    for item in ITEMS:
        answer = client.get(item.path)
        assert (answer.status_code == 200) == (item.path in shown), (item.path, role)
        assert answer.status_code in (200, 403), item.path


def test_a_page_belongs_to_the_longest_path() -> None:
    menu = menu_of(StaffMember(person="s", display_name="s", roles=(Role.SHIFT_LEAD,)))
    assert current("/tickets/new", menu) == "/tickets/new"
    assert current("/tickets/1", menu) == "/tickets"
    assert current("/ticketsx", menu) == ""
