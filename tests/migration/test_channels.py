"""Virtual Fibre Channel adapters of a partition that migrates."""

import pytest
from support.lab import load_lab

from hmcsh.migration.channels import client_channels, fc_mapping
from hmcsh.model.adapters import FibreChannelAdapter
from hmcsh.model.vios import FibreChannelPort

M9S, S942 = "Server-9080-M9S-SN7812345", "Server-9009-42A-SN7867890"


def hosts(server):
    return [host.port for host in server.io_server.vfchosts.values()]


def test_adapters_keep_slots_and_names_and_get_servers_on_the_other_side() -> None:
    lab = load_lab("modern")
    before = lab.partition("lpar1", M9S)
    names = {adapter.slot: adapter.wwpns for adapter in before.fc_adapters}
    assert len({name for pair in names.values() for name in pair}) == 4
    moved = lab.migrate("lpar1", M9S, S942)
    assert {adapter.slot: adapter.wwpns for adapter in moved.fc_adapters} == names
    servers = [channel.server for channel in client_channels(moved)]
    assert [server.name for server in servers] == ["vios3", "vios4"]
    for channel in client_channels(moved):
        served = channel.server.adapters[channel.server_slot]
        assert isinstance(served, FibreChannelAdapter)
        assert (served.remote_lpar_id, served.remote_slot) == (moved.lpar_id, channel.slot)
    assert [hosts(lab.partition(name, S942)) for name in ("vios3", "vios4")] == [["fcs0"], ["fcs1"]]
    # The other partition's remain on the source.
    assert [hosts(lab.partition(name, M9S)) for name in ("vios1", "vios2")] == [["fcs0"], ["fcs1"]]


def test_there_and_back_leaves_no_trace() -> None:
    lab = load_lab("modern")

    def adapters():
        return {
            partition.name: (dict(partition.adapters), dict(partition.active_profile.adapters))
            for frame in lab.datacenter.frames.values()
            for partition in frame.partitions.values()
        }

    before = adapters()
    lab.migrate("lpar1", M9S, S942)
    lab.migrate("lpar1", S942, M9S)
    assert adapters() == before


@pytest.mark.parametrize(
    ("ports", "hosted"),
    [
        pytest.param({"vios3": "b", "vios4": "a"}, ["vios4", "vios3"], id="by-fabric"),
        pytest.param({"vios3": "ab", "vios4": ""}, ["vios3", "vios3"], id="one-server-has-all"),
        pytest.param({"vios3": "ab", "vios4": "ab"}, ["vios3", "vios4"], id="kept-apart"),
        pytest.param({"vios3": "a", "vios4": "a"}, None, id="no-such-fabric"),
        pytest.param({"vios3": "", "vios4": ""}, None, id="no-ports"),
    ],
)
def test_servers_are_chosen_by_fabric(ports, hosted) -> None:
    lab = load_lab("modern")
    for name, fabrics in ports.items():
        lab.partition(name, S942).io_server.fc_ports = {
            f"fcs{n}": FibreChannelPort(f"fcs{n}", "", "", f"fabric_{fabric}")
            for n, fabric in enumerate(fabrics)
        }
    found = fc_mapping(lab.partition("lpar1", M9S), lab.frame(S942))
    assert (None if found is None else [s.name for s in found.values()]) == hosted
    errors = lab.errors(lab.request("lpar1", M9S, S942))
    assert any("HSCLA319" in error for error in errors) is (hosted is None)


def test_a_full_port_carries_no_more() -> None:
    lab = load_lab("modern")
    server = lab.partition("vios3", S942).io_server
    server.fc_ports["fcs0"] = FibreChannelPort("fcs0", "", "", "fabric_a", limit=1)
    server.add_vfchost(30, "fcs0")
    mapping = fc_mapping(lab.partition("lpar1", M9S), lab.frame(S942))
    assert mapping is not None
    assert [there.name for there in mapping.values()] == ["vios4", "vios3"]
