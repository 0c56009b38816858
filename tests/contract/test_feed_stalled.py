"""A reader that no round brings further is told so; it does not ask for ever."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Engine, delete

from projections.apply import Write
from projections.bookmarks import BookmarkMovedError, move_bookmark
from projections.log import LogPage
from streams.batches.commit import commit_batch
from streams.database.engine import writing
from streams.database.partitions import partition_of
from streams.database.tables import events
from streams.feed.following import follow
from streams.feed.subscriptions import READ_MODELS, FeedStalledError, Subscription, feed
from tests.contract import toy

PARTITION = partition_of("ticket/a")


@pytest.fixture
def log(engine: Engine) -> Engine:
    """Give a log of two lines in one partition."""
    wiring = toy.wiring()
    for message in (toy.register("a", stream="ticket/a"), toy.urge("b", "ticket/a")):
        commit_batch(engine, [message], toy.CONTEXT, wiring, toy.START)
    return engine


def test_a_reader_that_does_not_move_its_bookmark_is_stopped(log: Engine) -> None:
    rounds: list[int] = []

    def forgetful(_: Connection, pages: Sequence[LogPage]) -> Write:
        rounds.append(len(pages))
        return lambda _connection: None

    with pytest.raises(FeedStalledError) as raised:
        feed(log, Subscription(("forgetful",), forgetful))

    assert (raised.value.code, raised.value.partition, raised.value.position) == (
        "feed-stalled",
        PARTITION,
        0,
    )
    assert rounds == [1]


def test_a_round_lost_to_somebody_faster_is_no_standstill(log: Engine) -> None:
    tries: list[int] = []

    def unlucky(_: Connection, _pages: Sequence[LogPage]) -> Write:
        def write(connection: Connection) -> None:
            tries.append(1)
            if len(tries) < 3:
                raise BookmarkMovedError
            move_bookmark(connection, "unlucky", PARTITION, 2)

        return write

    assert feed(log, Subscription(("unlucky",), unlucky)) == {PARTITION: 2}
    assert len(tries) == 3


def test_a_line_that_the_log_lacks_is_named(log: Engine) -> None:
    with writing(log) as connection:
        connection.execute(delete(events).where(events.c.version == 1))

    for reads in (lambda: feed(log, READ_MODELS), lambda: follow(log, READ_MODELS, [PARTITION])):
        with pytest.raises(FeedStalledError, match=f"partition {PARTITION} stays at position 0"):
            reads()
