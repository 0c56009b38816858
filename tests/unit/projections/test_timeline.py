from hotline.tickets import events as e
from projections.timeline.entries import Change, code_of, line_at, timeline
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, due, number


def test_an_entry_says_who_when_and_what(log: Log) -> None:
    Story(log, number(1)).register().wait(HOUR).assign()
    entry = timeline(log.lines)[1]
    assert (entry.code, entry.person, entry.role) == ("ticket-assigned", "clerk-1", "operator")
    assert (entry.version, entry.occurred_at) == (2, START + HOUR)
    assert entry.params["lead"] == "water"
    assert "reason" not in entry.params


def test_a_correction_shows_old_and_new(log: Log) -> None:
    corrected = e.TicketCorrected(
        reason="听错", before={"title": "小区停水"}, after={"title": "小区停电"}
    )
    Story(log, number(1)).register().tell(corrected)
    entry = timeline(log.lines)[1]
    assert entry.correction
    assert entry.changes == (Change("title", "小区停水", "小区停电"),)


def test_a_moved_due_time_is_shown_with_the_one_before(log: Log) -> None:
    story = Story(log, number(1)).register().assign("water", 5)
    story.tell(
        e.ExtensionGranted(
            working_days=5,
            reason="",
            department_due=due(START + 9 * DAY),
            citizen_due=due(START + 10 * DAY),
        )
    )
    changes = timeline(log.lines)[2].changes
    assert changes == (Change("department_due", START + 5 * DAY, START + 9 * DAY),)


def test_the_ticket_as_of_any_version(log: Log) -> None:
    Story(log, number(1)).register().assign().acknowledge()
    stages = [getattr(line_at(log.lines, version), "stage", None) for version in range(4)]
    assert stages == [None, "Registered", "AwaitingAcknowledgement", "InHandling"]
    assert len(timeline(log.lines, through=2)) == 2


def test_codes_are_the_event_names() -> None:
    assert code_of(e.TicketBecameOverdue) == "ticket-became-overdue"
