"""Virtual switches, virtual NICs and SR-IOV in inventories: what is made of them, what is wrong."""

import pytest

from hmcsh.model.adapters import EthernetAdapter, VnicAdapter
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import InventoryError, load_text
from hmcsh.runtime import Clock

TEXT = """
systems:
  srv:
    type_model: 9009-42A
    firmware: VL950_045
    virtual_switches: {STORE: VEPA, PLAIN: {}}
    slots:
      U78D5.001.WZS0001-P1-C1:
        card: sriov-ethernet
        sriov: 1
        labels: [up, down link]
        unplugged: [3]
      U78D5.001.WZS0001-P1-C2: {card: sriov-roce, sriov: 7, drc_index: 21010077}
      U78D5.001.WZS0001-P1-C3: {card: sriov-roce}
    partitions:
      vios:
        id: 1
        type: vioserver
        bridges: {ent4: {network: lan, switch: STORE}}
      web:
        id: 2
        ethernet: {3: {vlan: 5, switch: STORE}}
        vnic:
          6:
            backing:
            - {server: vios, adapter: 1, port: 1, capacity: 4 %, priority: 10}
            - {server: vios, adapter: 7}
            vlan: 12
        sriov_logical_ports: [{adapter: 7, port: 1, protocol: roce, capacity: 1.5 %}]
      off:
        id: 3
        state: Not Activated
        sriov_logical_ports: [{adapter: 7, port: 1, capacity: 99 %}]
networks: {lan: 1 Gbit/s}
"""


def load(text: str) -> Datacenter:
    return load_text(text, Clock("manual"))


@pytest.fixture(scope="module")
def datacenter() -> Datacenter:
    return load(TEXT.replace("1.5 %", "1 %"))


def test_switches(datacenter) -> None:
    frame = datacenter.frame("srv")
    modes = {name: switch.mode for name, switch in frame.switches.items()}
    assert modes == {"ETHERNET0": "VEB", "STORE": "VEPA", "PLAIN": "VEB"}
    for partition, slot in (("web", 3), ("vios", 2)):
        found = [
            a
            for a in frame.partition(name=partition).adapters.values()
            if isinstance(a, EthernetAdapter)
        ]
        assert [adapter.switch for adapter in found] == ["STORE"], slot


def test_shared_adapters(datacenter) -> None:
    first, second, third = datacenter.frame("srv").sriov.values()
    assert (first.adapter_id, second.adapter_id, third.adapter_id) == (1, 7, None)
    assert [port.label for port in first.ports.values()] == ["up", "down link", "", ""]
    assert [port.up for port in first.ports.values()] == [True, True, True, False]
    assert second.drc_index == "21010077"


def test_virtual_nic(datacenter) -> None:
    web = datacenter.frame("srv").partition(name="web")
    nic = web.adapters[6]
    assert isinstance(nic, VnicAdapter)
    assert nic.port_vlan_id == 12
    first, second = nic.backing
    assert (first.capacity, first.priority, first.max_capacity) == (400, 10, 10000)
    assert (second.capacity, second.priority) == (100, 50)  # the least of that port
    assert (first.logical_port, second.logical_port) == (0x27004001, 0x2701C002)
    assert nic.active == first.logical_port


def test_logical_ports(datacenter) -> None:
    frame = datacenter.frame("srv")
    (port,) = frame.partition(name="web").sriov_logical_ports
    assert (port.protocol, port.capacity, port.port_id) == ("roce", 100, 1)
    assert frame.partition(name="off").sriov_logical_ports == ()
    profile = next(iter(frame.partition(name="off").profiles.values()))
    assert [one.capacity for one in profile.sriov_logical_ports] == [9900]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", "", "steps of 1.0 %"),
        ("1.5 %", "70", "'70' is not a capacity such as"),
        ("1.5 %", "101 %", "is not a capacity such as"),
        ("1.5 %", "0 %", "is not a capacity such as"),
        ("4 %", "3 %", "steps of 2.0 %"),
        ("capacity: 4 %", "capacity: 4 %, max_capacity: 2 %", "more than max_capacity"),
        ("99 %", "98.5 %", "steps of 1.0 %"),  # of a partition that was never activated
        ("adapter: 7}\n", "adapter: 7, capacity: 100 %}\n"
         "            - {server: vios, adapter: 7, port: 1, capacity: 100 %}\n", "no room"),
        ("port: 1, capacity: 99", "port: 4, capacity: 99", "has the ports 0 to 1"),
        ("adapter: 7, port: 1, capacity: 99", "adapter: 9, capacity: 99", "adapter has the ID 9"),
        ("port: 1, capacity: 4", "port: -1, capacity: 4", "is not a whole number"),
        ("adapter: 7, port: 1, protocol", "adapter: 1, port: 1, protocol", "is not for RoCE"),
        ("priority: 10", "priority: 0", "is not a failover priority"),
        ("priority: 10", "priority: 101", "is not a failover priority"),
        ("server: vios, adapter: 7", "server: voos, adapter: 7", "did you mean 'vios'?"),
        ("server: vios, adapter: 7", "server: web, adapter: 7", "unknown Virtual I/O Server 'web'"),
        ("adapter: 7}", "adapter: 1, port: 1}", "two backing devices share a physical port"),
        ("- {server: vios, adapter: 7}", "- {server: vios}", "adapter"),
        ("switch: STORE}}\n        vnic", "switch: STOER}}\n        vnic", "did you mean 'STORE'?"),
        ("network: lan, switch: STORE", "network: lan, switch: X", "unknown virtual switch 'X'"),
        ("STORE: VEPA", "STORE: hub", "mode"),
        ("P1-C3: {", "P1-C3: {sriov: 7, ", "adapter ID 7 is already that of"),
        ("unplugged: [3]", "unplugged: [4]", "has the ports 0 to 3"),
        ("labels: [up", "labels: [a, b, c, d, e", "has the ports 0 to 3"),
        ("labels: [up", "labels: [longer than seventeen", "is not a label"),
        ("P1-C3: {card: sriov-roce}", "P1-C3: {card: ethernet, sriov: 3}", "only an adapter with"),
        ("id: 3\n", "id: 3\n        io: {U78D5.001.WZS0001-P1-C2: {}}\n", "is shared"),
        ("        bridges:", "        vnic: {9: {backing: [{server: vios, adapter: 1}]}}\n        "
         "bridges:", "it has no virtual NIC"),
    ],
)  # fmt: skip
def test_problems(old: str, new: str, words: str) -> None:
    text = TEXT if old == "" or "1.5" in old else TEXT.replace("1.5 %", "1 %")
    assert old in text
    with pytest.raises(InventoryError) as refusal:
        load(text.replace(old, new, 1) if old else text)
    assert words in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
