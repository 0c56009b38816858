"""Texting 短信口 over the store: received texts, delivery reports, previews."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from api.ports import Gateway, Preview
from handlers.receipt import Receipt
from notifications import twilio_webhooks
from notifications.claims import record_delivery
from notifications.inbound import MissedCall, ReceivedText
from notifications.preview import previews
from notifications.rating_links import RatingLink, Way
from notifications.segments import Tariff
from streams.database.engine import reading
from streams.processes.opening import Store, rating_links, renderer
from streams.reporting.reconciliation import Reconciliation, reconcile
from streams.texting.letterbox import Letterbox

_PROVIDER: Final = "twilio"


class StoreTexting:
    """短信口 of one house."""

    def __init__(self, store: Store, gateway: Gateway, clock: Callable[[], datetime]) -> None:
        self._store: Final = store
        self._clock: Final = clock
        self._links: Final = rating_links(store)
        self._letterbox: Final = Letterbox(store.engine, store.vault, gateway.submit, clock)

    @property
    def public_url(self) -> str:
        """Give the address of this house as others know it."""
        return self._store.settings.public_url

    @property
    def is_simulated(self) -> bool:
        """Tell whether texts reach nobody."""
        return not self._store.settings.twilio_account_sid

    def is_signed(self, address: str, form: Mapping[str, str], signature: str) -> bool:
        """Ask Twilio's validator, where there is a Twilio account at all."""
        if self.is_simulated:
            return False
        token = self._store.settings.twilio_auth_token.get_secret_value()
        return twilio_webhooks.is_signed(token, address, form, signature)

    def receive(self, text: ReceivedText) -> Receipt:
        """Take in a text of a citizen."""
        return self._letterbox.receive(text)

    def miss(self, call: MissedCall) -> Receipt:
        """Take in a call that nobody took."""
        return self._letterbox.miss(call)

    def report(self, *, provider_id: str, status: str, code: str, intent_id: str) -> bool:
        """Put down a delivery report."""
        result = twilio_webhooks.reported(provider_id, status, code)
        if result is None:
            return False
        return record_delivery(self._store.engine, _PROVIDER, result, self._clock(), intent_id)

    def reconciliation(self) -> Reconciliation | None:
        """Reconcile the reports upwards."""
        settings = self._store.settings
        if not settings.report_url:
            return None
        with reading(self._store.engine) as connection:
            return reconcile(connection, settings.report_target)

    def mark_of(self, device: str) -> str:
        """Give a keyed mark of a device."""
        return self._store.vault.digest(b"device/" + device.encode()).hex()[:16]

    def rating_link(self, stream: str, way: Way) -> str:
        """Make the token of an address for rating."""
        return self._links.make(stream, way, self._clock())

    def read_rating_link(self, token: str) -> RatingLink | None:
        """Read a token."""
        return self._links.read(token)

    def previews(self, template: str, language: str) -> Sequence[Preview]:
        """Write each text, or one, with made-up values."""
        tariff = Tariff(self._store.settings.text_price)
        return [
            Preview(
                template=one.template,
                language=one.language,
                body=one.body,
                encoding=one.length.encoding.value,
                units=one.length.units,
                segments=one.length.segments,
                price=str(one.price),
                currency=tariff.currency,
            )
            for one in previews(renderer(self._store), tariff, language, template)
        ]
