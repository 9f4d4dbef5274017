"""The memories of a managed system's partitions, and who owns them."""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.hypervisor.content import ByteStore, Program
from hmcsh.hypervisor.memory import Access, AccessError, PageStore
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.workload import Workload, WorkloadSpec


class PartitionMemory:
    """One partition's memory on one managed system, with the workload that writes to it.

    What the partition writes is worked out only while a dirty log is kept, for the time since the
    log was read last. `migrations` counts the active migrations that were begun; each has random
    streams of its own.
    """

    def __init__(self, uuid: str, size: int, workload: WorkloadSpec, seed: int | str = 0) -> None:
        """Make the memory of a partition that runs: `size` bytes, ValueError unless whole pages."""
        if size < PAGE or size % PAGE:
            raise ValueError(f"a memory is a whole number of {PAGE}-byte pages, not {size} bytes")
        self.uuid = uuid
        self.size = size
        self.seed = seed
        self.migrations = 0
        self.workload = Workload(workload, size // PAGE, seed, uuid)
        self.store = (
            ByteStore(size // PAGE, Program(seed, uuid))
            if workload.content == "bytes"
            else PageStore(size // PAGE)
        )
        self.store.populate(self.workload.written_pages)

    @property
    def pages(self) -> int:
        """Number of pages."""
        return self.store.pages

    @property
    def access(self) -> Access:
        """Who may touch the pages here."""
        return self.store.access

    @property
    def moving(self) -> bool:
        """Whether a migration works on the pages."""
        return self.access is not Access.RUNNING or self.store.log is not None

    def shell(self) -> PartitionMemory:
        """Give the memory of a shell partition that is to receive this one: nothing in it yet."""
        other = PartitionMemory.__new__(PartitionMemory)
        other.uuid, other.size, other.seed = self.uuid, self.size, self.seed
        other.migrations = self.migrations
        other.workload = self.workload
        other.store = self.store.shell()
        return other

    def discard(self) -> None:
        """Free the memory. Every later touch raises AccessError."""
        self.store.discard()


class Hypervisor:
    """The partition memories of one managed system, made when they are first needed."""

    def __init__(self, name: str, seed: int | str = 0) -> None:
        self.name = name
        self.seed = seed
        self._memories: dict[str, PartitionMemory] = {}

    def memory(self, uuid: str, size: int, workload: WorkloadSpec) -> PartitionMemory:
        """Give the memory of the running partition `uuid`, of `size` bytes.

        It is made anew when the partition has none yet, or was resized or given another workload
        meanwhile. Raises AccessError if that happens while its pages are being moved.
        """
        held = self._memories.get(uuid)
        if held is not None and held.size == size and held.workload.spec == workload:
            return held
        if held is not None and held.moving:
            raise AccessError(f"{uuid} on {self.name} changes while its memory moves")
        made = PartitionMemory(uuid, size, workload, self.seed)
        if held is not None:
            made.migrations = held.migrations
            held.discard()
        self._memories[uuid] = made
        return made

    def find(self, uuid: str) -> PartitionMemory | None:
        """Give the memory of `uuid` if there is one."""
        return self._memories.get(uuid)

    def hold(self, memory: PartitionMemory) -> None:
        """Hold a memory that was made elsewhere, for a partition that has none here."""
        self._memories[memory.uuid] = memory

    def memories(self) -> Iterable[PartitionMemory]:
        """All that there are."""
        return self._memories.values()

    def adopt(self, memory: PartitionMemory) -> None:
        """Take over the memory of a partition that arrived.

        What is left here of an earlier stay, from which the partition was moved while it was off,
        is freed. Raises AccessError if `memory` is not at home here, or if the partition's memory
        is being moved away from here at the same time.
        """
        if memory.access not in (Access.RUNNING, Access.PULLING):
            raise AccessError(f"{memory.uuid} does not run on {self.name} yet")
        present = self._memories.get(memory.uuid)
        if present is not None and present is not memory:
            if present.moving:
                raise AccessError(f"{memory.uuid} is being moved away from {self.name}")
            present.discard()
        self._memories[memory.uuid] = memory

    def discard(self, uuid: str) -> None:
        """Free the memory of a partition that left or was powered off; harmless if it has none."""
        memory = self._memories.pop(uuid, None)
        if memory is not None:
            memory.discard()
