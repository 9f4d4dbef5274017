"""A console served on a free port in a thread of its own, and ways to talk to it."""

import asyncio
import contextlib
import datetime
import os
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

from hmcsh.shell import Input, Invocation, Limits, Output, Shell, settle
from hmcsh.ssh.server import Server, serve
from hmcsh.ssh.service import Settings

T = TypeVar("T")

USER, PASSWORD = "hscroot", "abc123"
PROMPT = "hscroot@hmc1:~> "
NAMES = ("lshmc", "lshwres", "lslparmigr", "lssyscfg", "migrlpar")
PATIENCE = 15.0


class Files:
    """The host of a session's shell: no files, and real time."""

    hostname = "hmc1"
    home = "/home/hscroot"

    def __init__(self, user: str) -> None:
        self.user = user

    def now(self) -> datetime.datetime:
        return datetime.datetime(2008, 6, 3, 12, 0, 0)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        done, _ = await asyncio.wait([task], timeout=seconds)
        await settle([task])
        return bool(done)

    def read_file(self, path: str) -> str:
        raise FileNotFoundError(path)

    def list_directory(self, path: str) -> list[str]:
        raise FileNotFoundError(path)

    def reach(self, name: str) -> tuple[str, bool] | None:
        return None

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        return []


class Console:
    """A service with the real shell and a few commands that tell what happens to them."""

    hostname = "hmc1"

    def __init__(self) -> None:
        self.passwords = {USER: PASSWORD, "hscpe": "abcd1234"}
        self.keys: dict[str, list[str]] = {}
        self.opened: list[dict[str, Any]] = []
        self.closed = 0
        self.limits: Limits | None = None
        self.events: list[str] = []

    async def check_password(self, user: str, password: str) -> bool:
        return self.passwords.get(user) == password

    def public_keys(self, user: str) -> Sequence[str]:
        return tuple(self.keys.get(user, ()))

    def refusal(self, user: str) -> str | None:
        return None if user in self.passwords else "unknown user"

    def open_shell(
        self,
        *,
        user: str,
        origin: str,
        tty: str | None,
        stdin: Input,
        stdout: Output,
        stderr: Output,
        environment: Mapping[str, str],
    ) -> Shell:
        if user not in self.passwords:
            raise KeyError(user)
        self.opened.append({"user": user, "origin": origin, "tty": tty, "env": dict(environment)})
        return Shell(
            host=Files(user),
            commands={
                "nap": self.nap,
                "bulk": self.bulk,
                "crash": self.crash,
                "both": self.both,
                "secret": self.secret,
            },
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            environment=environment,
            limits=self.limits,
        )

    def complete(self, shell: Shell, line: str, cursor: int) -> tuple[int, list[str]]:
        start = line.rfind(" ", 0, cursor) + 1
        return start, [name for name in NAMES if name.startswith(line[start:cursor])]

    def shell_closed(self, shell: Shell) -> None:
        self.closed += 1

    async def nap(self, call: Invocation) -> int:
        """Sleep for ARG1 seconds; ARG2 names it in the list of events."""
        name = call.args[1]
        self.events.append(f"{name} started")
        try:
            await asyncio.sleep(float(call.args[0]))
        except asyncio.CancelledError:
            self.events.append(f"{name} cancelled")
            raise
        self.events.append(f"{name} done")
        return 0

    async def bulk(self, call: Invocation) -> int:
        """Write ARG1 lines of 1000 characters."""
        for number in range(int(call.args[0])):
            call.stdout.write(f"{number:0999d}\n")
            await call.stdout.drain()
        self.events.append("bulk done")
        return 0

    async def secret(self, call: Invocation) -> int:
        """Read a line that is not shown, and tell it."""
        call.stdout.write("Secret:")
        answer = await call.stdin.read_hidden()
        call.stdout.write(f"\n{answer!r}\n")
        return 0

    async def crash(self, call: Invocation) -> int:
        raise RuntimeError("a bug of ours")

    async def both(self, call: Invocation) -> int:
        for number in range(3):
            call.stdout.write(f"out {number}\n")
            call.stderr.write(f"err {number}\n")
        return 3


class Served:
    """A running server."""

    def __init__(self, console: Console, key: Path, settings: Settings) -> None:
        self.console = console
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: Server | None = self.run(
            serve(console, "127.0.0.1", 0, host_key_path=key, settings=settings)
        )
        self.port = self._server.port

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def call(self, function: Callable[[], None]) -> None:
        """Call a function in the server's loop."""
        self._loop.call_soon_threadsafe(function)

    def close(self, hurry: asyncio.Event | None = None) -> None:
        """End the server in order."""
        if self._server is not None:
            self.run(self._server.close(hurry))
            self._server = None

    def stop(self) -> None:
        """End the server and its loop."""
        self.close()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE)
            self._loop.close()

    @contextlib.asynccontextmanager
    async def connect(self, **options: Any) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """Log in with asyncssh, by password unless told otherwise."""
        given: dict[str, Any] = {
            "username": USER,
            "password": PASSWORD,
            "known_hosts": None,
            "client_keys": None,
            "agent_path": None,
            "config": None,
            "public_key_auth": "client_keys" in options,
        }
        async with asyncssh.connect("127.0.0.1", self.port, **(given | options)) as connection:
            yield connection

    async def happens(self, event: str) -> None:
        """Wait until a command of the console has noted an event."""
        async with asyncio.timeout(PATIENCE):
            while event not in self.console.events:
                await asyncio.sleep(0.005)


@pytest.fixture(scope="session")
def host_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state") / "hmcsh" / "key"


@pytest.fixture
def start(host_key: Path) -> Iterator[Callable[..., Served]]:
    """Start servers with settings of their own."""
    with contextlib.ExitStack() as stack:

        def begin(**settings: Any) -> Served:
            served = Served(Console(), host_key, Settings(**{"stop_time": 0.2, **settings}))
            stack.callback(served.stop)
            return served

        yield begin


@pytest.fixture(scope="module")
def served(host_key: Path) -> Iterator[Served]:
    """A server with default settings for all tests of a module."""
    server = Served(Console(), host_key, Settings(stop_time=0.2))
    yield server
    server.stop()


class Terminal:
    """An interactive session of an asyncssh client, read as text."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self.process = process
        self.seen = ""

    def send(self, text: str | bytes) -> None:
        self.process.stdin.write(text.encode() if isinstance(text, str) else text)

    async def until(self, wanted: str) -> str:
        """Return what came up to and with `wanted`, which must come in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                while wanted not in self.seen:
                    chunk = await self.process.stdout.read(65536)
                    if not chunk:
                        raise AssertionError(f"ended before {wanted!r}: {self.seen!r}")
                    self.seen += chunk.decode("utf-8", "surrogateescape")
        except TimeoutError:
            raise AssertionError(f"no {wanted!r} in {self.seen!r}") from None
        head, _, self.seen = self.seen.partition(wanted)
        return head + wanted

    async def line(self, text: str, prompt: str = PROMPT) -> str:
        """Enter a line; return what is shown up to the next prompt."""
        self.send(text + "\r")
        return (await self.until(prompt)).removesuffix(prompt)

    async def rest(self) -> str:
        """Return what comes until the session ends."""
        async with asyncio.timeout(PATIENCE):
            tail: bytes = await self.process.stdout.read()
        return self.seen + tail.decode()


@pytest.fixture
def dialogue(served: Served) -> Callable[[Callable[[Terminal], Coroutine[Any, Any, T]]], T]:
    """Run a dialogue on a terminal; options are those of asyncssh's create_process."""

    def run(talk: Callable[[Terminal], Coroutine[Any, Any, T]], **options: Any) -> T:
        async def session() -> T:
            given: dict[str, Any] = {"term_type": "vt100", "encoding": None}
            async with (
                served.connect() as connection,
                connection.create_process(**(given | options)) as process,
            ):
                terminal = Terminal(process)
                if "command" not in options:
                    await terminal.until(PROMPT)
                result = await talk(terminal)
                process.close()
                return result

        return asyncio.run(session())

    return run


class OpenSSH:
    """The OpenSSH client with a key of its own and no configuration."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "id"
        self.folder = folder
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True
        )
        self.public = self.key.with_suffix(".pub").read_text()

    def command(self, port: int, *args: str, options: Sequence[str] = ()) -> list[str]:
        """Return an argument list; `args` follow the destination."""
        fixed = (
            "StrictHostKeyChecking=no",
            f"UserKnownHostsFile={self.folder}/known_hosts",
            f"IdentityFile={self.key}",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
            "ConnectTimeout=10",
        )
        flags = [word for option in fixed for word in ("-o", option)]
        return ["ssh", "-F", "none", *flags, *options, "-p", str(port), f"{USER}@127.0.0.1", *args]

    def run(
        self, port: int, *args: str, options: Sequence[str] = (), stdin: str | None = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Run ssh with the key and without questions."""
        return subprocess.run(
            self.command(port, *args, options=("-o", "BatchMode=yes", *options)),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={"PATH": os.environ["PATH"], "LANG": "C"},
            check=False,
        )


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory, served: Served) -> OpenSSH:
    """The OpenSSH client, whose key the console of `served` knows."""
    if shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no OpenSSH client on this machine")
    client = OpenSSH(tmp_path_factory.mktemp("client"))
    served.console.keys[USER] = [client.public]
    return client
