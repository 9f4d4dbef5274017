"""What programs that automate a console send it, word for word, and what they parse.

The forms are those of fencing agents, configuration management, test suites, cluster managers
and monitoring scripts; each id names one that sends it.
"""

import os
import re
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pexpect
import pytest
from support.lab import L9, L10
from support.served import PASSWORD, Served, require, serve

pytestmark = pytest.mark.clients

PROMPT = "hscroot@hmc1:~> "


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("console"), "redbook") as served:
        yield served


@pytest.fixture(scope="module")
def connection(console: Served) -> Iterator[paramiko.SSHClient]:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        console.address,
        console.port,
        "hscroot",
        PASSWORD,
        allow_agent=False,
        look_for_keys=False,
    )
    yield client
    client.close()


def ask(connection: paramiko.SSHClient, command: str) -> tuple[str, str, int]:
    stdin, stdout, stderr = connection.exec_command(command, timeout=20)
    stdin.channel.shutdown_write()
    return stdout.read().decode(), stderr.read().decode(), stdout.channel.recv_exit_status()


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
def test_exec_request_is_answered(client: str, connection: paramiko.SSHClient) -> None:
    command, expected = ANSWERED[client]
    out, _, status = ask(connection, command)
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
def test_exec_request_is_refused(case: str, connection: paramiko.SSHClient) -> None:
    command, out, err, status = REFUSED[case]
    answer = ask(connection, command)
    assert answer[0].startswith(out)
    assert answer[1:] == (err, status)


def test_a_command_on_a_terminal_is_called_as_one_without(connection: paramiko.SSHClient) -> None:
    _, stdout, _ = connection.exec_command("nosuch", get_pty=True, timeout=20)
    assert stdout.read() == b"/bin/bash: nosuch: command not found\r\n"


def test_an_indented_script_in_one_exec_request(connection: paramiko.SSHClient) -> None:
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
    assert ask(connection, script) == (listed, "", 0)


def test_a_line_of_64_kib_in_an_exec_request(connection: paramiko.SSHClient) -> None:
    assert ask(connection, f"a='{'x' * 65536}'; echo ${{#a}}") == ("65536\n", "", 0)


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


def dialogue(served: Served, *, echo: bool, size: tuple[int, int]) -> "pexpect.spawn[str]":
    words = served.ssh_command("-tt", "-o", "PubkeyAuthentication=no")
    child = pexpect.spawn(
        words[0],
        words[1:],
        env={**served.environment(), "SSH_ASKPASS_REQUIRE": "never"},
        encoding="utf-8",
        echo=echo,
        timeout=20,
        dimensions=size,
    )
    child.expect("ssword:")
    child.sendline(PASSWORD)
    return child


def test_a_dialogue_without_echo_on_a_terminal_of_no_size(console: Served) -> None:
    """As xCAT does."""
    child = dialogue(console, echo=False, size=(0, 0))
    child.expect(r"~>\s*$")
    child.send(f"lssyscfg -r lpar -m {L10} -F name,state,lpar_id; echo Rc=$?\r")
    child.expect(r"~>\s*$")
    records = child.before.split("\r\n")
    assert records[0] == "VIOS1_L10,Running,1"
    assert records[3:] == [
        "PROD,Not Activated,4", "TRAIN,Running,5", "TEST,Running,6", "Rc=0", "hscroot@hmc1:",
    ]  # fmt: skip
    child.send("exit\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_dialogue_with_a_prompt_of_its_own(console: Served) -> None:
    """As op-test does when it moves a partition and takes it back."""
    mark = r"\[ssh-expect\]#$"
    child = dialogue(console, echo=True, size=(24, 80))

    def run(command: str) -> list[str]:
        child.sendline(command)
        child.expect(mark)
        text = re.sub(r"\r*\n", "\n", str(child.before))
        return [line for line in text.split("\n")[1:] if line]

    child.expect("~>")
    child.sendline("which bash && exec bash --norc --noprofile")
    child.expect("~>")
    child.setwinsize(1000, 1000)
    child.sendline("PS1=\\[ssh-expect\\]#")
    child.expect(r"\n.*" + mark)
    for source, target in ((L10, L9), (L9, L10)):
        assert run(f"migrlpar -o m -m {source} -t {target} -p TEST") == []
        assert run("echo $?") == ["0"]
        assert run(f"lssyscfg -r lpar -m {target} -F name state | grep TEST") == ["TEST Running"]
    run(f"migrlpar -o m -m {L10} -t NOPE -p TEST")
    assert run("echo $?") == ["1"]
    child.send("\r~.")
    child.expect(pexpect.EOF)
    child.close()


RUBY = """
require 'net/ssh'
port, password = ARGV
%w[password keyboard-interactive].each do |method|
  Net::SSH.start('127.0.0.1', 'hscroot', port: port.to_i, password: password,
                 auth_methods: ['none', method], verify_host_key: :never) do |session|
    print session.exec!('export LANG=en_US.UTF-8;lssyscfg -r sys -F name')
    status = {}
    print session.exec!('nosuch', status: status)
    puts status[:exit_code]
  end
end
"""


def test_net_ssh_logs_in_both_ways(console: Served) -> None:
    ruby = require("ruby")
    if subprocess.run([ruby, "-e", "require 'net/ssh'"], capture_output=True).returncode != 0:
        pytest.skip("Net::SSH (ruby-net-ssh) is not installed")
    done = subprocess.run(
        [ruby, "-e", RUBY, str(console.port), PASSWORD],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    once = f"{SYSTEMS}/bin/bash: nosuch: command not found\n127\n"
    assert (done.stdout, done.returncode) == (once * 2, 0), done.stderr


def test_stonith_ibmhmc_lists_and_fences(console: Served, tmp_path: Path) -> None:
    """The plug-in calls `ssh -l hscroot ADDRESS ...`: one that knows the port stands before it."""
    stonith = require("stonith")
    plugins = subprocess.run([stonith, "-L"], capture_output=True, text=True, check=False).stdout
    if "ibmhmc" not in plugins.split():
        pytest.skip("the plug-in ibmhmc of stonith is not installed")
    words = console.ssh_command()[:-1]
    wrapper = tmp_path / "ssh"
    wrapper.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in words) + ' "$@"\n')
    wrapper.chmod(0o700)
    environment = {**console.environment(), "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def fence(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [stonith, "-t", "ibmhmc", f"ipaddr={console.address}", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def state() -> str:
        return console.ssh(f"{LPARS} --filter lpar_names=QA -F state").stdout.strip()

    assert {"qa", "train", "vios1_l9"} <= set(fence("-l").stdout.split())
    assert fence("-T", "off", "qa").returncode == 0
    assert state() == "Not Activated"
    assert fence("-T", "on", "qa").returncode == 0
    assert state() == "Running"
