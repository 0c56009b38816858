import pytest
from sqlalchemy import Connection, Engine, func, select

from hotline.evaluations.vocabulary import Mark
from hotline.people.sight import EVERYTHING
from hotline.tickets import events as e
from hotline.tickets.vocabulary import (
    AppealGround,
    ClosureCode,
    ContactWay,
    ExclusionCode,
    Kind,
    MatterResult,
    RectificationResult,
    Secrecy,
    SuspensionGround,
    TicketType,
    VerificationFinding,
)
from projections.apply import apply_page
from projections.kpis.definition import SOURCES, Period, Scope
from projections.kpis.formulas import KPIS
from projections.kpis.queries import (
    DENOMINATOR,
    NUMERATOR,
    Entry,
    Kpi,
    by_department,
    drill,
    evaluate,
)
from projections.kpis.ranking import rank, score, wilson_lower_bound
from tests.unit.projections.story import (
    DAY,
    HOUR,
    START,
    Log,
    ServiceStory,
    Story,
    city,
    due,
    number,
)

MARCH = Period(START - DAY, START + 40 * DAY)


def feed(connection: Connection, log: Log) -> None:
    for page in log.pages():
        apply_page(connection, page)


def figure(connection: Connection, code: str, period: Period = MARCH) -> tuple[int, int]:
    (kpi,) = evaluate(connection, period, codes=[code])
    return kpi.numerator, kpi.denominator


def whole(log: Log, n: int, **registered: object) -> Story:
    story = Story(log, number(n)).register(**registered).assign().wait(HOUR).acknowledge()
    return story.wait(HOUR).contact().wait(DAY).submit().approve().wait(DAY)


def loops(log: Log) -> None:
    """A matter that was done, one that lawfully cannot be; three poor evaluations."""
    for n, result in ((501, MatterResult.DONE), (502, MatterResult.LAWFULLY_IMPOSSIBLE)):
        story = Story(log, number(n)).register(kind=Kind.MATTER, secrecy=Secrecy.SECRET)
        story.assign().acknowledge().tell(
            e.AnswerDrafted(
                public_text="", internal_text="", basis="", solved=True, evidence=(),
                unsolved_reason="", matter_result=result,
            )
        )  # fmt: skip
        story.submit().revisit().close()
    for n, upheld, on_time in ((601, False, True), (602, True, True), (603, False, False)):
        story = Story(log, number(n)).register(
            kind=Kind.POOR_EVALUATION, caller="c1", level=1, real_name=n != 603
        )
        story.assign().acknowledge().tell(
            e.RevisitRecorded(
                attempt=1, way=ContactWay.PHONE, connected=True,
                finding=VerificationFinding.REASONABLE,
                department_due=due(story.at + 5 * DAY),
            ),
            e.AppealDecided(ground=AppealGround.MISTAKEN, upheld=upheld, reason=""),
            e.RectificationCompleted(
                result=RectificationResult.RECTIFIED, measure="", proof="", on_time=on_time,
                stage_due=due(story.at),
            ),
            e.FeedbackGiven(way=ContactWay.PHONE, text="", stage_due=due(story.at)),
            e.LaterEvaluationRecorded(level=4 if on_time else 2, stage_due=due(story.at)),
        )  # fmt: skip
    for n in range(4):
        ServiceStory(log, f"P{n}/1").serve().rate(n + 1)
    ServiceStory(log, "P8/1").serve().rate(1).mark(Mark.MALICIOUS)
    ServiceStory(log, "P9/1").serve().rate(3, is_default=True)


@pytest.mark.parametrize("code", KPIS)
def test_behind_every_figure_stand_exactly_its_rows(
    connection: Connection, log: Log, code: str
) -> None:
    loops(city(log, 150))
    Story(log, number(700)).register(repeats=number(3)).tell(e.TicketMerged(main="m", reasons=""))
    feed(connection, log)
    for scope in (Scope(), Scope(department="water"), Scope(region="511802")):
        (kpi,) = evaluate(connection, MARCH, scope, [code])
        sides = {NUMERATOR: kpi.numerator, DENOMINATOR: kpi.denominator, **kpi.excluded}
        for side, count in sides.items():
            listed: list[Entry] = []
            cursor = ""
            while True:
                page = drill(connection, code, side, MARCH, scope, cursor=cursor, limit=40)
                listed += page.lines
                if not (cursor := page.cursor):
                    break
            assert len(listed) == count, (side, scope)
            shown = [entry for entry in listed if not entry.hidden]
            assert len(set(shown)) == len(shown)
        assert kpi.numerator <= kpi.denominator
    if code not in {"extended", "suspended", "excluded", "returned_in_vain", "repeated"}:
        assert figure(connection, code)[0] > 0


def test_every_row_of_a_population_counts_or_is_excluded_once(
    connection: Connection, log: Log
) -> None:
    loops(city(log, 80))
    feed(connection, log)
    for definition in KPIS.values():
        if definition.beside or definition.counted is not None:
            continue
        (kpi,) = evaluate(connection, MARCH, codes=[definition.code])
        population = connection.execute(
            select(func.count())
            .select_from(SOURCES[definition.unit])
            .where(definition.population(MARCH))
        ).scalar_one()
        assert kpi.denominator + sum(kpi.excluded.values()) == population, definition.code


def test_nothing_counted_is_no_rate(connection: Connection) -> None:
    assert {kpi.rate for kpi in evaluate(connection, MARCH)} == {None}


def test_timeliness_counts_what_falls_due_and_what_is_open_from_before(
    connection: Connection, log: Log
) -> None:
    Story(log, number(1)).register().assign("water", 2)  # open, due in the first days
    told = Story(log, number(2)).register().assign("water", 2).acknowledge()
    told.wait(DAY).submit().approve()
    late = Story(log, number(3)).register().assign("water", 2).acknowledge()
    late.wait(3 * DAY).submit(on_time=False).approve()
    Story(log, number(4)).register().assign("water", 2).hand_back().accept_return()
    feed(connection, log)
    first = Period(START, START + 5 * DAY)
    assert figure(connection, "on_time", first) == (1, 3)
    assert figure(connection, "overdue", first) == (2, 3)
    assert figure(connection, "overdue", Period(START + 5 * DAY, START + 9 * DAY)) == (1, 1)


def later(log: Log) -> None:
    """Tell what comes after the first fifteen days, to tickets that were counted in them."""
    for n in range(801, 812):
        whole(log, n).revisit(solved=False, satisfaction=2).close().wait(16 * DAY)
    stories = [Story(log, number(n), START + 17 * DAY) for n in range(801, 812)]
    stories[0].redo().submit().approve().wait(DAY).revisit().close()
    excluded = e.ExclusionRequested(code=ExclusionCode.POLICY, reason="")
    stories[1].tell(excluded, e.ExclusionApproved(reason=""))
    stories[2].tell(e.TicketMerged(main=number(1), reasons=""))
    stories[3].wait(60 * DAY).redo()
    Story(log, number(826)).register().assign("water", 20).wait(17 * DAY).tell(
        e.ExtensionGranted(
            working_days=5, reason="", department_due=due(START + 30 * DAY),
            citizen_due=due(START + 30 * DAY),
        )
    )  # fmt: skip
    stories[4].hand_back().accept_return()
    open_ones = [Story(log, number(n)).register().assign("water", 5) for n in range(821, 826)]
    open_ones[0].acknowledge().submit().wait(20 * DAY).approve()
    open_ones[1].acknowledge().wait(20 * DAY).submit(on_time=False).approve()
    open_ones[2].wait(HOUR).hand_back().wait(20 * DAY).accept_return()
    open_ones[3].wait(HOUR).hand_back().wait(20 * DAY).refuse_return()
    open_ones[4].acknowledge().wait(20 * DAY).tell(
        e.TicketSuspended(
            ground=SuspensionGround.JUDICIAL, evidence="", until=START + 30 * DAY, reason=""
        )
    )
    for n in (831, 832):
        asked = Story(log, number(n)).register().answer_directly().wait(DAY)
        asked.revisit(solved=False).close().wait(20 * DAY)
        asked.redo().assign().acknowledge().submit().approve().revisit().close()
    ServiceStory(log, "L1/1").serve().rate(5).at += 20 * DAY
    service = ServiceStory(log, "L2/1").serve()
    service.rate(1).at += 20 * DAY
    service.mark(Mark.MALICIOUS)
    unrated = ServiceStory(log, "L3/1").serve()
    unrated.at += 20 * DAY
    unrated.rate(4)


PUBLISHED_LATER = {"closed_at_once", "redone", "repeated"}
"""Figures that look thirty days ahead, and stand still from then on."""


@pytest.mark.parametrize("code", KPIS)
def test_a_period_that_is_over_does_not_change(engine: Engine, log: Log, code: str) -> None:
    period = Period(START - DAY, START + 15 * DAY)
    counted_until = period.until + (30 * DAY if code in PUBLISHED_LATER else 0 * DAY)
    later(city(log, 150))
    log.lines.sort(key=lambda line: line.fact.occurred_at)
    then, now = Log(), Log()
    for line in log.lines:
        fact = line.fact
        for kept in (then, now):
            if kept is now or fact.occurred_at < counted_until:
                kept.add(line.stream, fact.event, fact.occurred_at, fact.actor)
    figures = []
    for kept in (then, now):
        with engine.connect() as connection:
            feed(connection, kept)
            figures.append(evaluate(connection, period, codes=[code]))
            connection.rollback()
    assert figures[0] == figures[1]


def test_each_round_keeps_its_own_revisit(connection: Connection, log: Log) -> None:
    again = whole(log, 1).revisit(solved=False, satisfaction=2).wait(20 * DAY).redo()
    again.submit().approve().wait(DAY).revisit(solved=True, satisfaction=5).close()
    feed(connection, log)
    first, second = Period(START, START + 15 * DAY), Period(START + 15 * DAY, START + 40 * DAY)
    assert figure(connection, "solved", first) == (0, 1)
    assert figure(connection, "solved", second) == (1, 1)
    assert figure(connection, "solved") == (1, 2)
    assert figure(connection, "satisfied") == (1, 2)
    (entry,) = drill(connection, "solved", NUMERATOR, MARCH).lines
    assert (entry.number, entry.sequence) == (number(1), 2)


def test_a_direct_answer_that_was_redone_keeps_its_revisit(
    connection: Connection, log: Log
) -> None:
    asked = Story(log, number(1)).register().answer_directly().wait(DAY)
    asked.revisit(solved=False, satisfaction=1).redo()
    asked.assign().acknowledge().submit().approve().wait(DAY).revisit().close()
    feed(connection, log)
    assert figure(connection, "solved") == (1, 2)
    assert figure(connection, "assignment_accuracy") == (1, 1)
    assert figure(connection, "direct_answer") == (1, 1)


def test_an_answer_under_review_is_not_late(connection: Connection, log: Log) -> None:
    Story(log, number(1)).register().assign("water", 2).acknowledge().submit()
    feed(connection, log)
    assert figure(connection, "overdue") == (0, 1)
    assert figure(connection, "on_time") == (0, 1)


def test_only_upheld_returns_of_the_first_assignment_spoil_accuracy(
    connection: Connection, log: Log
) -> None:
    Story(log, number(1)).register().assign().hand_back().accept_return().assign("roads")
    Story(log, number(2)).register().assign().hand_back().refuse_return()
    Story(log, number(3)).register().assign()
    feed(connection, log)
    assert figure(connection, "assignment_accuracy") == (2, 3)
    assert figure(connection, "returned") == (2, 4)
    assert figure(connection, "returned_in_vain") == (1, 2)


def test_solved_leaves_out_whom_nobody_reached_and_who_only_asked(
    connection: Connection, log: Log
) -> None:
    whole(log, 1).revisit(solved=True)
    whole(log, 2).revisit(solved=False, satisfaction=2)
    whole(log, 3).revisit(connected=False, solved=None, satisfaction=None)
    whole(log, 4, type=TicketType.CONSULT).revisit(solved=True)
    whole(log, 5).revisit(solved=False, satisfaction=3).tell(
        e.ExclusionRequested(code=ExclusionCode.POLICY, reason=""), e.ExclusionApproved(reason="")
    )
    feed(connection, log)
    (solved,) = evaluate(connection, MARCH, codes=["solved"])
    assert (solved.numerator, solved.denominator) == (1, 2)
    assert solved.excluded == {"X1": 1, "X2": 1, "X3": 0, "X4": 1}
    assert figure(connection, "satisfied") == (1, 2)
    assert figure(connection, "revisited_effectively") == (4, 5)


def test_closed_at_once_means_no_redo_and_no_repeat_in_thirty_days(
    connection: Connection, log: Log
) -> None:
    whole(log, 1).revisit().close()
    again = whole(log, 2).revisit(solved=False).redo().submit().approve()
    again.revisit().close(ClosureCode.SATISFIED)
    whole(log, 3).revisit().close()
    Story(log, number(4), START + 20 * DAY).register(repeats=number(3))
    Story(log, number(5), START + 35 * DAY).register(repeats=number(1))
    feed(connection, log)
    assert figure(connection, "closed_at_once") == (1, 3)
    assert figure(connection, "redone") == (1, 3)
    assert figure(connection, "repeated") == (1, 3)


def test_upheld_appeals_leave_rectification_and_are_counted(
    connection: Connection, log: Log
) -> None:
    loops(log)
    feed(connection, log)
    (rectified,) = evaluate(connection, MARCH, codes=["rectified_on_time"])
    assert (rectified.numerator, rectified.denominator, rectified.excluded) == (1, 2, {"X5": 1})
    assert figure(connection, "real_name_rectified") == (1, 1)
    assert figure(connection, "appeals_upheld") == (1, 3)
    assert figure(connection, "satisfied_later") == (2, 3)
    (matters,) = evaluate(connection, MARCH, codes=["matters_done"])
    assert (matters.rate, matters.excluded) == (0.5, {"lawfully_impossible": 1})


def test_default_and_marked_ratings_never_count(connection: Connection, log: Log) -> None:
    loops(log)
    feed(connection, log)
    (good,) = evaluate(connection, MARCH, codes=["good_rating"])
    assert (good.numerator, good.denominator, good.excluded) == (2, 4, {"X5": 2})
    (active,) = evaluate(connection, MARCH, codes=["active_rating"])
    assert (active.numerator, active.denominator) == (4, 6)


def test_a_secret_ticket_keeps_its_place_in_a_list_and_tells_nothing(
    connection: Connection, log: Log
) -> None:
    Story(log, number(1)).register(secrecy=Secrecy.SECRET).answer_directly()
    feed(connection, log)
    (hidden,) = drill(connection, "direct_answer", NUMERATOR, MARCH).lines
    assert (hidden.hidden, hidden.number, hidden.title) == (True, "", "")
    (entry,) = drill(connection, "direct_answer", NUMERATOR, MARCH, sight=EVERYTHING).lines
    assert entry.number == number(1)


def test_departments_are_ranked_by_the_lower_bound_and_small_ones_apart() -> None:
    def kpi(numerator: int, denominator: int) -> Kpi:
        return Kpi("solved", 1, "", "", numerator, denominator, {})

    ranked = rank({"a": kpi(30, 30), "b": kpi(290, 300), "c": kpi(29, 29), "d": kpi(30, 30)})
    assert [(each.name, each.rank) for each in ranked] == [
        ("b", 1), ("a", 2), ("d", 2), ("c", None),
    ]  # fmt: skip


def test_the_wilson_bound_is_the_published_one() -> None:
    assert wilson_lower_bound(0, 0) is None
    assert wilson_lower_bound(8, 10) == pytest.approx(0.49016, abs=1e-5)
    assert wilson_lower_bound(0, 10) == pytest.approx(0.0, abs=1e-12)


def test_a_score_needs_every_figure() -> None:
    full = {code: Kpi(code, 1, "", "", 1, 2, {}) for code in ("response", "solved", "satisfied")}
    assert score(full) == pytest.approx(50)
    assert score(full | {"solved": Kpi("solved", 1, "", "", 0, 0, {})}) is None


def test_figures_by_department_add_up(connection: Connection, log: Log) -> None:
    city(log, 120)
    feed(connection, log)
    parts = by_department(connection, "on_time", MARCH)
    assert len(parts) > 3
    assert sum(kpi.denominator for kpi in parts.values()) == figure(connection, "on_time")[1]
