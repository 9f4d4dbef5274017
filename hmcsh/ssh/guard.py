"""Who is held off: too many connections, too many wrong passwords."""

import time
from collections import OrderedDict
from collections.abc import Callable

from hmcsh.ssh.service import Settings

_ADDRESSES = 4096
_FORGET_AFTER = 600.0


class Guard:
    """Counts of the whole server, per state of the connection and per client address.

    A failed log-in is answered the later the more failures its address has had of late, so
    that guessing over many connections is no faster than over one. A log-in that succeeds is
    never held back.
    """

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self.connections = 0
        self.unauthenticated = 0

    def refusal(self) -> str | None:
        """Return why one more connection is refused, or None."""
        if self.connections >= self._settings.max_connections:
            return "too many connections"
        if self.unauthenticated >= self._settings.max_unauthenticated:
            return "too many connections that have not logged in"
        return None

    def failed(self, address: str) -> float:
        """Count a failed log-in from an address; return how many seconds to hold the answer."""
        now = self._monotonic()
        count, last = self._failures.pop(address, (0, now))
        count = 1 if now - last > _FORGET_AFTER else count + 1
        self._failures[address] = count, now
        while len(self._failures) > _ADDRESSES:
            self._failures.popitem(last=False)
        return min(self._settings.failure_delay * count, self._settings.failure_delay_limit)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address that has logged in."""
        self._failures.pop(address, None)
