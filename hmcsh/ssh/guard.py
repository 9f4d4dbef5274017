"""Who is held off: too many connections, too many wrong passwords."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from typing import Protocol

from hmcsh.ssh.service import Settings

_KEYS = 4096
_FORGET_AFTER = 600.0


class Ledger(Protocol):
    """Keeps failed log-ins, so that a server that starts again goes on with them.

    `kind` is user or address, `key` which one, `last` a time of the machine, s.
    """

    def known(self) -> Iterable[tuple[str, str, int, float]]:
        """Kind, key, count and last of all that were kept."""

    def keep(self, kind: str, key: str, count: int, last: float) -> None:
        """Keep a count in the place of its former one; 0: none."""


class _Nowhere:
    def known(self) -> Iterable[tuple[str, str, int, float]]:
        return ()

    def keep(self, kind: str, key: str, count: int, last: float) -> None:
        pass


class Failures:
    """Failed log-ins per name or address, of a bounded number of them.

    From `limit` failures on, each no more than ten minutes after the one before, a key is locked
    for `seconds`; then it begins anew. A limit of 0 locks nobody.
    """

    def __init__(
        self,
        limit: int,
        seconds: float,
        monotonic: Callable[[], float],
        keep: Callable[[str, int, float], None] = lambda *_: None,
    ) -> None:
        """`keep` is told of each count that changes, and when its last failure was."""
        self._keep = keep
        self._limit = limit
        self._seconds = seconds
        self._monotonic = monotonic
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def count(self, key: str) -> int:
        """Count one more; return how many there are. A lock is not made longer."""
        now = self._monotonic()
        if self.locked(key):
            return self._counts[key][0]
        count, last = self._counts.pop(key, (0, now))
        begun = now - last > _FORGET_AFTER or (self._limit and count >= self._limit)
        count = 1 if begun else count + 1
        self._counts[key] = count, now
        self._keep(key, count, now)
        while len(self._counts) > _KEYS:
            self.forget(next(iter(self._counts)))
        return count

    def recall(self, key: str, count: int, last: float) -> None:
        """Go on with a count of a former server; one that is too old to count is forgotten."""
        self._counts[key] = count, last
        if self._monotonic() - last > max(_FORGET_AFTER, self._seconds):
            self.forget(key)

    def locked(self, key: str) -> bool:
        """Tell whether the key is locked now."""
        count, last = self._counts.get(key, (0, 0.0))
        return 0 < self._limit <= count and self._monotonic() - last < self._seconds

    def forget(self, key: str) -> None:
        """Begin anew."""
        if self._counts.pop(key, None) is not None:
            self._keep(key, 0, 0.0)


class Guard:
    """Counts of the whole server: connections, and failed log-ins by user and by address.

    A failed log-in is answered the later the more failures its address has had of late, so
    that guessing over many connections is no faster than over one. A log-in that succeeds is
    never held back. Too many failures lock a user's password, or all passwords from an
    address, for a time. A key opens meanwhile: who guesses cannot lock out its owner.
    """

    def __init__(
        self,
        settings: Settings,
        monotonic: Callable[[], float] = time.monotonic,
        ledger: Ledger | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall` is the time of the machine, which goes on while no server runs."""
        self._settings = settings
        self._ledger = ledger or _Nowhere()

        def failures(kind: str, limit: int) -> Failures:
            def keep(key: str, count: int, last: float) -> None:
                self._ledger.keep(kind, key, count, wall() - (monotonic() - last))

            return Failures(limit, settings.lockout_time, monotonic, keep)

        self._addresses = failures("address", settings.lockout_address)
        self._users = failures("user", settings.lockout_user)
        for kind, key, count, last in sorted(self._ledger.known(), key=lambda known: known[-1]):
            by = self._addresses if kind == "address" else self._users
            age = max(0.0, wall() - last)  # a clock that was set back makes no lock shorter
            by.recall(key, count, monotonic() - age)
        self._by_address: Counter[str] = Counter()
        self.connections = 0
        self.unauthenticated = 0

    def connect(self, address: str) -> str | None:
        """Count one more connection; return why it is refused, None if it is not."""
        settings = self._settings
        for limit, count in (
            ("max_connections", self.connections),
            ("max_connections_address", self._by_address[address]),
            ("max_unauthenticated", self.unauthenticated),
        ):
            if count >= getattr(settings, limit):
                return settings.message(limit)
        self.connections += 1
        self.unauthenticated += 1
        self._by_address[address] += 1
        return None

    def disconnect(self, address: str) -> None:
        """Give back the place of a connection."""
        self.connections -= 1
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]

    def locked(self, user: str, address: str) -> str | None:
        """Return why no password is looked at now; None if it is."""
        if self._addresses.locked(address):
            return self._settings.message("lockout_address")
        return self._settings.message("lockout_user") if self._users.locked(user) else None

    def failed(self, user: str, address: str) -> float:
        """Count a failed log-in; return how many seconds to hold the answer."""
        self._users.count(user)
        count = self._addresses.count(address)
        return min(self._settings.failure_delay * count, self._settings.failure_delay_limit)

    def succeeded(self, user: str, address: str) -> None:
        """Forget the failures of a user and an address that have logged in."""
        self._addresses.forget(address)
        self._users.forget(user)
