"""Digest of a set of pages, block by block, as a commit record keeps it of what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

from hmcsh.hypervisor.memory import BLOCK_CHUNKS
from hmcsh.hypervisor.pageset import PageSet, chunk_count


def digest(pages: PageSet) -> Generator[int, None, str]:
    """Give the SHA-256 of the set's bitmap, in hexadecimal; equal sets have equal digests.

    It covers the number of pages of the partition, and each chunk that has pages in the set: its
    number and its bits, lowest first.
    """
    made = hashlib.sha256(pages.pages.to_bytes(8, "little"))
    seen = 0
    for chunk in range(chunk_count(pages.pages)) if pages else ():
        words = pages.get(chunk)
        if words is None:
            continue
        made.update(chunk.to_bytes(8, "little") + words.astype("<u8").tobytes())
        seen += 1
        if seen % BLOCK_CHUNKS == 0:
            yield 0
    return made.hexdigest()
