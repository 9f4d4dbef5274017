"""A partition's memory as page state: which content every page holds, exactly, without its bytes.

Content is known by its epoch, the number of the dirty-log window in which the page was last
written: two copies of a page are equal when their epochs are. Epoch 0 is a page without content
(never written on a source, not yet delivered on a destination). Chunks whose pages share one
epoch cost one byte; only chunks that were written in part hold bit planes, one 64-bit word array
for each binary digit of the epoch, as many as the highest epoch needs.

The source's pages change only by `write`, the destination's only by `deliver` and, once it runs,
by `write` there. Source of the rule: SG24-7460 2.5.4 steps 5, 6 and 9; representation: inferred.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hmcsh.hypervisor.pageset import (
    CHUNK_PAGES,
    CHUNK_WORDS,
    PageSet,
    Words,
    all_pages,
    bit_range,
    chunk_count,
    popcount,
)

MAX_EPOCH = 255
BASE_EPOCH = 1

# How many chunks are worked on between two turns of the event loop (about 2 ms of CPU).
BLOCK_CHUNKS = 64

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)

Planes = npt.NDArray[np.uint64]


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
    planes: dict[int, tuple[Words, Planes]] = field(default_factory=dict)  # mask, epochs


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
        self.pool: dict[int, Planes] = {}

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
        if rest:
            self.uniform[full] = BASE_EPOCH
            if pages < self.pages:
                self.uniform[full] = 0
                planes = self._unfold(full, 1)
                planes[0] = bit_range(0, rest)

    def chunk_pages(self, chunk: int) -> int:
        """Give the number of pages in `chunk` (the last may be partial)."""
        return min(CHUNK_PAGES, self.pages - chunk * CHUNK_PAGES)

    def epoch_of(self, page: int) -> int:
        """Give the epoch of one page; 0 if it has no content. IndexError if there is none such."""
        if not 0 <= page < self.pages:
            raise IndexError(f"page {page} of {self.pages}")
        chunk, bit = divmod(page, CHUNK_PAGES)
        planes = self.pool.get(chunk)
        if planes is None:
            return int(self.uniform[chunk])
        column = planes[:, bit // 64] >> np.uint64(bit % 64) & np.uint64(1)
        return sum(int(digit) << place for place, digit in enumerate(column))

    def planes(self, chunk: int) -> Planes:
        """Give the epochs of a chunk's pages as bit planes, lowest digit first, to be read only."""
        planes = self.pool.get(chunk)
        return self._uniform_planes(chunk, 0) if planes is None else planes

    def next_epoch(self) -> None:
        """Begin a new dirty-log window. OverflowError if no number is left (see `rebase`)."""
        if self.epoch >= MAX_EPOCH:
            raise OverflowError("the epochs are used up and were not renumbered")
        self.epoch += 1

    def write(self, chunk: int, words: Words, first_word: int = 0) -> None:
        """Let the partition write the pages of `chunk` given by `words`, from word `first_word`.

        Bits past the last page are ignored. Raises AccessError if the partition does not run here.
        """
        self._require(_WRITE, "write")
        last_word = first_word + len(words)
        planes = self._unfold(chunk, self.epoch.bit_length())
        if chunk == len(self.uniform) - 1 and self.pages % CHUNK_PAGES:
            words = words & all_pages(self.chunk_pages(chunk))[first_word:last_word]
        part = planes[:, first_word:last_word]
        part &= ~words
        for place in range(self.epoch.bit_length()):
            if self.epoch >> place & 1:
                part[place] |= words
        if self.log is not None:
            if len(words) < CHUNK_WORDS:
                padded = np.zeros(CHUNK_WORDS, np.uint64)
                padded[first_word:last_word] = words
                words = padded
            self.log.add(chunk, words)

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
        whole = self.uniform > 0
        whole[list(self.pool)] = False
        log.add_whole(np.flatnonzero(whole))
        for number, (chunk, planes) in enumerate(sorted(self.pool.items()), 1):
            log.add(chunk, np.bitwise_or.reduce(planes, axis=0))
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
        """Read the pages of `batch` for sending; AccessError if they were freed.

        The message gets the planes themselves, and whoever changes them next a copy.
        """
        if self.access is Access.DISCARDED:
            raise AccessError("read of memory that was freed")
        chunks = batch.whole_chunks()
        planes: dict[int, tuple[Words, Planes]] = {}
        if self.pool and len(chunks):
            pooled = [chunk for chunk in chunks.tolist() if chunk in self.pool]
            for chunk in pooled:
                mask = all_pages(self.chunk_pages(chunk))
                planes[chunk] = (mask, self._shared(chunk))
            chunks = np.setdiff1d(chunks, np.array(pooled, np.intp))
        for chunk, words in batch.words.items():
            planes[chunk] = (words, self._shared(chunk))
        return Message(batch.count, chunks, self.uniform[chunks], planes)

    def deliver(self, message: Message) -> int:
        """Put pages in place as the mover does, and give the number of those that were refused.

        A page that holds the same or a newer epoch stays as it is, so that a message delivered
        late or twice changes nothing. Raises AccessError if the side does not receive.
        """
        self._require(_DELIVER, "deliver")
        chunks, epochs = message.chunks, message.epochs
        refused = 0
        if len(chunks):
            pooled = np.array([chunk in self.pool for chunk in chunks.tolist()])
            for chunk, epoch in zip(chunks[pooled].tolist(), epochs[pooled], strict=True):
                mask = all_pages(self.chunk_pages(chunk))
                refused += self._deliver_planes(chunk, mask, _spread(int(epoch), 0))
            newer = (epochs > self.uniform[chunks]) & ~pooled
            self.uniform[chunks[newer]] = epochs[newer]
            stale = chunks[~newer & ~pooled].tolist()
            refused += sum(self.chunk_pages(chunk) for chunk in stale)
        for chunk, (mask, planes) in message.planes.items():
            refused += self._deliver_planes(chunk, mask, planes)
        return refused

    def renumber(self, chunk: int, planes: list[Words]) -> None:
        """Replace the epochs of a chunk; only for `rebase`, which keeps what they say."""
        if all(not plane.any() for plane in planes[1:]):
            planes = planes[:1]
            if not planes[0].any():
                self.fold(chunk, 0)
                return
            if planes[0].tobytes() == all_pages(self.chunk_pages(chunk)).tobytes():
                self.fold(chunk, 1)
                return
        self.pool[chunk] = np.stack(planes)

    def fold(self, chunk: int, epoch: int) -> None:
        """Give all pages of a chunk one epoch, which needs no planes; only for `rebase`."""
        self.pool.pop(chunk, None)
        self.uniform[chunk] = epoch

    def collapse(self) -> Iterator[None]:
        """Number all content alike and free the planes, when there is no other side to compare.

        Yields between blocks; nobody may write meanwhile.
        """
        self.log = None
        for number, chunk in enumerate(list(self.pool), 1):
            self.renumber(chunk, [np.bitwise_or.reduce(self.pool[chunk], axis=0)])
            if number % BLOCK_CHUNKS == 0:
                yield
        np.minimum(self.uniform, BASE_EPOCH, out=self.uniform)
        self.epoch = BASE_EPOCH + 1

    def discard(self) -> None:
        """Free the memory; every later touch is an error."""
        self.access = Access.DISCARDED
        self.pool = {}
        self.uniform = np.zeros(len(self.uniform), np.uint8)
        self.log = None

    def _require(self, allowed: tuple[Access, ...], action: str) -> None:
        if self.access not in allowed:
            raise AccessError(f"{action} in memory that is {self.access.value}")

    def _deliver_planes(self, chunk: int, mask: Words, sent: Planes) -> int:
        held = _deepen(self.planes(chunk), len(sent))
        sent = _deepen(sent, len(held))
        differ = sent ^ held
        risen = sent & differ
        same = ~differ
        newer = risen[0].copy()
        for place in range(1, len(held)):  # a higher digit overrules the lower ones
            newer &= same[place]
            newer |= risen[place]
        newer &= mask
        if (differ & ~newer).any():
            self.pool[chunk] = held ^ (differ & newer)
        else:  # all that differs is replaced: hold what was sent, which nobody changes
            sent.flags.writeable = False
            self.pool[chunk] = sent
        if newer.tobytes() == mask.tobytes():
            return 0
        return popcount(mask & ~newer)

    def _unfold(self, chunk: int, depth: int) -> Planes:
        """Give the chunk's own planes, at least `depth` of them, making them if need be."""
        planes = self.pool.get(chunk)
        if planes is None:
            planes = self.pool[chunk] = self._uniform_planes(chunk, depth)
        elif len(planes) < depth:
            planes = self.pool[chunk] = _deepen(planes, depth)
        elif not planes.flags.writeable:
            planes = self.pool[chunk] = planes.copy()
        return planes

    def _shared(self, chunk: int) -> Planes:
        """Give the planes of a chunk as they are now; they will never change."""
        planes = self.planes(chunk)
        planes.flags.writeable = False
        return planes

    def _uniform_planes(self, chunk: int, depth: int) -> Planes:
        planes = _spread(int(self.uniform[chunk]), depth)
        if self.chunk_pages(chunk) < CHUNK_PAGES:
            planes &= all_pages(self.chunk_pages(chunk))
        return planes


def _spread(epoch: int, depth: int) -> Planes:
    """Give planes of a chunk whose pages all have `epoch`; at least one plane."""
    planes = np.zeros((max(depth, epoch.bit_length(), 1), CHUNK_WORDS), np.uint64)
    for place in range(epoch.bit_length()):
        if epoch >> place & 1:
            planes[place] = _ALL
    return planes


def _deepen(planes: Planes, depth: int) -> Planes:
    """Give `planes` with digits of 0 added above, `depth` planes in all."""
    if len(planes) >= depth:
        return planes
    deeper = np.zeros((depth, CHUNK_WORDS), np.uint64)
    deeper[: len(planes)] = planes
    return deeper
