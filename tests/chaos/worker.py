"""A worker of the harness: the product's own, with a witness beside it, and a sabotage if asked.

`python -m tests.chaos.worker [--sabotage NAME] worker --data DIR --port PORT`
"""

import json
import os
import sys
from pathlib import Path

from cli.main import main
from notifications.outbox import TextStatus
from notifications.sender import SendResult
from notifications.simulated_sender import TableLedger, provider_id_of
from tests.chaos.sabotage import SABOTAGES

WITNESS = "CHAOS_WITNESS"


def bear_witness() -> None:
    """Let the provider be a file, which outlives every process and the database.

    A provider in our own database would forget with it what it was given, and be given it again.
    """
    path = Path(os.environ[WITNESS])

    def taken(self: TableLedger, intent_id: str, result: SendResult, body: str) -> bool:
        del self, body
        known = {"intent": intent_id, "status": result.status.value, "error": result.error}
        line = json.dumps({**known, "process": os.getpid()}) + "\n"
        with path.open("a", encoding="ascii") as witness:  # one short line: appended whole
            witness.write(line)
        return True

    def found(self: TableLedger, intent_id: str) -> SendResult | None:
        del self
        lines = path.read_text("ascii").splitlines() if path.exists() else []
        for known in map(json.loads, (line for line in lines if intent_id in line)):
            status = TextStatus(known["status"])
            return SendResult(status, provider_id_of(intent_id), known["error"])
        return None

    TableLedger.take = taken  # type: ignore[method-assign] # a provider for this process alone
    TableLedger.find = found  # type: ignore[method-assign] # same


if __name__ == "__main__":
    bear_witness()
    if sys.argv[1] == "--sabotage":
        SABOTAGES[sys.argv[2]]()
        del sys.argv[1:3]
    main()
