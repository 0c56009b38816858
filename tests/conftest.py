"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--seeds",
        type=int,
        default=200,
        help="worlds that the simulation plays; a failing one is named by its seed",
    )
    parser.addoption(
        "--first-seed", type=int, default=0, help="the seed of the first world of the simulation"
    )
