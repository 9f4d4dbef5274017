"""When the collector of garbage may hold the event loop for longer than a blink.

A full collection walks every object that is alive, some 30 ms with hundreds of migrations under
way, and nobody is served meanwhile. So what stays for good is not walked at all, and full
collections are rare while the clock runs.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_USUAL = gc.get_threshold()

# Collections of the middle generation before a full one, while they are rare: 700,000 objects more
# than were freed.
_RARE = 100


def keep() -> None:
    """Keep for good all that is loaded now, so that no collection walks it."""
    gc.freeze()


@contextlib.contextmanager
def rare() -> Iterator[None]:
    """Let full collections be rare for a while."""
    gc.set_threshold(*_USUAL[:2], _RARE)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)
