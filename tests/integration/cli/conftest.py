import pytest

from tests.bihuan import Bihuan


@pytest.fixture(scope="session")
def bihuan() -> Bihuan:
    return Bihuan()
