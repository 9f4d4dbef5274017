"""Which ports of the destination carry virtual NICs."""

from __future__ import annotations

import dataclasses

import pytest
from support.lab import Lab, load_lab

from hmcsh.migration.nics import NicMapping, nic_mapping
from hmcsh.model.adapters import BackingDevice, VnicAdapter
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import SriovLogicalPort

M9S, S942 = "Server-9080-M9S-SN7812345", "Server-9009-42A-SN7867890"


@pytest.fixture
def lab() -> Lab:
    """`lpar3` has a virtual NIC with two backing devices; the destination two ports for it."""
    return load_lab("modern")


def mapped(lab: Lab, asked=None) -> list[tuple[str, int, int, int]]:
    """Server, adapter, port and capacity of each backing device that finds a place, by slot."""
    destination = lab.frame(S942)
    found = nic_mapping(lab.partition("lpar3", M9S), destination, asked or {})
    return [
        (destination.partitions[d.server_id].name, d.adapter_id, d.port_id, d.capacity)
        for devices in found.values()
        for d in devices
    ]


def nic(lab: Lab, *devices: BackingDevice) -> Partition:
    partition = lab.partition("lpar3", M9S)
    partition.adapters[6] = VnicAdapter(6, devices)
    return partition


def test_devices_of_two_servers_stay_with_two_and_use_two_ports(lab: Lab) -> None:
    assert mapped(lab) == [("vios3", 2, 0, 200), ("vios4", 2, 1, 200)]


def test_devices_of_one_server_stay_together(lab: Lab) -> None:
    nic(lab, BackingDevice(2, 1, 0, 200), BackingDevice(2, 2, 0, 200))
    assert mapped(lab) == [("vios3", 2, 0, 200), ("vios3", 2, 1, 200)]


def test_a_capacity_becomes_whole_steps_of_the_port(lab: Lab) -> None:
    nic(lab, BackingDevice(1, 2, 0, 300))
    assert mapped(lab) == [("vios3", 2, 0, 400)]


def test_a_port_of_another_label_or_without_a_link_carries_none(lab: Lab) -> None:
    ports = lab.frame(S942).sriov["21010021"].ports
    ports[0].label = "dmz"
    assert mapped(lab) == [("vios3", 2, 1, 200)]
    ports[1].up = False
    assert mapped(lab) == []


def test_servers_that_cannot_be_reached_carry_none(lab: Lab) -> None:
    server = lab.partition("vios3", S942)
    server.operating_system = dataclasses.replace(server.operating_system, rmc=False)
    assert {name for name, *_ in mapped(lab)} == {"vios4"}


def test_a_port_without_room_carries_none(lab: Lab) -> None:
    lab.partition("vios4", S942).sriov_logical_ports = (
        SriovLogicalPort(0, 2, 0, number=0x27008001, capacity=9900),
    )
    assert mapped(lab) == [("vios3", 2, 1, 200)]


def test_virtual_nics_take_the_room_of_each_other(lab: Lab) -> None:
    partition = nic(lab, BackingDevice(1, 1, 0, 6000))
    partition.adapters[7] = VnicAdapter(7, (BackingDevice(1, 1, 0, 6000),))
    partition.adapters[8] = VnicAdapter(8, (BackingDevice(1, 1, 0, 6000),))
    assert mapped(lab) == [("vios3", 2, 0, 6000), ("vios3", 2, 1, 6000)]


def test_what_is_asked_for_comes_first_and_needs_no_label(lab: Lab) -> None:
    lab.frame(S942).sriov["21010021"].ports[1].label = "dmz"
    wish = NicMapping((1, 0), lab.partition("vios4", S942), (2, 1), 600)
    assert mapped(lab, {6: [wish]}) == [("vios4", 2, 1, 600), ("vios3", 2, 0, 200)]


def test_a_wish_for_a_port_without_room_leaves_the_device_out(lab: Lab) -> None:
    wishes = [
        NicMapping((1, 0), lab.partition("vios3", S942), (2, 0), 200),
        NicMapping((2, 0), lab.partition("vios4", S942), (2, 0), 200),
    ]
    assert mapped(lab, {6: wishes}) == [("vios3", 2, 0, 200)]
