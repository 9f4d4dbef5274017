"""What a running partition does to its memory: which pages it writes and reads, and how often.

A workload is declared in an inventory as a kind, the share of memory that has ever been written,
the share of that which is being written (the working set), and a rate. Writes of a page come
independently at the page's own rate, so that in any window each page of the working set is
written with probability 1 - exp(-rate x time), drawn page by page. Source of the kinds: the
workloads of the live-migration literature (Clark 2005, Akoush 2010); numbers are the inventory's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from hmcsh.hypervisor.chance import (
    ONE,
    exp2_negative,
    log2,
    probability,
    random_words,
    stream,
)
from hmcsh.hypervisor.content import Content
from hmcsh.hypervisor.memory import BLOCK_CHUNKS, PageStore
from hmcsh.hypervisor.pageset import CHUNK_WORDS, PAGE, Words
from hmcsh.runtime.clock import SECOND

Kind = Literal["idle", "uniform", "hot-cold", "zipf", "burst", "saturating", "classes"]

# The saturating writer of Clark 2005 writes its set so often that every window finds it all dirty.
_SATURATING_RATE = 1_000


@dataclass(frozen=True, kw_only=True)
class WorkloadSpec:
    """A workload as an inventory declares it. Shares are fractions of 1; ValueError if absurd.

    kind: idle, uniform, hot-cold (`hot_share` of the working set takes `hot_writes` of all
    writes), zipf (rates fall with rank to the power -`skew`, over 128 parts or the chunks of the
    working set), burst (uniform, in the first `duty` of each `period` ns of virtual time only),
    saturating (every page of the working set 1,000 times a second, whatever the rate), classes
    (each of `classes` is a number of pages and the writes of each of these a second, as a
    measured partition is described; `working_set` and `writes_per_second` do not count).

    content: whether pages hold the version that was written last alone, or bytes, too.
    """

    kind: Kind = "idle"
    written: Fraction | float = Fraction(1)
    working_set: Fraction | float = Fraction(1, 20)
    writes_per_second: int = 0
    reads_per_write: int = 2
    hot_share: Fraction | float = Fraction(1, 10)
    hot_writes: Fraction | float = Fraction(9, 10)
    skew: Fraction | float = Fraction(9, 10)
    period: int = 10 * SECOND
    duty: Fraction | float = Fraction(1, 2)
    classes: tuple[tuple[int, Fraction], ...] = ()
    content: Content = "versions"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"no workload of kind {self.kind!r}; {', '.join(get_args(Kind))}")
        if self.content not in get_args(Content):
            raise ValueError(f"pages hold {', '.join(get_args(Content))}, not {self.content!r}")
        for name in ("written", "working_set", "hot_share", "hot_writes", "duty", "skew"):
            value = Fraction(getattr(self, name)).limit_denominator(10**6)
            object.__setattr__(self, name, value)
            if value < 0 or (value > 1 and name != "skew"):
                raise ValueError(f"{name} of a workload cannot be {value}")
        if self.writes_per_second < 0 or self.reads_per_write < 0:
            raise ValueError("rates of a workload are not negative")
        if self.period < 1:
            raise ValueError("the period of bursts is at least 1 ns")
        if bool(self.classes) != (self.kind == "classes"):
            raise ValueError(f"classes of pages belong to that workload, not to {self.kind}")
        if any(pages < 1 or rate < 0 for pages, rate in self.classes):
            raise ValueError("a class of a workload has pages, and a rate that is not negative")

    @staticmethod
    def pages_per_second(bytes_per_second: int) -> int:
        """Give the page writes a second of a workload that writes `bytes_per_second`."""
        return -(-bytes_per_second // PAGE)


# Words of one chunk whose pages are written at one rate: chunk, first word, last word + 1, class.
# Thousands are kept, in a tuple: plain tuples of numbers are no work for the collector of garbage.
_Extent = tuple[int, int, int, int]


class Workload:
    """The workload of one partition: its working set laid out, and draws of what it touches."""

    def __init__(self, spec: WorkloadSpec, pages: int, *names: int | str) -> None:
        """Lay out the working set of a memory of `pages` pages, by the stream of `names`."""
        self.spec = spec
        self.pages = pages
        # Whole words of 64 pages, so that the working set stays inside what was written.
        self.written_pages = min(pages, -(-int(pages * spec.written) // 64) * 64)
        self.rates: tuple[int, ...] = ()  # writes of a page a second, in units of 2^-64, by class
        self._extents = tuple(self._lay_out(stream(*names, "layout")))

    @property
    def working_pages(self) -> int:
        """The number of pages that are being written."""
        return sum(self._pages_of(extent) for extent in self._extents)

    def classes(self) -> list[tuple[int, int]]:
        """Give (pages, rate in 2^-64 writes of a page a second) of each class of pages."""
        pages = [0] * len(self.rates)
        for extent in self._extents:
            pages[extent[3]] += self._pages_of(extent)
        return list(zip(pages, self.rates, strict=True))

    def advance(
        self, store: PageStore, start: int, end: int, source: np.random.SFC64
    ) -> Iterator[None]:
        """Write to `store` what is written from `start` to `end` (ns); yields between blocks."""
        drawn = self.draw(source, start, end)
        block = min(BLOCK_CHUNKS, store.batch_writes)
        for number, (chunk, first_word, words) in enumerate(drawn, 1):
            store.write(chunk, words, first_word)
            if number % block == 0:
                yield

    def draw(
        self,
        source: np.random.SFC64,
        start: int,
        end: int,
        times: int = 1,
        wanted: Callable[[int], bool] | None = None,
    ) -> Iterator[tuple[int, int, Words]]:
        """Draw which pages are touched from `start` to `end` at `times` the rate of writing.

        Gives (chunk, first word, words); the last word may have bits past the last page. With
        `wanted` only the chunks for which it is true are drawn.
        """
        duration = self._active(end) - self._active(start)
        if duration <= 0 or times <= 0:
            return
        chances = [probability(rate * times, duration) for rate in self.rates]
        for chunk, first_word, last_word, klass in self._extents:
            if wanted is None or wanted(chunk):
                words = random_words(source, chances[klass], last_word - first_word)
                if words is not None:
                    yield chunk, first_word, words

    def _active(self, time: int) -> int:
        """Give the ns in which the workload wrote, from 0 to `time`."""
        if self.spec.kind != "burst":
            return time
        on = int(self.spec.period * self.spec.duty)
        periods, rest = divmod(time, self.spec.period)
        return periods * on + min(rest, on)

    def _lay_out(self, source: np.random.SFC64) -> list[_Extent]:
        """Choose the extents of the working set, and set the rates of their classes."""
        words = -(-self.written_pages // 64)
        # Parts are chunks in a large memory, and fewer words where chunks would be too coarse.
        size = max(1, min(CHUNK_WORDS, 1 << max(words // 128, 1).bit_length() - 1))
        keys = source.random_raw(-(-words // size))
        order = np.argsort(keys, kind="stable").tolist()
        free = [(part * size, min((part + 1) * size, words)) for part in reversed(order)]
        extents = self._lay_out_classes(free) if self.spec.classes else self._lay_out_set(free)
        return sorted(extents)

    def _lay_out_classes(self, free: list[tuple[int, int]]) -> list[_Extent]:
        """Give each class its words of `free`. ValueError if there are not enough."""
        extents: list[_Extent] = []
        for klass, (pages, rate) in enumerate(self.spec.classes):
            words = -(-pages // 64)
            parts = _take(free, words)
            if sum(last - first for first, last in parts) < words:
                raise ValueError(f"a workload of more than the {self.written_pages} written pages")
            self.rates += (int(rate * ONE),)
            extents += [_extent(part, klass) for part in parts]
        return extents

    def _lay_out_set(self, free: list[tuple[int, int]]) -> list[_Extent]:
        """Take the working set from `free`, and give its parts rates by rank."""
        spec = self.spec
        working = int(self.written_pages * spec.working_set)
        if spec.kind == "idle" or self.written_pages == 0 or working == 0:
            return []
        if spec.writes_per_second == 0 and spec.kind != "saturating":
            return []
        parts = _take(free, -(-working // 64))
        weights = self._weights(len(parts))
        distinct = sorted(set(weights), reverse=True)
        index = {weight: klass for klass, weight in enumerate(distinct)}
        extents = [
            _extent(part, index[weight]) for part, weight in zip(parts, weights, strict=True)
        ]
        self._set_rates(extents, distinct)
        return extents

    def _weights(self, parts: int) -> list[int]:
        """Give the relative rate at which pages of each part are written, by rank."""
        spec = self.spec
        if spec.kind == "zipf":
            skew = Fraction(spec.skew)
            return [_zipf_weight(_coarse(rank), skew) for rank in range(1, parts + 1)]
        if spec.kind == "hot-cold":
            hot = min(parts, max(1, int(parts * spec.hot_share)))
            cold = parts - hot
            if cold == 0:
                return [1] * parts
            share = Fraction(spec.hot_writes)
            return [int(ONE * share / hot)] * hot + [int(ONE * (1 - share) / cold)] * cold
        return [1] * parts

    def _set_rates(self, extents: list[_Extent], weights: list[int]) -> None:
        if self.spec.kind == "saturating":
            self.rates = (_SATURATING_RATE * ONE,)
            return
        total = sum(self._pages_of(extent) * weights[extent[3]] for extent in extents)
        rate = self.spec.writes_per_second * ONE
        self.rates = tuple(rate * weight // total for weight in weights)

    def _pages_of(self, extent: _Extent) -> int:
        chunk, first_word, last_word, _ = extent
        start = (chunk * CHUNK_WORDS + first_word) * 64
        return min((last_word - first_word) * 64, self.pages - start)


def _take(free: list[tuple[int, int]], words: int) -> list[tuple[int, int]]:
    """Take `words` words, or all there are, off the end of `free`."""
    taken: list[tuple[int, int]] = []
    while words > 0 and free:
        first, last = free.pop()
        if last - first > words:
            free.append((first + words, last))
            last = first + words
        taken.append((first, last))
        words -= last - first
    return taken


def _extent(part: tuple[int, int], klass: int) -> _Extent:
    first, last = part
    first_word = first % CHUNK_WORDS
    return first // CHUNK_WORDS, first_word, first_word + last - first, klass


def _coarse(rank: int) -> int:
    """Let ranks past 64 share a rate with their neighbours within 1/64; it bounds the classes."""
    shift = max(rank.bit_length() - 7, 0)
    return rank >> shift << shift


@lru_cache(maxsize=4096)
def _zipf_weight(rank: int, skew: Fraction) -> int:
    """Give `rank` to the power -`skew`, as a 64-bit fraction."""
    return exp2_negative(log2(rank) * skew.numerator // skew.denominator)
