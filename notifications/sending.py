"""短信发送: claim, close the transaction, look up, write, send, put down.

A crash between any two of these leaves a row *sending*; when its lease has ended the provider is
asked whether it has the text, and only if it surely has not is it sent again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from jinja2 import TemplateError
from sqlalchemy import Engine

from hotline.values import replace
from notifications.claims import (
    ATTEMPTS_MAX,
    Claim,
    ClaimedText,
    Verdict,
    back_off,
    claim_abandoned,
    claim_due,
    settle,
)
from notifications.intent import INVITATIONS, Template
from notifications.limits import DAY_LIMITS, DayLimits, Tally, next_day
from notifications.outbox import TextStatus
from notifications.quiet_hours import QUIET_HOURS, QuietHours
from notifications.rendering import Renderer, tag_of
from notifications.segments import measure
from notifications.sender import Sender, SendRequest, SendResult

_HANDED_OVER: Final = (TextStatus.SENT, TextStatus.DELIVERED, TextStatus.SENDING)
_UNSETTLED_MAX: Final = timedelta(milliseconds=100)
"""How long a result may wait for others to be put down with it (our default)."""

_LOOKED_UP_MAX: Final = timedelta(seconds=1)
"""How old a number may be when its text leaves: who is erased meanwhile is not texted later."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Contact:
    """联系方式, read when the text is sent and kept nowhere here."""

    phone: str = field(repr=False)  # E.164; "" = none
    wants_invitations: bool = True


class Phonebook(Protocol):
    """通讯录: the vault, seen from here."""

    def contacts(self, recipients: Collection[str]) -> Mapping[str, Contact]:
        """Give the contacts of `citizen/`, `department/` or `staff/`; who is erased has none."""
        ...

    def query_codes(self, numbers: Collection[str]) -> Mapping[str, str]:
        """Give the query codes of tickets for the texts of acceptance."""
        ...

    def rating_link(self, stream: str) -> str:
        """Give the address at which the citizen may rate a service; "" where there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRules:
    """发送规则 (our defaults). No call begins that might outlast the lease."""

    lease: timedelta = timedelta(minutes=5)
    call_max: timedelta = timedelta(seconds=60)  # look-up and sending together
    batch: int = 50
    attempts_max: int = ATTEMPTS_MAX
    quiet: QuietHours = QUIET_HOURS
    limits: DayLimits = DAY_LIMITS


@dataclass(frozen=True, slots=True)
class _Page:
    """一页: what was looked up for a batch, and when."""

    at: datetime | None = None
    contacts: Mapping[str, Contact] = field(default_factory=dict, repr=False)
    codes: Mapping[str, str] = field(default_factory=dict, repr=False)


class TextWorker:
    """发送员: one of any number that may work on the same outbox."""

    def __init__(
        self,
        engine: Engine,
        *,
        sender: Sender,
        phonebook: Phonebook,
        renderer: Renderer,
        clock: Callable[[], datetime],
        rules: SendingRules | None = None,
        settling: Engine | None = None,
    ) -> None:
        """Take what is needed; `settling` puts results down and need not wait for the disk.

        A result that a crash takes away is asked of the provider again; a claim must be kept.
        """
        self._engine: Final = engine
        self._settling: Final = settling or engine
        self._sender: Final = sender
        self._phonebook: Final = phonebook
        self._renderer: Final = renderer
        self._clock: Final = clock
        self._rules: Final = rules or SendingRules()
        self._tally: Final = Tally(self._rules.limits)
        self._page = _Page()

    def send_due(self) -> int:
        """Send one batch of due texts; give how many were taken."""
        claimed = claim_due(self._engine, self._claim())
        return self._work(claimed, self._deliver)

    def reconcile(self) -> int:
        """Settle one batch of abandoned texts; give how many were taken."""
        claimed = claim_abandoned(self._engine, self._claim())
        return self._work(claimed, self._look_then_deliver)

    def _claim(self) -> Claim:
        rules = self._rules
        return Claim(
            provider=self._sender.name, now=self._clock(), lease=rules.lease, limit=rules.batch
        )

    def _work(
        self, claimed: Iterable[ClaimedText], deliver: Callable[[ClaimedText], Verdict]
    ) -> int:
        count, verdicts, since = 0, list[Verdict](), self._clock()
        texts = tuple(claimed)
        self._tally.begin(self._engine, (text.recipient for text in texts), since)
        for text in texts:
            self._look_up(texts[count:])
            count += 1
            if self._clock() + self._rules.call_max > text.lease_ends_at:
                continue  # the batch took too long: whoever takes it over will look first
            try:
                verdict = deliver(text)
            except Exception as error:  # noqa: BLE001 - one text may not stop the others
                # The words of an error may hold the number; its kind does not.
                _log.error("text-broke", intent=text.intent_id, error=type(error).__name__)
                continue
            verdicts.append(verdict)
            if self._clock() - since >= _UNSETTLED_MAX:
                settle(self._settling, verdicts, self._clock())
                verdicts, since = [], self._clock()
            if verdict.result.status is TextStatus.TECHNICAL_FAILURE:
                _log.error("text-failed", intent=text.intent_id, error=verdict.result.error)
        if verdicts:
            settle(self._settling, verdicts, self._clock())
        self._page = _Page()
        return count

    def _look_up(self, texts: Sequence[ClaimedText]) -> None:
        """Look up a batch at once, and what is left of it again when it takes its time."""
        now, page = self._clock(), self._page
        if page.at is not None and now - page.at < _LOOKED_UP_MAX:
            return
        accepted = {one.data["number"] for one in texts if one.template == Template.ACCEPTED}
        self._page = _Page(
            now,
            self._phonebook.contacts({one.recipient for one in texts}),
            self._phonebook.query_codes(accepted) if accepted else {},
        )

    def _look_then_deliver(self, text: ClaimedText) -> Verdict:
        request = self._request(text)
        if isinstance(request, SendResult):
            return self._verdict(text, request, text.attempts)
        found = self._sender.find(request)
        if found is not None:
            attempts = text.attempts if found.status is TextStatus.SENDING else text.attempts + 1
            return self._verdict(text, found, attempts, request.body)
        return self._deliver(text)

    def _deliver(self, text: ClaimedText) -> Verdict:
        if text.attempts >= self._rules.attempts_max:
            gave_up = SendResult(TextStatus.PERMANENT_FAILURE, error=f"gave-up: {text.error}")
            return self._verdict(text, gave_up, text.attempts)
        now = self._clock()
        morning = self._earliest(text, now)
        if morning > now:
            waits = SendResult(TextStatus.CREATED)
            return replace(self._verdict(text, waits, text.attempts), next_attempt_at=morning)
        request = self._request(text)
        if isinstance(request, SendResult):
            return self._verdict(text, request, text.attempts)
        result = self._sender.send(request)
        if result.status in _HANDED_OVER:
            self._tally.count(text.recipient, text.template)
        return self._verdict(text, result, text.attempts + 1, request.body)

    def _earliest(self, text: ClaimedText, now: datetime) -> datetime:
        """Give when this text may leave: not at night, and not beyond the day's limit."""
        quiet = self._rules.quiet
        if not text.urgent and self._tally.is_full(text.recipient, text.template):
            return quiet.earliest(next_day(now), urgent=False)
        return quiet.earliest(now, urgent=text.urgent)

    def _verdict(
        self, text: ClaimedText, result: SendResult, attempts: int, body: str = ""
    ) -> Verdict:
        gave_up = attempts >= self._rules.attempts_max
        if result.status is TextStatus.TEMPORARY_FAILURE and gave_up:
            result = replace(
                result, status=TextStatus.PERMANENT_FAILURE, error=f"gave-up: {result.error}"
            )
        return Verdict(
            text, result, self._clock() + back_off(attempts), measure(body).segments, attempts
        )

    def _request(self, text: ClaimedText) -> SendRequest | SendResult:
        """Look up and write; a result instead of a request means that nothing is to be sent."""
        contact = self._page.contacts.get(text.recipient)
        if contact is None or not contact.phone:
            reason = "erased" if contact is None else "no-number"
            return SendResult(TextStatus.SUPPRESSED, error=reason)
        if Template(text.template) in INVITATIONS and not contact.wants_invitations:
            return SendResult(TextStatus.SUPPRESSED, error="opted-out")
        accepted = text.template == Template.ACCEPTED
        code = self._page.codes.get(text.data["number"], "") if accepted else ""
        invites = Template(text.template) in INVITATIONS
        link = self._phonebook.rating_link(text.stream) if invites else ""
        try:
            body = self._renderer.body(
                text.intent_id, text.template, text.language, text.data, code, rating_link=link
            )
        except (TemplateError, LookupError, ValueError) as error:
            return SendResult(
                TextStatus.TECHNICAL_FAILURE, error=f"template: {type(error).__name__}"
            )
        return SendRequest(
            intent_id=text.intent_id,
            phone=contact.phone,
            body=body,
            tag=tag_of(text.intent_id),
            created_at=text.created_at,
        )
