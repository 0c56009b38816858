"""Live pages hear of what moved and what they may see, from one look for all of a process."""

import asyncio
from collections.abc import Mapping, Sequence

from api.live import Moved, News, Watch, concerns
from hotline.people.actors import Actor, Role
from projections.tickets.line import TicketLine
from tests.loops import completed


def line(number: str, **values: object) -> TicketLine:
    found = TicketLine(1, number, kind="hotline")
    for name, value in values.items():
        setattr(found, name, value)
    return found


class Looks:
    """Read models that move at every look."""

    def __init__(self, *moves: Sequence[TicketLine], calls: bool = False) -> None:
        self.calls = calls
        self.moves = list(moves)
        self.count = 0

    def __call__(self, read: Mapping[int, int] | None) -> tuple[Mapping[int, int], Moved]:
        if read is None:
            return {0: 5}, ((), False)
        self.count += 1
        moved = self.moves.pop(0) if self.moves else ()
        return {0: read[0] + len(moved) + self.calls}, (moved, self.calls)


async def _heard(watch: Watch, count: int) -> list[News]:
    heard: list[News] = []
    async for news in watch.listen(5):
        heard.append(news)
        if len(heard) == count:
            break
    return heard


def test_a_page_hears_where_things_stand_and_then_what_moves() -> None:
    first, second = line("1"), line("2")
    watch = Watch(Looks([], [first], [second]), pause=0)

    heard = completed(_heard(watch, 3))

    assert heard == [News(5), News(6, (first,)), News(7, (second,))]


def test_a_page_hears_that_a_call_moved_though_no_ticket_did() -> None:
    heard = completed(_heard(Watch(Looks([], calls=True), pause=0), 2))

    assert heard == [News(5), News(6, (), calls_moved=True)]
    assert not concerns(Actor("s", Role.OPERATOR), "calls")(line("1"))


def test_two_pages_share_one_look() -> None:
    looks = Looks([line("1")])

    async def both() -> list[list[News]]:
        watch = Watch(looks, pause=0)
        return list(await asyncio.gather(_heard(watch, 2), _heard(watch, 2)))

    one, other = completed(both())
    assert one == other
    assert looks.count >= 1


def test_a_look_that_fails_is_made_again() -> None:
    class Broken(Looks):
        def __call__(self, read: Mapping[int, int] | None) -> tuple[Mapping[int, int], Moved]:
            if read is not None and self.count == 0:
                self.count = 1
                raise OSError("away")
            return super().__call__(read)

    assert len(completed(_heard(Watch(Broken([line("1")]), pause=0), 2))) == 2


def test_a_department_hears_of_its_own_tickets_and_of_those_that_left_it() -> None:
    about = concerns(Actor("s", Role.HANDLER, "water"), "inbox")

    assert about(line("1", lead="water", departments="water"))
    assert about(line("1", lead="roads", departments="water,roads"))
    assert not about(line("1", lead="roads", departments="roads"))


def test_the_queue_hears_of_what_comes_and_goes_there() -> None:
    about = concerns(Actor("s", Role.ASSIGNMENT_OFFICER, "hotline"), "dispatch")

    assert about(line("1", stage="AwaitingPrecheck"))
    assert about(line("1", stage="AwaitingAcknowledgement"))
    assert not about(line("1", stage="InHandling"))
