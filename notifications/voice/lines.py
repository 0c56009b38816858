"""坐席线路: ends the line of an operator at Twilio, when the operator says so on the page."""

from typing import Final

from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

TIMEOUT_SECONDS: Final = 5.0


class TwilioLines:
    """坐席线路. Ending a line that has ended is no error that anybody must hear of."""

    def __init__(self, account: str, token: str, http: HttpClient | None = None) -> None:
        transport = http or TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._client: Final = Client(account, token, http_client=transport)

    def end(self, line_id: str) -> bool:
        """End a line; false where Twilio says no or nothing, and the operator hangs up by hand."""
        try:
            self._client.calls(line_id).update(status="completed")
        except (TwilioException, OSError, ValueError):
            return False
        return True
