"""Waiting that has an end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


async def wait_for_all(
    tasks: Iterable[asyncio.Future[Any]], seconds: float, hurry: asyncio.Event
) -> None:
    """Wait until all tasks are done, for at most so many real seconds, and not once `hurry` is set.

    What is not done then goes on.
    """
    left = {task for task in tasks if not task.done()}
    if not left or hurry.is_set():
        return
    hurried = asyncio.ensure_future(hurry.wait())
    try:
        async with asyncio.timeout(seconds):
            while left and not hurried.done():
                first = asyncio.FIRST_COMPLETED
                done, _ = await asyncio.wait({*left, hurried}, return_when=first)
                left -= done
    except TimeoutError:
        return
    finally:
        hurried.cancel()
