"""Comparing the two sides of a migration, and renumbering their epochs.

The comparison reads epochs one by one from the highest down and never looks at a dirty log;
it shares no code with `PageStore.deliver`, which it checks. Where both sides hold bytes, all of
them are compared as well: pages of one epoch agree in every 64-bit word, others in none.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from hmcsh.hypervisor.content import ByteStore
from hmcsh.hypervisor.memory import BASE_EPOCH, BLOCK_CHUNKS, Levels, PageStore
from hmcsh.hypervisor.pageset import CHUNK_PAGES, CHUNK_WORDS, PageSet, Words, popcount

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
    detailed = reference.layered() | copy.layered()
    if written is not None:
        detailed |= set(written.words) | set(written.whole.tolist())
    detailed |= set(np.flatnonzero(reference.uniform != copy.uniform).tolist())
    for number, chunk in enumerate(sorted(detailed), 1):
        _compare_chunk(reference, copy, chunk, written, result)
        if number % BLOCK_CHUNKS == 0:
            yield
    if isinstance(reference, ByteStore) and isinstance(copy, ByteStore):
        yield from _compare_bytes(reference, copy, result)
    result.equal = reference.pages - result.newer - result.older
    return result


def _compare_chunk(
    reference: PageStore,
    copy: PageStore,
    chunk: int,
    written: PageSet | None,
    result: Comparison,
) -> None:
    newer = None
    if not _same(reference.levels(chunk), copy.levels(chunk)):
        older, newer = order(reference, copy, chunk)
        result.older += popcount(older)
        result.newer += popcount(newer)
    expected = None if written is None else written.get(chunk)
    if expected is not None:
        result.unexplained += popcount(expected if newer is None else newer ^ expected)
    elif newer is not None and written is not None:
        result.unexplained += popcount(newer)


def _same(a: Levels, b: Levels) -> bool:
    """Whether two chunks hold the same for the plain reason that they share their layers."""
    if len(a) != len(b):
        return False
    for (here, words), (there, others) in zip(a, b, strict=True):
        if here != there or words is not others:
            return False
    return True


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
    a, b = dict(reference.levels(chunk)), dict(copy.levels(chunk))
    older, newer = np.zeros(CHUNK_WORDS, np.uint64), np.zeros(CHUNK_WORDS, np.uint64)
    undecided = ~older
    for epoch in sorted({*a, *b}, reverse=True):
        in_a, in_b = a.get(epoch), b.get(epoch)
        if in_a is not None and in_b is not None:
            here, there = undecided & in_a, undecided & in_b
            older |= here & ~there
            newer |= there & ~here
            undecided &= ~(in_a | in_b)
        elif in_a is not None:
            older |= undecided & in_a
            undecided &= ~in_a
        elif in_b is not None:
            newer |= undecided & in_b
            undecided &= ~in_b
    return older, newer


def rebase(source: PageStore, destination: PageStore) -> Iterator[None]:
    """Renumber the epochs of both sides, so that the present window can go on from a low number.

    What counts is kept for every page: whether a side has content, and whether the two agree or
    which is newer. Agreeing pages get 1; of two that differ the newer side gets 2, the other keeps
    1 or 0. Chunks that agree wholly need no layers any more. No message may be in flight. Yields
    between blocks.
    """
    layered = sorted(source.layered() | destination.layered())
    here, there = source.uniform, destination.uniform
    plain = np.ones(len(here), np.bool_)
    plain[layered] = False
    ahead, behind = plain & (here > there), plain & (there > here)
    for uniform, newer in ((here, ahead), (there, behind)):
        np.minimum(uniform, BASE_EPOCH, out=uniform, where=plain)
        uniform[newer] = BASE_EPOCH + 1
    last = BASE_EPOCH + int(ahead.any() or behind.any())
    for number, chunk in enumerate(layered, 1):
        last = max(last, _rebase_chunk(source, destination, chunk))
        if number % BLOCK_CHUNKS == 0:
            yield
    source.restart(last + 1)
    destination.restart(last + 1)


def _rebase_chunk(source: PageStore, destination: PageStore, chunk: int) -> int:
    """Renumber one chunk if need be; gives the highest epoch that it has then."""
    a, b = source.levels(chunk), destination.levels(chunk)
    if _same(a, b):
        here = source.filled(chunk)
        source.renumber(chunk, here)
        destination.renumber(chunk, here)
        return BASE_EPOCH
    if all(levels[-1][0] <= BASE_EPOCH + 1 for levels in (a, b) if levels):
        return BASE_EPOCH + 1
    here, there = source.filled(chunk), destination.filled(chunk)
    older, newer = order(source, destination, chunk)
    source.renumber(chunk, here, older)
    destination.renumber(chunk, there, newer)
    return BASE_EPOCH + int(older.any() or newer.any())
