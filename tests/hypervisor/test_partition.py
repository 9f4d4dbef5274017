"""Who owns a partition's memory."""

import pytest

from hmcsh.hypervisor.memory import Access, AccessError
from hmcsh.hypervisor.network import Network, Resource
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.partition import Hypervisor, PartitionMemory
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.hypervisor.workload import WorkloadSpec
from hmcsh.runtime import Clock

SIZE = 300 * PAGE
IDLE = WorkloadSpec()


def moved(source):
    """Move a memory and give the transfer, verified but not complete."""
    clock = Clock()
    flow = Network(clock).open("m", [Resource("link", 10**8)])
    transfer = StateTransfer(clock, source, flow)

    def steps():
        for phase in (
            transfer.copy,
            transfer.suspend,
            transfer.final,
            transfer.resume,
            transfer.pull,
        ):
            yield from phase()

    clock.run_until(clock.spawn(steps()))
    transfer.verify()
    return transfer


def test_a_memory_is_made_once_and_at_first_need():
    here = Hypervisor("here", 1)
    assert here.find("uuid") is None
    memory = here.memory("uuid", SIZE, IDLE)
    assert here.memory("uuid", SIZE, IDLE) is memory is here.find("uuid")
    assert (memory.pages, memory.access) == (300, Access.RUNNING)


@pytest.mark.parametrize(
    ("size", "workload"),
    [(2 * SIZE, IDLE), (SIZE, WorkloadSpec(kind="uniform", writes_per_second=5))],
    ids=["resized", "another workload"],
)
def test_a_changed_partition_has_a_new_memory(size, workload):
    here = Hypervisor("here")
    old = here.memory("uuid", SIZE, IDLE)
    old.migrations = 3
    new = here.memory("uuid", size, workload)
    assert (new.size, new.migrations, old.access) == (size, 3, Access.DISCARDED)


@pytest.mark.parametrize("suspended", [False, True], ids=["while it is copied", "suspended"])
def test_a_memory_does_not_change_while_it_moves(suspended):
    here = Hypervisor("here")
    store = here.memory("uuid", SIZE, IDLE).store
    for _ in store.start_log():
        pass
    if suspended:
        store.access = Access.SUSPENDED
    with pytest.raises(AccessError, match="changes while"):
        here.memory("uuid", 2 * SIZE, IDLE)


def test_a_memory_that_moved_is_at_home_on_the_other_side_alone():
    here, there = Hypervisor("here"), Hypervisor("there")
    transfer = moved(here.memory("uuid", SIZE, IDLE))
    there.adopt(transfer.destination)
    transfer.complete()
    here.discard("uuid")
    here.discard("uuid")
    assert here.find("uuid") is None
    assert there.memory("uuid", SIZE, IDLE) is transfer.destination
    assert transfer.source.access is Access.DISCARDED
    there.adopt(transfer.destination)
    back = moved(transfer.destination)
    here.adopt(back.destination)
    assert back.destination.migrations == 2


def test_what_is_not_at_home_cannot_be_adopted():
    memory = Hypervisor("here").memory("uuid", SIZE, IDLE)
    with pytest.raises(AccessError, match="does not run"):
        Hypervisor("there").adopt(memory.shell())


def test_what_an_earlier_stay_left_behind_is_freed_when_the_partition_comes_back():
    """Moved here, switched off, moved back while off, started there, and moved here again."""
    here, there = Hypervisor("here"), Hypervisor("there")
    left_behind = there.memory("uuid", SIZE, IDLE)
    transfer = moved(here.memory("uuid", SIZE, IDLE))
    there.adopt(transfer.destination)
    assert left_behind.access is Access.DISCARDED
    assert there.find("uuid") is transfer.destination


def test_a_partition_does_not_arrive_where_it_is_just_leaving():
    here, there = Hypervisor("here"), Hypervisor("there")
    there.memory("uuid", SIZE, IDLE).store.access = Access.SUSPENDED
    with pytest.raises(AccessError, match="moved away"):
        there.adopt(here.memory("uuid", SIZE, IDLE))


@pytest.mark.parametrize("size", [0, -PAGE, 1, PAGE + 1])
def test_memories_are_whole_pages(size):
    with pytest.raises(ValueError, match="whole number"):
        PartitionMemory("uuid", size, IDLE)
