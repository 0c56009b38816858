from sqlalchemy import Connection

from hotline.evaluations.vocabulary import EvaluationSource, Mark
from projections.apply import apply_page
from projections.evaluations.queries import evaluation, evaluations, statistics
from tests.unit.projections.story import DAY, START, Log, ServiceStory


def test_a_rating_joins_its_service(connection: Connection, log: Log) -> None:
    ServiceStory(log, "P1/1").serve().rate(2)
    apply_page(connection, log.pages()[0])
    line = evaluation(connection, "service/P1/1")
    assert line is not None
    assert (line.department, line.level, line.item_name) == ("water", 2, "用水报装")


def test_only_valid_ratings_of_citizens_enter_a_rate(connection: Connection, log: Log) -> None:
    for n, level in enumerate((5, 4, 3, 2, 1)):
        ServiceStory(log, f"P{n}/1").serve().rate(level)
    ServiceStory(log, "D/1").serve().rate(3, is_default=True)
    ServiceStory(log, "M/1").serve().rate(1).mark(Mark.MISTAKEN)
    ServiceStory(log, "X/1").serve().rate(1).mark(Mark.MALICIOUS)
    ServiceStory(log, "V/1").serve().rate(5, source=EvaluationSource.MYSTERY_VISIT)
    ServiceStory(log, "N/1").serve()
    apply_page(connection, log.pages()[0])
    counted = statistics(connection, START, START + DAY)
    assert (counted.levels, counted.n) == ((1, 1, 1, 1, 1), 5)
    assert (counted.defaults, counted.mistaken, counted.malicious) == (1, 1, 1)
    assert (counted.other_sources, counted.services, counted.services_rated) == (1, 10, 5)
    assert (counted.good_rate, counted.active_rate) == (0.6, 0.5)


def test_nothing_rated_gives_no_rate(connection: Connection) -> None:
    counted = statistics(connection, START, START + DAY)
    assert (counted.n, counted.good_rate, counted.active_rate) == (0, None, None)


def test_poor_ratings_are_listed_page_by_page(connection: Connection, log: Log) -> None:
    for n in range(5):
        ServiceStory(log, f"P{n}/1", START + n * DAY).serve().rate(1 + n % 3)
    apply_page(connection, log.pages()[0])
    first = evaluations(connection, poor_only=True, limit=3)
    rest = evaluations(connection, poor_only=True, limit=3, cursor=first.cursor)
    streams = [line.stream for line in (*first.lines, *rest.lines)]
    assert streams == [f"service/P{n}/1" for n in (4, 3, 1, 0)]
    assert rest.cursor == ""
