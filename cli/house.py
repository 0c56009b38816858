"""房屋: opens the store in a data directory for a command, or says what to do first."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from cli.report import refuse
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM
from streams.city.commands import city_commands
from streams.commit import commit_batch
from streams.context import ContextSource, slices
from streams.engine import DATABASE_FILE, database_url, make_engine, reading
from streams.house import make_wiring
from streams.schema import upgrade
from streams.store import stream_names
from streams.vault import Vault, master_key
from streams.wiring import Wiring

_SLICE_MAX = 400


@dataclass(frozen=True, slots=True)
class House:
    """Everything a command needs to work on a store."""

    data: Path
    engine: Engine
    wiring: Wiring
    vault: Vault
    contexts: ContextSource


def open_house(data: Path, *, create: bool, as_json: bool) -> House:
    """Open the store of a data directory; `create` makes it where there is none."""
    url = database_url(data, os.environ.get("BIHUAN_DATABASE_URL", ""))
    if not create and url.get_backend_name() == "sqlite" and not (data / DATABASE_FILE).exists():
        refuse(
            "no-store",
            f"目录 {data} 里没有数据库。请先运行 bihuan up --data {data}，或核对 --data。",
            f"There is no store in {data}. Run bihuan up --data {data} first, or check --data.",
            as_json=as_json,
        )
    data.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    upgrade(engine)
    vault = Vault(master_key(data, os.environ.get("BIHUAN_MASTER_KEY", "")))
    wiring = make_wiring(vault)
    return House(data, engine, wiring, vault, ContextSource(engine, wiring))


def found_city(house: House, at: datetime) -> bool:
    """Make the demonstration city where no department exists yet; tell whether it was made."""
    with reading(house.engine) as connection:
        if next(stream_names(connection, "department/"), None) is not None:
            return False
    envelopes = [
        Envelope(
            message_id=f"city:{count}:{stream}",
            stream=stream,
            command=command,
            actor=SYSTEM,
            at=at,
            correlation="city",
        )
        for count, (stream, command) in enumerate(city_commands())
    ]
    for part in slices(envelopes, _SLICE_MAX):
        context = house.contexts.refreshed()
        for receipt in commit_batch(house.engine, part, context, house.wiring, at):
            if receipt.status is not ReceiptStatus.DONE:
                code = receipt.refusal.code if receipt.refusal else receipt.status
                raise RuntimeError(f"the city could not be founded: {receipt.stream}: {code}")
    house.contexts.refreshed()
    return True
