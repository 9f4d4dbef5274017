"""What programs that automate a console send it, word for word, and what they parse.

The forms are those of fencing agents, configuration management, test suites, cluster managers
and monitoring scripts; each id names one that sends it.
"""

import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.clients import Answer, connected
from support.lab import L9, L10
from support.served import Served, serve

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("console"), "redbook") as served:
        yield served


@pytest.fixture(scope="module")
def ask(console: Served) -> Iterator[Callable[[str], Answer]]:
    with connected(console) as asked:
        yield asked


SYSTEMS = f"{L9}\n{L10}\n"
LPARS = f"lssyscfg -r lpar -m {L9}"

ANSWERED = {
    "rbvppc": ("export LANG=en_US.UTF-8;lssyscfg -r sys -F name", SYSTEMS),
    "rbvppc, -F alone": (f"export LANG=en_US.UTF-8;lshwres -r mem --level sys -m {L9} -F | "
                         "cut -d, -f1", "16384\n"),
    "lpar2rrd": ("LC_ALL=en_US LANG=en_US LC_NUMERIC=en_US lssyscfg -r sys -F name", SYSTEMS),
    "lpar2rrd, errors with the rest": (
        "  LC_ALL=en_US  lssyscfg -r nothing  2>&1 | cut -d. -f1 ",
        "The command entered is either missing a required parameter or a parameter value is "
        "invalid\n"),
    "op-test": (f"lssyscfg -r lpar -m {L10} --filter lpar_names=PROD -F name state",
                'PROD "Not Activated"\n'),
    "op-test, terminal": ("which stty && stty cols 300;which stty && stty rows 30; echo $?", "1\n"),
    "op-test, user": ("which whoami && whoami", "/usr/bin/whoami\nhscroot\n"),
    "fence_lpar": (f"echo `lssyscfg -r lpar -m {L10} --filter 'lpar_names=TRAIN' "
                   "-F curr_profile`", "default\n"),
    "powervmtools": (f'echo "<$(lssyscfg -r lpar -m {L10} --filter lpar_names=DEV '
                     '-F curr_profile)>"', "<DEV>\n"),
    "xCAT": ("lssyscfg -r frame -F name; echo Rc=$?", "No results were found.\nRc=0\n"),
    "hmcScanner": (f"{LPARS} -F name,lpar_id | while read x; do echo got $x; done | tail -1",
                   "got QA,7\n"),
    "HMCDataFetcher": (f"{LPARS} -F name,lpar_env,lpar_id | while IFS=, read -r A _ B; do "
                       'echo "${A// /-}:$B"; done | egrep -v "VIOS|HSCL" | sort',
                       "BUILD:6\nQA:7\n"),
    "centreon": ("while read x; do echo -n $x.; done < <(lssyscfg -r sys -F name) 2>&1",
                 f"{L9}.{L10}."),
    "centreon, separator": (f"{LPARS} -F name~lpar_env | tail -n 1", "QA~aixlinux\n"),
    "ksh scripts": (f"{LPARS} -Fname | head -1", "VIOS1_L9\n"),
    "Mnhnotes": ("for s in $(lssyscfg -r sys -F name); do lssyscfg -r lpar -m $s -F name "
                 "--header | sed -n 1p; done", "name\nname\n"),
    "pdtest": ("lssyscfg -r sys -F nosuch >&2 && echo moved || echo failed", "failed\n"),
    "check_hmc": ("lshmc -v | grep -c '^\\*RM V7R3'", "1\n"),
    "check_hmc, its address": ("ping -c 1 127.0.0.1 | grep -c ', 0% packet loss'", "1\n"),
    "ibmhmc": ("lshmc -r -F ssh", "enable\n"),
    "HMC info script": ('echo -e "up\\c"; echo -n ,; uname -n; who -b | cut -c10-20',
                        "up,hmc1\nsystem boot\n"),
    "HMC info script, uptime": ("cat /proc/uptime | tr ' ' '\\n' | grep -c '^[0-9.]*$'", "2\n"),
    "eezh": (f"wc () {{ [ \"$1\" == \"-l\" ] && sed -n '$='; }}; {LPARS} -F name | wc -l", "4\n"),
    "eezh, arrays": ("a=(`lssyscfg -r sys -F name`); echo ${#a[@]} $((${#a[@]} * 2)); "
                     "case ${a[0]} in 9117*) eval 'echo 570';; esac", "2 4\n570\n"),
    "knife-lpar": ("lssyscfg -r sys -F name,state | grep Operating | cut -d ',' -f 1", SYSTEMS),
}  # fmt: skip


@pytest.mark.parametrize("client", ANSWERED)
def test_exec_request_is_answered(client: str, ask: Callable[[str], Answer]) -> None:
    command, expected = ANSWERED[client]
    out, _, status = ask(command)
    assert (out, status) == (expected, 0)


REFUSED = {
    "ansible: no such partition": (
        f"lssyscfg -r lpar -m {L9} --filter lpar_names=NOPE", "HSCL8012", "", 1),
    "PowerAdm: no such ID": (
        f"lssyscfg -r lpar -m {L9} --filter lpar_ids=99",
        'HSCL8011 The partition ID "99" was not found.', "", 1),
    "unknown command": ("nosuch", "", "/bin/bash: nosuch: command not found\n", 127),
    "avocado: the console has no timeout": (
        "timeout 30 lssyscfg -r sys", "", "/bin/bash: timeout: command not found\n", 127),
    "awk": ("awk '{print}'", "", "/bin/bash: awk: command not found\n", 127),
    "file": (
        "lssyscfg -r sys >a", "", "/bin/bash: a: restricted: cannot redirect output\n", 1),
    "cd": ("cd /tmp", "", "/bin/bash: cd: restricted\n", 1),
    "another shell": ("exec bash --norc", "", "/bin/bash: exec: restricted\n", 1),
    "copy": ("scp -t .", "", "scp: not emulated\n", 1),
    "half a command": (
        "for i in 1", "", "/bin/bash: -c: syntax error: unexpected end of file\n", 2),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_exec_request_is_refused(case: str, ask: Callable[[str], Answer]) -> None:
    command, out, err, status = REFUSED[case]
    answer = ask(command)
    assert answer[0].startswith(out)
    assert answer[1:] == (err, status)


def test_a_command_on_a_terminal_is_called_as_one_without(console: Served) -> None:
    words = console.ssh_command("-tt")
    done = subprocess.run(
        [*words, "nosuch"],
        env=console.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.stdout == b"/bin/bash: nosuch: command not found\r\n"
    assert done.returncode == 127


def test_an_indented_script_in_one_exec_request(ask: Callable[[str], Answer]) -> None:
    script = f"""
        # every partition, as the collectors list them
        m=$(lssyscfg -r sys -F name | head -1)
        lssyscfg -r lpar -m $m -F name,lpar_id |
            while IFS=, read -r name id _; do
                [ -n "$name" ] && echo "$name:$id"
            done
        while read s; do
\t    if [ "$s" = {L10} ]
\t    then echo "last: $s"
\t    fi
        done < <(
            lssyscfg -r sys -F name
        )
    """
    listed = f"VIOS1_L9:1\nVIOS2_L9:2\nBUILD:6\nQA:7\nlast: {L10}\n"
    assert ask(script) == (listed, "", 0)


def test_a_line_of_64_kib_in_an_exec_request(ask: Callable[[str], Answer]) -> None:
    assert ask(f"a='{'x' * 65536}'; echo ${{#a}}") == ("65536\n", "", 0)


def test_a_script_without_a_terminal_runs_to_its_end(console: Served) -> None:
    script = textwrap.dedent(f"""\
        for n in 1 2; do
            echo "loop $n"
        done
        nosuch
        {LPARS} -F name | sort | head -1
        cat <<END
            $(lshmc -v | grep RM)
        END
        exit 4
        """)
    done = console.ssh("-q", "-l", "hscroot", script=script)
    assert done.stdout == "loop 1\nloop 2\nBUILD\n    *RM V7R3.2.0.0\n"
    assert done.stderr == "/bin/bash: line 4: nosuch: command not found\n"
    assert done.returncode == 4


def test_a_control_master_without_a_command_carries_many(console: Served, tmp_path: Path) -> None:
    """As avocado.utils.ssh does."""
    control = ("-o", f"ControlPath={tmp_path / 'm'}")
    master = ("-T", "-n", *control, "-o", "ControlMaster=yes", "-o", "ControlPersist=yes")
    started = subprocess.run(
        console.ssh_command(*master),
        env=console.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    assert started.returncode == 0
    try:
        for _ in range(12):
            assert console.ssh("lssyscfg -r sys -F name", options=control).stdout == SYSTEMS
        assert console.ssh("exit 9", options=control).returncode == 9
    finally:
        left = console.ssh(options=(*control, "-O", "exit"))
    assert left.returncode == 0
