"""Programs of others, unmodified, and dialogues word for word, each against both labs.

The programs are fence_lpar, stonith with its plug-in ibmhmc, Ruby's Net::SSH and avocado's
ssh.Session; the dialogues are those of xCAT and op-test.
"""

import dataclasses
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.clients import dialogue, fence_lpar, net_ssh, python, stonith
from support.lab import L9, L10
from support.served import Served, serve

pytestmark = pytest.mark.clients


@dataclasses.dataclass(frozen=True)
class Place:
    """A lab with what stands in it: two systems, and partitions of the first."""

    lab: str
    source: str
    target: str
    mobile: str
    fenced: str
    off: str
    servers: tuple[str, str]


PLACES = [
    Place("redbook", L10, L9, "TEST", "TRAIN", "PROD", ("VIOS1_L10", "VIOS2_L10")),
    Place(
        "modern",
        "Server-9080-M9S-SN7812345",
        "Server-9009-42A-SN7867890",
        "lpar1",
        "lpar2",
        "lpar5",
        ("vios1", "vios2"),
    ),
]


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.lab)
def place(request: pytest.FixtureRequest) -> Place:
    return request.param


@pytest.fixture(scope="module")
def console(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("console"), place.lab) as served:
        yield served


def state(console: Served, place: Place, name: str) -> str:
    listed = f"lssyscfg -r lpar -m {place.source} --filter lpar_names={name} -F state"
    return console.ssh(listed).stdout.strip()


def test_fence_lpar(console: Served, place: Place) -> None:
    def fence(action: str, *more: str) -> tuple[int, str]:
        done = fence_lpar(console, place.source, action, *more)
        return done.returncode, done.stdout + done.stderr

    victim = ("-n", place.fenced)
    status, output = fence("status", *victim)
    assert status == 0, output
    assert "Status: ON" in output
    status, output = fence("list")
    assert status == 0, output
    listed = {line.split(",")[0] for line in output.splitlines()}
    assert {place.mobile, place.fenced, place.off, *place.servers} <= listed
    assert fence("off", *victim)[0] == 0
    assert fence("status", *victim)[0] == 2
    assert state(console, place, place.fenced) == "Not Activated"
    assert fence("on", *victim)[0] == 0
    assert fence("status", *victim)[0] == 0
    assert fence("reboot", *victim)[0] == 0
    assert state(console, place, place.fenced) == "Running"
    assert fence("status", "-n", "nosuch")[0] != 0


def test_stonith_ibmhmc(console: Served, place: Place, tmp_path: Path) -> None:
    listed = stonith(console, tmp_path, "-l")
    known = {name.lower() for name in (place.mobile, place.fenced, place.off, *place.servers)}
    assert known <= set(listed.stdout.split()), listed.stderr
    assert stonith(console, tmp_path, "-S").returncode == 0
    victim = place.fenced.lower()
    assert stonith(console, tmp_path, "-T", "off", victim).returncode == 0
    assert state(console, place, place.fenced) == "Not Activated"
    assert stonith(console, tmp_path, "-T", "on", victim).returncode == 0
    assert state(console, place, place.fenced) == "Running"
    assert stonith(console, tmp_path, "-T", "reset", victim).returncode == 0
    assert state(console, place, place.fenced) == "Running"


def test_net_ssh_logs_in_both_ways(console: Served, place: Place) -> None:
    listed = (
        f"export LANG=en_US.UTF-8;lssyscfg -r lpar -m {place.source} "
        f"--filter lpar_names={place.off} -F name,state"
    )
    once = f"{place.off},Not Activated\n0\n/bin/bash: nosuch: command not found\n127\n"
    assert net_ssh(console, listed, "nosuch") == once * 2


AVOCADO = """
import sys
from avocado.utils import ssh
port, password, ssh.SSH_CLIENT_BINARY = sys.argv[1:]
with ssh.Session("127.0.0.1", port=int(port), user="hscroot", password=password) as session:
    assert session._check()
    for command, timeout in {commands}:
        done = session.cmd(command, timeout=timeout)
        print(done.exit_status, done.stdout_text + done.stderr_text, sep="|", end="|")
    try:
        session.cmd("lssyscfg -r nosuch", ignore_status=False)
    except Exception as error:
        print(type(error).__name__)
    assert session.quit()
    assert not session._check()
wrong = ssh.Session("127.0.0.1", port=int(port), user="hscroot", password="wrong")
print(wrong.connect())
"""


def test_avocado_session(console: Served, place: Place, tmp_path: Path) -> None:
    """What `Session.cmd` does with a limit of time, a console before V8R8.1 has no program for."""
    pytest.importorskip("avocado.utils.ssh", reason="avocado-framework is not installed")
    listed = f"lssyscfg -r lpar -m {place.source} --filter lpar_names={place.off} -F name,state"
    commands = [
        (listed, None),
        (f"lssyscfg -r lpar -m {place.source} --filter lpar_names=nosuch -F name", None),
        (listed, 30),
        ("sleep 30", 2),
        ("exit 7", None),
    ]
    done = python(console, tmp_path, AVOCADO.format(commands=commands))
    assert done.returncode == 0, done.stderr
    found = f"{place.off},Not Activated\n"
    missing = (
        "HSCL8012 The partition named nosuch was not found.  Please check your entry and retry "
        "the command.\n"
    )
    absent = "127|/bin/bash: timeout: command not found\n|"
    limited = absent * 2 if place.lab == "redbook" else f"0|{found}|124||"
    assert done.stdout == f"0|{found}|1|{missing}|{limited}7||CmdError\nFalse\n"


AVOCADO_MIGRATION = """
import sys
from avocado.utils import ssh
port, password, ssh.SSH_CLIENT_BINARY = sys.argv[1:]
with ssh.Session("127.0.0.1", port=int(port), user="hscroot", password=password) as session:
    for source, target in {ways}:
        for operation in ("v", "m"):
            command = f"migrlpar -o {{operation}} -m {{source}} -t {{target}} -p {name}"
            session.cmd(command, timeout={timeout})
        listed = session.cmd(f"lssyscfg -r lpar -m {{target}} -F name,state").stdout_text
        print([line for line in listed.splitlines() if line.split(",")[0] == "{name}"])
"""


def test_avocado_migrates_there_and_back(console: Served, place: Place, tmp_path: Path) -> None:
    """Its test of mobility looks for the partition on the destination, whatever the status."""
    pytest.importorskip("avocado.utils.ssh", reason="avocado-framework is not installed")
    ways = [(place.source, place.target), (place.target, place.source)]
    timeout = None if place.lab == "redbook" else 3600
    program = AVOCADO_MIGRATION.format(ways=ways, name=place.mobile, timeout=timeout)
    done = python(console, tmp_path, program)
    assert done.stdout == f"['{place.mobile},Running']\n" * 2, done.stderr


# -- dialogues --------------------------------------------------------------------------------


def test_a_dialogue_without_echo_on_a_terminal_of_no_size(console: Served, place: Place) -> None:
    """As xCAT does."""
    child = dialogue(console, echo=False, size=(0, 0))
    child.expect(r"~>\s*$")
    child.send(f"lssyscfg -r lpar -m {place.source} -F name,state,lpar_id; echo Rc=$?\r")
    child.expect(r"~>\s*$")
    records = str(child.before).split("\r\n")
    assert records[0].split(",")[1:2] == ["Running"]  # the first record, and not the echo
    assert f"{place.servers[0]},Running,1" in records
    assert f"{place.off},Not Activated," in "".join(records)
    assert records[-2:] == ["Rc=0", "hscroot@hmc1:"]
    child.send("lssyscfg -r frame -F name; echo Rc=$?\r")
    child.expect(r"~>\s*$")
    assert "No results were found.\r\nRc=0\r\n" in str(child.before)
    child.send("exit\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


class OpTest:
    """The dialogue that op-test has with a console: its own prompt, a status after each command."""

    MARK = r"\[ssh-expect\]#$"
    PROMPTS = ("login: $", ".*#$", ".*# $", r".*\$", "~>", "~ #")

    def __init__(self, served: Served) -> None:
        self.child = dialogue(served, echo=True, size=(24, 80))
        self.child.expect(list(self.PROMPTS))
        self.child.setwinsize(1000, 1000)
        self.child.sendline("which bash && exec bash --norc --noprofile")
        self.child.expect(list(self.PROMPTS))
        self.child.sendline("PS1=\\[ssh-expect\\]#")
        self.child.expect(r"\n.*" + self.MARK)
        self.say("which stty && stty cols 300;which stty && stty rows 30")
        self.say("export LANG=C")
        self.say("")
        self.say("date")

    def say(self, command: str) -> list[str]:
        """Send a line; give the lines before the next prompt, without the echo."""
        self.child.sendline(command)
        self.child.expect(self.MARK)
        text = re.sub(r"\r*\n", "\n", str(self.child.before))
        return [line for line in text.split("\n")[1:] if line]

    def run(self, command: str) -> tuple[list[str], int]:
        """Run a command; give its lines and its status."""
        lines = self.say(command)
        return lines, int(self.say("echo $?")[-1])

    def leave(self) -> None:
        """Log off as it does."""
        self.child.send("\r~.")
        self.child.expect(pexpect.EOF)
        self.child.close()


def test_a_dialogue_with_a_prompt_of_its_own(console: Served, place: Place) -> None:
    """As op-test does when it moves a partition and takes it back."""
    session = OpTest(console)
    assert "root" in "".join(session.say("which whoami && whoami"))
    for source, target in ((place.source, place.target), (place.target, place.source)):
        command = f"migrlpar -o m -m {source} -t {target} -p {place.mobile}"
        assert session.run(command) == ([], 0)
        listed = f"lssyscfg -r lpar -m {target} --filter lpar_names={place.mobile} -F name state"
        assert session.run(listed) == ([f"{place.mobile} Running"], 0)
    listed = f"lssyscfg -r lpar -m {place.source} --filter lpar_names={place.off} -F name state"
    assert session.run(listed) == ([f'{place.off} "Not Activated"'], 0)
    lines, status = session.run(f"migrlpar -o m -m {place.source} -t NOPE -p {place.mobile}")
    assert (status, len(lines)) == (1, 1)
    assert session.run("nosuch")[1] == 127
    session.leave()


def test_op_test_powers_a_partition_off_and_on(console: Served, place: Place) -> None:
    session = OpTest(console)
    base = f"-r lpar -m {place.source}"
    shown = f"lssyscfg {base} --filter lpar_names={place.fenced} -F state"
    assert session.run(f"chsysstate {base} -n {place.fenced} -o shutdown --immed") == ([], 0)
    for _ in range(20):
        lines, _ = session.run(shown)
        if lines == ["Not Activated"]:
            break
    assert lines == ["Not Activated"]
    profile, _ = session.run(
        f"lssyscfg {base} --filter lpar_names={place.fenced} -F default_profile"
    )
    command = f"chsysstate {base} -n {place.fenced} -o on -b norm -f {profile[0]}"
    assert session.run(command) == ([], 0)
    for _ in range(20):
        lines, _ = session.run(shown)
        if lines == ["Running"]:
            break
    assert lines == ["Running"]
    session.leave()


def test_a_script_on_standard_input_of_a_pty_less_shell(console: Served, place: Place) -> None:
    """As the ishmc script does: no prompt, no echo, all of it to the end."""
    script = textwrap.dedent(
        f"""\
        for s in $(lssyscfg -r sys -F name); do
            echo "== $s"
            for p in `lssyscfg -r lpar -m $s -F name | grep -i vios | sort`; do
                echo "$p" | cut -c1-5
            done
        done
        lshmc -v | grep -c 'RM V'
        nosuch
        lssyscfg -r lpar -m {place.source} --filter lpar_names={place.off} -F state
        """
    )
    done = console.ssh("-q", "-l", "hscroot", script=script)
    lines = done.stdout.splitlines()
    first = lines.index(f"== {place.source}")
    assert [line.upper() for line in lines[first + 1 : first + 3]] == ["VIOS1", "VIOS2"]
    assert lines[-2:] == ["1", "Not Activated"]
    assert done.stderr == "/bin/bash: line 8: nosuch: command not found\n"
    assert done.returncode == 0
