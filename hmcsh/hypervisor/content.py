"""Pages with their bytes, for small partitions: what the versions of `memory` stand for.

A `ByteStore` is a `PageStore` that holds 4 KiB for every page beside its version. A write puts
new bytes in place, a message carries a copy of what its pages held, and a delivery takes over the
bytes of those pages whose versions it changed and of no others. Source: inferred, a design of
this project.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hmcsh.hypervisor.chance import stream
from hmcsh.hypervisor.memory import Access, Message, PageStore
from hmcsh.hypervisor.pageset import CHUNK_PAGES, CHUNK_WORDS, PAGE, PageSet, Words

Content = Literal["versions", "bytes"]  # what a memory holds of its pages

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]

_ONE = np.uint64(1)
_BLOCK = 256  # pages worked on between two turns of the event loop

# Odd, so that two pages written from different keys differ in each of their 64-bit words.
_FACTORS = stream("factors of page content").random_raw(PAGE // 8) | _ONE


class Program:
    """What a partition computes: for every page that it writes bytes that no page held before.

    It moves with the partition: both sides of a migration have the same one. The bytes depend on
    `names` and on what was written before alone.
    """

    def __init__(self, *names: int | str) -> None:
        self._keys = stream(*names, "content")

    @property
    def state(self) -> dict[str, Any]:
        """Where its random stream stands, as plain data."""
        state: dict[str, Any] = dict(self._keys.state)
        return {**state, "state": [int(word) for word in state["state"]["state"]]}

    @state.setter
    def state(self, plain: dict[str, Any]) -> None:
        words = np.array(plain["state"], np.uint64)
        state: Any = {**plain, "state": {"state": words}}
        self._keys.state = state

    def write(self, content: Bytes, pages: Numbers) -> None:
        """Fill `pages` of `content` (an array of pages by 4,096 bytes)."""
        rows = content.view("<u8")
        for first in range(0, len(pages), _BLOCK):
            some = pages[first : first + _BLOCK]
            keys = self._keys.random_raw(len(some)) | _ONE
            rows[some] = keys[:, np.newaxis] * _FACTORS


@dataclass(slots=True)
class ByteMessage(Message):
    """Pages on their way with their bytes: `content[i]` is what `pages[i]` held."""

    pages: Numbers = field(default_factory=lambda: np.empty(0, np.intp))
    content: Bytes = field(default_factory=lambda: np.empty((0, PAGE), np.uint8))


class ByteStore(PageStore):
    """The pages of one partition on one side, with their bytes: `content`, 4,096 for each page."""

    batch_pages = _BLOCK
    batch_writes = 2

    def __init__(self, pages: int, program: Program, access: Access = Access.RUNNING) -> None:
        super().__init__(pages, access)
        self.content: Bytes = np.zeros((pages, PAGE), np.uint8)
        self._program = program
        self._unwritten = 0  # lowest pages whose bytes are still to be made

    def shell(self) -> ByteStore:
        """Give the other side of a migration."""
        return ByteStore(self.pages, self._program, Access.RECEIVING)

    def populate(self, pages: int) -> None:
        """Do as a `PageStore` does; the bytes are made before the first log is started."""
        super().populate(pages)
        self._unwritten = pages

    def start_log(self) -> Iterator[None]:
        """Do as a `PageStore` does, with bytes in every page that has content."""
        for first in range(0, self._unwritten, _BLOCK):
            self._program.write(
                self.content, np.arange(first, min(first + _BLOCK, self._unwritten))
            )
            yield
        self._unwritten = 0
        yield from super().start_log()

    def write(self, chunk: int, words: Words, first_word: int = 0) -> None:
        """Let the partition write the pages, whole, and change their versions."""
        super().write(chunk, words, first_word)
        pages = _numbers(words) + (chunk * CHUNK_WORDS + first_word) * 64
        self._program.write(self.content, pages[pages < self.pages])

    def read(self, batch: PageSet) -> ByteMessage:
        """Read versions and bytes of the pages of `batch` for sending."""
        message = super().read(batch)
        pages = np.array(batch.positions(), np.intp)
        content = self.content[pages]
        return ByteMessage(
            message.count,
            message.chunks,
            message.epochs,
            message.masks,
            message.layers,
            pages,
            content,
        )

    def deliver(self, message: Message) -> int:
        """Put pages in place: the bytes of those that are not refused follow their versions.

        TypeError if the message does not carry the bytes.
        """
        if not isinstance(message, ByteMessage):
            raise TypeError("pages without their bytes")
        before = self._versions(message.pages)
        refused = super().deliver(message)
        taken = self._versions(message.pages) != before
        self.content[message.pages[taken]] = message.content[taken]
        return refused

    @property
    def program(self) -> Program:
        """What makes the bytes of every write."""
        return self._program

    @property
    def first_words(self) -> Words:
        """The first 64-bit word of each page, from which its other bytes follow."""
        return self.content.view("<u8")[:, 0].astype(np.uint64)

    def hold(self, first_words: Words) -> None:
        """Hold the pages with these first words. ValueError if they are not as many."""
        if len(first_words) != self.pages:
            raise ValueError(f"words of {len(first_words)} pages in a memory of {self.pages}")
        keys = first_words * np.uint64(pow(int(_FACTORS[0]), -1, 1 << 64))
        np.multiply(keys[:, np.newaxis], _FACTORS, out=self.content.view("<u8"))
        self._unwritten = 0

    def discard(self) -> None:
        """Free versions and bytes."""
        super().discard()
        self.content = np.empty((0, PAGE), np.uint8)

    def _versions(self, pages: Numbers) -> npt.NDArray[np.uint8]:
        """Give the epochs of `pages`, which ascend."""
        found = np.zeros(len(pages), np.uint8)
        for chunk in np.unique(pages // CHUNK_PAGES).tolist():
            low, high = np.searchsorted(pages, [chunk * CHUNK_PAGES, (chunk + 1) * CHUNK_PAGES])
            inside = pages[low:high] % CHUNK_PAGES
            words, bits = inside // 64, (inside % 64).astype(np.uint64)
            part = found[low:high]
            for epoch, written in self.levels(chunk):
                part[(written[words] >> bits & _ONE).astype(np.bool_)] = epoch
        return found


def _numbers(words: Words) -> Numbers:
    octets = words.astype("<u8", copy=False).view(np.uint8)
    return np.flatnonzero(np.unpackbits(octets, bitorder="little"))
