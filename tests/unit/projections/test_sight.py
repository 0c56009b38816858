"""What a reader may see: the query of a list and the check of one ticket say the same."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import Connection

from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.sight import Sight, listed_for, sight_of
from hotline.tickets.vocabulary import Kind, Secrecy, Stage
from projections.apply import apply_page
from projections.cursors import Page
from projections.kpis.definition import Period
from projections.kpis.queries import NUMERATOR, drill
from projections.tickets.boards import deadlines, inbox, ping_pong, stage_deadlines
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter, citizen_history, tickets
from tests.unit.projections.story import DAY, START, Log, Story, number

PEOPLE = [
    SYSTEM,
    *(Actor(person, role, department) for role, person, department in
      product(Role, ("c1", ""), ("water", "roads", "")))
]  # fmt: skip
CLERK = Actor("x", Role.WINDOW_CLERK, "water")


@pytest.fixture
def every_sort(connection: Connection, log: Log) -> Connection:
    sorts = product(Kind, Secrecy, ("c1", "c2"), (("water",), ("roads", "water"), ("parks",)))
    for n, (kind, secrecy, caller, departments) in enumerate(sorts):
        story = Story(log, number(n)).register(kind=kind, secrecy=secrecy, caller=caller)
        story.assign(departments[0], 5, *departments[1:])
    for page in log.pages():
        apply_page(connection, page)
    return connection


def test_a_list_holds_what_may_be_shown_and_nothing_else(every_sort: Connection) -> None:
    whole = tickets(every_sort, TicketFilter(), sight=Sight(), limit=500).lines
    assert len(whole) == len(Kind) * len(Secrecy) * 6
    for actor in PEOPLE:
        sight = sight_of(actor)
        listed = tickets(every_sort, TicketFilter(), sight=sight, limit=500).lines
        expected = [line.number for line in whole if _covers(sight, line)]
        assert [line.number for line in listed] == expected, actor


def _covers(sight: Sight, line: TicketLine) -> bool:
    return sight.covers(
        lead=line.lead,
        assists=line.assists.split(","),
        caller=line.caller,
        secrecy=Secrecy(line.secrecy),
        kind=Kind(line.kind),
    )


def test_a_window_clerk_lists_matters_that_the_department_leads_or_assists(
    every_sort: Connection,
) -> None:
    listed = tickets(every_sort, TicketFilter(), sight=listed_for(CLERK), limit=500).lines
    assert {(line.kind, line.lead, line.assists) for line in listed} == {
        ("matter", "water", ""),
        ("matter", "roads", "water"),
    }


def test_lists_keep_secret_tickets_from_departments(every_sort: Connection) -> None:
    handler = Actor("x", Role.HANDLER, "water")
    assert sight_of(handler).secrecy_max is Secrecy.SECRET
    listed = tickets(every_sort, TicketFilter(), sight=listed_for(handler), limit=500).lines
    assert max(line.secrecy for line in listed) == Secrecy.CONFIDENTIAL


STAGES = tuple(stage.value for stage in Stage)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c, cursor, sight: inbox(c, "water", cursor=cursor, limit=3, sight=sight),
        lambda c, cursor, sight: deadlines(c, cursor=cursor, limit=3, sight=sight),
        lambda c, cursor, sight: stage_deadlines(c, STAGES, cursor=cursor, limit=3, sight=sight),
        lambda c, cursor, sight: ping_pong(c, cursor=cursor, limit=3, sight=sight),
        lambda c, cursor, sight: citizen_history(c, "c1", cursor=cursor, limit=3, sight=sight),
    ],
    ids=["inbox", "deadlines", "stage_deadlines", "ping_pong", "citizen_history"],
)
def test_every_page_but_the_last_is_full(
    connection: Connection,
    log: Log,
    ask: Callable[[Connection, str, Sight], Page[TicketLine]],
) -> None:
    for n in range(14):
        secrecy = Secrecy.CONFIDENTIAL if n % 3 else Secrecy.MASKED
        story = Story(log, number(n)).register(caller="c1", secrecy=secrecy)
        story.assign().hand_back()
    for page in log.pages():
        apply_page(connection, page)
    operator = listed_for(Actor("x", Role.OPERATOR, "hotline"))
    first = ask(connection, "", operator)
    assert (len(first.lines), bool(first.cursor)) == (3, True)
    last = ask(connection, first.cursor, operator)
    assert (len(last.lines), last.cursor) == (2, "")


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (Actor("x", Role.SHIFT_LEAD, "hotline"), True),
        (Actor("x", Role.ASSESSOR), False),
        (Actor("x", Role.OBSERVER), False),
        (Actor("x", Role.HANDLER, "water"), True),
        (Actor("x", Role.HANDLER, "roads"), False),
    ],
)
def test_a_row_behind_a_figure_tells_only_who_may_see_it(
    connection: Connection, log: Log, actor: Actor, *, seen: bool
) -> None:
    Story(log, number(1)).register(secrecy=Secrecy.CONFIDENTIAL).assign("water")
    for page in log.pages():
        apply_page(connection, page)
    period = Period(START - DAY, START + DAY)
    (entry,) = drill(
        connection, "assignment_accuracy", NUMERATOR, period, sight=listed_for(actor)
    ).lines
    assert (entry.hidden, entry.number) == ((False, number(1)) if seen else (True, ""))
