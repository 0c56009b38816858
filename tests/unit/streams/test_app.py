"""The Faust application: what it may put where, and how much it may say."""

import logging
from pathlib import Path

from structlog.testing import capture_logs

from streams.app import SAME_WORDS_SECONDS, _WithoutArguments, make_app
from streams.settings import Settings


def test_what_it_keeps_lies_in_the_data_directory(tmp_path: Path) -> None:
    data = tmp_path / "a {strange} name"
    app = make_app(Settings(data=data, kafka_bootstrap="127.0.0.1:1"))
    assert app.conf.datadir == data / "faust"
    assert data in app.conf.tabledir.parents


def test_a_client_that_repeats_itself_is_told_once_in_a_while_and_quotes_nobody() -> None:
    handler = _WithoutArguments()

    def say(words: str, at: float) -> None:
        record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, words, ("13900000001",), None)
        record.created = at
        handler.emit(record)

    with capture_logs() as told:
        for _ in range(500):
            say("Unable to connect to %s", 100.0)
        say("Topic %s is unknown", 100.0)
        say("Unable to connect to %s", 100.0 + SAME_WORDS_SECONDS)

    assert [(one["text"], one["more"]) for one in told] == [
        ("Unable to connect to %s", 0),
        ("Topic %s is unknown", 0),
        ("Unable to connect to %s", 499),
    ]
    assert "13900000001" not in repr(told)
