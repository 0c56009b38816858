"""A message that Kafka keeps: a link at once, the number later, and nothing for anybody else."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from api.json.kept import link_of
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import Actor, Role
from hotline.refusal import Refusal
from projections.log import LogLine
from tests.unit.api.conftest import House
from tests.unit.api.test_commands import REGISTRATION

NUMBER = "5118002026112002000001"


@dataclass(frozen=True)
class Answer:
    receipt: Receipt
    waits: bool = False


@dataclass
class Inbox:
    """The answers that a test knows of, and a log in which each ticket names its message."""

    house: House
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        state = self.house.app.state
        state.faces = replace(
            state.faces,
            answer_of=self.answers.get,
            intake_systems={"/call-centre": "s-peer_system"},
        )

    def knows(self, message_id: str, *, registered_by: str = "", **changes: Any) -> None:
        receipt = Receipt(
            message_id=message_id,
            status=changes.get("status", ReceiptStatus.DONE),
            stream=f"ticket/{NUMBER}",
            version=1,
            refusal=changes.get("refusal"),
        )
        self.answers[message_id] = Answer(receipt, changes.get("waits", False))
        first = LogLine(
            partition=0,
            position=1,
            stream=receipt.stream,
            version=1,
            event=None,
            actor=Actor("", Role.CALLER),
            occurred_micros=0,
            recorded_micros=0,
            correlation="",
            causation="",
            message_id=registered_by or message_id,
        )
        self.house.archive.history[receipt.stream] = [first]


@pytest.fixture
def inbox(house: House) -> Inbox:
    return Inbox(house)


def test_a_system_gets_a_link_and_later_its_number(house: House, inbox: Inbox) -> None:
    client = house.as_role(Role.PEER_SYSTEM)
    house.gateway.keeps = True
    answer = client.post("/api/v1/tickets", json=REGISTRATION, headers={"Idempotency-Key": "k #1"})
    assert answer.status_code == 422, "a key with a blank is none"
    answer = client.post("/api/v1/tickets", json=REGISTRATION, headers={"Idempotency-Key": "k#1?"})
    said = answer.json()
    assert (answer.status_code, said["status"]) == (202, "accepted")
    assert answer.headers["location"] == said["intake"]

    assert client.get(said["intake"]).status_code == 202
    inbox.knows(said["message_id"])
    found = client.get(said["intake"])
    assert (found.status_code, found.json()["number"]) == (200, NUMBER)
    assert found.json()["query_code"] == house.accounts.query_code(NUMBER)


def test_a_stranger_who_was_given_a_link_finds_number_and_code(house: House, inbox: Inbox) -> None:
    house.gateway.keeps = True
    said = house.client().post("/api/v1/citizen/tickets", json=REGISTRATION).json()
    assert said["status"] == "accepted"
    inbox.knows(said["message_id"])
    found = house.client().get(said["intake"]).json()
    assert (found["number"], len(found["query_code"])) == (NUMBER, 6)


@pytest.mark.parametrize("role", sorted(Role))
def test_whose_message_it_is_not_sees_what_is_seen_of_nothing(
    house: House, inbox: Inbox, role: Role
) -> None:
    member, stranger = house.as_role(role), house.client()
    for id_ in ("key/s-lin/RegisterTicket/1", "form/s-lin/abc", "/call-centre call-1"):
        inbox.knows(id_)
        mine = role is Role.SYSTEM_ADMINISTRATOR or (
            role is Role.PEER_SYSTEM and id_.startswith("/call-centre")
        )
        for client, sees in ((member, mine), (stranger, False)):
            found, nothing = client.get(link_of(id_)), client.get(link_of(f"{id_}x"))
            assert (found.status_code, nothing.status_code) == (200 if sees else 202, 202)
            assert ("number" in found.json()) is sees


def test_a_command_on_a_ticket_gives_no_query_code(house: House, inbox: Inbox) -> None:
    inbox.knows("key/s-operator/ticket/1/k", registered_by="another")
    found = house.as_role(Role.OPERATOR).get("/api/v1/intake/key/s-operator/ticket/1/k").json()
    assert found["number"] == NUMBER
    assert "query_code" not in found


def test_a_refused_message_says_why(house: House, inbox: Inbox) -> None:
    refusal = Refusal("unknown-department")
    inbox.knows("/call-centre s-1", status=ReceiptStatus.REFUSED, refusal=refusal)
    dead = Refusal("dead-letter", {"letter": "l-1"})
    inbox.knows("/call-centre e-1", status=ReceiptStatus.DEAD, refusal=dead, waits=True)
    client = house.as_role(Role.PEER_SYSTEM)
    refused = client.get(link_of("/call-centre s-1")).json()
    assert (refused["status"], refused["code"]) == ("refused", "unknown-department")
    assert client.get(link_of("/call-centre e-1")).json()["status"] == "waiting"


def test_where_kafka_was_silent_the_answer_says_so(house: House) -> None:
    client = house.as_role(Role.OPERATOR)
    house.gateway.bypasses = True
    said = client.post("/api/v1/tickets", json=REGISTRATION).json()
    assert said["bypassed"] is True
    assert "直接登记" in said["texts"]["zh"]
    house.gateway.bypasses = False
    assert "bypassed" not in client.post("/api/v1/tickets", json=REGISTRATION).json()
