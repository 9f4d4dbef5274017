"""What programs that automate a console send to one of level V9R2, and what they parse.

The forms are those of fencing agents, configuration management, test suites, cluster managers
and monitoring scripts; each id names one that sends it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator

import pytest
from support.clients import Answer, connected
from support.served import Served, serve

pytestmark = pytest.mark.clients

SYSTEM, OTHER = "Server-9080-M9S-SN7812345", "Server-9009-42A-SN7867890"
LPARS = f"lssyscfg -r lpar -m {SYSTEM}"
ONE = f"{LPARS} --filter lpar_names=lpar1"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("console"), "modern") as served:
        yield served


@pytest.fixture(scope="module")
def ask(console: Served) -> Iterator[Callable[[str], Answer]]:
    with connected(console) as asked:
        yield asked


SYSTEMS = f"{SYSTEM}\n{OTHER}\n"

ANSWERED = {
    "rbvppc": ("export LANG=en_US.UTF-8;lssyscfg -r sys -F name", SYSTEMS),
    "rbvppc, -F alone": (
        f"export LANG=en_US.UTF-8;lshwres -r mem --level sys -m {SYSTEM} -F | cut -d, -f1",
        "262144\n"),
    "rbvppc, by profile": (
        f"export LANG=en_US.UTF-8;lssyscfg -r prof -m {SYSTEM} "
        "--filter \"lpar_names=lpar1\",\"profile_names=default\" -F desired_mem", "16384\n"),
    "lpar2rrd": (
        "LC_ALL=en_US LANG=en_US LC_NUMERIC=en_US lssyscfg -r sys -F name,type_model,serial_num",
        f"{SYSTEM},9080-M9S,7812345\n{OTHER},9009-42A,7867890\n"),
    "lpar2rrd, blanks and errors": (
        "  LC_ALL=en_US  LANG=en_US  lssyscfg -r nothing  2>&1 | cut -d. -f1 ",
        "The command entered is either missing a required parameter or a parameter value is "
        "invalid\n"),
    "op-test, exec": (f"{ONE} -F name state", "lpar1 Running\n"),
    "op-test, blank in a value": (
        f"{LPARS} --filter lpar_names=lpar5 -F name state", 'lpar5 "Not Activated"\n'),
    "op-test, reference code": (
        f"lsrefcode -r lpar -m {SYSTEM} --filter lpar_names=lpar1 -F 'lpar_name refcode'",
        'lpar1 "Linux ppc64le"\n'),
    "fence_lpar": (
        f"echo `{ONE} -F default_profile`", "default\n"),
    "powervmtools": (f'echo "<$({ONE} -F lpar_id)>"', "<3>\n"),
    "xCAT": ("lssyscfg -r frame -F name; echo Rc=$?", "No results were found.\nRc=0\n"),
    "xCAT, versions": ("lshmc -v | egrep -c '^\\*(TM|SE|RM) '", "3\n"),
    "hmcScanner": (
        f"{LPARS} -F name,lpar_id | while read x; do echo got $x; done | head -1", "got vios1,1\n"),
    "hmcScanner, lists": (
        "lshmc -n -F hostname; lssyscfg -r sys -F name,state | sort | tail -1",
        f"hmc1\n{SYSTEM},Operating\n"),
    "HMCDataFetcher": (
        f"{LPARS} -F name,lpar_env,lpar_id | while IFS=, read -r A _ B; do "
        'echo "${A// /-}:$B"; done | egrep -v "vios|HSCL" | sort | head -1', "ibmi1:6\n"),
    "centreon": (
        "while read x; do echo -n $x.; done < <(lssyscfg -r sys -F name)\n2>&1",
        f"{SYSTEM}.{OTHER}."),
    "centreon, separator": (f"{ONE} -F name~lpar_env", "lpar1~aixlinux\n"),
    "MAAS": (f"lssyscfg -m {SYSTEM} -r lpar -F name:state | grep lpar5", "lpar5:Not Activated\n"),
    "ksh scripts": (f"{LPARS} -Fname | head -1", "vios1\n"),
    "Mnhnotes": (
        "for s in $(lssyscfg -r sys -F name); do lssyscfg -r lpar -m $s -F name --header "
        "| sed -n 1p; done", "name\nname\n"),
    "HMC_menu.sh": (
        'for f in `lssyscfg -r sys -F "name"`; do echo "[$f]"; done', f"[{SYSTEM}]\n[{OTHER}]\n"),
    "pdtest": ("lssyscfg -r sys -F nosuch >&2 && echo moved || echo failed", "failed\n"),
    "check_hmc": (
        "lshmc -v | egrep '^\\*RM V([0-9]+)R([0-9]+)\\.([0-9]+)\\.([0-9]+)$'",
        "*RM V9R2.950.0\n"),
    "check_hmc, connections": (
        "lssysconn -r all | grep -c 'state=Connected'", "2\n"),
    "check_hmc_by_ssh": ("ping 127.0.0.1 -c 3 | grep -c ', 0% packet loss'", "1\n"),
    "ibmhmc": ("lshmc -v | grep RM", "*RM V9R2.950.0\n"),
    "HMC info script": (
        'echo -e "up\\c"; echo -n ,; uname -n; who -b | cut -c10-20', "up,hmc1\nsystem boot\n"),
    "HMC info script, uptime": ("cat /proc/uptime | tr ' ' '\\n' | grep -c '^[0-9.]*$'", "2\n"),
    "eezh": (
        f"wc () {{ [ \"$1\" == \"-l\" ] && sed -n '$='; }}; {ONE} -F name | wc -l", "1\n"),
    "eezh, arrays": (
        "a=(`lssyscfg -r sys -F name`); echo ${#a[@]} $((${#a[@]} * 2)); "
        "case ${a[0]} in Server-9080*) eval 'echo E980';; esac; unset a; echo [${a[0]}]",
        "2 4\nE980\n[]\n"),
    "eezh, functions": (
        "show () { local m=$1; while IFS=, read n i; do printf '%-6s%3d\\n' $n $i; done "
        f"< <(lssyscfg -r lpar -m $m -F name,lpar_id | sort | head -2); }}; show {OTHER}",
        "vios3   1\nvios4   2\n"),
    "eezh, or-list": ("[ -n \"$NOTHING\" ] || echo empty", "empty\n"),
    "x1s aliases": (
        "lssyscfg -r sys -F name | while read M; do lssyscfg -r lpar -m $M -F name,state | "
        'sed "s/^/$M,/"; done | grep lpar2', f"{SYSTEM},lpar2,Running\n"),
    "knife-lpar": ("lssyscfg -r sys -F name,state | grep Operating | cut -d ',' -f 1", SYSTEMS),
    "hmc_vios_aix": (f"lssyscfg -r lpar -m {SYSTEM} -F name,lpar_id | grep '^lpar2,'", "lpar2,4\n"),
    "avocado": (f"timeout 60 lssyscfg -r lpar -m {SYSTEM} --filter lpar_names=lpar1 -F name,state",
                "lpar1,Running\n"),
    "avocado, RMC": (f"{ONE} -F rmc_state", "active\n"),
    "ansible": (f"{ONE} -F name,lpar_id,lpar_env,state", "lpar1,3,aixlinux,Running\n"),
    "hmc-mcp": (f"{ONE} -F name,state --header", "name,state\nlpar1,Running\n"),
    "op-test, states": (
        f"lsrefcode -m {SYSTEM} -r lpar --filter lpar_names=lpar1 -F refcode", "Linux ppc64le\n"),
    "op-test, slots": (
        f"lshwres -r io -m {SYSTEM} --rsubtype slot -F drc_index:drc_name:lpar_name | head -1",
        "21010200:U78D5.001.WZS012A-P1-C1:vios1\n"),
    "op-test, secure boot": (
        f"lssyscfg -r lpar -m {SYSTEM} -F curr_secure_boot --filter lpar_names=lpar1", "0\n"),
    "op-test, virtual processors": (
        f"lshwres -m {SYSTEM} -r proc --level sys -F curr_sys_virtual_procs", "6\n"),
    "op-test, profile": (
        f"lssyscfg -r prof -m {SYSTEM} --filter 'lpar_names=lpar1,profile_names=default' "
        "-F io_slots", "none\n"),
    "avocado, adapters": (
        f"lshwres -m {SYSTEM} -r sriov --rsubtype adapter -F               phys_loc:adapter_id",
        "U78D5.001.WZS012A-P1-C6:1\nU78D5.001.WZS012A-P1-C7:2\n"),
    "avocado, virtual NICs": (
        f"lshwres -r virtualio -m {SYSTEM} --rsubtype vnic --filter \"lpar_names=lpar3\" "
        "-F slot_num", "6\n"),
    "avocado, backing devices": (
        f"lshwres -r virtualio -m {SYSTEM} --rsubtype vnic --level lpar                "
        "--filter lpar_names=lpar3 -F slot_num,backing_device_states",
        '6,"sriov/27004001/1/Operational,sriov/27008001/0/Operational"\n'),
    "avocado, mover": (f"chsyscfg -m {SYSTEM} -r lpar -i lpar_id=1,msp=1", ""),
    "lpar2rrd, memory pools": (
        f'lshwres -m "{SYSTEM}" -r mempool --rsubtype pgdev 2>&1', "No results were found.\n"),
    "lpar2rrd, samples": (
        f'LC_ALL=en_US LANG=en_US LC_NUMERIC=en_US lslparutil -s s -r lpar -h 1 -n 1 -m "{SYSTEM}" '
        "-F lpar_name,curr_proc_units,mem_mode,curr_mem,phys_run_mem,curr_io_entitled_mem,"
        'mapped_io_entitled_mem,mem_overage_cooperation --filter \"event_types=sample\"',
        "vios1,1.0,ded,8192,null,null,null,null\n"),
    "datadog": (f"lslparutil -r config -m {SYSTEM} -F sample_rate", "300\n"),
    "datadog, memory": ("cat /proc/meminfo | grep MemTotal", "MemTotal:        1033908 kB\n"),
    "os-autoinst": (
        f"! lssyscfg -m {SYSTEM} -r lpar --filter 'lpar_ids=3' -F state "
        "| grep -i 'not activated' -q", ""),
    "powercollector": (
        f"lssyscfg -r lpar -m {SYSTEM} -F lpar_id:name:os_version:state:rmc_ipaddr --osrefresh "
        "| head -1", "1:vios1:VIOS 3.1.2.10:Running:10.1.0.1\n"),
    "powercollector, firmware": (
        f"lslic -t sys -m {SYSTEM} -F temp_ecnumber_primary:temp_level_primary:"
        "temp_ecnumber_secondary", "01VH950:45:null\n"),
    "check_hmc_led": (
        "for MSYS in `lssyscfg -r sys -F name `; do echo -n \"${MSYS} \"; "
        "lsled -r sa -t phys -m ${MSYS}; done", f"{SYSTEM} state=off\n{OTHER} state=off\n"),
    "ansible, firmware": (
        f"lslic -m {SYSTEM} -F activated_spname,activated_level,ecnumber",
        "FW950.00,45,01VH950\n"),
    "ansible, system": (
        f"chsyscfg -r sys -m {SYSTEM} -i \"power_off_policy=1\"", ""),
    "ansible, memory": (
        f"chhwres -r mem  -m {SYSTEM} -o s  -a \"requested_num_sys_huge_pages=0\"", ""),
    "ansible, users": ("lshmcusr -t user --filter \"names=hscroot\" | cut -d, -f1,2",
                       "name=hscroot,taskrole=hmcsuperadmin\n"),
    "ansible, apply": (f"chsyscfg -r lpar -m {SYSTEM} -n default -p lpar5 -o apply", ""),
}  # fmt: skip


@pytest.mark.parametrize("client", ANSWERED)
def test_exec_request_is_answered(client: str, ask: Callable[[str], Answer]) -> None:
    command, expected = ANSWERED[client]
    out, _, status = ask(command)
    assert (out, status) == (expected, 0)


REFUSED = {
    "ansible: no such partition": (f"{LPARS} --filter lpar_names=NOPE", "HSCL8012"),
    "hmc_vios_aix: no such partition": (f"{LPARS} --filter lpar_names=NOPE -F lpar_id", "HSCL8012"),
    "PowerAdm: no such ID": (
        f"{LPARS} --filter lpar_ids=99", 'HSCL8011 The partition ID "99" was not found.'),
    "lpm.sh: no such system": (f"migrlpar -o v -m {SYSTEM} -t NOPE -p lpar1", "HSCL8018"),
    "pdtest: not on this system": (f"migrlpar -o v -m {OTHER} -t {SYSTEM} -p lpar1", "HSCL8012"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_exec_request_is_refused(case: str, ask: Callable[[str], Answer]) -> None:
    command, message = REFUSED[case]
    out, err, status = ask(command)
    assert (out + err).startswith(message)
    assert status != 0


def test_a_script_that_moves_partitions_goes_by_statuses(ask: Callable[[str], Answer]) -> None:
    """As lpm.sh and ansible do."""
    for source, target in ((SYSTEM, OTHER), (OTHER, SYSTEM)):
        for operation in ("v", "m"):
            out, err, status = ask(f"migrlpar -o {operation} -m {source} -t {target} -p lpar2")
            assert status == 0, out + err
        found = ask(f"lssyscfg -r lpar -m {target} --filter lpar_names=lpar2 -F state")
        assert found == ("Running\n", "", 0)


NEW = (
    "name={name},profile_name={name},boot_mode=norm,auto_start=0,lpar_env=aixlinux,"
    "max_virtual_slots=30,min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,"
    "sharing_mode=uncap,uncap_weight=128,min_procs=1,desired_procs=1,max_procs=2,"
    "min_proc_units=0.1,desired_proc_units=0.5,max_proc_units=1.0"
)


def test_the_life_of_a_partition(ask: Callable[[str], Answer]) -> None:
    """Made as rbvppc does, started as powervmtools, saved as PowerAdm, removed as pdtest does."""
    english = "export LANG=en_US.UTF-8;"
    new = f"--filter lpar_names=fresh -m {SYSTEM}"

    def done(command: str) -> str:
        out, err, status = ask(command)
        assert (err, status) == ("", 0), out + err
        return out

    def awaited(state: str) -> None:
        for _ in range(20):
            if done(f"lssyscfg -r lpar {new} -F state").strip() == state:
                return
        raise AssertionError(f"the partition does not get {state}")

    done(f'{english}mksyscfg -m {SYSTEM} -r lpar -i "{NEW.format(name="fresh")}"')
    try:
        assert done(f"{english}lssyscfg -r lpar {new} -F state") == "Not Activated\n"
        started = f"chsysstate -r lpar -m {SYSTEM} -o on -n fresh"
        done(f"{started} -f $(lssyscfg -r prof {new} -F name)")
        shown = f"lssyscfg -r lpar {new} -F"
        done(
            f"mksyscfg -r prof -m {SYSTEM} -o save -p fresh -n `{shown} curr_profile` --force;"
            f"chsysstate -r lpar -m {SYSTEM} -o shutdown -n fresh --immed"
        )
        awaited("Not Activated")
        added = (
            f"chsyscfg -r prof -m {SYSTEM} -i "
            "'lpar_name=fresh,name=fresh,\"virtual_eth_adapters=7/0/1//0/0\"'"
        )
        done(f"{added} && {shown} name | grep fresh && true || exit 9")
    finally:
        out, _, status = ask(f"rmsyscfg -r lpar -m {SYSTEM} -n fresh && echo removed")
    assert (out, status) == ("removed\n", 0)
    assert ask(f"lssyscfg -r lpar {new} -F name")[0].startswith("HSCL8012")


def test_an_indented_script_in_one_exec_request(ask: Callable[[str], Answer]) -> None:
    """As HMCDataFetcher and centreon send it."""
    script = f"""
        # every partition, as the collectors list them
        m=$(lssyscfg -r sys -F name | head -1)
        lssyscfg -r lpar -m $m -F name,lpar_id |
            while IFS=, read -r name id _; do
                [ -n "$name" ] && echo "$name:$id"
            done | grep lpar1
        while read s; do
\t    if [ "$s" = {OTHER} ]
\t    then echo "last: $s"
\t    fi
        done < <(
            lssyscfg -r sys -F name
        )
    """
    assert ask(script) == (f"lpar1:3\nlast: {OTHER}\n", "", 0)


def test_a_file_of_functions_on_standard_input(console: Served) -> None:
    """As one feeds a library of functions, eezh's for one, to a console that has no scp."""
    script = textwrap.dedent(
        """\
        declare -a names
        grab () {
            local line
            while IFS= read -r line; do names+=("$line"); done < <("$@")
        }
        wc () { [ "$1" == "-l" ] && sed -n '$='; }
        grab lssyscfg -r sys -F name,type_model,serial_num
        for entry in "${names[@]}"; do
            IFS=, read name model serial <<< "$entry"
            printf '%s*%s %s\\n' "$model" "$serial" "${name//Server-/}"
        done
        echo "${#names[@]}"
        printf '%s\\n' "${names[@]}" | wc -l
        """
    )
    done = console.ssh(script=script)
    assert done.stdout == (
        "9080-M9S*7812345 9080-M9S-SN7812345\n9009-42A*7867890 9009-42A-SN7867890\n2\n2\n"
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_the_version_is_found_by_everyone_who_looks(ask: Callable[[str], Answer]) -> None:
    """cluster-glue reads one digit behind `RM V`, check_hmc four numbers, xCAT three lines."""
    text, _, _ = ask("lshmc -v")
    assert re.search(r"^\*RM V(\d+)R(\d+)\.(\d+)\.(\d+)$", text, re.M)
    assert re.search(r"RM V(\d)R", text)
    assert all(re.search(rf"^\*{tag} \S+$", text, re.M) for tag in ("TM", "SE"))
