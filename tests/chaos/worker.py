"""A worker of the harness: the product's own, with a witness beside it, and a sabotage if asked.

`python -m tests.chaos.worker [--sabotage NAME] worker --data DIR --port PORT`
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from cli.main import main
from notifications.simulated_sender import TableLedger
from tests.chaos.sabotage import SABOTAGES

WITNESS = "CHAOS_WITNESS"


def bear_witness() -> None:
    """Write down every text that is handed to the provider, before it answers."""
    path = Path(os.environ[WITNESS])
    take = TableLedger.take

    def taken(self: TableLedger, intent_id: str, result: Any, body: str) -> bool:
        line = json.dumps({"intent": intent_id, "process": os.getpid()}) + "\n"
        with path.open("a", encoding="ascii") as witness:  # one short line: appended whole
            witness.write(line)
        return take(self, intent_id, result, body)

    TableLedger.take = taken  # type: ignore[method-assign] # a witness for this process alone


if __name__ == "__main__":
    bear_witness()
    if sys.argv[1] == "--sabotage":
        SABOTAGES[sys.argv[2]]()
        del sys.argv[1:3]
    main()
