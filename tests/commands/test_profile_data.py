"""bkprofdata and rstprofdata: what comes back, what is kept, what is refused."""

import pytest

LAB = """
hmc:
  users:
    hscroot: {password: abc123}
    op: {role: hmcservicerep, password: x}
  files: {/home/hscroot/notes: hello}
networks: {lan: 1 Gbit/s}
systems:
  one:
    type_model: 9117-MMA
    serial: 06D6D82
    memory: 16 GB
    partitions:
      vios: {id: 1, type: vioserver, state: Not Activated}
      web: {id: 3, os: AIX 6.1}
      off: {id: 4, state: Not Activated, os: AIX 7.1}
    system_profiles: {day: {partitions: {web: default, off: default}}}
  two: {type_model: 8203-E4A, serial: 10ABCDE}
  sick:
    type_model: 8203-E4A
    serial: 10AAAAA
    state: Recovery
    partitions: {a: {id: 1, state: Not Activated}}
  lost: {type_model: 8203-E4A, serial: 10AAAAB, state: No Connection}
"""
SPARE = (
    "mksyscfg -r prof -m one -i name=spare,lpar_name=off,min_mem=256,desired_mem=256,max_mem=256,"
    "proc_mode=ded,min_procs=1,desired_procs=1,max_procs=1,sharing_mode=keep_idle_procs"
)
NEW = (
    "mksyscfg -r lpar -m one -i name=new,profile_name=p,lpar_env=aixlinux,min_mem=256,"
    "desired_mem=256,max_mem=256,proc_mode=ded,min_procs=1,desired_procs=1,max_procs=1,"
    "sharing_mode=keep_idle_procs"
)


@pytest.fixture
def hmc(console):
    made = console(LAB)
    made.lines("bkprofdata -m one -f saved")
    return made


def partitions(hmc) -> set[str]:
    return set(hmc.lines("lssyscfg -r lpar -m one -F lpar_id:name"))


def profiles(hmc, lpar_id: int) -> set[str]:
    return set(hmc.lines(f"lssyscfg -r prof -m one --filter lpar_ids={lpar_id} -F name"))


def everything(hmc) -> list[str]:
    listings = (
        "lssyscfg -r lpar -m one",
        "lssyscfg -r prof -m one",
        "lssyscfg -r sysprof -m one",
        "lssyscfg -r sys",
    )
    found = [line for listing in listings for line in hmc.lines(listing)]
    return [*found, *hmc.datacenter.console.profile_backups]


def change(hmc) -> None:
    """Rename one, add a profile and a partition, remove a partition and the system profile."""
    hmc.lines("chsyscfg -r lpar -m one -i name=off,new_name=other")
    hmc.lines(SPARE.replace("lpar_name=off", "lpar_name=other"))
    hmc.lines(NEW)
    hmc.lines("rmsyscfg -r lpar -m one -n vios")
    hmc.lines("rmsyscfg -r sysprof -m one -n day")


RESTORED = [
    ("1", {"1:vios", "3:web", "4:off"}, {"default"}),
    ("2", {"1:vios", "3:web", "4:off", "2:new"}, {"default", "spare"}),
    ("3", {"1:vios", "3:web", "4:other", "2:new"}, {"default", "spare"}),
]


@pytest.mark.parametrize(("how", "there", "of_four"), RESTORED)
def test_what_a_restore_brings_back(hmc, how, there, of_four) -> None:
    hmc.lines(NEW.replace("name=new,", "name=filler,lpar_id=7,", 1))
    hmc.lines("bkprofdata -m one -f saved --force")
    hmc.lines("rmsyscfg -r lpar -m one -n filler")
    change(hmc)
    hmc.lines(f"rstprofdata -m one -l {how} -f saved")
    assert partitions(hmc) == there | {"7:filler"}
    assert profiles(hmc, 4) == of_four
    members = hmc.value("lssyscfg -r sysprof -m one -F name,lpar_names")
    assert members.startswith("day,")


def test_a_restore_of_what_is_there_changes_nothing(hmc) -> None:
    before = everything(hmc)
    for how in "321":
        hmc.lines(f"rstprofdata -m one -l {how} -f saved")
        assert everything(hmc) == before


def test_what_is_backed_up_does_not_change_with_what_is_there(hmc) -> None:
    hmc.lines("chsyscfg -r prof -m one -i name=default,lpar_name=off,desired_mem=512,max_mem=8192")
    listing = "lssyscfg -r prof -m one --filter lpar_ids=4 -F desired_mem"
    changed = hmc.value(listing)
    hmc.lines("rstprofdata -m one -l 3 -f saved")
    assert hmc.value(listing) == changed, "what there is goes first"
    hmc.lines("rstprofdata -m one -l 2 -f saved")
    assert hmc.value(listing) != changed


def test_a_partition_that_is_restored_finds_its_disks(hmc) -> None:
    hmc.lines("rmsyscfg -r lpar -m one -n off")
    hmc.lines("rstprofdata -m one -l 3 -f saved")
    hmc.lines("chsysstate -r lpar -m one -o on -n off -f default")
    hmc.clock.advance(10**12)
    assert hmc.value("lssyscfg -r lpar -m one --filter lpar_names=off -F state") == "Running"


def test_a_running_partition_keeps_the_profile_that_it_runs_with(hmc) -> None:
    hmc.lines(SPARE)
    hmc.lines("chsysstate -r lpar -m one -o on -n off -f spare")
    hmc.lines("rstprofdata -m one -l 1 -f saved")
    assert profiles(hmc, 4) == {"default", "spare"}


def test_initialized_data_are_empty(hmc) -> None:
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n web")
    hmc.clock.advance(10**11)
    hmc.lines("rstprofdata -m one -l 4")
    for resource in ("lpar", "prof", "sysprof"):
        assert hmc.lines(f"lssyscfg -r {resource} -m one") == ["No results were found."]


@pytest.mark.parametrize("how", ["-l 1 -f saved", "-l 4"])
def test_a_system_in_recovery_works_again(hmc, how: str) -> None:
    hmc.lines("bkprofdata -m sick -f saved")
    hmc.lines(f"rstprofdata -m sick {how}")
    assert hmc.value("lssyscfg -r sys -m sick -F state") == "Standby"


def test_data_of_another_name_and_place(hmc) -> None:
    hmc.lines("bkprofdata -m one -f /home/hscroot/mine")
    assert "/home/hscroot/mine" in hmc.datacenter.console.profile_backups
    hmc.lines("rstprofdata -m one -l 1 -f /home/hscroot/mine")
    hmc.lines("bkprofdata -m one -f backupFile")
    hmc.lines("rstprofdata -m one -l 1")


REFUSED = {
    "bkprofdata": "Usage: bkprofdata",
    "bkprofdata -m one": "are -f.",
    "bkprofdata -f x": "are -m.",
    "bkprofdata -m one -f saved": "saved already exists",
    "bkprofdata -m one -f /home/hscroot/notes --force": "notes already exists",
    "bkprofdata -m lost -f x": "has no connection",
    "bkprofdata -m nobody -f x": "HSCL8018",
    "rstprofdata -m one": "are -l.",
    "rstprofdata -m one -l 0": "are -l.",
    "rstprofdata -m one -l 1": "backupFile was not found",
    "rstprofdata -m one -l 2 -f /home/hscroot/notes": "notes was not found or holds no profile",
    "rstprofdata -m one -l 4": "HSCL05DF",
    "rstprofdata -m one -l 4 -f saved": "The invalid parameter is -f.",
    "rstprofdata -m two -l 1 -f /var/hsc/profiles/06D6D82/saved": "data of 9117-MMA*06D6D82",
    "rstprofdata -m lost -l 4": "has no connection",
}


@pytest.mark.parametrize("line", REFUSED)
def test_refused(hmc, line: str) -> None:
    before = everything(hmc)
    status, text = hmc(line)
    assert (status, REFUSED[line] in text) == (1, True), text
    assert everything(hmc) == before


def test_a_name_that_two_would_have_is_refused(hmc) -> None:
    hmc.lines("rmsyscfg -r lpar -m one -n off")
    hmc.lines(NEW.replace("name=new", "name=off", 1))
    before = everything(hmc)
    status, text = hmc("rstprofdata -m one -l 2 -f saved")
    assert (status, "off" in text) == (1, True)
    assert everything(hmc) == before


def test_one_that_runs_and_would_go_is_kept(hmc) -> None:
    hmc.lines(NEW)
    hmc.lines("chsysstate -r lpar -m one -o on -n new -f p")
    before = partitions(hmc)
    status, text = hmc("rstprofdata -m one -l 1 -f saved")
    assert (status, text.split()[0]) == (1, "HSCL05DF")
    assert partitions(hmc) == before


@pytest.mark.parametrize(
    ("line", "status"),
    [("bkprofdata -m one -f x", 0), ("rstprofdata -m one -l 1", 1), ("rstprofdata -m one -l 4", 1)],
)
def test_who_may(console, line: str, status: int) -> None:
    """A service representative may back up profile data, but neither restore nor initialize."""
    found, text = console(LAB, user="op")(line)
    assert found == status
    assert ("HSCL350B" in text) is bool(status)
