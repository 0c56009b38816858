"""Dead letters are told of on a topic of their own: by reference and reason, at least once."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from handlers.envelope import Source
from streams.database.engine import writing
from streams.kafka.relay import Pages
from streams.kafka.telling_letters import tell_letters
from streams.letters import dead_letters
from streams.messages.letter_notices import LetterNotice
from streams.messages.raw import OutgoingMessage
from streams.messages.topics import CALLS, DEAD_LETTERS
from streams.people.vault import Vault
from tests.contract import toy

VAULT = Vault(toy.MASTER_KEY, area="28")
WORDS = "王小明 13900000001".encode()


class Topic:
    """Keeps what it is sent, as far as a test lets it."""

    def __init__(self) -> None:
        self.kept: list[OutgoingMessage] = []
        self.room = 1000

    def __call__(self, pages: Pages) -> Mapping[int, int]:
        safe = {}
        for partition, page in pages.items():
            taken = page[: max(0, self.room - len(self.kept))]
            self.kept += taken
            safe[partition] = len(taken)
        return safe

    @property
    def letters(self) -> list[str]:
        return [dict(one.headers)["ce_id"].decode() for one in self.kept]


def bury(engine: Engine, number: int) -> list[str]:
    rows = [
        dead_letters.letter_of_bytes(
            WORDS,
            Source(CALLS, 3, offset),
            "not-json",
            VAULT,
            toy.START + timedelta(seconds=offset),
        )
        for offset in range(number)
    ]
    with writing(engine) as connection:
        dead_letters.bury(connection, rows)
    return [str(row[0]) for row in rows]


def test_each_letter_is_told_of_once_without_its_words(engine: Engine) -> None:
    letters = bury(engine, 3)
    topic = Topic()

    assert tell_letters(engine, topic) == 3
    assert tell_letters(engine, topic) == 0

    assert sorted(topic.letters) == sorted(letters)
    assert {one.topic for one in topic.kept} == {DEAD_LETTERS}
    notices = {
        one.letter: one
        for one in (msgspec.json.decode(m.value, type=LetterNotice) for m in topic.kept if m.value)
    }
    assert notices[letters[1]] == LetterNotice(
        letter=letters[1],
        place=f"{CALLS}/3/1",
        reason="not-json",
        first_seen_at=toy.START + timedelta(seconds=1),
    )
    assert [one for one in topic.kept if WORDS[-11:] in repr(one).encode()] == []


def test_what_kafka_did_not_keep_is_told_of_again(engine: Engine) -> None:
    letters = bury(engine, 10)
    topic = Topic()
    topic.room = 4

    assert tell_letters(engine, topic) == 4
    topic.room = 1000
    assert tell_letters(engine, topic) == 6

    assert sorted(topic.letters) == sorted(letters)


def test_a_crash_before_the_mark_tells_of_it_again_under_the_same_id(engine: Engine) -> None:
    (letter,) = bury(engine, 1)
    topic = Topic()

    def crash(pages: Pages) -> Mapping[int, int]:
        topic(pages)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        tell_letters(engine, crash)
    tell_letters(engine, topic)

    assert topic.letters == [letter, letter]


def test_a_letter_that_comes_again_is_no_news(engine: Engine) -> None:
    bury(engine, 1)
    topic = Topic()
    tell_letters(engine, topic)
    bury(engine, 1)
    assert tell_letters(engine, topic) == 0
