"""Sets of pages: one bit a page where it matters, one flag a chunk where all pages belong.

A chunk is 32,768 consecutive pages (128 MiB), kept as 512 words of 64 bits; the lowest bit of the
lowest word is the chunk's first page. Source of the layout: inferred, a design of this project.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import numpy as np
import numpy.typing as npt

PAGE = 4096
CHUNK_PAGES = 32_768
CHUNK_WORDS = CHUNK_PAGES // 64

Words = npt.NDArray[np.uint64]

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_NONE = np.empty(0, np.intp)


def chunk_count(pages: int) -> int:
    """Give the number of chunks that hold `pages` pages."""
    return -(-pages // CHUNK_PAGES)


def popcount(words: Words) -> int:
    """Count the bits that are set."""
    return int.from_bytes(words.tobytes(), "little").bit_count()


def bit_range(first: int, last: int) -> Words:
    """Give a chunk's words with bits `first` to `last` - 1 set (0 <= first <= last <= 32,768)."""
    words = np.zeros(CHUNK_WORDS, np.uint64)
    if first >= last:
        return words
    low, high = first // 64, (last - 1) // 64
    words[low : high + 1] = _ALL
    words[low] &= _ALL << np.uint64(first % 64)
    words[high] &= _ALL >> np.uint64(63 - (last - 1) % 64)
    return words


@lru_cache(maxsize=64)
def all_pages(number: int) -> Words:
    """Give the words of a chunk of `number` pages that are all set, to be read only."""
    words = bit_range(0, number)
    words.flags.writeable = False
    return words


def bit_positions(words: Words) -> list[int]:
    """Give the positions of the bits that are set, ascending."""
    octets = words.astype("<u8", copy=False).view(np.uint8)
    positions: list[int] = np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    return positions


def lowest_bits(words: Words, number: int) -> Words:
    """Give the `number` lowest of the bits that are set."""
    chosen = np.zeros_like(words)
    low, high = 0, len(words)
    while high - low > 1:  # words[:low] have at most `number` bits, and words[:high] more
        middle = (low + high) // 2
        if popcount(words[:middle]) <= number:
            low = middle
        else:
            high = middle
    chosen[:low] = words[:low]
    left, bits, kept = number - popcount(words[:low]), int(words[low]), 0
    while bits and left > 0:
        kept |= bits & -bits
        bits &= bits - 1
        left -= 1
    chosen[low] = kept
    return chosen


class PageSet:
    """A set of the pages 0 to `pages` - 1 of a partition; `count` is its size.

    A chunk is either wholly in the set (`whole`) or has its bits in `words`; word arrays are
    never empty, and belong to the set alone.
    """

    __slots__ = ("_keys", "_whole_count", "count", "counts", "pages", "whole", "words")

    def __init__(self, pages: int) -> None:
        if pages < 1:
            raise ValueError(f"a partition has at least one page, not {pages}")
        self.pages = pages
        self.whole = np.zeros(chunk_count(pages), np.bool_)
        self.words: dict[int, Words] = {}
        self.counts: dict[int, int] = {}
        self.count = 0
        self._whole_count = 0
        self._keys: list[int] | None = []

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __contains__(self, page: int) -> bool:
        chunk, bit = divmod(page, CHUNK_PAGES)
        if self.whole[chunk]:
            return True
        words = self.words.get(chunk)
        return words is not None and bool(int(words[bit // 64]) >> (bit % 64) & 1)

    def chunk_pages(self, chunk: int) -> int:
        """Give the number of pages the partition has in `chunk` (the last may be partial)."""
        return min(CHUNK_PAGES, self.pages - chunk * CHUNK_PAGES)

    def has_chunk(self, chunk: int) -> bool:
        """Whether any page of `chunk` is in the set."""
        return chunk in self.words or bool(self.whole[chunk])

    def get(self, chunk: int) -> Words | None:
        """Give the words of `chunk`, to be read only; None if no page of it is in the set."""
        if self.whole[chunk]:
            return all_pages(self.chunk_pages(chunk))
        return self.words.get(chunk)

    def add(self, chunk: int, words: Words) -> None:
        """Add the pages of `chunk` given by 512 `words`, which are copied."""
        if self.whole[chunk]:
            return
        present = self.words.get(chunk)
        if present is None:
            count = popcount(words)
            if count:
                self._put(chunk, words.copy(), count)
            return
        present |= words
        count = popcount(present)
        self.count += count - self.counts[chunk]
        self.counts[chunk] = count

    def add_page(self, page: int) -> None:
        """Add one page."""
        chunk, bit = divmod(page, CHUNK_PAGES)
        self.add(chunk, bit_range(bit, bit + 1))

    def add_whole(self, chunks: npt.NDArray[np.intp]) -> None:
        """Add all pages of `chunks`, of which none may have a page in the set."""
        self.whole[chunks] = True
        self._whole_count += len(chunks)
        self.count += self._pages_of(chunks)

    def discard(self, chunk: int, words: Words) -> None:
        """Take the pages of `chunk` given by `words` out of the set, if they are in it."""
        self._unfold(chunk)
        present = self.words.get(chunk)
        if present is None:
            return
        present &= ~words
        count = popcount(present)
        self.count += count - self.counts[chunk]
        self.counts[chunk] = count
        if not count:
            del self.words[chunk], self.counts[chunk]

    def subtract(self, other: PageSet) -> None:
        """Take all pages of `other` out of the set."""
        shared = [chunk for chunk in self.words if other.has_chunk(chunk)]
        shared += [chunk for chunk in self.whole_chunks().tolist() if other.has_chunk(chunk)]
        for chunk in shared:
            words = other.get(chunk)
            if words is not None:
                self.discard(chunk, words)

    def update(self, other: PageSet) -> None:
        """Add all pages of `other`; word arrays may be shared, so `other` is not to be changed."""
        if other._whole_count:
            whole = other.whole & ~self.whole
            for chunk in [chunk for chunk in self.words if whole[chunk]]:
                self.count -= self.counts.pop(chunk)
                del self.words[chunk]
            self.add_whole(np.flatnonzero(whole))
        for chunk, words in other.words.items():
            if chunk in self.words or self.whole[chunk]:
                self.add(chunk, words)
            else:
                self._put(chunk, words, other.counts[chunk])

    def whole_chunks(self) -> npt.NDArray[np.intp]:
        """Give the chunks that are wholly in the set, ascending."""
        return np.flatnonzero(self.whole) if self._whole_count else _NONE

    def positions(self) -> list[int]:
        """Give the numbers of all pages of the set, ascending (for small sets)."""
        found: list[int] = []
        for chunk in range(len(self.whole)):
            words = self.get(chunk)
            if words is not None:
                found += [chunk * CHUNK_PAGES + bit for bit in bit_positions(words)]
        return found

    def last_page(self) -> int:
        """Give the highest page of the set. ValueError if it is empty."""
        if not self.count:
            raise ValueError("an empty set has no last page")
        chunk = max(self.words, default=-1)
        if self._whole_count:
            chunk = max(chunk, int(self.whole_chunks()[-1]))
        if self.whole[chunk]:
            return chunk * CHUNK_PAGES + self.chunk_pages(chunk) - 1
        top = int.from_bytes(self.words[chunk].tobytes(), "little").bit_length() - 1
        return chunk * CHUNK_PAGES + top

    def take(self, start: int, limit: int, max_chunks: int) -> PageSet:
        """Move pages out of the set, ascending from page `start`.

        At most `limit` pages, and single pages of at most `max_chunks` chunks, are moved; a chunk
        is only split if it has more than `limit` itself.
        """
        taken = PageSet(self.pages)
        if limit <= 0 or start >= self.pages:
            return taken
        chunk = start // CHUNK_PAGES
        if start % CHUNK_PAGES:
            self._unfold(chunk)
        whole = self.whole_chunks()
        while taken.count < limit and len(taken.words) < max_chunks:
            key = self._next_key(chunk)
            run = whole[np.searchsorted(whole, chunk) :] if len(whole) else whole
            if key is not None and len(run):
                run = run[: np.searchsorted(run, key)]
            if len(run):
                moved = self._move_whole(run, limit - taken.count, taken)
                if moved == len(run):
                    chunk = int(run[-1]) + 1
                    continue
                if taken.count:
                    break
                key = int(run[0])
                self._unfold(key)
            if key is None or not self._move_words(key, start, limit, taken):
                break
            chunk = key + 1
        return taken

    def _move_whole(self, run: npt.NDArray[np.intp], limit: int, taken: PageSet) -> int:
        number = len(run) if self._pages_of(run) <= limit else min(len(run), limit // CHUNK_PAGES)
        moved = run[:number]
        self.whole[moved] = False
        self._whole_count -= number
        self.count -= self._pages_of(moved)
        taken.add_whole(moved)
        return number

    def _move_words(self, chunk: int, start: int, limit: int, taken: PageSet) -> bool:
        """Move the pages of a chunk if they fit, or as many as fit if they are the first."""
        words, base = self.words[chunk], chunk * CHUNK_PAGES
        number = self.counts[chunk]
        if start > base:
            words = words & bit_range(start - base, CHUNK_PAGES)
            number = popcount(words)
        if number > limit - taken.count:
            if taken.count:
                return False
            words = lowest_bits(words, limit)
        elif start <= base:
            del self.words[chunk], self.counts[chunk]
            self.count -= number
            taken._put(chunk, words, number)
            return True
        taken.add(chunk, words)
        self.discard(chunk, words)
        return True

    def _put(self, chunk: int, words: Words, count: int) -> None:
        self.words[chunk] = words
        self.counts[chunk] = count
        self.count += count
        self._keys = None

    def _unfold(self, chunk: int) -> None:
        """Turn the flag of a chunk that is wholly in the set into bits."""
        if self.whole[chunk]:
            size = self.chunk_pages(chunk)
            self.whole[chunk] = False
            self._whole_count -= 1
            self.count -= size
            self._put(chunk, bit_range(0, size), size)

    def _next_key(self, first: int) -> int | None:
        """Give the lowest chunk from `first` on that has bits."""
        if self._keys is None:
            self._keys = sorted(self.words)
        at = bisect_left(self._keys, first)
        while at < len(self._keys):
            if self._keys[at] in self.words:
                return self._keys[at]
            at += 1
        return None

    def _pages_of(self, chunks: npt.NDArray[np.intp]) -> int:
        """Count the pages of ascending `chunks`."""
        if not len(chunks):
            return 0
        return (len(chunks) - 1) * CHUNK_PAGES + self.chunk_pages(int(chunks[-1]))
