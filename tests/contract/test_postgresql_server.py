"""PostgreSQL as a process: what a kill must not take away."""

import pytest
from sqlalchemy import create_engine, text

from streams.cluster.ports import free_ports
from streams.cluster.postgresql import throw_away

pytestmark = pytest.mark.postgresql


def test_a_killed_server_comes_back_with_what_was_committed() -> None:
    (port,) = free_ports(1)
    with throw_away(port) as server:
        engine = create_engine(server.create("kept"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 1 AS one"))
        server.kill()
        server.start()
        engine.dispose()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT one FROM kept")) == 1
        engine.dispose()
    assert not server.member.alive
    assert not server.folder.exists()
