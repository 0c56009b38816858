import json
from datetime import datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.house import found_city, open_house
from cli.people import app
from handlers.envelope import Envelope, Personal
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import PlaceLegalHold, RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.processes.opening import Store

AT = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
NAME = "欧阳灭迹"


def sent(house: Store, message: str, stream: str, command: Any, actor: Actor) -> str:
    words = Personal(citizen="c-1", name=NAME, narrative="n-1", title="噪音", body="夜里施工")
    personal = (words,) if isinstance(command, RegisterTicket) else ()
    envelope = Envelope(
        message_id=message, stream=stream, command=command, actor=actor, at=AT, personal=personal
    )
    context = house.contexts.refreshed()
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, AT)
    assert receipt.status is ReceiptStatus.DONE, receipt.refusal
    return receipt.stream


def registered(data: Path) -> tuple[Store, str]:
    house = open_house(data, create=True, as_json=True, durable=False)
    found_city(house, AT)
    command = RegisterTicket(
        type=TicketType.COMPLAINT,
        channel=Channel.PHONE,
        region="341900",
        title="噪音",
        summary="夜里施工",
        caller="c-1",
        narrative="n-1",
    )
    return house, sent(house, "m-1", "", command, Actor("li", Role.OPERATOR, "hotline"))


def run(data: Path, citizen: str) -> tuple[int, dict[str, Any]]:
    words = ["erase", "--citizen", citizen, "--data", str(data), "--json"]
    result = CliRunner().invoke(app, words)
    document: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return result.exit_code, document


def test_an_erased_person_cannot_be_read_any_more(tmp_path: Path) -> None:
    house, _ = registered(tmp_path)
    with reading(house.engine) as connection:
        person = house.vault.person(connection, "c-1")
    assert person is not None
    assert person.name == NAME

    nothing: dict[str, list[str]] = {"stripped": [], "unreadable": []}
    erased = {"citizen": "c-1", "erased": True, "dead_letters": nothing}
    assert run(tmp_path, "c-1") == (0, erased)

    with reading(house.engine) as connection:
        assert house.vault.person(connection, "c-1") is None
        assert house.vault.narrative(connection, "n-1") is None
    assert run(tmp_path, "c-1")[1]["error"]["code"] == "citizen-unknown"


def test_nobody_is_erased_under_legal_hold(tmp_path: Path) -> None:
    house, stream = registered(tmp_path)
    hold = PlaceLegalHold(reason="诉讼")
    sent(house, "m-2", stream, hold, Actor("sun", Role.SUPERVISION_OFFICER, "supervision_office"))

    code, document = run(tmp_path, "c-1")

    assert (code, document["error"]["code"]) == (2, "legal-hold")
    with reading(house.engine) as connection:
        assert house.vault.person(connection, "c-1") is not None
