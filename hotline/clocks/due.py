"""到期: due dates, and what moves them: extension, pause, review credit, a new calendar.

Owns the arithmetic of a clock over a calendar and a preset. Everything is a local date or a span of
office hours turned into an instant; a day is never 24 hours. Knows no ticket and no state.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from hotline.clocks.calendar import SHANGHAI, Calendar, DayKind
from hotline.clocks.explanation import explain
from hotline.clocks.office import WorkingTime
from hotline.clocks.record import Due, Ladder, Step, StepKind
from hotline.clocks.vocabulary import ClockName, CountingMode, Preset, Unit
from hotline.values import replace

__all__ = ["Clocks", "Due", "Ladder", "NaiveTimeError", "Step", "StepKind", "explain"]

_Question: TypeAlias = tuple[Unit, int, date, bool, CountingMode]
_Answer: TypeAlias = tuple[datetime, tuple[Step, ...], datetime, bool]
"""Due date, steps, when yellow may begin, and whether the calendar is provisional."""

_REMEMBERED_MAX: Final = 4096
"""Day counts kept ready: the tickets of a day ask the same few questions (our default)."""

_ONE_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)

_BASE_KINDS: Final = {
    Unit.WORKING_DAY: StepKind.WORKING_DAY,
    Unit.CALENDAR_DAY: StepKind.CALENDAR_DAY,
    Unit.WORKING_MINUTE: StepKind.WORKING_MINUTE,
    Unit.CALENDAR_MINUTE: StepKind.CALENDAR_MINUTE,
}
_UNITS: Final = {kind: unit for unit, kind in _BASE_KINDS.items()}
_MOVES: Final = frozenset({StepKind.EXTENDED, StepKind.PAUSED, StepKind.CREDITED})
"""What people did to a due date; every other step follows from the calendar."""


class NaiveTimeError(ValueError):
    """无时区: a time without an offset reached the clocks; the edge must refuse it before."""


class Clocks:
    """时限: a calendar and a preset, and every question about time that a rule may ask them."""

    __slots__ = ("_closes", "_counted_before", "_opens", "_time", "calendar", "preset")

    def __init__(self, calendar: Calendar, preset: Preset) -> None:
        self.calendar: Final = calendar
        self.preset: Final = preset
        self._time: Final = WorkingTime(calendar, preset.office_hours)
        self._opens: Final = preset.office_hours.opens
        self._closes: Final = preset.office_hours.closes
        self._counted_before: Final[dict[_Question, _Answer]] = {}

    # -- computing -------------------------------------------------------------------------------

    def due(self, clock: ClockName, start: datetime) -> Due:
        """When this clock, started at `start`, runs out."""
        rule = self.preset.rules[clock]
        return self._computed(
            rule.unit, rule.amount, _local(start), self.preset.identity(clock), self.preset.mode
        )

    def due_days(self, days: int, start: datetime) -> Due:
        """When a promise of so many working days runs out."""
        if days < 0:
            raise ValueError(f"a promise cannot run backwards: {days}")
        identity = self.preset.identity("promised_days")
        return self._computed(Unit.WORKING_DAY, days, _local(start), identity, self.preset.mode)

    def until(self, at: datetime, start: datetime, clock: ClockName) -> Due:
        """Set a clock that ends at an agreed moment, for example a suspension's end date."""
        at, start = _local(at), _local(start)
        if at < start:
            raise ValueError("an agreed end cannot lie before its start")
        return self._agreed(at, start, self.preset.identity(clock))

    # -- moving ----------------------------------------------------------------------------------

    def extended(self, due: Due, working_days: int) -> Due:
        """延期: so many working days more, from the old due date."""
        if working_days <= 0:
            raise ValueError(f"an extension adds working days: {working_days}")
        old = _local(due.due_at).date()
        step = Step(StepKind.EXTENDED, old, old, working_days)
        return self._moved(due, step)

    def shifted(self, due: Due, paused_at: datetime, resumed_at: datetime) -> Due:
        """挂起: the working days d with pause date < d <= resume date are given back.

        A clock in minutes gets the paused minutes back instead (our default).
        """
        paused_at, resumed_at = _local(paused_at), _local(resumed_at)
        given = self._given_back(due, paused_at, resumed_at)
        step = Step(StepKind.PAUSED, paused_at.date(), resumed_at.date(), given)
        return self._moved(due, step)

    def credited(self, due: Due, submitted_at: datetime, rejected_at: datetime) -> Due:
        """审核退回: review time, at most one working day, is not charged to the department."""
        submitted_at, rejected_at = _local(submitted_at), _local(rejected_at)
        given = self._given_back(due, submitted_at, rejected_at)
        minutes_max = self._time.day_length // _MINUTE
        given = min(given, 1 if _unit_of(due).counts_days else minutes_max)
        if given == 0:
            return due
        step = Step(StepKind.CREDITED, submitted_at.date(), rejected_at.date(), given)
        return self._moved(due, step)

    def recomputed(self, due: Due) -> Due:
        """重算: the same clock under this calendar; never earlier than the date already shown.

        A calendar that changes nothing gives back an equal due date but for the calendar's version.
        """
        base, start, unit = due.steps[0], _local(due.received_at), _unit_of(due)
        if base.kind is StepKind.AGREED:
            end = datetime.combine(base.last, _local(due.due_at).timetz())
            again = self._agreed(end, start, due.rule)
        else:
            mode = CountingMode(base.note) if base.note else CountingMode.SAME_DATE
            again = self._computed(unit, base.days, start, due.rule, mode)
        for step in due.steps:
            if step.kind in _MOVES:
                again = self._moved(again, self._recounted(step, unit))
        return self._kept(again, due)

    # -- asking ----------------------------------------------------------------------------------

    def ladder(self, due: Due) -> Ladder:
        """Give the red notice and supervision L1 to L3 for a due date that passes."""
        return self._ladder(due, _local(due.due_at).date(), self.preset.supervision_days)

    def matter_ladder(self, due: Due, registered_at: datetime, paused_days: int = 0) -> Ladder:
        """Give the same for a matter, whose levels are counted from its registration."""
        first, second, third = self.preset.matter_supervision_days
        days = (first + paused_days, second + paused_days, third + paused_days)
        return self._ladder(due, _local(registered_at).date(), days)

    def _ladder(self, due: Due, start: date, days: tuple[int, int, int]) -> Ladder:
        last = _local(due.due_at).date()
        first, second, third = (
            self._closing_of(self.calendar.nth_workday_after(start, count)) for count in days
        )
        return Ladder(
            notice_at=self._opening_of(self.calendar.nth_workday_after(last, 1)),
            level_1_at=first,
            level_2_at=second,
            level_3_at=third,
        )

    def extension_asked_by(self, due: Due) -> datetime:
        """Give the last moment at which an extension may still be asked for."""
        due_at = _local(due.due_at)
        day = due_at.date()
        for _ in range(self.preset.rules[ClockName.EXTENSION_ASK_AHEAD].amount):
            day = self.calendar.previous_workday(day)
        return datetime.combine(day, due_at.timetz())

    def office_opening(self, at: datetime) -> datetime:
        """`at` inside office hours, otherwise the next opening: where a reminder may be placed."""
        return self._time.opening(_local(at))

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes inside office hours from `start` to `end`."""
        return self._time.between(_local(start), _local(end)) // _MINUTE

    # -- the arithmetic --------------------------------------------------------------------------

    def _computed(
        self, unit: Unit, amount: int, start: datetime, identity: str, mode: CountingMode
    ) -> Due:
        if unit is Unit.CALENDAR_MINUTE:
            due_at = start + amount * _MINUTE
            warn_at = start + amount * _MINUTE * 3 / 4
            steps: tuple[Step, ...] = (
                Step(StepKind.CALENDAR_MINUTE, start.date(), due_at.date(), amount),
            )
        elif unit is Unit.WORKING_MINUTE:
            due_at = self._time.after(start, amount * _MINUTE)
            warn_at = self._time.after(start, amount * _MINUTE * 3 / 4)
            first, last = start.date(), due_at.date()
            base = Step(StepKind.WORKING_MINUTE, first, last, amount)
            steps = (base,) if first == last else (base, *self._runs(first - _ONE_DAY, last))
        else:
            due_at, steps, opening, provisional = self._counted(unit, amount, start, mode)
            if amount > 1 and opening > start:
                warn_at = opening
            else:
                warn_at = self._yellow(start, due_at, days=0)
            return Due(due_at, warn_at, start, identity, self.calendar.version, provisional, steps)
        return Due(
            due_at=due_at,
            warn_at=warn_at,
            received_at=start,
            rule=identity,
            calendar=self.calendar.version,
            provisional=unit is not Unit.CALENDAR_MINUTE
            and self._is_provisional(start.date(), due_at.date()),
            steps=steps,
        )

    def _agreed(self, at: datetime, start: datetime, identity: str) -> Due:
        step = Step(StepKind.AGREED, start.date(), at.date(), (at.date() - start.date()).days)
        return Due(
            due_at=at,
            warn_at=self._yellow(start, at, days=step.days),
            received_at=start,
            rule=identity,
            calendar=self.calendar.version,
            provisional=False,
            steps=(step,),
        )

    def _counted(self, unit: Unit, amount: int, start: datetime, mode: CountingMode) -> _Answer:
        received = start.date()
        question = (unit, amount, received, start.time() > self._closes, mode)
        if (answer := self._counted_before.get(question)) is None:
            if len(self._counted_before) >= _REMEMBERED_MAX:
                self._counted_before.clear()
            answer = self._counted_before[question] = self._count(*question)
        return answer

    def _count(
        self, unit: Unit, amount: int, received: date, after_closing: bool, mode: CountingMode
    ) -> _Answer:
        day_zero = received
        # A clock of no days needs a day that still has office hours, whatever the mode.
        if mode is CountingMode.ROLL_FORWARD or amount == 0:
            day_zero = self.calendar.next_workday(received + _ONE_DAY * after_closing)
        if unit is Unit.WORKING_DAY:
            last = self.calendar.nth_workday_after(day_zero, amount)
            first = explained_from = min(day_zero + _ONE_DAY, last)
        else:
            end = day_zero + amount * _ONE_DAY
            last = self.calendar.next_workday(end)
            # Holidays count here; only those that pushed the last day away need a word.
            first = min(day_zero + _ONE_DAY, last)
            explained_from = min(last, end)
        note = "" if mode is CountingMode.SAME_DATE else mode.value
        steps = [Step(_BASE_KINDS[unit], first, last, amount, note)]
        if day_zero != received:
            steps.append(Step(StepKind.ROLLED, received, day_zero, 0))
        steps += self._runs(explained_from - _ONE_DAY, last)
        closing = opening = self._closing_of(last)
        if amount > 1:
            opening = self._opening_of(self.calendar.previous_workday(last))
        return closing, tuple(steps), opening, self._is_provisional(received, last)

    def _runs(self, after: date, through: date) -> Iterable[Step]:
        for run in self.calendar.runs_between(after, through):
            kind = StepKind.HOLIDAY if run.kind is DayKind.HOLIDAY else StepKind.MAKEUP
            yield Step(kind, run.first, run.last, run.days, run.note)

    def _moved(self, due: Due, step: Step) -> Due:
        """Move a due date by one extension, pause or credit, and write the step."""
        unit = _unit_of(due)
        old = _local(due.due_at)
        by_minutes = not unit.counts_days and step.kind is not StepKind.EXTENDED
        needs_calendar = not (by_minutes and unit is Unit.CALENDAR_MINUTE)
        if step.days == 0:
            new, warn_at = old, due.warn_at
        elif not needs_calendar:
            new = old + step.days * _MINUTE
            warn_at = due.warn_at + step.days * _MINUTE
        elif by_minutes:
            new = self._time.after(old, step.days * _MINUTE)
            warn_at = self._time.after(_local(due.warn_at), step.days * _MINUTE)
        else:
            day = self.calendar.nth_workday_after(old.date(), step.days)
            new = datetime.combine(day, old.timetz())
            worked = self.calendar.workdays_between(due.received_at.date(), day)
            warn_at = self._yellow(_local(due.received_at), new, days=worked)
        if step.kind is StepKind.EXTENDED:
            step = replace(step, first=old.date(), last=new.date())
        return replace(
            due,
            due_at=new,
            warn_at=warn_at,
            calendar=self.calendar.version,
            provisional=due.provisional
            or (needs_calendar and self._is_provisional(old.date(), new.date())),
            steps=(*due.steps, step),
        )

    def _given_back(self, due: Due, start: datetime, end: datetime) -> int:
        """Measure what an interruption is worth to this clock: working days, or minutes."""
        if end < start:
            raise ValueError("an interruption cannot end before it began")
        match _unit_of(due):
            case Unit.CALENDAR_MINUTE:
                return (end - start) // _MINUTE
            case Unit.WORKING_MINUTE:
                return self.working_minutes(start, end)
            case _:
                return self.calendar.workdays_between(start.date(), end.date())

    def _recounted(self, step: Step, unit: Unit) -> Step:
        """Count a pause or credit under this calendar; what was granted in days stays granted."""
        if step.kind is StepKind.EXTENDED or not unit.counts_days:
            return step
        days = self.calendar.workdays_between(step.first, step.last)
        return replace(step, days=min(days, 1) if step.kind is StepKind.CREDITED else days)

    def _kept(self, again: Due, shown: Due) -> Due:
        """Keep the later of two dates; an earlier result is written down."""
        if again.due_at >= shown.due_at:
            return again
        kept = Step(StepKind.KEPT, again.due_at.date(), shown.due_at.date(), 0)
        return replace(
            again,
            due_at=_local(shown.due_at),
            warn_at=_local(shown.warn_at),
            steps=(*again.steps, kept),
        )

    def _yellow(self, start: datetime, due_at: datetime, *, days: int) -> datetime:
        """Find the opening of the working day before the due date, or 75 % of a short clock."""
        if days > 1:
            opening = self._opening_of(self.calendar.previous_workday(due_at.date()))
            if opening > start:
                return opening
        share = self._time.between(start, due_at) * 3 / 4
        return min(self._time.after(start, share), due_at) if share else due_at

    def _is_provisional(self, first: date, last: date) -> bool:
        published, year = self.calendar.published, first.year
        if year == last.year:
            return year not in published
        return any(one not in published for one in range(year, last.year + 1))

    def _opening_of(self, day: date) -> datetime:
        return datetime.combine(day, self._opens, SHANGHAI)

    def _closing_of(self, day: date) -> datetime:
        return datetime.combine(day, self._closes, SHANGHAI)


def _unit_of(due: Due) -> Unit:
    """Read the unit of the base clock; an agreed end moves by working days."""
    return _UNITS.get(due.steps[0].kind, Unit.WORKING_DAY)


def _local(at: datetime) -> datetime:
    """Give the same instant in Shanghai."""
    if at.tzinfo is SHANGHAI:
        return at
    if at.utcoffset() is None:
        raise NaiveTimeError(f"a time needs an offset, such as +08:00: {at.isoformat()}")
    return at.astimezone(SHANGHAI)
