from importlib.metadata import packages_distributions

import pytest

OURS = ("hotline", "handlers", "projections", "notifications", "streams", "api", "cli")


@pytest.mark.parametrize("name", OURS)
def test_the_name_is_ours_alone(name: str) -> None:
    assert set(packages_distributions()[name]) == {"bihuan"}
