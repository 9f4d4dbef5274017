"""An account of what a partition wrote to its memory, kept apart from both sides of a migration."""

import numpy as np

from hmcsh.hypervisor.content import Bytes, ByteStore, Numbers, Program
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.partition import PartitionMemory


class Observed(Program):
    """Keeps what the partition should find in its memory, by nothing but what it wrote itself."""

    def __init__(self, pages: int, *names: int | str) -> None:
        super().__init__(*names)
        self.memory = np.zeros((pages, PAGE), np.uint8)

    def write(self, content: Bytes, pages: Numbers) -> None:
        super().write(content, pages)
        self.memory[pages] = content[pages]


def observe(memory: PartitionMemory) -> None:
    """Keep account of a partition that has not written yet."""
    assert isinstance(memory.store, ByteStore)
    memory.store._program = Observed(memory.pages, memory.seed, memory.uuid)


def holds_what_was_written(memory: PartitionMemory) -> None:
    """Assert that a partition finds what it wrote, wherever that was, and zeros elsewhere."""
    assert isinstance(memory.store, ByteStore)
    assert isinstance(memory.store._program, Observed)
    assert (memory.store.content == memory.store._program.memory).all()
