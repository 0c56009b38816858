"""The real SDK against Twilio's own description, served by Prism where both are there.

Prism is no dependency of ours (see the decision on it); who has `prism` on the path or among the
front-end tools, and the description beside the project, has it checked by the tool of the trade.
Everybody else runs the same tests against our own harness, which knows the same description.
"""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from notifications.outbox import TextStatus
from notifications.twilio_sender import TwilioSender, TwilioSettings
from tests.contract.senders.test_senders import request
from tests.contract.senders.test_twilio_description import GIVEN, SERVICE, DescribedStub
from tests.contract.senders.twilio_stub import serving

ROOT: Final = Path(__file__).parents[3]
ACCOUNT: Final = "AC" + "a" * 32
PRISM: Final = shutil.which("prism", path=f"{ROOT}/node_modules/.bin") or shutil.which("prism")


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Serve Twilio's description; a request that it does not allow is refused."""
    if PRISM is None or not GIVEN.exists():
        with serving(DescribedStub()) as transport:
            yield transport.url
        return
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [PRISM, "mock", str(GIVEN), "--errors", "-h", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("listening" in line for line in process.stdout), "Prism did not start"
        yield f"http://127.0.0.1:{port}"
        process.kill()


def sender(api: str) -> TwilioSender:
    return TwilioSender(
        TwilioSettings(
            account=ACCOUNT,
            token="secret-token",
            messaging_service=SERVICE,
            status_callback="https://12345.example/api/v1/twilio/status",
            api_url=api,
        )
    )


def test_what_we_send_is_allowed_and_what_comes_back_is_read(api: str) -> None:
    result = sender(api).send(request(101))
    assert result.status is TextStatus.SENT
    assert re.fullmatch(r"(SM|MM)[0-9a-f]{32}", result.provider_id)


def test_the_list_is_asked_as_described_and_a_strangers_text_is_not_ours(api: str) -> None:
    assert sender(api).find(request(102)) is None
