"""房屋: opens the store in a data directory for a command, or says what to do first."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cli.report import refuse
from handlers.envelope import Command, Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM
from streams.batches.commit import commit_batch
from streams.batches.context import slices
from streams.city.articles import article_commands
from streams.city.commands import city_commands
from streams.database.engine import DATABASE_FILE, reading
from streams.database.schema import ForeignSchemaError
from streams.log.store import stream_names
from streams.processes.opening import Store, open_store
from streams.settings import Settings

_SLICE_MAX: Final = 400


def open_house(data: Path, *, create: bool, as_json: bool, durable: bool = True) -> Store:
    """Open the store of a data directory; `create` makes it where there is none.

    `durable` false is for work that can be done again from the start.
    """
    try:
        settings = Settings(data=data)
    except ValidationError as error:
        names = ", ".join(f"BIHUAN_{str(one['loc'][0]).upper()}" for one in error.errors())
        refuse(
            "setting-malformed",
            f"环境变量 {names} 的值不正确，请对照 docs/how-to/operate.md。",
            f"The value of {names} is not valid; see docs/how-to/operate.md.",
            as_json=as_json,
        )
    if not create and not settings.database_url and not (data / DATABASE_FILE).exists():
        refuse(
            "no-store",
            f"目录 {data} 里没有数据库。请先运行 bihuan up --data {data}，或核对 --data。",
            f"There is no store in {data}. Run bihuan up --data {data} first, or check --data.",
            as_json=as_json,
        )
    try:
        return open_store(settings, durable=durable)
    except ForeignSchemaError:
        refuse(
            "store-foreign",
            f"目录 {data} 里的数据库由早期开发版建立，无法升级。请换目录，用 bihuan import 导入。",
            f"The store in {data} was made by an early development version and cannot be brought "
            "up to date. Choose another directory and bring its tickets in by bihuan import.",
            as_json=as_json,
        )


def has_store(data: Path) -> bool:
    """Tell whether there is a store to open; makes none."""
    return bool(Settings(data=data).database_url) or (data / DATABASE_FILE).exists()


def is_founded(house: Store) -> bool:
    """Tell whether the store knows any department."""
    with reading(house.engine) as connection:
        return next(stream_names(connection, "department/"), None) is not None


def found_city(house: Store, at: datetime) -> bool:
    """Make the demonstration city where no department exists yet; tell whether it was made."""
    if is_founded(house):
        return False
    _carry_out(house, city_commands(), "city", at)
    return True


def found_articles(house: Store, at: datetime, today: date) -> None:
    """Fill the knowledge base of the demonstration city; `today` is when it is looked at."""
    _carry_out(house, article_commands(today), "articles", at)


def _carry_out(
    house: Store, commands: Iterable[tuple[str, Command]], name: str, at: datetime
) -> None:
    envelopes = [
        Envelope(
            message_id=f"{name}:{count}:{stream}",
            stream=stream,
            command=command,
            actor=SYSTEM,
            at=at,
            correlation=name,
        )
        for count, (stream, command) in enumerate(commands)
    ]
    for part in slices(envelopes, _SLICE_MAX):
        context = house.contexts.refreshed()
        for receipt in commit_batch(house.engine, part, context, house.wiring, at):
            if receipt.status is not ReceiptStatus.DONE:
                code = receipt.refusal.code if receipt.refusal else receipt.status
                raise RuntimeError(f"the city could not be founded: {receipt.stream}: {code}")
    house.contexts.refreshed()
