"""Mover service partitions as the network sees them, and their queues."""

from __future__ import annotations

from hmcsh.hypervisor.network import Resource
from hmcsh.runtime.clock import Clock, Event

MIGRATIONS_PER_MOVER = 4


class Mover:
    """A mover: full-duplex bandwidth, at most four active migrations, and a queue.

    Four at a time, further ones queue: SG24-7460 2.2, 5.2.
    """

    def __init__(self, name: str, nominal: int, limit: int = MIGRATIONS_PER_MOVER) -> None:
        """Make a mover whose adapter carries `nominal` bytes a second each way."""
        self.name = name
        self.limit = limit
        self.egress = Resource(f"{name} egress", nominal)
        self.ingress = Resource(f"{name} ingress", nominal)
        self.active: list[Admission] = []
        self.queue: list[Admission] = []

    @property
    def load(self) -> int:
        """Migrations it carries or has been asked to carry; the least loaded mover is chosen."""
        return len(self.active) + len(self.queue)

    def set_limit(self, limit: int) -> None:
        """Let it carry more, or fewer: what it carries already is carried to its end."""
        self.limit = limit
        _serve([self])

    def __repr__(self) -> str:
        return f"Mover({self.name!r}, {len(self.active)} active, {len(self.queue)} queued)"


class Admission:
    """One migration's place on its two movers: `granted` happens when both carry it.

    Every mover serves in order of arrival: a request waits while either mover is full or has an
    older request waiting, so that none can be overtaken for ever.
    """

    def __init__(self, clock: Clock, source: Mover, destination: Mover) -> None:
        """Ask `source` and `destination` to carry one more migration."""
        self.movers = (source, destination) if source is not destination else (source,)
        self.granted: Event = clock.event()
        for mover in self.movers:
            mover.queue.append(self)
        self._grant()

    @property
    def active(self) -> bool:
        """Whether both movers carry the migration now."""
        return self in self.movers[0].active

    def release(self) -> None:
        """Give the places back, or leave the queues; harmless when repeated."""
        freed = False
        for mover in self.movers:
            for places in (mover.active, mover.queue):
                if self in places:
                    places.remove(self)
                    freed = True
        if freed:
            _serve(list(self.movers))

    def _grant(self) -> bool:
        if any(m.queue[0] is not self or len(m.active) >= m.limit for m in self.movers):
            return False
        for mover in self.movers:
            mover.queue.pop(0)
            mover.active.append(self)
        self.granted.succeed()
        return True


def _serve(movers: list[Mover]) -> None:
    """Grant what can be granted on `movers`, and on those that are touched by it."""
    while movers:
        mover = movers.pop()
        while mover.queue:
            first = mover.queue[0]
            if not first._grant():
                break
            movers.extend(other for other in first.movers if other is not mover)
