"""Kills a served console under load from ssh clients again and again, and starts it again.

    python crash_served.py FOLDER TIMES SEED

`hmcsh serve --state` is a process of its own; four users change, migrate and, as all others do,
list over connections of their own. What was sent and answered is known at the clients. It is
killed (SIGKILL) at a random instant of one of these:

    load        while the users work
    start       while it starts, before it listens or soon after
    restore     while a snapshot becomes the present state
    end         while it ends in order, with the log of the file going into the file

After each the file is examined as the process left it (a copy of it, so that the next server finds
the file itself), the console is started again, and what failed is recovered by `migrlpar -o r`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asyncssh
from support.crash_users import PACE, USER, Users, examine, told
from support.lab import L9, L10
from support.served import run

from hmcsh.control import SnapshotList, SnapshotRemove, SnapshotRestore, SnapshotSave
from hmcsh.remote import ask
from hmcsh.socketfile import ControlError

LONGEST = 1.2  # real seconds under load
STARTING = 1.5  # real seconds after its start at which it is killed at the latest
INSTANTS = ("load", "load", "load", "start", "load", "restore", "load", "end")
LISTINGS = (
    f"lssyscfg -r lpar -m {L9} -F name,state",
    f"lshwres -r virtualio --rsubtype scsi -m {L10} --level lpar",
    f"lslparmigr -r lpar -m {L10}",
)
# What a file that cannot be written, or that was replaced, makes of a change.
NOT_KEPT = "could not be saved"
GONE = (OSError, asyncssh.Error)


class Server:
    """The program, on a state file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "state"
        self.ready, self.control = folder / "ready", folder / "control"
        self.log = folder / "log"

    @contextlib.contextmanager
    def process(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start it; it is killed at the end."""
        self.ready.unlink(missing_ok=True)
        words = [
            *("serve", "-i", "redbook", "--pace", str(PACE)),
            *("--listen", "127.0.0.1:0", "--ready-file", str(self.ready)),
            *("--state", str(self.state), "--control", str(self.control)),
        ]
        home = {**os.environ, "XDG_STATE_HOME": str(self.folder / "home")}
        process = run(words, home, self.log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            self.control.unlink(missing_ok=True)

    async def port(self, process: subprocess.Popen[bytes]) -> int:
        """Wait until it listens."""
        deadline = time.monotonic() + 60
        while not self.ready.exists():
            assert process.poll() is None, f"it does not start: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, "it does not start"
            await asyncio.sleep(0.01)
        return int(self.ready.read_text().split()[1])


class Life:
    """The clients of one process, and what they tell."""

    def __init__(self, server: Server, key: asyncssh.SSHKey, seed: int) -> None:
        self.server, self.key = server, key
        self.draw = random.Random(seed)
        self.told: list[str] = []
        self.listed = self.recovered = 0
        self.connections: list[asyncssh.SSHClientConnection] = []

    async def connect(self, port: int, **options: object) -> asyncssh.SSHClientConnection:
        given = {"client_keys": [self.key], "username": USER} | options
        connection = await asyncssh.connect(
            "127.0.0.1", port, known_hosts=None, agent_path=None, config=None, **given
        )
        self.connections.append(connection)
        return connection

    def sender(self, connection: asyncssh.SSHClientConnection):
        async def do(line: str) -> int:
            self.told.append(f"sent {line}")
            done = await connection.run(line)
            if done.exit_status is None:  # it died before it answered
                raise ConnectionResetError
            assert "internal error" not in f"{done.stdout}{done.stderr}", line
            if NOT_KEPT not in str(done.stdout):
                self.told.append(f"answered {done.exit_status} {line}")
            return done.exit_status

        return do

    async def work(self, port: int) -> None:
        """Let all users work, until the server is gone."""
        connections = await asyncio.gather(*(self.connect(port) for _ in range(6)))

        async def home(name: str) -> str:
            line = f"lssyscfg -r lpar -m {L9} -F name"
            done = await connections[4].run(line)
            return L9 if name in str(done.stdout).split() else L10

        async def listing() -> None:
            while True:
                done = await connections[5].run(self.draw.choice(LISTINGS))
                self.listed += done.exit_status == 0
                await asyncio.sleep(0.01)

        async def each(connection: asyncssh.SSHClientConnection, name: str) -> None:
            with contextlib.suppress(*GONE):
                await getattr(Users(self.sender(connection), home, self.draw), name)()

        await self.recover(connections[2])
        names = [work.__name__ for work in Users(None, home, self.draw).everyone]  # type: ignore[arg-type]
        async with asyncio.TaskGroup() as group:
            for connection, name in zip(connections, names, strict=False):
                group.create_task(each(connection, name))
            with contextlib.suppress(*GONE):
                await listing()

    async def recover(self, connection: asyncssh.SSHClientConnection) -> None:
        """As an operator does after a loss of power: find what failed, recover it."""
        do = self.sender(connection)
        under_way = True
        while under_way:
            under_way = False
            for system in (L9, L10):
                line = f"lslparmigr -r lpar -m {system} -F name,migration_state"
                done = await connection.run(line)
                for name, _, state in (row.partition(",") for row in str(done.stdout).splitlines()):
                    if state in ("Migration Failed", "Invalid"):
                        self.recovered += await do(f"migrlpar -o r -m {system} -p {name}") == 0
                    under_way |= state.startswith("Migration ")
            await asyncio.sleep(0.02)

    async def kill(self, process: subprocess.Popen[bytes], instant: str, number: int) -> None:
        """Let it live, and kill it at such an instant."""
        if instant == "start":
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.draw.random() * STARTING):
                    port = await self.server.port(process)
                    await self.quietly(self.work(port))
            process.kill()
            return
        port = await self.server.port(process)
        if instant == "restore":
            await asyncio.to_thread(self.save, number)
        working = asyncio.create_task(self.quietly(self.work(port)))
        await asyncio.sleep(0.1 + self.draw.random() * LONGEST)
        if instant == "restore":
            restoring = asyncio.create_task(asyncio.to_thread(self.restore, number))
            await asyncio.sleep(self.draw.random() * 0.3)
            process.kill()
            await restoring
        elif instant == "end":
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(self.draw.random() * 0.3)
        process.kill()
        await working

    async def quietly(self, work) -> None:
        with contextlib.suppress(*GONE):
            await work

    def save(self, number: int) -> None:
        """Save a snapshot in the place of the former one."""
        for one in list(ask(self.server.control, SnapshotList())):
            list(ask(self.server.control, SnapshotRemove(one["name"])))
        list(ask(self.server.control, SnapshotSave(f"s{number}")))

    def restore(self, number: int) -> None:
        with contextlib.suppress(ControlError):
            for _ in ask(self.server.control, SnapshotRestore(f"s{number}")):
                pass

    def close(self) -> None:
        for connection in self.connections:
            connection.abort()


async def _introduce(server: Server, key: asyncssh.SSHKey) -> list[str]:
    """The first life: the key of all users is added with the password, which is answered."""
    life = Life(server, key, 0)
    with server.process() as process:
        port = await server.port(process)
        connection = await life.connect(port, client_keys=None, password="abc123")
        line = key.export_public_key().decode().strip()
        await life.sender(connection)(f"mkauthkeys -a '{line}'")
    life.close()
    return life.told


async def main(folder: Path, times: int, seed: int) -> None:
    server, key = Server(folder), asyncssh.generate_private_key("ssh-ed25519")
    said = await _introduce(server, key)
    seen: Counter[str] = Counter()
    last = 0
    for number in range(times):
        instant = INSTANTS[number % len(INSTANTS)]
        life = Life(server, key, seed + number)
        with server.process() as process:
            await life.kill(process, instant, number)
        life.close()
        left = folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        left.mkdir()
        for file in folder.glob("state*"):
            shutil.copy(file, left)
        seen[f"killed: {instant}"] += 1
        seen["listings"] += life.listed
        seen["recovered over ssh"] += life.recovered
        given = told([*said, *life.told])
        last = await asyncio.to_thread(examine, left / "state", given, last, seen)
        said = []
    log = server.log.read_text(errors="replace")
    assert "Traceback" not in log, log
    sys.stdout.write(", ".join(f"{name} {count}" for name, count in seen.items()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
