"""电话: wires the switchboard, the recordings and their deletion to an open store."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from hotline.calls.admission import ServiceHours
from notifications.voice.documents import Documents, VoiceSettings
from notifications.voice.lines import TwilioLines
from streams.database.engine import reading
from streams.processes.opening import Store
from streams.settings import Settings
from streams.voice.switchboard import Switchboard

SIMULATED: Final = "simulated"
TWILIO: Final = "twilio"


def switchboard(
    store: Store,
    submit: Callable[[Envelope], Receipt],
    clock: Callable[[], datetime],
    *,
    region: str = "",
    city: str = "12345",
) -> Switchboard:
    """Make the switchboard of a house."""
    settings = store.settings
    return Switchboard(
        engine=store.engine,
        wiring=store.wiring,
        vault=store.vault,
        submit=submit,
        clock=clock,
        documents=Documents(voice_settings(settings, city)),
        hours=ServiceHours(
            settings.voice_opens,
            settings.voice_closes,
            settings.voice_waiting_max,
            settings.voice_wait_seconds_max,
        ),
        line_of=lambda person: line_of(store, person),
        region=region,
        provider=TWILIO if settings.twilio_account_sid else SIMULATED,
        recordings_kept=timedelta(days=settings.recording_days),
    )


def operator_lines(settings: Settings) -> TwilioLines | None:
    """Give what ends the line of an operator, where there is a provider."""
    if not settings.twilio_account_sid:
        return None
    return TwilioLines(settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())


def voice_settings(settings: Settings, city: str) -> VoiceSettings:
    """Give what documents are written by."""
    return VoiceSettings(
        city=city,
        public_url=settings.public_url,
        records=settings.voice_recording,
        hold_music=settings.voice_hold_music,
        voices={"zh": settings.voice_name_zh, "en": settings.voice_name_en},
    )


def line_of(store: Store, person: str) -> str:
    """Give the telephone of an operator: as set for all, or the duty number, or a soft phone."""
    pattern = store.settings.voice_operator_line
    if pattern:
        return pattern.replace("{person}", person)
    with reading(store.engine) as connection:
        on_duty = store.vault.person(connection, f"staff/{person}")
    return on_duty.phone if on_duty and on_duty.phone else f"client:{person}"
