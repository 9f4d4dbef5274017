"""Demand paging and background push after the partition runs on the destination.

A page that the partition touches before it has arrived is asked for, and goes ahead of all
others; in between, pages are pushed in ascending order from the last page that was asked for. A
page that the partition writes whole needs no old content; if it arrives later all the same, it is
dropped. What the partition touches is looked at in ticks of 20 ms or more. Source:
SG24-7460 2.5.4 steps 9 and 11, 2.6; order of the push: QEMU's post-copy.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from hmcsh.hypervisor.chance import ONE, random_words
from hmcsh.hypervisor.memory import BLOCK_CHUNKS
from hmcsh.hypervisor.pageset import CHUNK_WORDS, PAGE, PageSet, Words, padded, popcount
from hmcsh.runtime.clock import SECOND, Event

if TYPE_CHECKING:
    from hmcsh.hypervisor.transfer import StateTransfer

Steps = Generator[int | Event, Any, None]

# The share of writes that replace a whole page, as zeroing and reading from disk do (inferred).
_WHOLE_PAGE = ONE // 8
_MAX_TICKS = 32


class Pull:
    """The pages a transfer left behind, and how they follow."""

    def __init__(self, transfer: StateTransfer, missing: PageSet) -> None:
        self.transfer = transfer
        self.missing = missing  # nobody has asked for them
        self.demanded = PageSet(missing.pages)  # asked for, not sent
        self.flying = PageSet(missing.pages)  # sent, not arrived
        self._held = PageSet(missing.pages)  # to be written by threads that wait for them
        self._writes = transfer.random_stream("writes after resume")
        self._reads = transfer.random_stream("reads after resume")
        self._touched_until = transfer.clock.now
        self._asked_at = transfer.clock.now
        self._tick = transfer.settings.pull_tick
        self._cursor = 0

    @property
    def missing_pages(self) -> int:
        """Pages that have not arrived."""
        return self.missing.count + self.demanded.count + self.flying.count

    def run(self) -> Steps:
        """Bring all pages; when interrupted, what was on its way is missing again."""
        rate = max(1, self.transfer.flow.share())
        total = self.missing_pages * PAGE * SECOND // rate
        self._tick = max(self.transfer.settings.pull_tick, total // _MAX_TICKS)
        try:
            yield from self._touch()
            while self.missing or self.demanded:
                yield from self._send_block()
        except BaseException:
            self.transfer.flow.cancel()
            self.transfer.record.resent_pages += self.flying.count
            self.missing.update(self.flying)
            self.flying = PageSet(self.missing.pages)
            raise

    def _send_block(self) -> Steps:
        transfer, record = self.transfer, self.transfer.record
        urgent = bool(self.demanded)
        if urgent:
            wait = self._asked_at + transfer.settings.round_trip - transfer.clock.now
            if wait > 0:
                yield wait
        batch = self.flying = self._next_batch()
        message = transfer.source.store.read(batch)
        yield transfer.flow.send(batch.count * PAGE)
        now = transfer.clock.now
        if urgent:
            record.longest_wait = max(record.longest_wait, now - self._asked_at)
        if now - self._touched_until >= self._tick:
            yield from self._touch()
        refused = transfer.receive(message)
        self.flying = PageSet(self.missing.pages)
        record.dropped_pages += refused
        if urgent:
            record.demanded_pages += batch.count
        else:
            record.pushed_pages += batch.count
        self._release(batch)

    def _next_batch(self) -> PageSet:
        """Take the next pages to send: those asked for, else on from the last one sent.

        A push ends when the next look at what the partition touches is due, so that demands
        never wait behind it.
        """
        if self.demanded:
            batch = self.demanded.take(0, self.demanded.count, BLOCK_CHUNKS)
        else:
            time = self._touched_until + self._tick - self.transfer.clock.now
            size = max(1, time * self.transfer.flow.share() // SECOND // PAGE)
            batch = self.missing.take(self._cursor, size, BLOCK_CHUNKS)
            if not batch:
                batch = self.missing.take(0, size, BLOCK_CHUNKS)
        self._cursor = batch.last_page() + 1
        return batch

    def _touch(self) -> Steps:
        """Let the partition do what it did since the last time."""
        transfer = self.transfer
        start, end = self._touched_until, transfer.clock.now
        self._touched_until = end
        workload = transfer.destination.workload
        idle = not self.demanded
        writes = workload.draw(self._writes, start, end)
        block = min(BLOCK_CHUNKS, transfer.destination.store.batch_writes)
        yield from _in_blocks(writes, self._write, block)
        if self.missing:
            times = workload.spec.reads_per_write
            reads = workload.draw(self._reads, start, end, times, self.missing.has_chunk)
            yield from _in_blocks(reads, self._read, BLOCK_CHUNKS)
        if idle:
            self._asked_at = end

    def _write(self, chunk: int, first_word: int, words: Words) -> None:
        store = self.transfer.destination.store
        absent = [
            pages for pages in (self.missing, self.demanded, self.flying) if pages.has_chunk(chunk)
        ]
        if not absent:
            store.write(chunk, words, first_word)
            return
        words = padded(words, first_word)
        blocked = np.zeros(CHUNK_WORDS, np.uint64)
        for pages in absent:
            present = pages.get(chunk)
            if present is not None:
                blocked |= words & present
        if not blocked.any():
            store.write(chunk, words)
            return
        whole = random_words(self._writes, _WHOLE_PAGE, CHUNK_WORDS)
        if whole is None:
            raise RuntimeError("the share of whole pages is not 0")
        whole &= blocked
        asked = self.demanded.get(chunk)
        if asked is not None:
            whole &= ~asked
        store.write(chunk, (words & ~blocked) | whole)
        blocked &= ~whole
        self._held.add(chunk, blocked)
        missing = self.missing.get(chunk)
        if missing is not None:
            self.transfer.record.overwritten_pages += popcount(whole & missing)
            wanted = blocked & missing
            self.missing.discard(chunk, whole | wanted)
            self.demanded.add(chunk, wanted)

    def _read(self, chunk: int, first_word: int, words: Words) -> None:
        missing = self.missing.get(chunk)
        if missing is not None:
            wanted = padded(words, first_word) & missing
            self.missing.discard(chunk, wanted)
            self.demanded.add(chunk, wanted)

    def _release(self, batch: PageSet) -> None:
        """Let the threads that waited for the pages of `batch` write them."""
        store = self.transfer.destination.store
        for chunk in [chunk for chunk in self._held.words if batch.has_chunk(chunk)]:
            arrived = batch.get(chunk)
            held = self._held.get(chunk)
            if arrived is not None and held is not None:
                words = arrived & held
                store.write(chunk, words)
                self._held.discard(chunk, words)


def _in_blocks(
    drawn: Iterator[tuple[int, int, Words]], action: Callable[[int, int, Words], None], block: int
) -> Steps:
    for number, (chunk, first_word, words) in enumerate(drawn, 1):
        action(chunk, first_word, words)
        if number % block == 0:
            yield 0
