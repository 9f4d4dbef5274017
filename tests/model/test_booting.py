"""An operating system starts from a disk of its boot list that has a boot image."""

import pytest
from support.inside import Inside
from support.lab import Lab, load_lab

from hmcsh.model import dlpar, power
from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.states import PartitionState


@pytest.fixture
def lab() -> Lab:
    lab = load_lab("physical")
    partition = lab.partition("mobile", "source")
    inside = Inside(lab.datacenter, "mobile")
    inside("lsdev")
    dlpar.add_adapter(partition, ScsiAdapter(5, "client", 1, 11))
    for line in ("cfgmgr", "extendvg rootvg hdisk2", "migratepv hdisk0 hdisk2"):
        assert inside(line).status == 0
    return lab


def restart(lab: Lab) -> PartitionState:
    partition = lab.partition("mobile", "source")
    power.shut_down(partition, restart=True)
    while lab.datacenter.clock.step():
        pass
    return partition.state


CASES = [
    ((), PartitionState.RUNNING, "the old disk still has its image"),
    (("bootlist -m normal hdisk2",), PartitionState.OPEN_FIRMWARE, "no image on the new disk"),
    (
        ("bosboot -ad /dev/hdisk2", "bootlist -m normal hdisk2"),
        PartitionState.RUNNING,
        "an image on the disk of the list",
    ),
    (("chpv -c hdisk0",), PartitionState.OPEN_FIRMWARE, "the only image was cleared"),
]


@pytest.mark.parametrize(("lines", "state", "why"), CASES, ids=[why for _, _, why in CASES])
def test_where_the_boot_list_leads(
    lab: Lab, lines: tuple[str, ...], state: PartitionState, why: str
) -> None:
    inside = Inside(lab.datacenter, "mobile")
    for line in lines:
        assert inside(line).status == 0
    assert restart(lab) is state, why


def test_a_system_that_nobody_looked_into_starts_as_ever() -> None:
    assert restart(load_lab("physical")) is PartitionState.RUNNING
