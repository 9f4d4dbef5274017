"""What is kept of a transfer of page state, while it runs and afterwards."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from hmcsh.hypervisor.content import Content
from hmcsh.runtime.clock import SECOND


class StopReason(enum.Enum):
    """Why the rounds of copying ended (SG24-7460 2.5.4 step 6; Xen; Clark 2005 for the rate)."""

    SMALL = "small"  # what is left is sufficiently small
    TIMEOUT = "timeout"  # the time for copying is over
    STALLED = "no longer decreases"
    LIMIT = "limit"  # rounds, or multiples of memory sent
    RATE = "rate"  # the next round would have to be sent faster than the rule allows


@dataclass(slots=True)
class Round:
    """One pass over the pages that were dirty at its start.

    `pages` and `bytes` were sent, `dirty` pages remain at its end, `rate` is the goodput in bytes
    a second (0 if nothing was sent), times are virtual ns.
    """

    number: int
    start: int
    pages: int = 0
    bytes: int = 0
    dirty: int = 0
    rate: int = 0
    end: int | None = None


@dataclass(slots=True)
class Phase:
    """A phase of the transfer with its virtual times in ns; `end` is None while it lasts."""

    name: str
    start: int
    end: int | None = None


@dataclass(slots=True)
class TransferRecord:
    """Everything measured on one transfer: pages, bytes, virtual times in ns.

    The suspend window reaches from the end of quiescing to the end of I/O recovery and gratuitous
    ARP (SG24-7460 2.5.4: end of step 7 to end of step 10).
    """

    started: int
    sequence: int  # the partition's how manieth active migration
    total_pages: int = 0  # pages with content at the start
    rounds: list[Round] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    stop_reason: StopReason | None = None
    bytes: int = 0  # delivered so far, processor state included
    dirty_at_suspend: int = 0
    final_pages: int = 0  # to be sent while suspended
    sent_suspended: int = 0  # of them, sent so far
    left_pages: int = 0  # left behind for demand paging and background push
    left_digest: str = ""  # of the bitmap of those pages
    suspended_at: int | None = None
    resumed_at: int | None = None  # the partition runs on the destination
    visible_at: int | None = None  # I/O recovered, ARP sent
    window_estimate: int | None = None
    demanded_pages: int = 0
    pushed_pages: int = 0
    overwritten_pages: int = 0  # written whole at the destination before they were sent
    dropped_pages: int = 0  # arrived after they had been written whole
    resent_pages: int = 0  # sent again after an interruption
    longest_wait: int = 0  # ns from the request for pages to the arrival of the last of them
    content: Content = "versions"  # what the pages hold, and verification compares
    verified_pages: int | None = None  # compared at the end, those never written included
    ended: int | None = None

    @property
    def pulled_pages(self) -> int:
        """Pages that came after the partition had resumed."""
        return self.demanded_pages + self.pushed_pages

    @property
    def window_actual(self) -> int | None:
        """The suspend window as it was, ns; None before its end."""
        if self.suspended_at is None or self.visible_at is None:
            return None
        return self.visible_at - self.suspended_at

    @property
    def pages_sent(self) -> int:
        """Pages sent in rounds, while suspended, and after."""
        return sum(r.pages for r in self.rounds) + self.sent_suspended + self.pulled_pages

    def throughput(self, now: int) -> int:
        """Give bytes a whole second of the transfer so far, truncated.

        As lpm.log prints it: 161,695,465,991 bytes in 3 minutes 43 seconds are 725,091,775 a
        second.
        """
        end = now if self.ended is None else self.ended
        return self.bytes // max(1, (end - self.started) // SECOND)
