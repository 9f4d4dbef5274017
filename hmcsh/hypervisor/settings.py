"""Limits and timings of a transfer, and the decisions that follow from them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.record import Round, StopReason
from hmcsh.runtime.clock import MILLISECOND, SECOND


@dataclass(frozen=True, kw_only=True)
class RateRule:
    """How fast rounds are sent: goodput in bytes a second, ValueError if it is not positive.

    The first round goes at `lowest`; each later one at the rate at which pages were dirtied in
    the round before, plus `increment`, but none faster than `highest`. When that would be exceeded
    the rounds end, unless not `ends_rounds`; what is left then goes at `highest` while the
    partition is suspended (Clark 2005, 5.3).
    """

    lowest: int
    increment: int
    highest: int
    ends_rounds: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.lowest <= self.highest or self.increment < 0:
            raise ValueError("a rate rule has a lowest rate, and a highest not below it")

    def wanted(self, before: Round) -> int:
        """Give the rate that the round after `before` should have; it may exceed `highest`."""
        time = max(1, (before.end or before.start) - before.start)
        return max(self.lowest, before.dirty * PAGE * SECOND // time + self.increment)

    def rate(self, rounds: Sequence[Round]) -> int:
        """Give the rate of the round after all `rounds`."""
        return min(self.wanted(rounds[-1]), self.highest) if rounds else self.lowest

    def exceeded(self, last: Round) -> bool:
        """Whether the rounds end with `last`."""
        return self.ends_rounds and self.wanted(last) > self.highest


@dataclass(frozen=True, kw_only=True)
class TransferSettings:
    """Limits and timings of a transfer; times in ns (defaults inferred unless told).

    min_pages, max_rounds, max_factor: Xen's 50 pages, 29-30 rounds, 3 times the memory. `eps`: a
    round that leaves more than (1 - eps) of the one before no longer decreases. `slices`: parts
    of a round between which it can be stopped; by default one for 512 MiB, at most 64.

    The published experiments with other hypervisors need three more: with `peek` the dirty log is
    also looked at between slices, and pages that are dirty again when their turn comes are left
    for a later round (Clark 2005); `rate_rule` limits rounds; without `demand_paging` all that is
    dirty is sent while the partition is suspended, however long that takes.
    """

    window_target: int = 3 * SECOND
    min_pages: int = 50
    eps: Fraction = Fraction(1, 20)
    copy_timeout: int = 3600 * SECOND
    max_rounds: int = 30
    max_factor: int = 3
    slices: int | None = None
    quiesce: int = 100 * MILLISECOND
    cpu_state: int = 1 << 20  # bytes
    resume: int = 100 * MILLISECOND
    io_recovery: int = 500 * MILLISECOND
    arp: int = 10 * MILLISECOND  # for each VLAN
    vlans: int = 1
    round_trip: int = MILLISECOND // 5
    pull_tick: int = 20 * MILLISECOND
    peek: bool = False
    rate_rule: RateRule | None = None
    demand_paging: bool = True

    def __post_init__(self) -> None:
        if self.slices is not None and self.slices < 1:
            raise ValueError("a round has at least one slice")
        if self.max_rounds < 1 or self.max_factor < 1:
            raise ValueError("at least one round and one times the memory")
        for name in ("window_target", "copy_timeout", "quiesce", "cpu_state", "resume", "arp"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is not negative")

    @property
    def fixed_window(self) -> int:
        """The part of the suspend window in which nothing is sent, ns."""
        return self.resume + self.io_recovery + self.vlans * self.arp

    def window(self, pages: int, rate: int) -> int:
        """Give the suspend window in ns with `pages` pages sent in it at `rate` bytes a second.

        The window is that of SG24-7460 2.5.4, from the end of step 7 to the end of step 10; the
        time of quiescing lies before it. Longer than any limit if nothing can be sent.
        """
        amount = self.cpu_state + pages * PAGE
        if amount and not rate:
            return self.copy_timeout + self.window_target + 1
        return self.fixed_window + (-(-amount * SECOND // rate) if amount else 0)

    def budget(self, rate: int) -> int:
        """Give the number of pages that can be sent within the window that is aimed at."""
        time = self.window_target - self.fixed_window
        return max(0, time * rate // SECOND - self.cpu_state) // PAGE


def stop_reason(
    settings: TransferSettings, rounds: Sequence[Round], elapsed: int, rate: int, pages: int
) -> StopReason | None:
    """Decide after the last of `rounds` whether to suspend, and why; None to go on.

    `elapsed` is the time since the first began in ns, `rate` the averaged goodput in bytes a
    second, `pages` the partition's memory. The conditions are those of SG24-7460 2.5.4 step 6,
    looked at in the order small, timeout, no longer decreasing; then the guard that Xen has. A
    rate rule is looked at after the timeout.
    """
    last = rounds[-1]
    if last.dirty <= settings.min_pages:
        return StopReason.SMALL
    if settings.window(last.dirty, rate) <= settings.window_target:
        return StopReason.SMALL
    if elapsed >= settings.copy_timeout:
        return StopReason.TIMEOUT
    if settings.rate_rule and settings.rate_rule.exceeded(last):
        return StopReason.RATE
    if len(rounds) >= 2 and last.dirty > (1 - settings.eps) * rounds[-2].dirty:
        return StopReason.STALLED
    sent = sum(round_.pages for round_ in rounds)
    if len(rounds) >= settings.max_rounds or sent >= settings.max_factor * pages:
        return StopReason.LIMIT
    return None
