"""When a system is sampled: rates, the times of samples, and how long they are kept.

A sample is taken whenever the calendar shows a multiple of the rate; besides, every full hour, at
midnight and on the first of each month. How long they are kept is inferred.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hmcsh.runtime.clock import SECOND

RATES = (0, 30, 60, 300, 1800, 3600)  # seconds; 0 disables it (manual page of chlparutil)
DAY = 24 * 3600 * SECOND
BEFORE = 30 * DAY  # systems have run for so long when the clock stands at 0

# How long samples of a kind are kept: by the rate, hourly, daily, monthly.
KEPT: Mapping[str, int] = {"s": 3 * DAY, "h": 62 * DAY, "d": 731 * DAY, "m": 731 * DAY}


class Rate(NamedTuple):
    """A rate, s, that holds from virtual time `since`, ns."""

    since: int
    seconds: int


@dataclasses.dataclass(slots=True)
class Sampling:
    """The rates of a system, the oldest first, and the time before which nothing is kept."""

    rates: list[Rate] = dataclasses.field(default_factory=list)
    kept_since: int = -BEFORE

    @property
    def rate(self) -> int:
        """The present rate, s, 0 if it is not sampled."""
        return self.rates[-1].seconds if self.rates else 0

    def set_rate(self, now: int, seconds: int) -> None:
        """Sample it at another rate from now on."""
        if seconds != self.rate:
            self.rates.append(Rate(now, seconds))

    def keep_since(self, time: int) -> None:
        """Let go of what was sampled before a time."""
        self.kept_since = max(self.kept_since, time)

    def enabled(self, time: int) -> bool:
        """Whether it was sampled at a time."""
        if time < self.kept_since:
            return False
        return any(r.seconds and r.since <= time < until for r, until in self._spans(time + 1))

    def _spans(self, now: int) -> Iterator[tuple[Rate, int]]:
        """The rates, the newest first, each with the time, ns, until which it held."""
        until = now
        for rate in reversed(self.rates):
            yield rate, until
            until = min(until, rate.since)

    def times(self, kind: str, start: datetime.datetime, now: int) -> Iterator[int]:
        """The virtual times, ns, of the samples of a kind that are kept, the newest first.

        `start` is the calendar time at which the clock stands at 0.
        """
        oldest = max(self.kept_since, now - KEPT[kind])
        for rate, until in self._spans(now + 1):
            if not rate.seconds or until <= oldest:
                continue
            begin = max(rate.since, oldest)
            last = start + datetime.timedelta(microseconds=(until - 1) // 1000)
            for moment in _multiples(kind, rate.seconds, last):
                time = (moment - start) // datetime.timedelta(microseconds=1) * 1000
                if time < begin:
                    break
                yield time


def _multiples(kind: str, seconds: int, last: datetime.datetime) -> Iterator[datetime.datetime]:
    """Calendar times of samples from `last` backwards, without end."""
    if kind == "m":
        month = last.year * 12 + last.month - 1
        for number in range(month, 12, -1):
            yield datetime.datetime(number // 12, number % 12 + 1, 1)
        return
    step = datetime.timedelta(seconds={"h": 3600, "d": 86_400}.get(kind, seconds))
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + (last - midnight) // step * step
    while moment - datetime.datetime.min >= step:
        yield moment
        moment -= step
