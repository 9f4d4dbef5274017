"""Settings of a system's hardware, shared processor pools, and host Ethernet adapters."""

import dataclasses

import pytest
from support.lab import L10, Lab, load_lab

from hmcsh.language.messages import HmcError
from hmcsh.model import hardware, hea, power, system_power
from hmcsh.model.hea import LOGICAL_PORTS, LogicalPort
from hmcsh.model.states import SystemState
from hmcsh.runtime import SECOND

ID = "23000000"


def key(call, *arguments, **options) -> str:
    with pytest.raises(HmcError) as caught:
        call(*arguments, **options)
    return caught.value.message.key


def test_pending_settings_come_with_the_next_power_on(redbook: Lab) -> None:
    frame = redbook.frame(L10)
    frame.installed_memory = 64 * 1024
    hardware.request_huge_pages(frame, 2)
    hardware.set_memory_block(frame, 128)
    hea.set_scaling(frame, ID, 2, 4)
    assert (frame.huge_pages, frame.memory_block) == (0, 64)
    assert frame.host_ethernet[ID].groups[2].scaling == 1
    system_power.power_off(frame, immediate=True)
    redbook.datacenter.clock.advance(3600 * SECOND)
    system_power.power_on(frame)
    redbook.datacenter.clock.advance(3600 * SECOND)
    assert frame.state is SystemState.OPERATING
    assert (frame.huge_pages, frame.memory_block) == (2, 128)
    assert frame.host_ethernet[ID].groups[2].scaling == 4


@pytest.mark.parametrize(("value", "left"), LOGICAL_PORTS.items())
def test_multi_core_scaling_leaves_the_logical_ports_of_table_a_1(
    redbook: Lab, value: int, left: int
) -> None:
    frame, partition = redbook.frame(L10), redbook.partition("TRAIN")
    hea.set_scaling(frame, ID, 1, value)
    hardware.apply_pending(frame)
    for number in range(1, left + 1):
        hea.add_port(partition, LogicalPort(ID, 1, 0, number))
    over = LogicalPort(ID, 1, 0, left + 1)
    assert key(hea.add_port, partition, over) == "hea_logical_port"
    assert len(partition.lhea_logical_ports) == left


def test_a_logical_port_in_use_keeps_scaling_down(redbook: Lab) -> None:
    hea.add_port(redbook.partition("TRAIN"), LogicalPort(ID, 1, 0, 3))
    frame = redbook.frame(L10)
    assert key(hea.set_scaling, frame, ID, 1, 8) == "hea_logical_port"
    hea.set_scaling(frame, ID, 1, 4)
    hea.set_scaling(frame, ID, 2, 16)


def test_one_partition_has_a_promiscuous_port_to_itself(redbook: Lab) -> None:
    frame, train, server = (
        redbook.frame(L10),
        redbook.partition("TRAIN"),
        redbook.partition("VIOS1_L10"),
    )
    hea.add_port(server, LogicalPort(ID, 2, 1, 1))
    hea.set_promiscuous(frame, ID, 2, 1, server.lpar_id)
    assert key(hea.add_port, train, LogicalPort(ID, 2, 1, 2)) == "hea_promiscuous"
    hea.add_port(train, LogicalPort(ID, 2, 0, 2))
    assert key(hea.set_promiscuous, frame, ID, 2, 0, server.lpar_id) == "hea_port_in_use"
    hea.set_promiscuous(frame, ID, 2, 1, None)
    hea.add_port(train, LogicalPort(ID, 2, 1, 3))


def test_an_activation_takes_the_ports_that_are_free(redbook: Lab) -> None:
    prod, train = redbook.partition("PROD"), redbook.partition("TRAIN")
    ports = (LogicalPort(ID, 1, 0, 1), LogicalPort(ID, 1, 0, 2))
    prod.active_profile.lhea_logical_ports = ports
    hea.add_port(train, ports[0])
    power.activate(prod, prod.active_profile)
    assert prod.lhea_logical_ports == ports[1:]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"maximum": 150}, "invalid_attribute_value"),
        ({"maximum": 900}, "invalid_attribute_value"),
        ({"maximum": 100, "reserved": 200}, "pool_exceeded"),
        ({"maximum": 400, "reserved": 400}, "no_processors"),
        ({"maximum": 100, "name": "a*b"}, "invalid_name"),
        ({"maximum": 100, "name": "DefaultPool"}, "name_in_use"),
        ({"maximum": 100, "name": "SharedPool09"}, "name_in_use"),
    ],
)
def test_what_a_pool_cannot_be(redbook: Lab, change, wrong) -> None:
    frame = redbook.frame(L10)
    pool = hardware.find_pool(frame, pool_id=2)
    assert key(hardware.change_pool, frame, pool, **change) == wrong
    assert 2 not in frame.pools


def test_a_pool_with_partitions_is_not_made_smaller_than_they_need(redbook: Lab) -> None:
    frame = redbook.frame(L10)
    pool = hardware.find_pool(frame, pool_id=2)
    hardware.change_pool(frame, pool, maximum=200)
    for name in ("DEV", "TEST"):
        partition = redbook.partition(name)
        processors = dataclasses.replace(partition.current.processors, pool_id=2)
        partition.current = dataclasses.replace(partition.current, processors=processors)
    used = frame.pool_units(2)
    assert used > 0
    assert key(hardware.change_pool, frame, pool, maximum=0) == "pool_exceeded"


@pytest.fixture
def redbook() -> Lab:
    return load_lab("redbook")
