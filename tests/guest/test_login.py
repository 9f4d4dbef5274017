"""Log-in and session at the console device of a partition."""

from __future__ import annotations

import asyncio

import pytest
from hmcsh.commands.hmc.common.passwords import protect
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lab import L9, L10, Lab
from support.sitting import Sitting

from hmcsh.console import ConsoleService
from hmcsh.model import power
from hmcsh.model.inventory import load, load_text
from hmcsh.model.states import PartitionState
from hmcsh.runtime import SECOND, Clock

AIX = "\n\nAIX Version 6\nConsole login: "
VIOS = "\n\nIBM Virtual I/O Server\n\nlogin: "
REFUSED = "3004-007 You entered an invalid login name or password.\n"


def sit(name: str = "TRAIN", lab: str = "redbook") -> Sitting:
    service = ConsoleService(load(lab, Clock("manual"), seed=0))
    return at(service, name)


def at(service: ConsoleService, name: str) -> Sitting:
    frames = service.datacenter.frames.values()
    (partition,) = (p for f in frames for p in f.partitions.values() if p.name == name)
    return Sitting(service, partition)


@pytest.fixture
def root() -> Sitting:
    sitting = sit()
    sitting.log_in()
    return sitting


# -- who is let in -----------------------------------------------------------------------------


def test_the_dialogue_of_aix() -> None:
    sitting = sit()
    assert sitting.type("\r") == f"\n{AIX}"
    assert sitting.type("root\r") == "root\nroot's Password: "
    assert sitting.type("wrong\r") == f"\n{REFUSED}Console login: "
    assert sitting.type("nobody\r") == "nobody\nnobody's Password: "
    assert sitting.type("abc123\r") == f"\n{REFUSED}Console login: "
    sitting.type("root\r")
    assert sitting.type("abc123\r") == (
        "\nWelcome to AIX Version 6.1!\n"
        "Last unsuccessful login: Tue Apr  3 15:00:00 UTC 2007 on /dev/vty0\n# "
    )
    sitting.clock.advance(60 * SECOND)
    assert sitting.type("exit\r") == f"exit\n{AIX}"
    assert sitting.log_in().endswith("!\nLast login: Tue Apr  3 15:00:00 UTC 2007 on /dev/vty0\n# ")


def test_the_dialogue_of_a_virtual_io_server() -> None:
    sitting = sit("VIOS1_L10")
    assert sitting.type("\r") == f"\n{VIOS}"
    assert sitting.type("root\r") + sitting.type("abc123\r") == (
        f"root\nroot's Password: \n{REFUSED}login: "
    )
    assert sitting.log_in("padmin").endswith("$ ")
    assert sitting.run("echo $LOGNAME; pwd") == "padmin\n/home/padmin\n"


def test_the_dialogue_of_linux() -> None:
    sitting = sit(*linux())
    name = sitting.partition.host_name
    assert sitting.type("\r").endswith(f"{sitting.partition.name} login: ")
    assert sitting.type("root\rwrong\r").endswith(f"Password: \nLogin incorrect\n\n{name} login: ")
    assert sitting.log_in().endswith(f"{name}:~ # ")
    assert sitting.type("nothere\r") == f"nothere\nbash: nothere: command not found\n{name}:~ # "
    assert sitting.type("cd /etc\r") == f"cd /etc\n{name}:/etc # "


def linux() -> tuple[str, str]:
    datacenter = load("modern", Clock("manual"))
    for frame in datacenter.frames.values():
        for partition in frame.partitions.values():
            system = partition.operating_system
            if partition.running and system and system.version.startswith("Linux"):
                return partition.name, "modern"
    raise AssertionError("the lab has no partition that runs Linux")


@pytest.mark.parametrize("hashed", [False, True], ids=["as such", "hashed"])
def test_the_password_is_the_inventorys(hashed: bool) -> None:
    datacenter = load_text(
        "systems: {one: {partitions: {p: {os: {version: AIX 7.1, password: secret}}}}}",
        Clock("manual"),
    )
    if hashed:
        asyncio.run(protect(datacenter))
        record = datacenter.frames["one"].partition(name="p").operating_system.password
        assert record.startswith("$scrypt$")
    service = ConsoleService(datacenter)
    sitting = at(service, "p")
    if sitting.partition.state is not PartitionState.RUNNING:
        sitting.partition.state = PartitionState.RUNNING
    assert REFUSED in sitting.log_in()
    assert sitting.log_in("root", "secret").endswith("# ")
    assert "secret" not in sitting.screen


# -- the terminal ------------------------------------------------------------------------------

KEYS = {
    "erase": ("ech\x7fho x\r", "x\n"),
    "kill": ("rubbish\x15echo x\r", "x\n"),
    "word": ("echo a b\x17c\r", "a c\n"),
    "back": ("cho x\x01e\r", "x\n"),
    "history": ("echo one\r\x1b[A\r", "one\n"),
    "complete": ("ech\tx\r", "x\n"),
    "complete-file": ("cat /etc/ho\t\r", "127.0.0.1\tloopback localhost\n"),
    "interrupt": ("echo never\x03echo x\r", "x\n"),
    "typed-ahead": ("read a\rtyped\recho $a\r", "typed\n"),
    "crlf": ("echo x\r\n", "x\n"),
}


@pytest.mark.parametrize(("typed", "last"), KEYS.values(), ids=KEYS)
def test_keys(typed: str, last: str, root: Sitting) -> None:
    shown = root.type(typed)
    assert shown.removesuffix("# ").endswith(f"\n{last}") or f"\n{last}" in shown


def test_an_interrupt_ends_what_runs(root: Sitting) -> None:
    assert root.type("sleep 1000\r") == "sleep 1000\n"
    assert root.type("\x03") == "^C\n# "
    assert root.run("echo $?") == "130\n"
    assert root.clock.idle, "the sleep that was ended is no longer scheduled"


def test_a_loop_without_end_is_interrupted(root: Sitting) -> None:
    root.type("while :; do :; done\r", 3 * SECOND)
    assert root.type("\x03", SECOND) == "^C\n# "


def test_the_end_of_the_input_ends_the_session(root: Sitting) -> None:
    assert root.type("\x04") == f"\n{AIX}"


def test_virtual_time_passes_while_a_command_takes_it(root: Sitting) -> None:
    assert root.type("sleep 5; echo done\r") == "sleep 5; echo done\n"
    assert root.type("", 6 * SECOND) == "done\n# "


def test_who_writes_much_waits_for_who_reads(root: Sitting) -> None:
    full = root.terminal.full = root.clock.event()
    shown = root.type("i=0; while [ $i -lt 50 ]; do echo $i; i=$((i+1)); done\r")
    assert "\n49\n" not in shown
    root.terminal.full = None
    full.succeed()
    assert root.type("", SECOND).endswith("\n49\n# ")


# -- the device --------------------------------------------------------------------------------


def test_the_session_stays_when_the_terminal_is_closed(root: Sitting) -> None:
    root.type("cd /tmp; x=kept\rsleep 30; echo unseen > f\r")
    root.terminal.close()
    root.clock.advance(60 * SECOND)
    root.open()
    assert root.run("echo $x $PWD; cat f") == "kept /tmp\nunseen\n"


def test_the_session_goes_along_when_the_partition_migrates() -> None:
    sitting = sit("TEST")
    lab = Lab(sitting.service.datacenter, sitting.service.mobility)
    sitting.log_in()
    sitting.run("cd /tmp; echo from here > f; x=kept")
    validation = lab.mobility.validate(lab.request("TEST", L10, L9))
    sitting.clock.run_until(lab.mobility.start(validation))
    assert sitting.terminal.closed.fired
    sitting.partition = lab.partition("TEST", L9)
    sitting.open()
    assert sitting.run("echo $x; cat f; pwd") == "kept\nfrom here\n/tmp\n"
    assert sitting.run("lsdev -Cc disk | wc -l") != "0\n"


@pytest.mark.parametrize("restart", [False, True], ids=["off", "restart"])
def test_a_shutdown_ends_the_session_and_keeps_the_files(root: Sitting, restart: bool) -> None:
    root.run("cd /tmp; echo kept > f; x=gone")
    root.type("sleep 1000; echo never\r")
    root.screen = ""
    power.shut_down(root.partition, immediate=True, restart=restart)
    root.clock.advance(200 * SECOND)
    assert "never" not in root.screen
    if not restart:
        assert root.type("\r") == ""
        return
    assert root.screen.replace("\r\n", "\n").endswith(AIX)
    root.log_in()
    assert root.run("echo [$x] $PWD; cat /tmp/f") == "[] /\nkept\n"


def test_a_server_that_is_shut_down_from_within_ends_its_own_session() -> None:
    sitting = sit("VIOS2_L10")
    sitting.log_in("padmin")
    shown = sitting.type("shutdown -force\r", 100 * SECOND)
    assert "padmin" not in shown
    assert sitting.partition.state is PartitionState.NOT_ACTIVATED
    assert sitting.type("\r") == ""


@pytest.mark.parametrize(
    ("options", "ends"), [("-F", "Not Activated"), ("-Fr", "Running"), ("-r", "Running")], ids=str
)
def test_aix_that_is_shut_down_from_within(root: Sitting, options: str, ends: str) -> None:
    shown = root.type(f"shutdown {options}; sleep 200; echo never\r", 150 * SECOND)
    assert str(root.partition.state) == ends
    assert "never" not in shown.partition("\n")[2]
    assert shown.endswith(AIX) is (ends == "Running")


def test_aix_is_not_shut_down_while_it_migrates() -> None:
    sitting = sit("TEST")
    lab = Lab(sitting.service.datacenter, sitting.service.mobility)
    sitting.log_in()
    lab.mobility.start(lab.mobility.validate(lab.request("TEST", L10, L9)))
    sitting.clock.advance(SECOND)
    shown = sitting.run("shutdown -F; echo $?")
    assert shown.startswith("shutdown: The system cannot be shut down now: ")
    assert shown.endswith("\n1\n")
    assert sitting.partition.running


def test_oem_setup_env_is_a_shell_of_root_and_exit_comes_back() -> None:
    sitting = sit("VIOS1_L10")
    sitting.log_in("padmin")
    assert sitting.type("oem_setup_env\r").endswith("\n# ")
    shown = sitting.run("whoami; cd /tmp; echo x > f; ls -l f | cut -c1-30")
    assert shown == "root\n-rw-r--r--    1 root     syste\n"
    assert sitting.type("exit\r") == "exit\n$ "
    assert sitting.run("echo $LOGNAME; echo x | tee /etc/x") == (
        "padmin\ntee: /etc/x: Permission denied\nx\n"
    )
    assert sitting.type("echo whoami | oem_setup_env\r").endswith("\nroot\n$ ")


def test_a_loop_that_nobody_sees_does_not_run_away_with_the_clock() -> None:
    async def main() -> str:
        clock = Clock("instant")
        service = ConsoleService(load("basic", clock, seed=0), settle_limit=None)
        sitting = at(service, "mobile")
        sitting.log_in()
        sitting.type("while :; do sleep 100; echo $((++n)) >> /tmp/n; done\r")
        sitting.terminal.close()
        async with asyncio.timeout(20):
            await clock.settle()  # as each command of the console does first
            before = clock.now
            assert before <= 200 * SECOND
            await clock.sleep(1000 * SECOND)  # something else takes time: the loop takes part
            await clock.settle()
        sitting.open()
        sitting.type("\x03")
        return sitting.run("tail -1 /tmp/n")

    assert asyncio.run(main()) in ("10\n", "11\n")


def test_files_stay_with_their_partition() -> None:
    service = ConsoleService(load("redbook", Clock("manual"), seed=0))
    one, other = at(service, "TRAIN"), at(service, "TEST")
    for sitting in (one, other):
        sitting.log_in()
    one.run("echo mine > /tmp/f")
    assert other.run("cat /tmp/f") == "cat: /tmp/f: No such file or directory\n"


def test_the_same_typing_is_answered_the_same() -> None:
    def transcript() -> str:
        sitting = sit()
        text = sitting.log_in()
        for line in ("ls -l /", "date; sleep 3; date", "echo $RANDOM", "jobs", "sleep 2 & wait"):
            text += sitting.type(f"{line}\r", 4 * SECOND)
        return text

    assert transcript() == transcript()


PIECES = st.sampled_from(
    ["root\r", "abc123\r", "\x03", "\x04", "\x15", "\x7f", "\t", "\r", "\n", "\x1b[A", "\x1b["]
    + ["\udc80", "\x00", "é", "cat <<E\r", "E\r", "$(", ")", "'", "|", "&\r", "> /tmp/f\r"]
    + ["exit\r", "read x\r", "sleep 9\r", "exec sh\r", "while :; do :; done\r", "cd /tmp\r"]
    + ["drmgr -i f\r", "lsdev\r", "ls *\r"]
)


@settings(max_examples=12)
@given(st.lists(PIECES, max_size=20))
def test_whatever_is_typed_the_console_goes_on(mistreated: Sitting, pieces: list[str]) -> None:
    sitting = mistreated
    for piece in pieces:
        assert "internal error" not in sitting.type(piece, SECOND)
    sitting.type("\x03\x03\x15", SECOND)
    for _ in range(4):  # out of here-documents and shells, if any are open
        sitting.type("\x03\x04", 11 * SECOND)
    sitting.type("\x15\r", SECOND)
    sitting.type("\r\r", SECOND)
    shown = sitting.log_in()
    assert shown.endswith("# "), shown


@pytest.fixture(scope="module")
def mistreated() -> Sitting:
    return sit()


# -- what is said to whoever asks, and types too much ------------------------------------------


@pytest.mark.parametrize(
    ("name", "lab", "user", "command", "status"),
    [
        pytest.param("TRAIN", "redbook", "root", "lsdev", 1, id="AIX"),
        pytest.param("VIOS1_L10", "redbook", "padmin", "lsmap", 2, id="VIOS"),
        pytest.param("lpar1", "modern", "root", "lsdevinfo", 1, id="Linux"),
    ],
)
def test_help_lists_the_commands_and_how_one_is_called(
    name: str, lab: str, user: str, command: str, status: int
) -> None:
    sitting = sit(name, lab)
    sitting.log_in(user)
    assert {command, "help", "hostname"} <= set(sitting.run("help").split())
    assert f"Usage: {command} " in sitting.run(f"help {command}")
    assert sitting.run("help nosuch; echo $?").endswith(f"\n{status}\n")


def test_a_line_that_is_too_long_is_not_run_and_the_user_is_told(root: Sitting) -> None:
    long = "x" * 4200
    answer = "The line is not taken: it has more than 4096 characters.\n# "
    assert root.type(f"echo {long}\r").endswith(f"\n{answer}")
    assert root.run("echo $?") == "130\n"
    assert root.run("echo alive") == "alive\n"


@pytest.mark.parametrize(("name", "lab"), [("TRAIN", "redbook"), ("lpar1", "modern")])
def test_what_a_user_names_acts_on_nobodys_terminal(name: str, lab: str) -> None:
    sitting = sit(name, lab)
    sitting.log_in("root")
    before = sitting.run("hostname")
    sitting.run(r'x=$(printf "a\033[2J\302\233b")')
    assert "\x1b" not in sitting.run('hostname "$x" 2> /dev/null; hostname')
    assert sitting.run("hostname") == before
    assert "a?[2J?" in sitting.run('mkdir "/tmp/$x"; ls /tmp')
    assert "a?[2J?" in sitting.run('ls -l /tmp; rmdir "/tmp/$x"')
