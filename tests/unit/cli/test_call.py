"""Calls from the command line, on a store of their own."""

from pathlib import Path

import pytest

from cli.house import open_house
from streams.voice import simulated_phone
from tests.bihuan import Bihuan

PHONE = "13812341234"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("cli.call.sleep", lambda _seconds: None)
    monkeypatch.setattr("cli.call.GIVES_UP_SECONDS", 0.0)
    open_house(tmp_path / "data", create=True, as_json=True).engine.dispose()
    return tmp_path / "data"


def test_a_call_that_nobody_takes_is_called_back(data: Path) -> None:
    answer = Bihuan()("call", "simulate", "--from", PHONE, "--data", data)
    assert answer.code == 0
    assert answer.document["outcome"] == "abandoned"
    assert PHONE not in str(answer.document)


def test_with_a_provider_no_call_is_made_up(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_TWILIO_ACCOUNT_SID", "AC1")
    answer = Bihuan()("call", "simulate", "--from", PHONE, "--data", data)
    assert (answer.code, answer.document["error"]["code"]) == (2, "not-simulated")


def test_a_telephone_looks_often_enough_for_an_operator_in_a_hurry() -> None:
    assert simulated_phone.LOOK_SECONDS < 1
