"""The console: log-in, files, and what Tab completes."""

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.lab import L9, L10

from hmcsh.console import ConsoleService, VirtualHost, _observed
from hmcsh.events import CommandEnded
from hmcsh.model import passwords
from hmcsh.model.inventory import load
from hmcsh.model.states import PartitionState
from hmcsh.runtime import Clock
from hmcsh.shell import Shell, TextReader
from hmcsh.shell.errors import BrokenPipe


@pytest.fixture
def console() -> ConsoleService:
    return ConsoleService(load("redbook", Clock("manual")))


class Told:
    """Remembers which commands it was told of."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, int | None]] = []

    def command_ended(self, name: str, status: int | None, seconds: float) -> None:
        assert seconds >= 0
        self.commands.append((name, status))


def test_every_command_is_observed_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hmcsh")
    told = Told()
    shell = open_shell(ConsoleService(load("redbook", Clock("manual")), observer=told))
    line = "for i in 1 2; do lshmc -n; done | grep -c x; lssyscfg -r none; bkconsdata; nosuch; echo"
    asyncio.run(shell.run_string(line))
    assert told.commands == [("lshmc", 0), ("lshmc", 0), ("lssyscfg", 1), ("bkconsdata", 1)]
    logged = [one.msg for one in caplog.records if isinstance(one.msg, CommandEnded)]
    assert [(one.command.split()[0], one.status) for one in logged] == told.commands
    assert {(one.user, one.console) for one in logged} == {("hscroot", "hmc1")}


@pytest.mark.parametrize("end", [asyncio.CancelledError(), BrokenPipe(), ValueError("a mistake")])
def test_a_command_that_is_cut_off_is_observed_without_a_status(end: BaseException) -> None:
    told = Told()
    shell = open_shell(ConsoleService(load("redbook", Clock("manual")), observer=told))

    async def cut(_: object) -> int:
        raise end

    call = SimpleNamespace(caller=shell.caller, args=())
    with pytest.raises(type(end)):
        asyncio.run(_observed("lshmc", cut)(call))
    assert told.commands == [("lshmc", None)]


class _Nowhere:
    def write(self, text: str) -> None:
        """Forget what a shell says at its start."""

    async def drain(self) -> None:
        """Always ready."""


def open_shell(console: ConsoleService) -> Shell:
    return console.open_shell(
        user="hscroot",
        origin="127.0.0.1",
        tty="pts/0",
        stdin=TextReader(""),
        stdout=_Nowhere(),
        stderr=_Nowhere(),
        environment={},
    )


@pytest.fixture
def shell(console: ConsoleService) -> Shell:
    return open_shell(console)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lslparm", ["lslparmigr"]),
        ("lslparmigr -", ["--filter", "--header", "--help", "-F", "-m", "-r", "-t"]),
        ("lslparmigr -r ", ["lpar", "msp", "sys", "virtualio"]),
        (f"lslparmigr -r lpar -m {L9[:12]}", [L10, L9]),
        (f"migrlpar -o m -m {L10} -p T", ["TEST", "TRAIN"]),
        (f"lslparmigr -r lpar -m {L10} --filter lpar_n", ["lpar_names="]),
        (f"lslparmigr -r lpar -m {L10} --filter lpar_names=P", ["lpar_names=PROD"]),
        (f"lslparmigr -r sys -m {L10} -F active", ["active_lpar_mobility_capable"]),
        (f"chsysstate -r lpar -m {L10} -o on -n DEV -f ", ["DEV"]),
        ("lssyscfg -r sys | grep x; lshmc --he", ["--header", "--help"]),
        ("nothing such", []),
        ("lslparmigr -r nothing ", ["--help"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_tab_completes(
    console: ConsoleService, shell: Shell, line: str, expected: list[str]
) -> None:
    start, words = console.complete(shell, line, len(line))
    assert sorted(words) == sorted(expected)
    assert all(word.startswith(line[start:]) for word in words)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("-m Sy", ["-m Sys\\ A", "-m Sys\\ B"]),
        ("-m Sys\\ ", ["-m Sys\\ A", "-m Sys\\ B"]),
        ('-m "Sys ', ['-m "Sys A', '-m "Sys B']),
        ('-m "Sys A', ['-m "Sys A"']),
        ("-m 'Sys A' --filter lpar_names=A", ["-m 'Sys A' --filter lpar_names=A\\ B"]),
        ("-m 'Sys A' --filter \"lpar_names=A", ["-m 'Sys A' --filter \"lpar_names=A B\""]),
        ("-m 'Sys A' --filter \"lpar_n", ["-m 'Sys A' --filter \"lpar_names="]),
    ],
)
def test_names_with_blanks_are_completed_as_they_must_be_typed(
    tmp_path: Path, typed: str, expected: list[str]
) -> None:
    inventory = tmp_path / "blanks.yaml"
    inventory.write_text("systems: {Sys A: {partitions: {A B: {id: 1}}}, Sys B: {}}\n")
    console = ConsoleService(load(str(inventory), Clock("manual")))
    line = f"lssyscfg -r lpar {typed}"
    start, words = console.complete(open_shell(console), line, len(line))
    assert [line[:start] + word for word in words] == [f"lssyscfg -r lpar {e}" for e in expected]


def opens(console: ConsoleService, user: str, password: str) -> bool:
    return asyncio.run(console.check_password(user, password))


def test_log_in(console: ConsoleService) -> None:
    assert console.refusal("hscroot") is None
    assert console.refusal("nobody") == "unknown user"
    assert opens(console, "hscroot", "abc123")
    for user, password in (("hscroot", ""), ("hscroot", "abc1234"), ("nobody", ""), ("", "abc123")):
        assert not opens(console, user, password), (user, password)


def test_many_log_ins_at_once_with_the_password_of_an_inventory(console: ConsoleService) -> None:
    async def at_once() -> list[bool]:
        asked = [console.check_password("hscroot", word) for word in ("abc123", "wrong") * 4]
        return await asyncio.gather(*asked)

    assert asyncio.run(at_once()) == [True, False] * 4
    kept = console.console.users["hscroot"].password
    assert kept is not None
    assert kept.startswith("$scrypt$")


def test_what_has_opened_opens_at_once_unless_the_answer_is_no_all_the_same(
    console: ConsoleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    verify = passwords.verify

    def counted(record: str | None, password: str) -> str | None:
        done.append(password)
        return verify(record, password)

    monkeypatch.setattr(passwords, "verify", counted)
    for word in ("abc123", "abc123", "wrong", "wrong"):
        assert opens(console, "hscroot", word) is (word == "abc123")
    assert done == ["abc123", "wrong", "wrong"]
    console.console.users["hscroot"].disabled = True
    opens(console, "hscroot", "abc123")
    console.console.users["hscroot"].password = passwords.hashed("abc1234")
    assert not opens(console, "hscroot", "abc123"), "the password has been changed"
    assert done[3:] == ["abc123", "abc123"]


def test_a_password_that_is_changed_while_it_is_checked_no_longer_opens(
    console: ConsoleService,
) -> None:
    async def work() -> bool:
        check = asyncio.create_task(console.check_password("hscroot", "abc123"))
        await asyncio.sleep(0)
        console.console.users["hscroot"].password = "another1"
        return await check

    assert asyncio.run(work()) is False


def test_an_account_without_password_has_no_password(console: ConsoleService) -> None:
    console.datacenter.console.users["hscroot"].password = None
    assert not opens(console, "hscroot", "")


def test_virtual_files(console: ConsoleService) -> None:
    console.datacenter.console.files["/home/hscroot/map"] = "x=1\n"
    host = VirtualHost(console, console.datacenter.console.users["hscroot"])
    assert host.read_file("map") == host.read_file("/home/hscroot/../hscroot/map") == "x=1\n"
    assert host.list_directory(".") == ["map"]
    assert host.read_file("/proc/uptime").count(".") == 2
    with pytest.raises(FileNotFoundError):
        host.read_file("/etc/passwd")
    with pytest.raises(IsADirectoryError):
        host.read_file("/proc")
    with pytest.raises(NotADirectoryError):
        host.list_directory("map")


def test_who_is_logged_in(console: ConsoleService, shell: Shell) -> None:
    host = VirtualHost(console, console.datacenter.console.users["hscroot"])
    assert [(user, tty) for user, tty, _, _ in host.sessions()] == [("hscroot", "pts/0")]
    console.shell_closed(shell)
    assert host.sessions() == []


def test_the_console_the_service_processors_and_what_runs_can_be_reached(
    console: ConsoleService,
) -> None:
    datacenter = console.datacenter
    host = VirtualHost(console, datacenter.console.users["hscroot"])
    partition = datacenter.frames[L10].partition("TRAIN")
    assert partition.operating_system is not None
    partition.operating_system.ip_address = "10.9.8.7"
    assert host.reach("10.9.8.7") == ("10.9.8.7", True)
    partition.state = PartitionState.NOT_ACTIVATED
    assert host.reach("10.9.8.7") == ("10.9.8.7", False)
    assert host.reach(datacenter.frames[L9].ip_address) == (datacenter.frames[L9].ip_address, True)
    assert host.reach("hmc1") == host.reach("localhost") == (datacenter.console.ip_address, True)
    assert host.reach("nowhere") is None


# -- log-in ------------------------------------------------------------------------------------


@pytest.fixture
def people() -> ConsoleService:
    path = Path(__file__).parent / "labs" / "users.yaml"
    return ConsoleService(load(str(path), Clock("manual")))


@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("viewer", None),
        ("hscpe", None),
        ("stale", "password expired"),
        ("off", "disabled"),
        ("local", "no remote access by ssh"),
        ("nobody", "unknown user"),
    ],
)
def test_who_may_log_in_over_ssh(people: ConsoleService, user: str, refusal: str | None) -> None:
    assert people.refusal(user) == refusal


def test_nobody_logs_in_where_ssh_is_off_or_the_console_is_down(people: ConsoleService) -> None:
    people.console.settings.ssh = False
    assert people.refusal("viewer") is not None
    people.console.settings.ssh = True
    people.console.go_down()
    assert people.refusal("viewer") is not None


def test_a_log_in_counts_against_inactivity(people: ConsoleService) -> None:
    user = people.console.users["viewer"]
    user.inactivity_expiration = 10
    people.datacenter.clock.advance(9 * 86400 * 10**9)
    people.open_shell(
        user="viewer",
        origin="127.0.0.1",
        tty=None,
        stdin=TextReader(""),
        stdout=_Nowhere(),
        stderr=_Nowhere(),
        environment={},
    )
    people.datacenter.clock.advance(9 * 86400 * 10**9)
    assert people.refusal("viewer") is None
    people.datacenter.clock.advance(2 * 86400 * 10**9)
    assert people.refusal("viewer") is not None


def test_a_password_opens_only_where_passwords_are_taken(people: ConsoleService) -> None:
    assert opens(people, "viewer", "abc1234")
    assert not opens(people, "viewer", "abc123")
    assert not opens(people, "nobody", "")
    people.console.users["viewer"].password_log_in = False
    assert not opens(people, "viewer", "abc1234")


def test_completion_names_only_what_the_user_may_see(people: ConsoleService) -> None:
    people.console.users["viewer"].resource_roles = ()
    shell = people.open_shell(
        user="viewer",
        origin="127.0.0.1",
        tty="pts/0",
        stdin=TextReader(""),
        stdout=_Nowhere(),
        stderr=_Nowhere(),
        environment={},
    )
    line = "lssyscfg -r lpar -m "
    assert people.complete(shell, line, len(line))[1] == []
    line = "rmhmcusr -u vie"
    assert people.complete(shell, line, len(line))[1] == ["viewer"]
    people.console.users["viewer"].role = "nothing"
    assert people.complete(shell, line, len(line))[1] == []
