"""A loop of its own for a coroutine, in a thread of its own.

The browser's driver keeps a loop running in the thread of its tests, and no other may be run there.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def completed(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine to its end and give what it gives."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()
