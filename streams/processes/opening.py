"""开门: opens everything that stands on one store, by the settings, for every process."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, Engine

from handlers.receipt import Receipt
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Staff
from notifications.limits import DayLimits
from notifications.quiet_hours import QuietHours
from notifications.rating_links import RatingLinks, Way
from notifications.rendering import Renderer, Style
from notifications.sender import Sender
from notifications.sending import SendingRules, TextWorker
from notifications.simulated_sender import SimulatedSender, TableLedger
from notifications.twilio_sender import TwilioSender, TwilioSettings
from streams.accounts import accounts
from streams.batches import inbox
from streams.batches.context import ContextSource
from streams.database.engine import database_url, for_read_models, make_engine, reading
from streams.database.schema import is_current, upgrade
from streams.intake.producer import KafkaFirst, Patience
from streams.log.store import records
from streams.people.vault import Vault, master_key
from streams.processes.distributed import DistributedRuntime
from streams.processes.embedded import EmbeddedRuntime, SendTexts
from streams.processes.house import make_wiring
from streams.processes.measures import INTAKE_BYPASSED
from streams.reporting.connector import HttpConnector
from streams.reporting.mapping import read_mapping
from streams.reporting.signing import load_signer
from streams.reporting.worker import ReportWorker, Target
from streams.runtime import Runtime
from streams.settings import Settings
from streams.texting.phonebook import VaultPhonebook
from streams.texting.telling import report_undelivered
from streams.texting.wordings import Wordings
from streams.voice.erasing import RecordingEraser
from streams.voice.recordings import RecordingShelf, SimulatedShelf, TwilioShelf
from streams.watching.erasures import Erasures
from streams.watching.signals import RatingWatch
from streams.wiring import Wiring

STATUS_PATH: Final = "/api/v1/twilio/status"
"""Where Twilio reports delivery, below the public address."""

_ACCOUNTS_PURPOSE: Final = b"bihuan/accounts"
_TEXT_BATCHES_MAX: Final = 20
"""Batches of texts in one round of the runner, so that timers never wait long for texts."""


@dataclass(frozen=True, slots=True)
class Store:
    """库: what is open on one database and its keys."""

    settings: Settings
    engine: Engine
    wiring: Wiring
    vault: Vault
    accounts: accounts.Accounts
    contexts: ContextSource


class OldSchemaError(RuntimeError):
    """旧库结构: the database has not the form that this program expects."""


def open_store(settings: Settings, *, durable: bool = True, migrate: bool = True) -> Store:
    """Open the store, made and brought to the newest form where necessary.

    `migrate` false leaves the form alone, and raises `OldSchemaError` where it is another one:
    where many processes share a database, one job changes it. `durable` false is for work that
    can be done again from the start, such as a simulation.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    key = master_key(settings.data, settings.master_key.get_secret_value())
    url = database_url(settings.data, settings.database_url)
    engine = make_engine(url, pool_size=settings.pool_size, durable=durable)
    if migrate:
        upgrade(engine)
    else:
        with reading(engine) as connection:
            if not is_current(connection):
                raise OldSchemaError
    vault = Vault(key, area=settings.area_code)
    wiring = make_wiring(vault, quiet_hours(settings))
    return Store(
        settings=settings,
        engine=engine,
        wiring=wiring,
        vault=vault,
        accounts=accounts.Accounts(
            engine,
            hmac.digest(key, _ACCOUNTS_PURPOSE, hashlib.sha256),
            standing=partial(standing_of, wiring),
        ),
        contexts=ContextSource(engine, wiring, auto_assign=settings.auto_assign),
    )


def standing_of(wiring: Wiring, connection: Connection, people: Sequence[str]) -> dict[str, Staff]:
    """Look up what the log says of members of staff."""
    found = records(connection, [f"staff/{person}" for person in people], wiring)
    return {
        stream.removeprefix("staff/"): one.state
        for stream, one in found.items()
        if isinstance(one.state, Staff)
    }


def embedded_runtime(store: Store, clock: Callable[[], datetime]) -> EmbeddedRuntime:
    """Make the runtime that does everything in this process, texts included."""
    lazy = for_read_models(store.engine)
    return EmbeddedRuntime(
        store.engine,
        store.wiring,
        clock,
        models_engine=lazy,
        send_texts=chores(store, clock, lazy),
        inbox_days=store.settings.inbox_days,
        auto_assign=store.settings.auto_assign,
    )


def chores(store: Store, clock: Callable[[], datetime], lazy: Engine | None) -> SendTexts:
    """Make what the runner does each second beside timers: texts, recordings, reports upwards."""
    send = text_sending(store, clock, lazy)
    others = [recording_eraser(store, clock).work]
    others += [one.work for one in watchers(store, clock)]
    if worker := report_worker(store, clock):
        others.append(worker.work)

    def all_of_them(now: datetime) -> object:
        told = send(now)
        for work in others:
            work()
        return told

    return all_of_them


def recording_shelf(settings: Settings) -> RecordingShelf:
    """Give where recordings lie."""
    if not settings.twilio_account_sid:
        return SimulatedShelf()
    return TwilioShelf(settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())


def recording_eraser(store: Store, clock: Callable[[], datetime]) -> RecordingEraser:
    """Make what deletes recordings at the provider."""
    shelf = recording_shelf(store.settings)
    return RecordingEraser(store.engine, store.wiring, shelf, store.contexts.current, clock)


def watchers(store: Store, clock: Callable[[], datetime]) -> tuple[RatingWatch, Erasures]:
    """Make what looks after ratings and personal data behind every request."""
    return (
        RatingWatch(store.engine, store.wiring, store.contexts.current, clock),
        Erasures(store.engine, store.vault),
    )


def report_worker(store: Store, clock: Callable[[], datetime]) -> ReportWorker | None:
    """Make what reports ratings upwards, where there is a platform to report to."""
    settings = store.settings
    if not settings.report_url:
        return None
    secret = settings.report_secret.get_secret_value()
    connector = HttpConnector(
        settings.report_url,
        app_mark=settings.report_app_mark,
        app_word=secret,
        signer=load_signer(settings.report_signer, secret),
    )
    target = Target(settings.report_target, connector, read_mapping(settings.report_mapping))
    return ReportWorker(store.engine, store.wiring, target, clock)


def distributed_runtime(store: Store, clock: Callable[[], datetime]) -> DistributedRuntime:
    """Make the runtime of a process that takes commands and leaves the rest to workers."""
    return DistributedRuntime(
        store.engine, store.wiring, clock, auto_assign=store.settings.auto_assign
    )


def kafka_first(store: Store, runtime: Runtime) -> Runtime:
    """Let intake go to Kafka first, where there is one."""
    settings = store.settings
    if not settings.kafka_bootstrap:
        return runtime
    # One process alone never needs a Kafka client, which takes its time to load.
    from streams.intake.sending import make_intake_producer  # noqa: PLC0415

    def look(message_ids: Sequence[str]) -> Mapping[str, tuple[bytes, Receipt]]:
        with reading(store.engine) as connection:
            return inbox.answered(connection, message_ids)

    patience = Patience(
        settings.kafka_ack_seconds, settings.intake_answer_seconds, settings.intake_pause_seconds
    )
    producer = make_intake_producer(settings, store.vault)
    return KafkaFirst(runtime, producer, look, patience, note_bypass=INTAKE_BYPASSED.inc)


def text_sending(
    store: Store, clock: Callable[[], datetime], lazy: Engine | None = None
) -> SendTexts:
    """Make the step of the runner that sends what is due and settles what a crash left behind.

    `lazy` waits for no disk. It keeps what became of a text, which the provider can be asked again
    after a crash, and the simulated provider's own list.
    """
    worker = TextWorker(
        store.engine,
        settling=lazy,
        sender=_sender(store, lazy or store.engine),
        phonebook=phonebook_of(store, clock),
        renderer=renderer(store),
        clock=clock,
        rules=sending_rules(store.settings),
    )

    def send(now: datetime) -> int:
        worker.reconcile()
        for _ in range(_TEXT_BATCHES_MAX):
            if not worker.send_due():
                break
        return report_undelivered(store.engine, store.contexts.current(), store.wiring, now)

    return send


def sending_rules(settings: Settings) -> SendingRules:
    """Give the rules by which texts leave."""
    return SendingRules(
        quiet=quiet_hours(settings), limits=DayLimits(texts_max=settings.texts_a_day)
    )


def renderer(store: Store) -> Renderer:
    """Make what writes the words of texts, in every language of the house."""
    settings = store.settings
    style = Style(
        signature=settings.text_signature,
        link=settings.public_url,
        directories=(settings.text_catalogues,) if settings.text_catalogues else (),
    )
    in_force = Wordings(store.engine, store.wiring)
    return Renderer(style, lambda code: _department_name(store, code), in_force)


def rating_links(store: Store) -> RatingLinks:
    """Give what makes and reads the addresses for rating, under a key of this house."""
    return RatingLinks(store.vault.digest(b"rating-links"))


def quiet_hours(settings: Settings) -> QuietHours:
    """Give the hours in which nobody is to be woken."""
    return QuietHours(settings.quiet_begins, settings.quiet_ends)


def phonebook_of(store: Store, clock: Callable[[], datetime]) -> VaultPhonebook:
    """Give who a text goes to, with the address for rating where the house has a public one."""
    public = store.settings.public_url.rstrip("/")

    def link(stream: str) -> str:
        return f"{public}/rate/{rating_links(store).make(stream, Way.TEXT, clock())}"

    return VaultPhonebook(
        store.engine, store.wiring, store.accounts, link if public else lambda _stream: ""
    )


def _sender(store: Store, lazy: Engine) -> Sender:
    settings = store.settings
    if not settings.twilio_account_sid:
        return SimulatedSender(TableLedger(lazy))
    return TwilioSender(
        TwilioSettings(
            account=settings.twilio_account_sid,
            token=settings.twilio_auth_token.get_secret_value(),
            messaging_service=settings.twilio_messaging_service_sid,
            status_callback=settings.twilio_status_callback or _own_callback(settings),
            api_url=settings.twilio_api_url,
        )
    )


def _own_callback(settings: Settings) -> str:
    return f"{settings.public_url.rstrip('/')}{STATUS_PATH}" if settings.public_url else ""


def _department_name(store: Store, code: str) -> str:
    directory = store.contexts.current().directory
    if isinstance(directory, DepartmentDirectory):
        return directory.name(code, "zh")
    return code
