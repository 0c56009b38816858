"""Rules over many tickets: outliers, answers alike, crowds, and the population of a sample."""

import pytest
from sqlalchemy import Connection

from hotline.evaluations.vocabulary import Mark
from hotline.people.sight import EVERYTHING
from hotline.tickets import events as e
from hotline.tickets.vocabulary import ExclusionCode, Secrecy
from projections.apply import apply_page
from projections.everything import clusters, services
from projections.suspicions.closures import closures, lines_in_order
from projections.suspicions.crossing import (
    alike_answers,
    crowds,
    exclusion_outliers,
    mark_outliers,
    outliers,
    shingles,
    similarity,
)
from projections.suspicions.queries import Span
from tests.unit.projections.story import DAY, HOUR, START, Log, ServiceStory, Story, number

SPAN = Span(since=START - DAY, until=START + 60 * DAY)
TEXT = "您反映的小区供水问题，我局已于{day}日派员到现场核查并修复破损管道，现已恢复正常供水。"


def feed(connection: Connection, log: Log) -> None:
    for page in log.pages():
        apply_page(connection, page)


def test_a_share_above_three_times_the_median_is_an_outlier() -> None:
    counts = {"a": (1, 100), "b": (2, 100), "c": (6, 100), "d": (7, 100)}
    assert [one.department for one in outliers({**counts, "e": (0, 0)})] == []
    found = outliers({"a": (1, 100), "b": (2, 100), "c": (2, 100), "d": (7, 100)})
    assert [(one.department, round(one.share, 2), one.median_share) for one in found] == [
        ("d", 0.07, 0.02)
    ]


def test_few_are_no_outlier_whatever_their_share() -> None:
    assert outliers({"a": (2, 2), "b": (0, 100), "c": (0, 100)}) == ()
    assert outliers({}) == ()


def test_where_most_have_none_the_whole_is_the_measure() -> None:
    quiet = {f"d{n}": (0, 100) for n in range(9)}
    assert [one.department for one in outliers({**quiet, "loud": (10, 100)})] == ["loud"]


def test_answers_alike_but_for_their_numbers_are_a_template() -> None:
    same = [(str(n), TEXT.format(day=n)) for n in range(6)]
    own = [("own", "经核实，该路段由交通运输局管养，施工方已补种行道树十二株并清运渣土。")]
    found = alike_answers([*same, *own])
    assert {one.number for one in found} == {str(n) for n in range(6)}
    assert all(len(one.others) == 5 and one.similarity >= 0.9 for one in found)
    assert alike_answers(same[:5]) == ()


def test_handing_on_is_no_answer() -> None:
    (found,) = alike_answers([("1", "您的诉求已转相关部门。"), ("2", TEXT)])
    assert (found.number, found.without_result) == ("1", True)


@pytest.mark.parametrize(
    ("one", "other", "share"), [("甲乙丙丁", "甲乙丙丁", 1.0), ("甲", "乙", 0.0)]
)
def test_similarity_is_the_share_of_common_pieces(one: str, other: str, share: float) -> None:
    assert similarity(shingles(one), shingles(other)) == share


def test_exclusions_and_marks_are_counted_by_department(connection: Connection, log: Log) -> None:
    for n in range(40):
        story = (
            Story(log, number(n)).register().assign(("water", "roads", "parks", "town-1")[n // 10])
        )
        if n < 4:
            story.tell(
                e.ExclusionRequested(code=ExclusionCode.UNREASONABLE, reason=""),
                e.ExclusionApproved(reason=""),
            )
    for n in range(40):
        department = ("water", "roads", "parks", "town-1")[n // 10]
        service = ServiceStory(log, f"s{n}").serve(department).rate(1)
        if n < 4:
            service.mark(Mark.MISTAKEN)
    feed(connection, log)
    (found,) = exclusion_outliers(connection, SPAN, sight=EVERYTHING)
    assert (found.department, found.part, found.whole) == ("water", 4, 10)
    (marked,) = mark_outliers(connection, SPAN)
    assert (marked.department, marked.part, marked.whole) == ("water", 4, 10)


def test_five_persons_at_one_place_are_a_crowd(connection: Connection, log: Log) -> None:
    for n in range(9):
        Story(log, number(n)).register(
            place="青城镇东街" if n < 5 else "青城镇西街", caller=f"c{n}"
        )
    Story(log, number(20)).register(place="青城镇东街", caller="c0")
    Story(log, number(21)).register(place="青城镇西街", caller="x", secrecy=Secrecy.SECRET)
    feed(connection, log)
    (found,) = crowds(connection, SPAN, sight=EVERYTHING)
    assert (found.place, found.persons, found.tickets) == ("青城镇东街", 5, 6)


def test_the_population_of_a_time_that_is_over_stands_still(
    connection: Connection, log: Log
) -> None:
    stories = [
        Story(log, number(n)).register().assign().wait(HOUR).acknowledge().wait(n * DAY).close()
        for n in range(1, 6)
    ]
    Story(log, number(9)).register().wait(DAY).answer_directly()
    feed(connection, log)
    span = Span(since=START, until=START + 4 * DAY)
    before = closures(connection, span, sight=EVERYTHING)
    assert before == tuple(number(n) for n in (1, 2, 3))
    log.lines.clear()
    stories[0].wait(20 * DAY).redo().wait(DAY).close()
    feed(connection, log)
    assert closures(connection, span, sight=EVERYTHING) == before
    shown = lines_in_order(connection, (number(3), number(1), "nowhere"), sight=EVERYTHING)
    assert [line.number for line in shown] == [number(3), number(1)]


def test_clusters_and_services_are_found_page_by_page(connection: Connection, log: Log) -> None:
    for n in (1, 2, 3):
        Story(log, number(n)).register().tell(
            e.ChildLinked(child=number(10 + n), citizen_due_at=None)
        )
        Story(log, number(10 + n)).register().tell(e.TicketMerged(main=number(n), reasons=""))
        ServiceStory(log, f"P-{n}", START + n * HOUR).serve().rate(5)
    feed(connection, log)
    first = clusters(connection, "停水", limit=2, sight=EVERYTHING)
    rest = clusters(connection, "停水", cursor=first.cursor, sight=EVERYTHING)
    assert [line.number for line in (*first.lines, *rest.lines)] == [number(n) for n in (3, 2, 1)]
    assert clusters(connection, "停电", sight=EVERYTHING).lines == ()
    page = services(connection, "用水", limit=2)
    more = services(connection, "用水", cursor=page.cursor)
    assert [line.project_no for line in (*page.lines, *more.lines)] == ["P-3", "P-2", "P-1"]
    assert [line.project_no for line in services(connection, "P-2").lines] == ["P-2"]
    assert services(connection, "用电").lines == ()
