"""What is thrown at the doors: each target makes input and checks that it is answered or refused.

A target is a strategy and a check; the check raises if the answer is wrong. Short runs are in
tests/properties, long ones, guided by coverage, in tests/soak.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncssh
from asyncssh.constants import (
    MSG_CHANNEL_CLOSE,
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EOF,
    MSG_CHANNEL_EXTENDED_DATA,
    MSG_CHANNEL_OPEN,
    MSG_CHANNEL_REQUEST,
    MSG_CHANNEL_WINDOW_ADJUST,
    MSG_GLOBAL_REQUEST,
)
from asyncssh.packet import Boolean, String, UInt32
from hmcsh.commands.hmc import COMMANDS
from hypothesis import strategies as st
from support import fuzz_inventory, fuzz_shell
from support.console import Output, open_shell
from support.fuzz_state import EDITS, state_files

from hmcsh.console import ConsoleService
from hmcsh.language.filters import parse_filter
from hmcsh.language.levels import Level
from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.language.options import parse
from hmcsh.language.records import RecordSyntaxError, parse_file, parse_record
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock
from hmcsh.ssh.server import serve
from hmcsh.ssh.service import Settings


@dataclasses.dataclass(frozen=True)
class Target:
    """`session` gives the check, and ends what it needs."""

    strategy: st.SearchStrategy[Any]
    session: Callable[[], Any]  # a context manager that gives the check
    examples: int  # in the suite


class _Faults(logging.Handler):
    """Keeps what the server calls a fault of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(logging.Formatter().format(record))

    def none(self) -> None:
        """Raise if there are any, each once."""
        found, self.found = self.found, []
        assert found == []


@contextmanager
def no_faults() -> Iterator[_Faults]:
    """Listen to the logs of the server and of its event loop."""
    faults, logs = _Faults(), [logging.getLogger(name) for name in ("hmcsh", "asyncio")]
    for log in logs:
        log.addHandler(faults)
    try:
        yield faults
    finally:
        for log in logs:
            log.removeHandler(faults)


# -- channel requests in odd orders -----------------------------------------------------------

NUMBERS = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 7, 2**31, 2**32 - 1))
SIZES = st.sampled_from((0, 1, 80, 2**16, 2**31, 2**32 - 1)).map(UInt32)
COMMANDS_SENT = st.sampled_from(
    (
        "echo x",
        "lssyscfg -r sys",
        "cat",
        "exit 3",
        "while true; do echo x; done",
        "",
        "\0",
        "é" * 50,
    )
).map(lambda text: String(text.encode()))
REQUESTS: dict[str, st.SearchStrategy[bytes]] = {
    "pty-req": st.builds(
        lambda term, a, b, c, d, modes: String(term) + a + b + c + d + String(modes),
        st.binary(max_size=8), SIZES, SIZES, SIZES, SIZES, st.binary(max_size=12),
    ),
    "shell": st.just(b""),
    "exec": COMMANDS_SENT,
    "subsystem": st.sampled_from(("sftp", "netconf", "")).map(lambda t: String(t.encode())),
    "env": st.builds(
        lambda name, value: String(name) + String(value),
        st.sampled_from((b"LANG", b"LC_ALL", b"PATH", b"", b"\xff")), st.binary(max_size=20),
    ),
    "window-change": st.builds(lambda a, b, c, d: a + b + c + d, SIZES, SIZES, SIZES, SIZES),
    "signal": st.sampled_from(("INT", "KILL", "HUP", "USR1", "", "x\x1b")).map(
        lambda t: String(t.encode())
    ),
    "break": SIZES,
    "xon-xoff": st.just(Boolean(True)),
    "x11-req": st.binary(max_size=30),
    "auth-agent-req@openssh.com": st.just(b""),
    "eow@openssh.com": st.just(b""),
    "exit-status": SIZES,
    "nosuch@example.com": st.binary(max_size=10),
}  # fmt: skip


def _request(kind: str) -> st.SearchStrategy[tuple[int, tuple[bytes, ...]]]:
    body = REQUESTS[kind] | st.binary(max_size=16)
    return st.builds(
        lambda n, answer, data: (
            MSG_CHANNEL_REQUEST,
            (UInt32(n), String(kind), Boolean(answer), data),
        ),
        NUMBERS, st.booleans(), body,
    )  # fmt: skip


def _open(kind: str) -> st.SearchStrategy[tuple[int, tuple[bytes, ...]]]:
    return st.builds(
        lambda n, window, packet, more: (
            MSG_CHANNEL_OPEN,
            (String(kind), UInt32(n), window, packet, more),
        ),
        NUMBERS, SIZES, SIZES, st.just(b"") | st.binary(max_size=20),
    )  # fmt: skip


PACKETS = st.one_of(
    st.just((MSG_CHANNEL_OPEN, (String("session"), UInt32(0), UInt32(2**20), UInt32(2**15)))),
    *(_request(kind) for kind in REQUESTS),
    *(_open(kind) for kind in ("session", "direct-tcpip", "x11", "tun@openssh.com", "")),
    st.builds(lambda n, data: (MSG_CHANNEL_DATA, (UInt32(n), String(data))),
              NUMBERS, st.binary(max_size=40) | st.just(b"lshmc -v\rexit\r")),
    st.builds(lambda n, kind, data: (MSG_CHANNEL_EXTENDED_DATA, (UInt32(n), kind, String(data))),
              NUMBERS, SIZES, st.binary(max_size=10)),
    st.builds(lambda n, size: (MSG_CHANNEL_WINDOW_ADJUST, (UInt32(n), size)), NUMBERS, SIZES),
    st.builds(lambda n: (MSG_CHANNEL_EOF, (UInt32(n),)), NUMBERS),
    st.builds(lambda n: (MSG_CHANNEL_CLOSE, (UInt32(n),)), NUMBERS),
    st.builds(lambda kind, data: (MSG_GLOBAL_REQUEST, (String(kind), Boolean(False), data)),
              st.sampled_from(("tcpip-forward", "keepalive@openssh.com", "nosuch")),
              st.binary(max_size=20)),
    st.tuples(st.integers(80, 110), st.tuples(st.binary(max_size=20))),
)  # fmt: skip


class _Swallow(dict[int, Any]):
    """Stands for any channel: what the server answers is not looked at."""

    def __contains__(self, number: object) -> bool:
        return True

    def __missing__(self, number: int) -> Any:
        return self

    def process_packet(self, *_: Any) -> bool:
        return True


class Doors:
    """A served console in a thread, and packets sent to it."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        service = ConsoleService(load("redbook", Clock("instant")))
        self._user = service.console.users["hscroot"]
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._user.keys.append(self._key.export_public_key().decode().strip())
        self._server = self._run(
            serve(
                service,
                "127.0.0.1",
                0,
                host_key_path=folder / "key",
                settings=Settings(stop_time=0.2),
            )
        )

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _connect(self) -> asyncssh.SSHClientConnection:
        return await asyncssh.connect(
            "127.0.0.1", self._server.port, username="hscroot", client_keys=[self._key],
            known_hosts=None, agent_path=None, config=None,
        )  # fmt: skip

    def __call__(self, packets: list[tuple[int, tuple[bytes, ...]]]) -> None:
        """Send packets on a connection of their own; another one is served as before."""
        asyncio.run(asyncio.wait_for(self._throw(packets), 30))

    async def _throw(self, packets: list[tuple[int, tuple[bytes, ...]]]) -> None:
        async with await self._connect() as victim, await self._connect() as other:
            own, victim._channels = victim._channels, _Swallow()  # type: ignore[assignment]
            for kind, parts in packets:
                if victim.is_closed():
                    break
                victim.send_packet(kind, *parts)
            await asyncio.sleep(0)
            done = await other.run("echo on")
            assert (done.stdout, done.exit_status) == ("on\n", 0)
            victim._channels = own
            victim.abort()

    def close(self) -> None:
        self._run(self._server.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def _doors() -> Iterator[Callable[[Any], None]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        faults = stack.enter_context(no_faults())
        doors = Doors(folder)
        stack.callback(doors.close)

        def check(packets: Any) -> None:
            doors(packets)
            faults.none()

        yield check


# -- options and records ----------------------------------------------------------------------

LEVELS = tuple(Level.parse(text) for text in ("V7R3.2.0", "V7R7.9.0", "V10R3"))
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ("name=x", "lpar_names=TRAIN", "-1", "0", "999999999999", "a,b", '"a,b"', "+=", "name+=1",
         "passwd=x", "9117-MMA-SN10FFE0B-L9", "TRAIN", "lpar", "sys", "prof", "m", "a", "r", "$x")
    ),
)  # fmt: skip


@cache
def _flags(name: str) -> tuple[str, ...]:
    return tuple(option.flag for option in COMMANDS[name].declaration.options)


@st.composite
def _arguments(draw: st.DrawFn) -> tuple[str, list[str], Level]:
    name = draw(st.sampled_from(sorted(COMMANDS)))
    flags = st.sampled_from((*_flags(name), "--help", "--", "-"))
    words = draw(st.lists(flags | TEXTS, max_size=8))
    return name, words, draw(st.sampled_from(LEVELS))


def _options(given: tuple[str, list[str], Level]) -> None:
    name, words, level = given
    try:
        parse(COMMANDS[name].declaration, words, level)
    except CommandExit as refusal:
        assert refusal.text.strip()
        assert 0 <= refusal.status <= 255


RECORD_PARTS = st.lists(
    st.sampled_from(
        (",", "=", '"', '""', "+=", "-=", "\\", "\n", " ", "name", "lpar_name", "/", "1")
    )
    | st.text(max_size=4),
    max_size=25,
).map("".join)


def _records(text: str) -> None:
    for read in (parse_record, parse_file):
        try:
            found = read(text)
        except (RecordSyntaxError, HmcError):
            continue
        assert isinstance(found, list)
    try:
        parse_filter(text, ("lpar_names", "lpar_ids"))
    except HmcError:
        return


# -- whole commands ---------------------------------------------------------------------------


@contextmanager
def _commands() -> Iterator[Callable[[Any], None]]:
    """Each command is called through the shell of a console that keeps its state."""
    with no_faults() as faults:
        service = ConsoleService(load("redbook", Clock("manual")))

        async def call(name: str, words: list[str]) -> int:
            shell = open_shell(service, Output())
            try:
                line = " ".join([name, *("'" + word.replace("'", "'\\''") + "'" for word in words)])
                return await asyncio.wait_for(shell.run_string(line.replace("\0", "")), 20)
            finally:
                service.shell_closed(shell)

        def check(given: tuple[str, list[str], Level]) -> None:
            name, words, level = given
            if name in WAITING:
                return
            service.console.level = level
            assert 0 <= asyncio.run(call(name, words)) <= 255
            faults.none()

        yield check


WAITING = ("hmcshutdown", "mkvterm", "vtmenu", "monhmc", "migrlpar", "chsysstate")  # for time


@contextmanager
def _pure(check: Callable[[Any], None]) -> Iterator[Callable[[Any], None]]:
    """What needs nothing but its input."""
    with no_faults() as faults:

        def quietly(example: Any) -> None:
            check(example)
            faults.none()

        yield quietly


TARGETS: Mapping[str, Target] = {
    "channels": Target(st.lists(PACKETS, min_size=1, max_size=25), _doors, 800),
    "options": Target(_arguments(), lambda: _pure(_options), 4900),
    "records": Target(RECORD_PARTS, lambda: _pure(_records), 9000),
    "commands": Target(_arguments(), _commands, 6000),
    "shell": Target(fuzz_shell.INPUTS, lambda: _pure(fuzz_shell.run), 15000),
    "inventory": Target(fuzz_inventory.INPUTS, lambda: _pure(fuzz_inventory.read), 4700),
    "state file": Target(EDITS, state_files, 900),
}
