"""However the log is cut into pages, and however often a page comes again: the same rows."""

from itertools import pairwise
from typing import Any

import hypothesis
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from projections.apply import apply_page
from projections.comparison import vocabulary
from projections.create import create_tables
from projections.log import LogPage
from projections.schema import METADATA
from tests.unit.projections.story import Log, ServiceStory, city

_LOG = city(Log(partitions=2), 25)
ServiceStory(_LOG, "P1/1").serve().rate(2)


def _rows(pages: list[LogPage]) -> dict[str, list[Any]]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        create_tables(connection)
        for page in pages:
            apply_page(connection, page)
        rows: dict[str, list[Any]] = {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in (METADATA.tables["event_lines"], METADATA.tables["subscriptions"])
        }
        for name in ("ticket_lines", "assignment_lines", "evaluation_lines"):
            found = connection.execute(select(METADATA.tables[name]))
            rows[name] = sorted((tuple(row) for row in found), key=repr)
        rows["ticket_search"] = sorted(vocabulary(connection, "ticket_search").items())
    engine.dispose()
    return rows


_WHOLE = _rows(_LOG.pages(10_000))


@hypothesis.settings(max_examples=25, deadline=None, database=None)
@hypothesis.given(st.data())
def test_any_cut_and_any_repeat_gives_the_same_rows(data: st.DataObject) -> None:
    pages: list[LogPage] = []
    for whole in _LOG.pages(10_000):
        cuts = data.draw(st.lists(st.integers(1, len(whole.lines)), max_size=6).map(sorted))
        starts = [0, *cuts, len(whole.lines)]
        for start, end in pairwise(starts):
            back = data.draw(st.integers(0, 30))
            pages.append(LogPage(whole.partition, whole.lines[max(0, start - back) : end]))
            if data.draw(st.booleans()):
                pages.append(pages[data.draw(st.integers(0, len(pages) - 1))])
    assert _rows(pages) == _WHOLE
