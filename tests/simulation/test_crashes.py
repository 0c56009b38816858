"""Whatever dies, comes twice, late or in another order: nothing is lost and nothing happens twice.

`pytest tests/simulation --seeds 5000` plays more worlds; `--first-seed 137 --seeds 1` that one.
"""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from notifications.simulated_sender import MemoryLedger
from streams.simulation.world import World
from tests.simulation import small_city
from tests.simulation.mortal import Host
from tests.simulation.promises import broken_promises
from tests.simulation.unreliable import UnreliableMachine

DAYS = 2


@pytest.fixture
def ledger() -> MemoryLedger:
    """Give the provider's own list, which no death of ours reaches."""
    return MemoryLedger()


@pytest.fixture
def machine(
    world_seed: int, hosts: list[Host], founded: Path, ledger: MemoryLedger, tmp_path: Path
) -> UnreliableMachine:
    database = small_city.copy(founded, tmp_path)
    return UnreliableMachine(hosts, database, ledger, Random(f"machine {world_seed}"))


def test_a_world_of_dying_processes_keeps_every_promise(
    world_seed: int, machine: UnreliableMachine, ledger: MemoryLedger
) -> None:
    rng = Random(f"city {world_seed}")
    with machine.observed() as store:
        city, arrivals = small_city.inhabited(store, rng, tickets=rng.randrange(3, 7), days=DAYS)
    until = small_city.START + timedelta(days=DAYS)

    World(machine, city, arrivals, rng).run(
        small_city.START, until, aftermath=rng.random() < 0.4, progress=lambda _: None
    )
    store = machine.settle()

    assert list(broken_promises(store, ledger, machine.acknowledged, machine.now)) == []
