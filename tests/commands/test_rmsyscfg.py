"""rmsyscfg: what goes, what stays, what is refused."""

import pytest
from support.listings import listings

from hmcsh.language.levels import V9R2_950
from hmcsh.language.records import parse_record
from hmcsh.migration.request import Request
from hmcsh.model.states import PartitionState, SystemState

LAB = """
hmc: {users: {hscroot: {password: x}, eye: {role: hmcviewer, password: x}}}
luns: {root: 8 GB}
systems:
  srv:
    serial: 10FFE0B
    memory: 8 GB
    processors: 4
    slots: {U789D.001.DQD1111-P1-C1: ethernet}
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, mover: lan, disks: {hdisk1: root}}
      aix: {id: 2, memory: 1 GB}
      off:
        id: 3
        state: Not Activated
        activated: yes
        profiles: {spare: {}, old: {}}
        active_profile: old
        scsi: {2: {server: vios, server_slot: 7, luns: [root]}}
        io: {U789D.001.DQD1111-P1-C1: {}}
      service: {id: 4, state: Not Activated}
    system_profiles:
      evening: {partitions: {aix: default, off: spare}}
      night: {partitions: {aix: default}}
"""


@pytest.fixture
def hmc(console):
    made = console(LAB)
    made.datacenter.frames["srv"].service_lpar_id = 4
    return made


@pytest.mark.parametrize("which", ["-n off", "--id 3"])
def test_a_partition_goes_with_all_that_is_its_own(hmc, which: str) -> None:
    assert hmc(f"rmsyscfg -r lpar -m srv {which}") == (0, "")
    assert hmc.lines("lssyscfg -r lpar -m srv -F name") == ["vios", "aix", "service"]
    assert hmc.lines("lssyscfg -r prof -m srv -F lpar_name") == ["vios", "aix", "service"]
    assert hmc.value("lshwres -r io --rsubtype slot -m srv -F lpar_id") == "none"
    assert hmc.lines("lssyscfg -r sysprof -m srv -F lpar_names") == ["aix", "aix"]
    free = "lshwres -r mem -m srv --level sys -F curr_avail_sys_mem"
    assert int(hmc.value(free)) == 8192 - 512 - 512 - 1024


def test_what_others_have_for_it_stays_without_its_name(hmc) -> None:
    """A vanished client (capture, V10R3)."""
    listed = "lssyscfg -r prof -m srv --filter lpar_names=vios -F virtual_scsi_adapters"
    assert hmc.value(listed) == "7/server/3/off/2/0"
    assert hmc("rmsyscfg -r lpar -m srv -n off") == (0, "")
    assert hmc.value(listed) == "7/server/3//2/0"
    now = hmc.value("lshwres -r virtualio --rsubtype scsi -m srv --level lpar")
    found = {a.name: a.value for a in parse_record(now)}
    assert found["remote_lpar_id"] == "3"
    assert found["remote_slot_num"] == "2"


def test_it_goes_too_if_that_is_asked_for(hmc) -> None:
    hmc.datacenter.console.level = V9R2_950
    assert hmc("rmsyscfg -r lpar -m srv -n off --vioscfg") == (0, "")
    listed = "lssyscfg -r prof -m srv --filter lpar_names=vios -F virtual_scsi_adapters"
    assert hmc.value(listed) == "none"
    now = "lshwres -r virtualio --rsubtype scsi -m srv --level lpar"
    assert hmc.lines(now) == ["No results were found."]
    vios = hmc.datacenter.frames["srv"].partition(name="vios").io_server
    assert (vios.vhosts, vios.targets) == ({}, {})


def test_a_profile(hmc) -> None:
    assert hmc("rmsyscfg -r prof -m srv -n spare -p off") == (0, "")
    line = "lssyscfg -r prof -m srv --filter lpar_ids=3 -F name"
    assert hmc.lines(line) == ["default", "old"]
    assert hmc.lines("lssyscfg -r sysprof -m srv -F lpar_names") == ["aix", "aix"]
    assert hmc("rmsyscfg -r prof -m srv -n old --id 3") == (0, "")
    assert hmc.value("lssyscfg -r lpar -m srv --filter lpar_ids=3 -F curr_profile") == ""


def test_a_system_profile(hmc) -> None:
    assert hmc("rmsyscfg -r sysprof -m srv -n evening") == (0, "")
    assert hmc.lines("lssyscfg -r sysprof -m srv -F name") == ["night"]


REFUSED = {
    "-r lpar -m srv -n aix": "HSCL05DF",
    "-r lpar -m srv -n nobody": "HSCL8012",
    "-r lpar -m srv --id 9": "HSCL8011",
    "-r lpar -m srv -n service": "service partition of the managed system srv",
    "-r lpar -m srv": "are -n, --id.",
    "-r lpar -m srv -n off --id 3": "mutually exclusive",
    "-r lpar -m srv -p off": "The invalid parameter is -p.",
    "-r lpar -n off": "are -m.",
    "-r lpar -m nothing -n off": "HSCL8018",
    "-r lpar -m srv -n off --vioscfg": "The invalid parameter is --vioscfg.",
    "-r prof -m srv -n spare": "are -p, --id.",
    "-r prof -m srv -p off": "are -n.",
    "-r prof -m srv -n nothing -p off": "profile named nothing was not found",
    "-r prof -m srv -n spare -p nobody": "HSCL8012",
    "-r prof -m srv -n default -p off": "is the default profile of the partition off",
    "-r sysprof -m srv -n nothing": "system profile named nothing was not found",
    "-r sysprof -m srv": "are -n.",
    "-r sys -m srv -n x": "are -r.",
}


@pytest.mark.parametrize(("arguments", "text"), REFUSED.items(), ids=REFUSED)
def test_a_refusal_leaves_no_trace(hmc, arguments: str, text: str) -> None:
    before = listings(hmc)
    status, output = hmc(f"rmsyscfg {arguments}")
    assert status == 1
    assert text in output
    assert output.count("\n") == 1
    assert listings(hmc) == before


def test_the_profile_that_a_partition_runs_with(hmc) -> None:
    assert hmc("chsysstate -r lpar -m srv -o on -n off -f spare") == (0, "")
    status, text = hmc("rmsyscfg -r prof -m srv -n spare -p off")
    assert status == 1
    assert "runs with the profile spare" in text


def test_a_partition_with_an_open_terminal(hmc) -> None:
    partition = hmc.datacenter.frames["srv"].partition(name="off")
    terminal = partition.vty.open("hmc", "hscroot")
    status, text = hmc("rmsyscfg -r lpar -m srv -n off")
    assert (status, text.split()[0]) == (1, "HSCL151B")
    assert hmc("rmvterm -m srv -p off")[0] == 0
    assert terminal.closed.fired
    assert hmc("rmsyscfg -r lpar -m srv -n off") == (0, "")


def test_virtual_disks_are_not_emulated(hmc) -> None:
    hmc.datacenter.console.level = V9R2_950
    status, text = hmc("rmsyscfg -r lpar -m srv -n off --vioscfg --vdisks")
    assert status == 1
    assert "not emulated" in text


def test_of_a_system_that_is_off(hmc) -> None:
    hmc.datacenter.frames["srv"].state = SystemState.POWER_OFF
    status, text = hmc("rmsyscfg -r lpar -m srv -n off")
    assert status == 1
    assert "Standby or Operating state" in text


@pytest.mark.parametrize("resource", ["lpar -n off", "prof -n old -p off", "sysprof -n night"])
def test_a_viewer_may_not_remove(console, resource: str) -> None:
    status, text = console(LAB, user="eye")(f"rmsyscfg -m srv -r {resource}")
    assert (status, text.split()[0]) == (1, "HSCL350B")


@pytest.mark.parametrize("what", ["lpar -n PROD", "prof -n default -p PROD"])
def test_a_partition_that_migrates_is_kept(console, what: str) -> None:
    hmc = console()
    l9, l10 = (hmc.datacenter.frames[f"9117-MMA-SN{n}"] for n in ("10FFE0B-L9", "10DD4AC-L10"))
    hmc.mobility.start(hmc.mobility.validate(Request(l10, l9, l10.partition(name="PROD"))))
    while l9.find_by_name("PROD") is None:
        assert hmc.clock.step()
    for system in (l9.name, l10.name):
        before = listings(hmc)
        status, text = hmc(f"rmsyscfg -m {system} -r {what}")
        assert status == 1
        assert "partition PROD cannot be changed" in text
        assert listings(hmc) == before


def test_a_server_that_a_migration_needs_is_kept(console) -> None:
    """Also if it is not running any more."""
    hmc = console()
    l9, l10 = (hmc.datacenter.frames[f"9117-MMA-SN{n}"] for n in ("10FFE0B-L9", "10DD4AC-L10"))
    hmc.mobility.start(hmc.mobility.validate(Request(l10, l9, l10.partition(name="TRAIN"))))
    server = l10.migrations[0].source_mover
    server.state = PartitionState.NOT_ACTIVATED
    status, text = hmc(f"rmsyscfg -r lpar -m {l10.name} -n {server.name}")
    assert status == 1
    assert "takes part in a partition migration" in text
