"""A loop of its own for a coroutine, in a thread of its own.

The browser's driver keeps a loop running in the thread of its tests, and no other may be run there.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def away_from_loops(work: Callable[[], ResultT]) -> ResultT:
    """Run something that starts a loop by itself in a thread that has none."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def completed(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine to its end and give what it gives."""
    return away_from_loops(partial(asyncio.run, work))
