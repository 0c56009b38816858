"""The database is away and Kafka is there: a call is taken, its person is found afterwards."""

import warnings
from collections.abc import Callable
from typing import Final

import pytest

from api.main import create_app, open_house
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from hotline.tickets.state import Ticket
from streams.database.engine import reading
from streams.log.store import record, stream_names
from streams.processes.opening import Store, open_store
from tests.contract.distributed.crew import Crew, Topics, count, now, until
from tests.contract.distributed.test_intake import DEAD, TICKETS
from tests.doors import Door
from tests.simulation.small_city import TOWN

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

PHONE: Final = "13900000007"
CALL: Final = {
    "type": "complaint",
    "channel": "01",
    "region": TOWN,
    "title": "路灯不亮",
    "text": "路灯不亮三天",
    "name": "王安",
    "phone": PHONE,
}


def test_a_call_with_a_number_is_taken_while_the_database_is_away(
    crew: Callable[..., Crew], beyond: Store, topics: Topics, store: Store, database_door: Door
) -> None:
    centre = StaffMember(person="centre", display_name="centre", roles=(Role.PEER_SYSTEM,))
    key = store.accounts.issue_key(centre, now())
    database_door.open()
    settings = beyond.settings.model_copy(
        update={
            "kafka_bootstrap": topics.broker,
            "kafka_ack_seconds": 20.0,
            "intake_answer_seconds": 0.1,
        }
    )
    opened = open_store(settings, migrate=False)
    app = create_app(open_house(opened, distributed=True))
    with TestClient(app) as client:
        client.headers["authorization"] = f"Bearer {key}"
        first = client.post("/api/v1/tickets", json=CALL)
        database_door.shut()
        second = client.post("/api/v1/tickets", json=CALL)
        third = client.get("/readyz")
    opened.engine.dispose()
    assert (first.status_code, second.status_code, third.status_code) == (202, 202, 503)
    assert count(store, TICKETS) == 0

    crew().ready()

    until(lambda: count(store, TICKETS) == 2, "both are registered")
    assert count(store, DEAD) == 0
    with reading(store.engine) as connection:
        states = [
            record(connection, name, store.wiring).state
            for name in stream_names(connection, "ticket/")
        ]
        callers = {state.caller for state in states if isinstance(state, Ticket)}
        (caller,) = callers
        person = store.vault.person(connection, caller)
    assert person is not None
    assert person.phone == f"+86{PHONE}"
    assert PHONE not in repr(states)
