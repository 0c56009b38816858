"""An outbox on SQLite, a clock that is set by hand, and a phonebook of a few people."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, Row, create_engine, select
from sqlalchemy.pool import StaticPool

from notifications.intent import Template, TextIntent, intent_id
from notifications.outbox import metadata, texts, write
from notifications.rendering import Renderer, Style
from notifications.sender import Sender
from notifications.sending import Contact, SendingRules, TextWorker
from tests.unit.notifications.facts import NOON


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


class Phones:
    """Everybody has the ordinary number unless it was said otherwise."""

    def __init__(self) -> None:
        self.known: Final[dict[str, Contact | None]] = {}

    def contacts(self, recipients: Collection[str]) -> dict[str, Contact]:
        found = {one: self.known.get(one, Contact("+8613812341234")) for one in recipients}
        return {one: contact for one, contact in found.items() if contact is not None}

    def query_codes(self, numbers: Collection[str]) -> dict[str, str]:
        return {number: f"Q{number}" for number in numbers}

    def rating_link(self, stream: str) -> str:
        return f"https://12345.example/rate/{stream.replace('/', '-')}"


def engine() -> Engine:
    there = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    metadata.create_all(there)
    return there


def merged(count: int, at: datetime = NOON, template: Template = Template.MERGED) -> TextIntent:
    stream, recipient = f"ticket/{count}", f"citizen/{count}"
    return TextIntent(
        intent_id=intent_id(stream, 1, template, recipient),
        stream=stream,
        recipient=recipient,
        template=template,
        data={"number": str(count), "kind": "hotline", "secret": ""},
        language="zh",
        not_before=at,
    )


def store(there: Engine, intents: Iterable[TextIntent]) -> None:
    with there.begin() as connection:
        write(connection, intents, NOON)


def worker(
    there: Engine,
    sender: Sender,
    clock: Clock,
    phones: Phones | None = None,
    rules: SendingRules | None = None,
) -> TextWorker:
    return TextWorker(
        there,
        sender=sender,
        phonebook=phones or Phones(),
        renderer=Renderer(Style(), str),
        clock=clock,
        rules=rules,
    )


def rows(there: Engine) -> list[Row[tuple[object, ...]]]:
    with there.connect() as connection:
        return list(connection.execute(select(texts).order_by(texts.c.stream)).all())


def statuses(there: Engine) -> list[str]:
    return [str(row.status) for row in rows(there)]
