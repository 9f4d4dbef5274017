"""What more server processes, or threads, could bring: `python bench/workers.py`.

New connections a second, each with one `echo`, of three servers: one process; two processes that
share the port (SO_REUSEPORT), each with a console of its own; one process that does the arithmetic
of the key exchange in a thread. No scheme in which workers share one model can be faster than the
two processes that share nothing, so their ratio is the most that workers could bring on this
machine. Clients are OpenSSH, and the lightest that is there: libssh2 (ssh2-python, if it can be
imported), eight at a time. They run on the same machine: the last line reckons from the CPU time
of both sides what could be had if they did not.

Servers are measured in turns; best rounds count. Run it on a quiet machine.

usage: python bench/workers.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import importlib.util
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import asyncssh
from asyncssh import kex_dh
from server import CIPHER, IN_FLIGHT, USER, Console

from hmcsh.ssh.server import serve
from hmcsh.ssh.service import Settings

AIM = 1.6
CLIENT_PROCESSES = 2
PATIENCE = 10_000  # ms that libssh2 waits for an answer
WAYS = {"one process": 1, "two processes, one port": 2, "key exchange in a thread": 1}


def exchange_keys_in_a_thread() -> None:
    """Let asyncssh compute the shared secret and sign in a thread.

    The client is silent meanwhile: it waits for the answer to its first message.
    """
    pool = ThreadPoolExecutor(2)

    def perform_reply(self: Any, key: Any, key_data: bytes) -> None:
        def compute() -> tuple[bytes, bytes, bytes]:
            secret = self._compute_server_shared()
            digest = self._compute_hash(key_data, secret)
            return secret, digest, key.sign(digest)

        async def answer() -> None:
            loop = asyncio.get_running_loop()
            secret, digest, signature = await loop.run_in_executor(pool, compute)
            self._send_reply(key_data, signature)
            self._conn.send_newkeys(secret, digest)

        self._conn.create_task(answer())

    kex_dh._KexDHBase._perform_reply = perform_reply  # type: ignore[method-assign]


async def serve_forever(folder: Path, port: int, way: str) -> None:
    """Serve until killed; print a line once connections are accepted."""
    if way == "key exchange in a thread":
        exchange_keys_in_a_thread()
    loop = asyncio.get_running_loop()
    loop.create_server = functools.partial(  # type: ignore[method-assign]
        loop.create_server, reuse_port=True
    )
    await serve(
        Console((folder / "client.pub").read_text()),
        "127.0.0.1",
        port,
        host_key_path=folder / "host_hmcsh",
        settings=Settings(),
    )
    print("ready", flush=True)
    await asyncio.Event().wait()


@contextlib.contextmanager
def served(folder: Path, port: int, way: str) -> Iterator[list[int]]:
    """Run the servers of a way; gives their process numbers."""
    words = [sys.executable, __file__, "--serve", str(folder), "--port", str(port), "--way", way]
    servers = []
    try:
        for _ in range(WAYS[way]):
            server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            servers.append(server)
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
        yield [server.pid for server in servers]
    finally:
        for server in servers:
            server.kill()
            server.communicate()


class Figures(NamedTuple):
    """Connections a second; ms of CPU for each connection, of the servers and of the clients."""

    rate: float
    server: float
    client: float


def openssh(folder: Path, port: int, count: int) -> float:
    """Open connections by OpenSSH clients; gives the seconds of CPU that these took."""
    command = [
        *("ssh", "-F", "none", "-i", str(folder / "client"), "-p", str(port), "-c", CIPHER),
        *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"),
        *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
        *(f"{USER}@127.0.0.1", "echo hello"),
    ]

    def one(_: int) -> None:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        assert result.stdout == b"hello\n", result

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(one, range(count)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def libssh2(folder: Path, port: int, count: int) -> float:
    """Open connections by libssh2 in two processes; gives the seconds of CPU that these took."""
    words = [sys.executable, __file__, "--light", str(folder), "--port", str(port)]
    words += ["--count", str(count // CLIENT_PROCESSES)]
    clients = [
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(CLIENT_PROCESSES)
    ]
    return sum(float(client.communicate()[0]) for client in clients)


def light_clients(folder: Path, port: int, count: int) -> None:
    """Open connections, half of the eight at a time; print the seconds of CPU."""
    from ssh2.session import Session

    key = str(folder / "client")

    def one(_: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            converse(peer)

    def converse(peer: socket.socket) -> None:
        """One command. What still writes to the socket's number when it is freed is freed here."""
        session = Session()
        session.set_timeout(PATIENCE)
        session.handshake(peer)
        session.userauth_publickey_fromfile(USER, key, passphrase="")
        channel = session.open_session()
        channel.execute("echo hello")
        assert channel.read()[1] == b"hello\n"
        session.disconnect()

    one(0)
    before = time.process_time()
    with ThreadPoolExecutor(IN_FLIGHT // CLIENT_PROCESSES) as pool:
        list(pool.map(one, range(count)))
    print(time.process_time() - before)


def measure(
    client: Callable[[Path, int, int], float], folder: Path, way: str, count: int
) -> Figures:
    """Open connections to the servers of a way."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served(folder, port, way) as servers:
        client(folder, port, 4 * IN_FLIGHT)  # nothing is measured cold
        before, began = sum(map(_cpu, servers)), time.perf_counter()
        client_cpu = client(folder, port, count)
        seconds = time.perf_counter() - began
        server_cpu = sum(map(_cpu, servers)) - before
    return Figures(count / seconds, server_cpu / count * 1e3, client_cpu / count * 1e3)


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process; its ticks are too coarse only for a few connections."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def compare(
    client: Callable[[Path, int, int], float], folder: Path, rounds: int, count: int
) -> None:
    """Print a line for each way, with its ratio to one process."""
    found: dict[str, list[Figures]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            found[way].append(measure(client, folder, way, count))
    best = {
        way: Figures(
            max(f.rate for f in all_), min(f.server for f in all_), min(f.client for f in all_)
        )
        for way, all_ in found.items()
    }
    one = best["one process"]
    for way, figures in best.items():
        ratio = figures.rate / one.rate
        verdict = "" if way == "one process" else "worth it" if ratio >= AIM else f"< {AIM}"
        print(
            f"{client.__name__:<8} {way:<26} {figures.rate:6.0f} /s  {ratio:5.2f} {verdict:<9}"
            f" CPU for each: server {figures.server:.2f} ms, client {figures.client:.2f} ms"
        )
    cores = os.cpu_count() or 1
    bound = min(cores, cores * one.server / (one.server + one.client))
    print(
        f"{client.__name__:<8} by CPU time, {cores} cores: at most {max(bound, 1):.2f} with these "
        f"clients beside it; {cores:.2f} with clients elsewhere"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Measure with each client."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    for hidden in ("--serve", "--light"):
        parser.add_argument(hidden, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    for hidden in ("--port", "--count"):
        parser.add_argument(hidden, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.serve is not None:
        asyncio.run(serve_forever(given.serve, given.port, given.way))
        return
    if given.light is not None:
        light_clients(given.light, given.port, given.count)
        return
    rounds, scale = (1, 4) if given.quick else (4, 1)
    with tempfile.TemporaryDirectory(prefix="hmcsh-bench-") as name:
        folder = Path(name)
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(folder / "client")
        (folder / "client").chmod(0o600)
        key.write_public_key(folder / "client.pub")
        if shutil.which("ssh") is not None:
            compare(openssh, folder, rounds, 200 // scale)
        if importlib.util.find_spec("ssh2") is not None:
            compare(libssh2, folder, rounds, 2000 // scale)
        else:
            print("libssh2: not measured; `pip install ssh2-python` brings it")


if __name__ == "__main__":
    main()
