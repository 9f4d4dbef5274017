"""What one user types never acts on the terminal of another."""

import pytest
from support.lab import L9

from hmcsh.language.levels import Level

EVIL = "a\x1b]0;owned\x07\x9b2J\x7f\x08\u202eb"

V9R1 = Level.parse("V9R1")
ROOT = "cec:root/ibmhscS1_0|9117-MMA*10FFE0B|IBMHSC_ComputerSystem"
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

# Every way in which text of a user's own stays with the console; {} is the text.
WAYS = {
    "new name of a partition": f"chsyscfg -r lpar -m {L9} -i 'name=QA,new_name={{}}'",
    "new partition": f"mksyscfg -r lpar -m {L9} -i 'name={{}},profile_name=p,lpar_env=aixlinux,"
    "min_mem=256,desired_mem=256,max_mem=256,proc_mode=shared,min_procs=1,desired_procs=1,"
    "max_procs=1,min_proc_units=0.1,desired_proc_units=0.1,max_proc_units=0.1,sharing_mode=uncap,uncap_weight=1'",
    "name of a profile": f"chsyscfg -r prof -m {L9} -i 'name=default,lpar_name=QA,new_name={{}}'",
    "new profile": f"mksyscfg -r prof -m {L9} -o save -p QA -n '{{}}'",
    "name of a system": f"chsyscfg -r sys -m {L9} -i 'new_name={{}}'",
    "description of a user": "chhmcusr -u hscroot -t desc -v '{}'",
    "description in a record": "chhmcusr -i 'name=hscroot,description={}'",
    "new user": "mkhmcusr -u '{}' -a hmcviewer --passwd abcdefg1",
    "description of a new user": "mkhmcusr -u eve -a hmcviewer -d '{}' --passwd abcdefg1",
    "task role": "mkaccfg -t taskrole -i 'name={},parent=hmcoperator,resources=lpar:ActivateLPAR'",
    "resource role": f"mkaccfg -t resourcerole -i 'name={{}},resources={ROOT}'",
    "host name": "chhmc -c network -s modify -h '{}'",
    "domain": "chhmc -c network -s modify -d '{}'",
    "key": f"mkauthkeys -a 'ssh-ed25519 {KEY} {{}}'",
    "backup of profiles": f"bkprofdata -m {L9} -f '{{}}'",
    "shared pool": f"chhwres -r procpool -m {L9} -o s --poolname SharedPool01"
    " -a 'new_name={}'",
    "comment on an event": "chsvcevent -o close -p 1 -h hmc1 -c '{}'",
    "trace of a command": "monhmc -r '{}' -n 0",
    "unknown command": "nosuch '{}'",
    "refused option": f"lssyscfg -r lpar -m {L9} -F '{{}}'",
    "a virtual switch": f"chhwres -r virtualio --rsubtype vswitch -m {L9} -o a --vswitch '{{}}'",
}  # fmt: skip
SAY_NOTHING = ("unknown command", "refused option", "trace of a command", "comment on an event")
LISTINGS = (
    *(f"lssyscfg -r {kind} -m {L9}" for kind in ("lpar", "prof", "sysprof")),
    "lssyscfg -r sys",
    "lssyscfg -r sys -F name,type_model",
    "lshmcusr",
    "lshmcusr -F name:description",
    "lsaccfg -t taskrole",
    "lsaccfg -t resourcerole",
    "lshmc -n",
    "lshmc -v",
    "lssysconn -r all",
    "lssvcevents -t console -d 99",
    "lssvcevents -t hardware -d 99",
    "lslock -r sys",
    f"lshwres -r procpool -m {L9}",
    f"lshwres -r virtualio --rsubtype vswitch -m {L9}",
    f"lslparmigr -r lpar -m {L9}",
    f"lslparmigr -r sys -m {L9}",
    f"lsrefcode -r lpar -m {L9}",
    "who",
    "w",
    "last",
)


def acts(text: str) -> list[str]:
    """The lines that are not plain text."""
    return [line for line in text.split("\n") if not line.isprintable()]


def test_no_control_character_of_a_user_is_listed(console) -> None:
    hmc = console()
    hmc.datacenter.console.level = V9R1
    for listing in LISTINGS:
        assert acts(hmc(listing)[1]) == [], f"of the lab itself: {listing}"
    for way, line in WAYS.items():
        hmc(line.format(EVIL))
        assert "hscroot" in hmc.datacenter.console.users, way
    for listing in LISTINGS:
        _, text = hmc(listing)
        assert acts(text + hmc.errors) == [], listing


@pytest.mark.parametrize("way", [way for way in WAYS if way not in SAY_NOTHING])
def test_each_of_these_ways_takes_plain_text(way: str, console) -> None:
    hmc = console()
    hmc.datacenter.console.level = V9R1
    status, text = hmc(WAYS[way].format("Plain1"))
    assert status == 0, text
