"""A partition's memory as page state: which content every page holds, exactly, without its bytes.

Content is known by its epoch, the number of the dirty-log window in which the page was last
written: two copies of a page are equal when their epochs are. Epoch 0 is a page without content
(never written on a source, not yet delivered on a destination). A chunk costs one byte for the
epoch that its pages have; above that lie layers, one for each later epoch, with the pages that
were written then, 64 to a word, of the chunks where there are any. A page's epoch is that of the
highest layer it is in. Word arrays never change once they are in a layer, so that the dirty log,
messages and both sides of a migration share them; layers are dictionaries of arrays, of which the
collector of garbage has nothing to walk.

The source's pages change only by `write`, the destination's only by `deliver` and, once it runs,
by `write` there. Source of the rule: SG24-7460 2.5.4 steps 5, 6 and 9; representation: inferred.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from hmcsh.hypervisor.pageset import (
    CHUNK_PAGES,
    PageSet,
    Words,
    all_pages,
    bit_range,
    chunk_count,
    padded,
    popcount,
)

MAX_EPOCH = 255
BASE_EPOCH = 1

# How many chunks are worked on between two turns of the event loop (about 2 ms of CPU).
BLOCK_CHUNKS = 64

# Of one chunk: epochs and the pages written then, ascending; the highest that has a page counts.
Levels = list[tuple[int, Words]]

# Of all chunks: epochs, ascending, and the pages written then, by chunk.
Layers = dict[int, dict[int, Words]]

_FULL = all_pages(CHUNK_PAGES)


class Access(enum.Enum):
    """Who may touch a partition's pages; it makes two owners at one time impossible."""

    RUNNING = "running"  # the partition runs here and writes
    SUSPENDED = "suspended"  # it stands still here and can be resumed here
    RECEIVING = "receiving"  # a shell: only the mover writes
    PULLING = "pulling"  # it runs here while the mover still delivers
    FROZEN = "frozen"  # it runs elsewhere; pages are read until all are there
    DISCARDED = "discarded"  # freed


_WRITE = (Access.RUNNING, Access.PULLING)
_DELIVER = (Access.RECEIVING, Access.PULLING)


class AccessError(Exception):
    """Pages were touched by one who does not own them."""


@dataclass(slots=True)
class Message:
    """Pages on their way: what they held when they were read. `count` is the number of pages."""

    count: int
    chunks: npt.NDArray[np.intp]  # chunks sent as one epoch each
    epochs: npt.NDArray[np.uint8]
    masks: dict[int, Words]  # the pages sent of other chunks
    layers: Layers  # of those chunks, with what all pages have as the lowest


class PageStore:
    """The pages of one partition on one side.

    `epoch` is the number of the present dirty-log window; writes set it. `log` is the dirty log
    while one is kept. `batch_pages` is how many pages of a round are read into one message at most,
    `batch_writes` how many extents are written between two turns of the event loop.
    """

    batch_pages = 1 << 62
    batch_writes = 1 << 62

    def __init__(self, pages: int, access: Access = Access.RUNNING) -> None:
        if pages < 1:
            raise ValueError(f"a partition has at least one page, not {pages}")
        self.pages = pages
        self.access = access
        self.epoch = BASE_EPOCH + 1
        self.log: PageSet | None = None
        self.uniform = np.zeros(chunk_count(pages), np.uint8)
        self._last = len(self.uniform) - 1
        self._tail = all_pages(self.chunk_pages(self._last))
        self.layers: Layers = {}  # above `uniform`

    def shell(self) -> PageStore:
        """Give the other side of a migration: as many pages, nothing in them yet."""
        return PageStore(self.pages, Access.RECEIVING)

    def populate(self, pages: int) -> None:
        """Give the lowest `pages` pages content, as a partition that has run for a while."""
        if not 0 <= pages <= self.pages:
            raise ValueError(f"{pages} written pages in a memory of {self.pages}")
        self._require(_WRITE, "populate")
        full, rest = divmod(pages, CHUNK_PAGES)
        self.uniform[:full] = BASE_EPOCH
        if rest and pages == self.pages:
            self.uniform[full] = BASE_EPOCH
        elif rest:
            self._layer(BASE_EPOCH)[full] = bit_range(0, rest)

    def chunk_pages(self, chunk: int) -> int:
        """Give the number of pages in `chunk` (the last may be partial)."""
        return min(CHUNK_PAGES, self.pages - chunk * CHUNK_PAGES)

    def every(self, chunk: int) -> Words:
        """Give all pages of `chunk`, to be read only."""
        return self._tail if chunk == self._last else _FULL

    def epoch_of(self, page: int) -> int:
        """Give the epoch of one page; 0 if it has no content. IndexError if there is none such."""
        if not 0 <= page < self.pages:
            raise IndexError(f"page {page} of {self.pages}")
        chunk, bit = divmod(page, CHUNK_PAGES)
        for epoch, words in reversed(self.levels(chunk)):
            if int(words[bit // 64]) >> bit % 64 & 1:
                return epoch
        return 0

    def layered(self) -> set[int]:
        """Give the chunks that have layers."""
        return set().union(*self.layers.values())

    def levels(self, chunk: int) -> Levels:
        """Give the layers of a chunk, with all its pages as the lowest if those have content."""
        base = self.uniform.item(chunk)
        levels = [(base, self.every(chunk))] if base else []
        for epoch, layer in self.layers.items():
            words = layer.get(chunk)
            if words is not None:
                levels.append((epoch, words))
        return levels

    def filled(self, chunk: int) -> Words:
        """Give the pages of a chunk that have content, to be read only."""
        if self.uniform[chunk]:
            return self.every(chunk)
        pages = [words for _, words in self.levels(chunk)]
        return reduce(np.bitwise_or, pages) if pages else all_pages(0)

    def next_epoch(self) -> None:
        """Begin a new dirty-log window. OverflowError if no number is left (see `rebase`)."""
        if self.epoch >= MAX_EPOCH:
            raise OverflowError("the epochs are used up and were not renumbered")
        self.epoch += 1

    def write(self, chunk: int, words: Words, first_word: int = 0) -> None:
        """Let the partition write the pages of `chunk` given by `words`, from word `first_word`.

        Bits past the last page are ignored; the array is not to be changed afterwards. Raises
        AccessError if the partition does not run here.
        """
        self._require(_WRITE, "write")
        words = padded(words, first_word)
        if chunk == self._last and self.pages % CHUNK_PAGES:
            words = words & self._tail
        words.flags.writeable = False
        layer, log = self._layer(self.epoch), self.log
        top = layer.get(chunk)
        shared = top is not None and log is not None and log.words.get(chunk) is top
        if log is not None:
            log.add(chunk, words)
        if log is not None and shared:  # one array does for the log and for the layer
            words = log.words[chunk]
        elif top is not None:
            words = top | words
        layer[chunk] = words

    def write_page(self, page: int) -> None:
        """Let the partition write one page."""
        chunk, bit = divmod(page, CHUNK_PAGES)
        self.write(chunk, np.array([1 << bit % 64], np.uint64), bit // 64)

    def start_log(self) -> Iterator[None]:
        """Start the dirty log with every page that has content in it; yields between blocks.

        Pages never written are not sent: customers' measurements of the wire (IBM Lab Services),
        as a full copy needed memory to be filled first.
        """
        log = PageSet(self.pages)
        layered = sorted(self.layered())
        whole = self.uniform > 0
        whole[layered] = False
        log.add_whole(np.flatnonzero(whole))
        for number, chunk in enumerate(layered, 1):
            log.add(chunk, self.filled(chunk))
            if number % BLOCK_CHUNKS == 0:
                yield
        self.log = log

    @property
    def dirty_log(self) -> PageSet:
        """The dirty log. RuntimeError if none is kept."""
        if self.log is None:
            raise RuntimeError("no dirty log is kept")
        return self.log

    def take_log(self) -> PageSet:
        """Read the dirty log and clear it, in one instant. RuntimeError if none is kept."""
        taken, self.log = self.dirty_log, PageSet(self.pages)
        return taken

    def read(self, batch: PageSet) -> Message:
        """Read the pages of `batch` for sending; AccessError if they were freed."""
        if self.access is Access.DISCARDED:
            raise AccessError("read of memory that was freed")
        chunks, masks = batch.whole, batch.words
        layered = self._layered(chunks)
        if layered is not None:
            masks = masks | {chunk: self.every(chunk) for chunk in chunks[layered].tolist()}
            chunks = chunks[~layered]
        layers: Layers = {}
        for chunk in masks:
            for epoch, words in self.levels(chunk):
                layers.setdefault(epoch, {})[chunk] = words
        layers = dict(sorted(layers.items()))
        return Message(batch.count, chunks, self.uniform[chunks], masks, layers)

    def deliver(self, message: Message) -> int:
        """Put pages in place as the mover does, and give the number of those that were refused.

        A page that holds the same or a newer epoch stays as it is, so that a message delivered
        late or twice changes nothing. Raises AccessError if the side does not receive.
        """
        self._require(_DELIVER, "deliver")
        chunks, epochs, refused = message.chunks, message.epochs, 0
        layered = self._layered(chunks)
        if layered is not None:
            for chunk, epoch in zip(chunks[layered].tolist(), epochs[layered], strict=True):
                mask = self.every(chunk)
                refused += self._deliver_part(chunk, mask, [(int(epoch), mask)])
            chunks, epochs = chunks[~layered], epochs[~layered]
        if len(chunks):
            held = self.uniform[chunks]
            self.uniform[chunks] = np.maximum(held, epochs)
            stale = chunks[held >= epochs].tolist()
            refused += sum(self.chunk_pages(chunk) for chunk in stale)
        for chunk, mask in message.masks.items():
            levels = [(e, layer[chunk]) for e, layer in message.layers.items() if chunk in layer]
            refused += self._deliver_part(chunk, mask, levels)
        return refused

    def renumber(self, chunk: int, content: Words, later: Words | None = None) -> None:
        """Give `content` the lowest epoch and `later` the next; only for `rebase`.

        Pages of the chunk that are in neither have no content any more.
        """
        for layer in self.layers.values():
            layer.pop(chunk, None)
        every = self.every(chunk)
        whole = content is every or content.tobytes() == every.tobytes()
        self.uniform[chunk] = BASE_EPOCH if whole else 0
        if not whole and content.any():
            self._layer(BASE_EPOCH)[chunk] = content
        if later is not None and later.any():
            self._layer(BASE_EPOCH + 1)[chunk] = later

    def restart(self, epoch: int) -> None:
        """Let `epoch` be the present window's, above all that are in use; only for `rebase`."""
        self.layers = {number: layer for number, layer in self.layers.items() if layer}
        self.epoch = epoch

    def collapse(self) -> Iterator[None]:
        """Number all content alike and free layers, when there is no other side to compare.

        Yields between blocks; nobody may write meanwhile.
        """
        self.log = None
        for number, chunk in enumerate(sorted(self.layered()), 1):
            self.renumber(chunk, self.filled(chunk))
            if number % BLOCK_CHUNKS == 0:
                yield
        np.minimum(self.uniform, BASE_EPOCH, out=self.uniform)
        self.restart(BASE_EPOCH + 1)

    def discard(self) -> None:
        """Free the memory; every later touch is an error."""
        self.access = Access.DISCARDED
        self.layers = {}
        self.uniform = np.zeros(len(self.uniform), np.uint8)
        self.log = None

    def _require(self, allowed: tuple[Access, ...], action: str) -> None:
        if self.access not in allowed:
            raise AccessError(f"{action} in memory that is {self.access.value}")

    def _layered(self, chunks: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_] | None:
        """Tell which of `chunks` have layers; None if none has."""
        if not self.layers or not len(chunks):
            return None
        layered = self.layered()
        return np.array([chunk in layered for chunk in chunks.tolist()])

    def _layer(self, epoch: int) -> dict[int, Words]:
        """Give the layer of `epoch`, making it if need be."""
        layer = self.layers.get(epoch)
        if layer is None:
            layer = self.layers[epoch] = {}
            self.layers = dict(sorted(self.layers.items()))
        return layer

    def _deliver_part(self, chunk: int, mask: Words, levels: Levels) -> int:
        """Put the pages of `mask` in place, whose epochs are `levels`."""
        held = self.levels(chunk)
        if levels and levels[-1][1] is mask and (not held or held[-1][0] < levels[-1][0]):
            self._layer(levels[-1][0])[chunk] = mask  # written in one window, and all newer
            return 0
        left, taken = mask, 0
        for epoch, words in reversed(levels):
            newer = left & words
            left = left & ~words
            for present, pages in reversed(held):
                if present < epoch:
                    break
                newer &= ~pages
            count = popcount(newer)
            if count:
                # Higher layers decide what is not newer: the array as it was sent does, if it may.
                part, layer = words & mask, self._layer(epoch)
                part = words if part.tobytes() == words.tobytes() else part
                layer[chunk] = layer[chunk] | part if chunk in layer else part
                taken += count
        return popcount(mask) - taken
