"""How concurrent migrations share what lies between two systems."""

import pytest
from support.crowd import LEFT, RIGHT, crowd
from support.lab import Lab

from hmcsh.hypervisor.network import goodput
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load_text
from hmcsh.runtime import SECOND, Clock

MEGABIT = 10**6 // 8
PORT = goodput(100 * MEGABIT)


def rates(movers: int, backbone: str, partitions: int = 4) -> list[int]:
    """Bytes a second of each of some migrations, in the middle of their copying."""
    text = crowd(partitions, movers=movers, memory="1 GB", rate="100 Mbit/s", backbone=backbone)
    datacenter = load_text(text, Clock("manual"))
    lab = Lab(datacenter, Mobility(datacenter))
    for name in [p.name for p in lab.frame(LEFT).partitions.values() if not p.vios]:
        lab.start(lab.request(name, LEFT, RIGHT))
    datacenter.clock.advance(40 * SECOND)
    runs = list(lab.mobility.history)
    assert {run.phase_name for run in runs} == {"copy"}
    return [run.moving.flow.rate for run in runs]


@pytest.mark.parametrize(
    ("movers", "backbone", "total"),
    [
        (1, "none", PORT),
        (2, "none", 2 * PORT),
        (2, "1 Gbit/s", 2 * PORT),
        (2, "100 Mbit/s", PORT),
        (2, "150 Mbit/s", goodput(150 * MEGABIT)),
        (1, "50 Mbit/s", goodput(50 * MEGABIT)),
        (4, "100 Mbit/s", PORT),
    ],
    ids=str,
)
def test_movers_share_the_backbone_of_their_network(movers: int, backbone: str, total: int) -> None:
    """Without one every port of the network has its rate."""
    found = rates(movers, backbone)
    assert total - len(found) < sum(found) <= total
    assert max(found) - min(found) <= 1, "like ones get like shares"
