"""Whom to call next: not in quiet hours, not twice in one half-day, the rest by due time."""

from datetime import datetime

import pytest
from starlette.datastructures import FormData

from api.bodies import read_fields
from api.pages.revisiting import values_of_outcome
from api.problems import ProblemError
from api.revisiting import ToCall, callable_at, next_of, script_language
from hotline.clocks.calendar import SHANGHAI
from hotline.tickets.commands import RecordRevisit
from projections.tickets.line import TicketLine


def at(day: int, hour: int) -> datetime:
    """Give a local time of November 2026."""
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("tries", "now", "expected"),
    [
        ((), at(20, 10), None),
        ((at(20, 9),), at(20, 10), at(20, 12)),
        ((at(20, 9),), at(20, 12), None),
        ((at(20, 14),), at(20, 16), at(21, 8)),
        ((at(20, 9), at(20, 14)), at(21, 7), at(21, 8)),
        ((), at(20, 22), at(21, 8)),
    ],
)
def test_somebody_is_called_in_another_half_day_and_outside_quiet_hours(
    tries: tuple[datetime, ...], now: datetime, expected: datetime | None
) -> None:
    assert callable_at(tries, now, urgent=False) == expected


def test_what_is_urgent_may_be_called_at_night_but_not_twice_in_a_half_day() -> None:
    assert callable_at((), at(20, 22), urgent=True) is None
    assert callable_at((at(20, 21),), at(20, 22), urgent=True) == at(21, 0)


def waiting(*marks: tuple[str, bool]) -> list[ToCall]:
    return [
        ToCall(TicketLine(int(number), number), 0, None if now else at(21, 8))
        for number, now in marks
    ]


@pytest.mark.parametrize(
    ("after", "expected"), [("", "2"), ("2", "4"), ("4", "2"), ("unknown", "2")]
)
def test_the_next_is_the_first_who_may_be_called_behind_the_one_put_off(
    after: str, expected: str
) -> None:
    found = next_of(waiting(("1", False), ("2", True), ("3", False), ("4", True)), after)
    assert found is not None
    assert found.line.number == expected


def test_nobody_is_next_where_all_were_tried() -> None:
    assert next_of(waiting(("1", False))) is None


@pytest.mark.parametrize(
    ("given", "connected", "solved", "satisfaction"),
    [
        ({"outcome": "solved", "satisfaction": "5"}, True, True, 5),
        ({"outcome": "unsolved", "satisfaction": "2"}, True, False, 2),
        ({"outcome": "unreached", "satisfaction": "5", "text": "关机"}, False, None, None),
    ],
)
def test_three_keys_say_a_revisit(
    given: dict[str, str], connected: bool, solved: bool | None, satisfaction: int | None
) -> None:
    body = read_fields(values_of_outcome(FormData(given)), RecordRevisit)
    said = (getattr(body, name) for name in ("connected", "solved", "satisfaction"))
    assert tuple(said) == (connected, solved, satisfaction)


def test_an_anonymous_rating_is_verified_without_a_call() -> None:
    form = FormData({"outcome": "anonymous", "finding": "reasonable", "way": "phone"})
    body = read_fields(values_of_outcome(form), RecordRevisit)
    assert (body.connected, body.way, body.finding) == (  # type: ignore[attr-defined]
        *(False, "none", "reasonable"),
    )


def test_a_form_without_an_outcome_is_refused() -> None:
    with pytest.raises(ProblemError, match="input-invalid"):
        values_of_outcome(FormData({"satisfaction": "5"}))


@pytest.mark.parametrize(
    ("asked", "citizen", "expected"),
    [("", "zh", "zh"), ("en", "zh", "en"), ("", "en", "en"), ("xx", "bo", "zh")],
)
def test_the_script_speaks_the_citizens_language_unless_asked_otherwise(
    asked: str, citizen: str, expected: str
) -> None:
    assert script_language(asked, citizen, "zh") == expected
