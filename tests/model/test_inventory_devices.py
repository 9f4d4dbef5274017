"""Identifiers of disks, and server adapters whose client adapter comes later."""

from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import load_text
from hmcsh.model.storage import Disk
from hmcsh.runtime import Clock

TEXT = """
luns:
  named: {ieee: 60050768018E8043E8}
  plain: 8 GB
systems:
  one:
    partitions:
      vios:
        id: 1
        type: vioserver
        disks:
          hdisk0: internal
          hdisk1: {lun: named, reads: [ieee]}
          hdisk2: {lun: plain, reads: [ieee, pvid]}
        server_adapters: {20: {client: client, client_slot: 7, luns: [plain]}}
      other:
        id: 2
        type: vioserver
        disks: {hdisk1: plain, hdisk2: {lun: named, reads: none}, hdisk3: {lun: named}}
      client: {id: 3}
"""


def load() -> Datacenter:
    return load_text(TEXT.replace("hdisk3: {lun: named}", "hdisk3: internal"), Clock("manual"))


def disk(datacenter: Datacenter, server: str, name: str) -> Disk:
    return datacenter.frame("one").partition(name=server).io_server.disks[name]


def test_a_server_has_the_identifiers_that_it_reads() -> None:
    datacenter = load()
    named, plain = disk(datacenter, "vios", "hdisk1"), disk(datacenter, "vios", "hdisk2")
    assert named.identifiers == {("ieee", "60050768018E8043E8")}
    assert plain.identifiers == {("pvid", plain.pvid)}  # it has no IEEE name
    other = disk(datacenter, "other", "hdisk1")
    assert {kind for kind, _ in other.identifiers} == {"unique_id", "pvid"}
    assert plain.is_same_volume(other)
    blind = disk(datacenter, "other", "hdisk2")
    assert not blind.identifiers
    assert not named.is_same_volume(blind)


def test_an_internal_disk_is_no_other_servers_volume() -> None:
    datacenter = load()
    assert not disk(datacenter, "vios", "hdisk0").is_same_volume(
        disk(datacenter, "other", "hdisk3")
    )


def test_a_server_adapter_may_wait_for_its_client_adapter() -> None:
    server = load().frame("one").partition(name="vios")
    assert server.adapters[20] == ScsiAdapter(20, "server", 3, 7)
    assert [target.backing for target in server.io_server.targets[20]] == ["hdisk2"]
