"""The SSH server against OpenSSH's sshd on this machine: `python bench/server.py`.

Both run `echo` for the same clients over the loopback, in turns within one run; what is printed
are ratios of their best rounds. Last, a whole console with metrics runs against one without. sshd
has a configuration, a host key and a port of its own and is stopped by its process number. Without
sshd only the figures of this server are printed.
"""

import argparse
import asyncio
import contextlib
import datetime
import getpass
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.constants import MSG_IGNORE

from hmcsh.shell import Input, Output, Shell, settle
from hmcsh.ssh.server import serve
from hmcsh.ssh.service import Settings

USER = "hscroot"
CIPHER = "aes128-gcm@openssh.com"  # the same for both: the client's own work is part of the time
IN_FLIGHT = 8
IDLE = 200


class Console:
    """A console whose shell has no commands but its own; also the host of that shell."""

    hostname = "hmc1"
    user = USER
    home = f"/home/{USER}"

    def __init__(self, key: str) -> None:
        self._key = key

    async def check_password(self, user: str, password: str) -> bool:
        """Refuse passwords: the clients have a key."""
        return False

    def public_keys(self, user: str) -> Sequence[str]:
        """Return the clients' key."""
        return (self._key,)

    def refusal(self, user: str) -> str | None:
        """Refuse all but the one user."""
        return None if user == USER else "unknown user"

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
        """Make a shell without commands of a console."""
        return Shell(host=self, commands={}, stdin=stdin, stdout=stdout, stderr=stderr)

    def complete(self, shell: Shell, line: str, cursor: int) -> tuple[int, list[str]]:
        """Complete nothing."""
        return cursor, []

    def shell_closed(self, shell: Shell) -> None:
        """Take no note."""

    def now(self) -> datetime.datetime:
        """Return a fixed time."""
        return datetime.datetime(2008, 6, 3, 12, 0, 0)

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        """Wait for a task in real time."""
        done, _ = await asyncio.wait([task], timeout=seconds)
        await settle([task])
        return bool(done)

    def read_file(self, path: str) -> str:
        """There are no files."""
        raise FileNotFoundError(path)

    def list_directory(self, path: str) -> list[str]:
        """There are no folders."""
        raise FileNotFoundError(path)

    def reach(self, name: str) -> tuple[str, bool] | None:
        """Know no other host."""
        return None

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        """Nobody is shown as logged in."""
        return []


async def serve_forever(folder: Path) -> None:
    """Serve until killed; print the port once connections are accepted."""
    console = Console((folder / "client.pub").read_text())
    server = await serve(
        console,
        "127.0.0.1",
        0,
        host_key_path=folder / "host_hmcsh",
        settings=Settings(max_unauthenticated=IDLE),
    )
    print(server.port, flush=True)
    await asyncio.Event().wait()


class Target:
    """A running server: where it listens, who logs in, and what it costs."""

    def __init__(
        self,
        name: str,
        port: int,
        user: str,
        process: "subprocess.Popen[str]",
        password: str | None = None,
    ) -> None:
        self.name = name
        self.port = port
        self.user = user
        self.process = process
        self.password = password

    def cpu(self) -> float:
        """Seconds of CPU time of the server and of all its ended children."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def ran(self) -> float:
        """Seconds that the threads of the server ran, to the nanosecond: none may have ended."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> int:
        """Bytes of memory that belong to the server's processes alone."""
        return sum(_private(pid) for pid in _family(self.process.pid))


def _private(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1]) * 1024
    return 0


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(") ")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found = [pid]
    for one in found:
        found.extend(children.get(one, []))
    return found


@contextlib.contextmanager
def hmcsh_server(folder: Path) -> Iterator[Target]:
    """Run our server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Target("hmcsh", int(process.stdout.readline()), USER, process)
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def console_server(folder: Path, name: str, *options: str) -> Iterator[Target]:
    """Serve a whole console by the program, in a process of its own."""
    ready = folder / f"ready-{name}"
    process = subprocess.Popen(
        [sys.executable, "-m", "hmcsh", "serve", "-i", "redbook", "--listen", "127.0.0.1:0"]
        + ["--ready-file", str(ready), "--control", str(folder / f"control-{name}"), *options],
        env={**os.environ, "XDG_STATE_HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        while not ready.exists():
            assert process.poll() is None, name
            time.sleep(0.02)
        yield Target(name, int(ready.read_text().split()[1]), USER, process, "abc123")
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def openssh_server(folder: Path, program: str) -> Iterator[Target]:
    """Run sshd; its user is the one who runs the benchmark."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host")], check=True
    )
    configuration = folder / "sshd_config"
    # SHLVL keeps bash from reading the start-up files of the user, which would cost sshd more.
    configuration.write_text(
        f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
AuthorizedKeysFile {folder}/client.pub
MaxSessions 100
MaxStartups 400
SetEnv SHLVL=5
"""
    )
    separation = Path("/run/sshd")  # sshd wants this folder when root runs it
    made = os.geteuid() == 0 and not separation.exists()
    if made:
        separation.mkdir(mode=0o755)
    process = subprocess.Popen(
        [program, "-D", "-f", str(configuration), "-E", str(folder / "sshd.log")], text=True
    )
    try:
        _wait_for_port(port)
        yield Target("sshd", port, getpass.getuser(), process)
    finally:
        process.terminate()
        process.wait()
        if made:
            separation.rmdir()


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _lean_client() -> None:
    """Let the client of the benchmark send no padding messages, as the OpenSSH client does not.

    The client is the slowest part when it talks to a fast server; it is the same for both.
    """
    send = asyncssh.SSHClientConnection.send_packet

    def send_packet(self: Any, pkttype: int, *args: bytes, handler: Any = None) -> None:
        if pkttype != MSG_IGNORE:
            send(self, pkttype, *args, handler=handler)

    asyncssh.SSHClientConnection.send_packet = send_packet  # type: ignore[method-assign]


class Collector(asyncssh.SSHClientSession[bytes]):
    """The least that a client needs to run a command: its output, once the channel is closed."""

    def __init__(self) -> None:
        self._output = b""
        self.closed: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keep output."""
        self._output += data

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the output to who waits."""
        self.closed.set_result(self._output)


class Measure:
    """The measurements, each of one target."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = str(folder / "client")

    def _connect(self, target: Target) -> Any:
        return asyncssh.connect(
            "127.0.0.1",
            target.port,
            username=target.user,
            client_keys=None if target.password else [self._key],
            password=target.password,
            known_hosts=None,
            agent_path=None,
            config=None,
            encryption_algs=[CIPHER],
        )

    def commands(
        self, target: Target, count: int, line: str = "echo hello", answer: bytes = b"hello\n"
    ) -> tuple[float, float]:
        """Return commands a second on one connection, and server CPU seconds per command."""

        async def work() -> float:
            async with self._connect(target) as connection:

                async def some(number: int) -> None:
                    for _ in range(number):
                        _, session = await connection.create_session(Collector, line, encoding=None)
                        assert await session.closed == answer

                await some(5)
                began = time.perf_counter()
                await asyncio.gather(*[some(count // IN_FLIGHT) for _ in range(IN_FLIGHT)])
                return count / (time.perf_counter() - began)

        before = target.cpu()
        rate = asyncio.run(work())
        _settle(target)
        return rate, (target.cpu() - before) / count

    def connections(self, target: Target, count: int) -> tuple[float, float]:
        """Return connections a second by OpenSSH clients, and server CPU seconds for each."""
        command = [
            *("ssh", "-F", "none", "-i", self._key, "-p", str(target.port)),
            *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *(f"{target.user}@127.0.0.1", "echo hello"),
        ]

        def one(_: int) -> None:
            result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
            assert result.stdout == b"hello\n", result

        before = target.cpu()
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            began = time.perf_counter()
            list(pool.map(one, range(count)))
            rate = count / (time.perf_counter() - began)
        _settle(target)
        return rate, (target.cpu() - before) / count

    def idle_memory(self, target: Target, count: int) -> float:
        """Return bytes of the server per connection that has logged in and does nothing."""

        async def work() -> float:
            warm = [await self._connect(target) for _ in range(20)]
            for connection in warm:
                await connection.run("echo hello")
                connection.close()
                await connection.wait_closed()
            _settle(target)
            before = target.memory()
            idle = [await self._connect(target) for _ in range(count)]
            grown = target.memory() - before
            for connection in idle:
                connection.close()
                await connection.wait_closed()
            return grown / count

        return asyncio.run(work())

    def latency(self, target: Target, meanwhile: str) -> float:
        """Return the median seconds of a command while another session is busy."""

        async def work() -> float:
            async with self._connect(target) as busy, self._connect(target) as other:
                process = await busy.create_process(meanwhile)
                await asyncio.sleep(0.2)
                times = []
                for _ in range(25):
                    began = time.perf_counter()
                    await other.run("echo hello")
                    times.append(time.perf_counter() - began)
                process.kill()
                return statistics.median(times)

        return asyncio.run(work())


def _settle(target: Target) -> None:
    """Wait until the children of the target have ended, so that their time is counted."""
    deadline = time.monotonic() + 5
    while len(_family(target.process.pid)) > 1 and time.monotonic() < deadline:
        time.sleep(0.02)


def _best(
    rounds: int, targets: Sequence[Target], measure: Callable[[Target], tuple[float, float]]
) -> list[tuple[float, float]]:
    """Measure the targets in turns; return the best rate and the least CPU time of each."""
    results = [[measure(target) for target in targets] for _ in range(rounds)]
    return [
        (max(r[at][0] for r in results), min(r[at][1] for r in results))
        for at in range(len(targets))
    ]


def _metrics(measure: Measure, folder: Path, rounds: int) -> None:
    """Compare a console with metrics to one without, in turns so short that both meet all noise."""
    with (
        console_server(folder, "without") as without,
        console_server(folder, "with", "--metrics", "0") as observed,
    ):
        spent: dict[Target, list[float]] = {without: [], observed: []}
        for number in range(rounds):
            for target in (without, observed)[:: 1 if number % 2 else -1]:
                before = target.ran()
                measure.commands(target, 400, "lshmc -n -F hostname", b"hmc1\n")
                spent[target].append((target.ran() - before) / 400)
    pairs = zip(spent[observed], spent[without], strict=True)
    ratio = statistics.median(one / other for one, other in pairs)
    best = [min(spent[target]) * 1e3 for target in (observed, without)]
    figure = f"{ratio:.3f} (at best {best[0]:.3f} / {best[1]:.3f} ms)"
    _row("server CPU for a command, without metrics = 1", figure, "<= 1.05", ratio <= 1.05)


def _row(what: str, figure: str, wanted: str, met: bool | None) -> None:
    mark = "" if met is None else "met" if met else "MISSED"
    print(f"{what:<44} {figure:<34} {wanted:<12} {mark}")


def _compare(what: str, unit: str, figures: list[tuple[float, float]]) -> None:
    (rate, cpu), *others = figures
    if not others:
        _row(what, f"{rate:.0f} {unit} (no sshd here)", "", None)
        return
    other_rate, other_cpu = others[0]
    ratio = rate / other_rate
    _row(
        f"{what}, sshd = 1",
        f"{ratio:.1f} ({rate:.0f} / {other_rate:.0f} {unit})",
        ">= 3",
        ratio >= 3,
    )
    _row(
        "  server CPU time for each, sshd = 1",
        f"1/{other_cpu / cpu:.1f} ({cpu * 1e3:.2f} / {other_cpu * 1e3:.2f} ms)",
        "",
        None,
    )


def main() -> None:
    """Run all measurements and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve_forever(options.serve))
        return
    _lean_client()
    rounds, scale = (1, 4) if options.quick else (2, 1)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hmcsh-bench-")))
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(folder / "client")
        (folder / "client").chmod(0o600)
        key.write_public_key(folder / "client.pub")
        began = time.perf_counter()
        targets = [stack.enter_context(hmcsh_server(folder))]
        started = time.perf_counter() - began
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        nothing = time.perf_counter() - began
        program = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if program is not None and shutil.which("ssh-keygen") is not None:
            targets.append(stack.enter_context(openssh_server(folder, program)))
        measure = Measure(folder)
        # First: later the memory of connections that are gone would be used again.
        memory = measure.idle_memory(targets[0], IDLE)
        _row(f"memory of an idle connection ({IDLE})", f"{memory / 1024:.1f} KiB", "<= 20 KiB",
             memory <= 20 * 1024)  # fmt: skip
        if len(targets) > 1:
            other = measure.idle_memory(targets[1], 20)
            _row("  sshd = 1 (20 connections)", f"1/{other / memory:.0f} ({other / 1024:.0f} KiB)",
                 "", None)  # fmt: skip
        commands = _best(rounds, targets, lambda t: measure.commands(t, 1600 // scale))
        _compare("commands on one open connection", "/s", commands)
        if shutil.which("ssh") is not None:
            opened = _best(rounds, targets, lambda t: measure.connections(t, 96 // scale))
            _compare("new connections by OpenSSH clients", "/s", opened)
        busy = measure.latency(targets[0], "while true; do :; done")
        _row(
            "a command while another session loops", f"{busy * 1e3:.0f} ms", "< 100 ms", busy < 0.1
        )
        _row("time to listening, python -c pass = 1", f"{started / nothing:.1f}", "", None)
        _metrics(measure, folder, 40 // scale)


if __name__ == "__main__":
    main()
