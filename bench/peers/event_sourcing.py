"""`eventsourcing` 9.5.6 on PostgreSQL: creates, tickets of three events, replay.

Runs in the peers' environment; the database stands in the library's own variables.
"""

import sys
import time

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.figures import PER_SECOND, Figure

SUBJECT = "eventsourcing 9.5.6"
PAGE = 1000


class Ticket(Aggregate):  # type: ignore[misc] # the peers have no types here
    @event("Registered")  # type: ignore[untyped-decorator] # same
    def __init__(self, number: str, region: str, title: str, summary: str) -> None:
        self.number = number
        self.region = region
        self.title = title
        self.summary = summary
        self.department = ""
        self.answer = ""

    @event("Assigned")  # type: ignore[untyped-decorator] # same
    def assign(self, department: str, reason: str) -> None:
        self.department = department
        self.department_reason = reason

    @event("Answered")  # type: ignore[untyped-decorator] # same
    def answered(self, text: str) -> None:
        self.answer = text


def ticket(number: int) -> Ticket:
    made: Ticket = Ticket(
        f"2026030301{number:07d}", "510802", "路灯不亮", "青江街道一处路灯三天不亮"
    )
    return made


def main(tickets: int) -> None:
    application = Application()
    for number in range(50):
        application.save(ticket(number))

    begun = time.perf_counter()
    for number in range(tickets):
        application.save(ticket(number))
    created = tickets / (time.perf_counter() - begun)

    begun = time.perf_counter()
    for number in range(tickets):
        one = ticket(number)
        one.assign("住建局", "派单目录第12条")
        one.answered("已于当日修复，谢谢您的来电。")
        application.save(one)
    whole = tickets / (time.perf_counter() - begun)

    begun, start, replayed = time.perf_counter(), 1, 0
    while page := application.recorder.select_notifications(start, limit=PAGE):
        for stored in page:
            application.mapper.to_domain_event(stored)
        replayed += len(page)
        start = page[-1].id + 1
    replay = replayed / (time.perf_counter() - begun)
    application.close()

    if replayed != 50 + tickets * 4:
        raise RuntimeError(f"{replayed} events were read back")
    print(Figure(SUBJECT, "create", created, PER_SECOND, "one commit each").line())
    print(Figure(SUBJECT, "three_events", whole, PER_SECOND, "one commit a ticket").line())
    print(Figure(SUBJECT, "replay", replay, PER_SECOND, f"{replayed} events").line())


if __name__ == "__main__":
    main(int(sys.argv[1]))
