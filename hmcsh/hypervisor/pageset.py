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
    return int(np.bitwise_count(words).sum())


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


def padded(words: Words, first_word: int) -> Words:
    """Give a chunk's words with `words` from word `first_word` on, and none set elsewhere."""
    if len(words) == CHUNK_WORDS:
        return words
    chunk = np.zeros(CHUNK_WORDS, np.uint64)
    chunk[first_word : first_word + len(words)] = words
    return chunk


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

    A chunk is either wholly in the set and one of `whole`, ascending, or has its bits in `words`.
    Arrays are never changed, only replaced, so that they may be shared; those of `words` are
    never without a bit.
    """

    __slots__ = ("_keys", "count", "counts", "pages", "whole", "words")

    def __init__(self, pages: int) -> None:
        if pages < 1:
            raise ValueError(f"a partition has at least one page, not {pages}")
        self.pages = pages
        self.whole = _NONE
        self.words: dict[int, Words] = {}
        self.counts: dict[int, int] = {}
        self.count = 0
        self._keys: tuple[int, ...] | None = ()  # of `words`, ascending

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __contains__(self, page: int) -> bool:
        chunk, bit = divmod(page, CHUNK_PAGES)
        words = self.get(chunk)
        return words is not None and bool(int(words[bit // 64]) >> (bit % 64) & 1)

    def chunk_pages(self, chunk: int) -> int:
        """Give the number of pages the partition has in `chunk` (the last may be partial)."""
        return min(CHUNK_PAGES, self.pages - chunk * CHUNK_PAGES)

    def has_chunk(self, chunk: int) -> bool:
        """Whether any page of `chunk` is in the set."""
        return chunk in self.words or self.has_whole(chunk)

    def has_whole(self, chunk: int) -> bool:
        """Whether all pages of `chunk` are in the set and it is kept as one."""
        at = self._index(chunk)
        return at < len(self.whole) and int(self.whole[at]) == chunk

    def get(self, chunk: int) -> Words | None:
        """Give the words of `chunk`, to be read only; None if no page of it is in the set."""
        words = self.words.get(chunk)
        if words is None and self.has_whole(chunk):
            return all_pages(self.chunk_pages(chunk))
        return words

    def add(self, chunk: int, words: Words) -> None:
        """Add the pages of `chunk` given by 512 `words`, which are not to be changed afterwards."""
        present = self.words.get(chunk)
        if present is not None:
            self._replace(chunk, present | words)
        elif not self.has_whole(chunk) and (count := popcount(words)):
            self._put(chunk, words, count)

    def add_page(self, page: int) -> None:
        """Add one page."""
        chunk, bit = divmod(page, CHUNK_PAGES)
        self.add(chunk, bit_range(bit, bit + 1))

    def add_whole(self, chunks: npt.NDArray[np.intp]) -> None:
        """Add all pages of ascending `chunks`, of which none may have a page in the set."""
        in_order = not len(self.whole) or not len(chunks) or chunks[0] > self.whole[-1]
        whole = np.concatenate((self.whole, chunks)) if len(self.whole) else chunks
        self.whole = whole if in_order else np.sort(whole)
        self.count += self._pages_of(chunks)

    def discard(self, chunk: int, words: Words) -> None:
        """Take the pages of `chunk` given by `words` out of the set, if they are in it."""
        self._unfold(chunk)
        present = self.words.get(chunk)
        if present is None:
            return
        self._replace(chunk, present & ~words)

    def subtract(self, other: PageSet) -> None:
        """Take all pages of `other` out of the set."""
        for chunk in [*self.words, *self.whole.tolist()]:
            words = other.get(chunk)
            if words is not None:
                self.discard(chunk, words)

    def update(self, other: PageSet) -> None:
        """Add all pages of `other`."""
        if len(other.whole):
            for chunk in [chunk for chunk in self.words if other.has_whole(chunk)]:
                self.count -= self.counts.pop(chunk)
                del self.words[chunk]
            self.add_whole(np.setdiff1d(other.whole, self.whole, assume_unique=True))
        for chunk, words in other.words.items():
            if self.has_chunk(chunk):
                self.add(chunk, words)
            else:
                self._put(chunk, words, other.counts[chunk])

    def positions(self) -> list[int]:
        """Give the numbers of all pages of the set, ascending (for small sets)."""
        found: list[int] = []
        for chunk in sorted([*self.words, *self.whole.tolist()]):
            words = self.get(chunk)
            if words is not None:
                found += [chunk * CHUNK_PAGES + bit for bit in bit_positions(words)]
        return found

    def last_page(self) -> int:
        """Give the highest page of the set. ValueError if it is empty."""
        if not self.count:
            raise ValueError("an empty set has no last page")
        chunk = max(self.words, default=-1)
        if len(self.whole) and self.whole[-1] > chunk:
            chunk = int(self.whole[-1])
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
        if self.count <= limit and len(self.words) < max_chunks and self._begins_from(start):
            self._give_all(taken)
            return taken
        chunk = start // CHUNK_PAGES
        if start % CHUNK_PAGES:
            self._unfold(chunk)
        while taken.count < limit and len(taken.words) < max_chunks:
            key = self._next_key(chunk)
            first, last = self._index(chunk), len(self.whole) if key is None else self._index(key)
            if first < last:
                moved = self._move_whole(first, last, limit - taken.count, taken)
                if moved == last - first:
                    chunk = int(taken.whole[-1]) + 1
                    continue
                if taken.count:
                    break
                key = int(self.whole[first])
                self._unfold(key)
            if key is None or not self._move_words(key, start, limit, taken):
                break
            chunk = key + 1
        return taken

    def _begins_from(self, start: int) -> bool:
        """Whether no chunk of the set begins below page `start`."""
        key = self._next_key(0)
        return (key is None or key * CHUNK_PAGES >= start) and (
            not len(self.whole) or int(self.whole[0]) * CHUNK_PAGES >= start
        )

    def _give_all(self, taken: PageSet) -> None:
        """Move all there is to `taken`, which is empty."""
        taken.whole, taken.words, taken.counts = self.whole, self.words, self.counts
        taken.count, taken._keys = self.count, self._keys
        self.whole, self.words, self.counts, self.count, self._keys = _NONE, {}, {}, 0, ()

    def _move_whole(self, first: int, last: int, limit: int, taken: PageSet) -> int:
        """Move whole chunks from index `first` on, up to `last`, as many as fit; how many."""
        moved = self.whole[first:last]
        if self._pages_of(moved) > limit:
            moved = moved[: limit // CHUNK_PAGES]
        after = self.whole[first + len(moved) :]
        self.whole = np.concatenate((self.whole[:first], after)) if first else after
        self.count -= self._pages_of(moved)
        taken.add_whole(moved)
        return len(moved)

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
        words.flags.writeable = False
        self.words[chunk] = words
        self.counts[chunk] = count
        self.count += count
        self._keys = None

    def _replace(self, chunk: int, words: Words) -> None:
        """Hold `words` instead of the bits that a chunk has."""
        count = popcount(words)
        self.count += count - self.counts[chunk]
        if count:
            self.words[chunk], self.counts[chunk] = words, count
        else:
            del self.words[chunk], self.counts[chunk]

    def _unfold(self, chunk: int) -> None:
        """Turn the flag of a chunk that is wholly in the set into bits."""
        if self.has_whole(chunk):
            size = self.chunk_pages(chunk)
            self.whole = np.delete(self.whole, self._index(chunk))
            self.count -= size
            self._put(chunk, bit_range(0, size), size)

    def _index(self, chunk: int) -> int:
        """Give the number of chunks below `chunk` that are wholly in the set."""
        return int(self.whole.searchsorted(chunk)) if len(self.whole) else 0

    def _next_key(self, first: int) -> int | None:
        """Give the lowest chunk from `first` on that has bits."""
        if self._keys is None:
            self._keys = tuple(sorted(self.words))
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
