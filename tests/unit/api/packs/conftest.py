"""The house of fakes with its pages."""

import pytest

from api.pages import routers
from api.pages.frame import error_page
from tests.unit.api.conftest import House


@pytest.fixture
def pages(house: House) -> House:
    for router in routers():
        house.app.include_router(router)
    house.app.state.error_page = error_page
    return house
