"""巡回: the work that comes round in every worker. Claims in the database share it out."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Final, TypeAlias

import structlog
from faust import App

from streams.agents.gate import Gate
from streams.database.engine import DatabaseUnavailable
from streams.letters.defects import reason_of

Round: TypeAlias = tuple[float, Callable[[], object]]
"""Seconds between two, and what is done."""

_log: Final = structlog.get_logger(__name__)


def install(app: App, rounds: Mapping[str, Round], gate: Gate) -> None:
    """Make a timer of each round."""
    for name, (seconds, work) in rounds.items():
        app.timer(seconds, name=name)(going_round(name, work, gate))


def going_round(
    name: str, work: Callable[[], object], gate: Gate
) -> Callable[[], Coroutine[None, None, None]]:
    """Give the body of a timer: what fails is told and tried again the next time."""

    async def once() -> None:
        async with gate.work():
            try:
                await asyncio.to_thread(work)
            except DatabaseUnavailable as error:
                _log.warning("database-unavailable", work=name, kind=str(error))
            except Exception as error:  # noqa: BLE001 (a defect of one round must not end the others)
                _log.error("runner-failed", work=name, reason=reason_of(error))

    return once
