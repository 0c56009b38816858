"""`python -m tests.chaos --minutes 3 --seed 1`: the fault harness, by `make chaos`."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from streams.cluster.member import STOP_SECONDS_MAX
from tests.chaos.harness import Plan, look_again, run
from tests.chaos.sabotage import SABOTAGES


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos", description="Break things by seed.")
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=25, help="intake messages a second")
    parser.add_argument(
        "--disturbances", type=int, default=0, help="at least so many, however long they take"
    )
    parser.add_argument(
        "--acknowledged", type=int, default=0, help="load until Kafka keeps so many messages"
    )
    parser.add_argument(
        "--registered", type=int, default=0, help="load until the API has answered so many calls"
    )
    parser.add_argument(
        "--stop-seconds", type=float, default=STOP_SECONDS_MAX, help="grace of a stop"
    )
    parser.add_argument("--sabotage", choices=sorted(SABOTAGES), default="")
    parser.add_argument("--again", type=Path, help="only check what a run has left there")
    parser.add_argument("--keep", action="store_true", help="leave the directory of the run")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    folder = chosen.again or Path(tempfile.mkdtemp(prefix="bihuan-chaos-"))
    folder.chmod(0o711)
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:7.1f}  {words}", flush=True)

    plan = Plan(
        folder=folder,
        seed=chosen.seed,
        seconds=chosen.minutes * 60,
        sabotage=chosen.sabotage,
        rate=chosen.rate,
        disturbances_min=chosen.disturbances,
        counts_min={"acknowledged": chosen.acknowledged, "registered": chosen.registered},
        stop_seconds_max=chosen.stop_seconds,
    )
    try:
        report = look_again(plan, say) if chosen.again else run(plan, say)
    finally:
        if chosen.keep or chosen.again:
            print(f"kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"disturbances: {len(report.done)}")
    for name, count in sorted(report.counts.items()):
        print(f"{name}: {count}")
    for fault in report.faults:
        print(f"FAULT {fault}")
    print("every law held" if not report.faults else f"{len(report.faults)} laws did not hold")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
