"""A partition with real bytes in its pages, through faults and recoveries, finds what it wrote."""

import pytest
from support.faultlab import SECOND, Fault, FaultLab, fault_lab
from support.lab import load_lab
from support.observed import holds_what_was_written, observe

from hmcsh import report, reporttable
from hmcsh.hypervisor.content import ByteStore
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.migration.request import Request
from hmcsh.model.partition import Partition

_MEGABYTE = 1 << 20


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> FaultLab:
    """The lab of faults with bytes, of which an account is kept."""
    init = PartitionMemory.__init__

    def observed(memory: PartitionMemory, *given: object) -> None:
        init(memory, *given)  # type: ignore[arg-type]
        observe(memory)

    monkeypatch.setattr(PartitionMemory, "__init__", observed)
    return fault_lab(memory="16 MB", window="620 ms", content="bytes")


def memory(lab: FaultLab, partition: Partition) -> PartitionMemory:
    found = lab.mobility.platform.hypervisor(partition.frame).find(partition.uuid)
    assert found is not None
    assert found.size == 16 * _MEGABYTE
    return found


def test_an_undisturbed_partition_brings_its_bytes(lab: FaultLab) -> None:
    assert lab.move() == "done"
    holds_what_was_written(memory(lab, lab.shell))
    record = lab.run.record
    assert (record.content, record.verified_pages) == ("bytes", 4096)
    assert record.pulled_pages > 0
    assert record.final_pages > 0


@pytest.mark.parametrize("phase", ["copy", "suspend", "final", "resume", "pull", "complete"])
@pytest.mark.parametrize("kind", ["link", "dest-mover", "source-vios", "hmc"])
def test_after_a_fault_and_its_recovery_the_owner_has_its_bytes(
    lab: FaultLab, kind: str, phase: str
) -> None:
    if lab.move(Fault(kind, phase=phase)) != "done":
        if lab.run.commit is None:
            holds_what_was_written(memory(lab, lab.source))
        lab.mobility.faults.clear()
        assert lab.recover() == "done"
    if lab.source is not None:
        holds_what_was_written(memory(lab, lab.source))
        assert lab.move() == "done"
    holds_what_was_written(memory(lab, lab.shell))
    assert lab.run.record.verified_pages == 4096


def test_a_link_that_heals_while_pages_are_pulled_only_delays(lab: FaultLab) -> None:
    assert lab.move(Fault("link", phase="pull", event=2, heal_after=2 * SECOND)) == "done"
    holds_what_was_written(memory(lab, lab.shell))
    pull = next(phase for phase in lab.run.phases if phase.name == "pull")
    assert pull.end - pull.start >= 2 * SECOND


def test_wrong_bytes_stop_a_migration_before_the_source_is_freed(
    lab: FaultLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = ByteStore.deliver

    def careless(store: ByteStore, message):
        message.content[0] = 0
        return deliver(store, message)

    monkeypatch.setattr(ByteStore, "deliver", careless)
    assert lab.move() == "lpm_stopped"
    assert "0 pages were lost, 0 cannot be explained" in lab.run.failure
    assert lab.run.failure.endswith("hold wrong bytes")
    assert lab.run.record.verified_pages is None
    assert memory(lab, lab.source).store.content.size == 16 * _MEGABYTE
    assert lab.recover() == "lpm_stopped", "it stays so however often it is asked for"


def test_a_report_tells_what_was_compared() -> None:
    told = {}
    for content in ("versions", "bytes"):
        lab = fault_lab(memory="16 MB", content=content)
        lab.begin()
        before = reporttable.details(report.describe(lab.run))
        assert "Verified" not in before, "nothing has been transferred"
        lab.message()
        told[content] = reporttable.details(report.describe(lab.run))
    assert "Verified              versions of 4096 pages\n" in told["versions"]
    assert "Verified              versions and bytes of 4096 pages\n" in told["bytes"]
    assert told["bytes"].replace(" and bytes", "") == told["versions"]


def test_the_lab_of_bytes_moves_there_and_back() -> None:
    lab = load_lab("bytes")
    source, target = lab.frame("source"), lab.frame("target")
    for start, end in ((source, target), (target, source)):
        request = Request(start, end, start.partition(name="calm"))
        lab.datacenter.clock.run_until(lab.start(request))
        record = lab.mobility.history[-1].record
        assert (record.content, record.verified_pages) == ("bytes", 8192)
