"""Comparing the two sides of a migration, and renumbering their epochs.

The comparison reads epochs digit by digit from the highest down and never looks at a dirty log;
it shares no code with `PageStore.deliver`, which it checks. Where both sides hold bytes, all of
them are compared as well: pages of one epoch agree in every 64-bit word, others in none.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from hmcsh.hypervisor.content import ByteStore
from hmcsh.hypervisor.memory import BASE_EPOCH, BLOCK_CHUNKS, PageStore
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PageSet, Words, all_pages, popcount

# How many pages' bytes are compared between two turns of the event loop (4 MiB).
_BLOCK_PAGES = 1024


@dataclass(slots=True)
class Comparison:
    """Pages of a copy against those of a reference, by count: equal, newer, or older."""

    equal: int = 0
    newer: int = 0
    older: int = 0
    unexplained: int = 0  # newer without having been written, or written without being newer
    corrupt: int = 0  # of one epoch with different bytes, or of two with some of the same bytes

    @property
    def sound(self) -> bool:
        """Whether nothing is lost and nothing came from nowhere."""
        return self.older == 0 and self.unexplained == 0 and self.corrupt == 0


def compare(reference: PageStore, copy: PageStore, written: PageSet | None = None) -> Comparison:
    """Compare `copy` with `reference`; `written` are the pages written on the copy's side.

    Without `written`, newer pages are counted but not judged. Raises ValueError if sizes differ.
    """
    blocks = compare_in_blocks(reference, copy, written)
    while True:
        try:
            next(blocks)
        except StopIteration as done:
            result: Comparison = done.value
            return result


def compare_in_blocks(
    reference: PageStore, copy: PageStore, written: PageSet | None = None
) -> Generator[None, None, Comparison]:
    """Do as `compare` does, yielding between blocks; the result is the generator's value."""
    if reference.pages != copy.pages:
        raise ValueError(f"memories of {reference.pages} and {copy.pages} pages")
    result = Comparison()
    detailed = set(reference.pool) | set(copy.pool)
    if written is not None:
        detailed |= set(written.words) | set(np.flatnonzero(written.whole).tolist())
    detailed |= set(np.flatnonzero(reference.uniform != copy.uniform).tolist())
    for number, chunk in enumerate(sorted(detailed), 1):
        _compare_chunk(reference, copy, chunk, written, result)
        if number % BLOCK_CHUNKS == 0:
            yield
    result.equal = reference.pages - result.newer - result.older
    if isinstance(reference, ByteStore) and isinstance(copy, ByteStore):
        yield from _compare_bytes(reference, copy, result)
    return result


def _compare_chunk(
    reference: PageStore,
    copy: PageStore,
    chunk: int,
    written: PageSet | None,
    result: Comparison,
) -> None:
    a, b = reference.planes(chunk), copy.planes(chunk)
    if a.shape == b.shape and np.array_equal(a, b):
        newer = np.zeros(a.shape[1], np.uint64)
    else:
        older, newer = order(reference, copy, chunk)
        result.older += popcount(older)
        result.newer += popcount(newer)
    if written is not None:
        expected = written.get(chunk)
        result.unexplained += popcount(newer if expected is None else newer ^ expected)


def _compare_bytes(reference: ByteStore, copy: ByteStore, result: Comparison) -> Iterator[None]:
    for first in range(0, reference.pages, _BLOCK_PAGES):
        chunk, start = divmod(first, CHUNK_PAGES)
        older, newer = order(reference, copy, chunk)
        octets = (older | newer).astype("<u8", copy=False).view(np.uint8)
        other = np.unpackbits(octets, bitorder="little")[start : start + _BLOCK_PAGES]
        here, there = (
            store.content[first : first + _BLOCK_PAGES].view(np.uint64)
            for store in (reference, copy)
        )
        differing = np.count_nonzero(here != there, axis=1)
        expected = np.where(other[: len(here)], here.shape[1], 0)
        result.corrupt += int(np.count_nonzero(differing != expected))
        yield


def order(reference: PageStore, copy: PageStore, chunk: int) -> tuple[Words, Words]:
    """Give the pages of `chunk` that are older in `copy` than in `reference`, and the newer."""
    a, b = reference.planes(chunk), copy.planes(chunk)
    pages = all_pages(reference.chunk_pages(chunk))
    equal, newer = pages.copy(), np.zeros_like(pages)
    zero = np.zeros_like(pages)
    for place in reversed(range(max(len(a), len(b)))):
        of_a = a[place] if place < len(a) else zero
        of_b = b[place] if place < len(b) else zero
        decided = equal & (of_a ^ of_b)
        equal ^= decided
        newer |= decided & of_b
    return pages ^ equal ^ newer, newer


def rebase(source: PageStore, destination: PageStore) -> Iterator[None]:
    """Renumber the epochs of both sides, so that the present window can go on from a low number.

    What counts is kept for every page: whether a side has content, and whether the two agree or
    which is newer. Agreeing pages get 1; of two that differ the newer side gets 2, the other keeps
    1 or 0. Chunks that agree wholly need no planes any more. No message may be in flight. Yields
    between blocks.
    """
    pooled = sorted({*source.pool, *destination.pool})
    here, there = source.uniform, destination.uniform
    plain = np.ones(len(here), np.bool_)
    plain[pooled] = False
    ahead, behind = plain & (here > there), plain & (there > here)
    for uniform, newer in ((here, ahead), (there, behind)):
        np.minimum(uniform, BASE_EPOCH, out=uniform, where=plain)
        uniform[newer] = BASE_EPOCH + 1
    last = BASE_EPOCH + int(ahead.any() or behind.any())
    for number, chunk in enumerate(pooled, 1):
        if not _rebase_chunk(source, destination, chunk):
            last = BASE_EPOCH + 1
        if number % BLOCK_CHUNKS == 0:
            yield
    source.epoch = destination.epoch = last + 1


def _rebase_chunk(source: PageStore, destination: PageStore, chunk: int) -> bool:
    """Renumber one chunk; gives whether the sides agree on all of it."""
    a, b = source.planes(chunk), destination.planes(chunk)
    here = np.bitwise_or.reduce(a, axis=0)
    if a is b or (a.shape == b.shape and a.tobytes() == b.tobytes()):
        if here.tobytes() == all_pages(source.chunk_pages(chunk)).tobytes():
            source.fold(chunk, BASE_EPOCH)
            destination.fold(chunk, BASE_EPOCH)
        else:
            source.renumber(chunk, [here])
            destination.renumber(chunk, [here])
        return True
    older, newer = order(source, destination, chunk)
    there = np.bitwise_or.reduce(b, axis=0)
    source.renumber(chunk, [here & ~older, older])
    destination.renumber(chunk, [there & ~newer, newer])
    return False
