"""A console under load: many connections, migrations, faults and bad clients; and what it costs."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import asyncssh
from support.crowd import LEFT, RIGHT
from support.served import PASSWORD, Served

from hmcsh.control import FaultAdd, FaultClear
from hmcsh.remote import ask as ask_control

REFUSED = re.compile(r"HSC[A-Z]?[A-Z0-9]{4}|\bThe\b")  # a refusal of the console's
HISTORY = 1000  # migrations that a console remembers
KINDS = ("link", "source-mover", "dest-mover", "rmc", "vasi", "os-refuse", "target-device")
ASK = f"lssyscfg -r lpar -m {LEFT} -F name,state"
LISTINGS = (
    ASK,
    "lssyscfg -r sys -F name,state",
    f"lssyscfg -r prof -m {RIGHT}",
    f"lshwres -r virtualio --rsubtype scsi -m {LEFT} --level lpar",
    f"lshwres -r mem -m {RIGHT} --level lpar -F lpar_name,curr_mem",
    f"lslparmigr -r lpar -m {LEFT} -F name,migration_state",
    "lshmcusr; who; lslock -r sys 2>/dev/null; history | tail -3",
    f"for i in 1 2 3; do lssyscfg -r lpar -m {LEFT} -F name | sort -r | head -n 2; done",
)


@dataclasses.dataclass
class Plan:
    """How much of what; times in seconds."""

    seconds: float
    connections: int = 500
    sessions: int = 40
    migrations: int = 20  # at one time
    movers: int = 26  # of the sessions migrate, so that so many are under way in spite of pauses
    partitions: int = 32
    probe_every: float = 0.05


class Answer(NamedTuple):
    """When an answer came and how long it took, s; `own`: without waiting for a processor."""

    at: float
    taken: float
    own: float


def late(answers: Iterable[Answer], own: bool) -> float:
    """Seconds below which 99 % of some answers came."""
    times = sorted(one.own if own else one.taken for one in answers)
    return times[len(times) * 99 // 100]


@dataclasses.dataclass
class Figures:
    """What was seen."""

    done: Counter[str] = dataclasses.field(default_factory=Counter)
    unexpected: list[str] = dataclasses.field(default_factory=list)
    answers: list[Answer] = dataclasses.field(default_factory=list)
    memory: list[tuple[float, int]] = dataclasses.field(default_factory=list)  # time, KiB
    at_once: list[int] = dataclasses.field(default_factory=list)  # migrations, at each look
    descriptors: tuple[int, int] = (0, 0)
    lost: list[str] = dataclasses.field(default_factory=list)
    cpu: float = 0.0
    warm_up: float = 0.0
    full: bool = False  # whether so many migrations have ended as are remembered

    def latest(self, own: bool = False) -> float:
        """Seconds below which 99 % of the answers came in the worst minute."""
        minutes: dict[int, list[Answer]] = {}
        for one in self.answers:
            minutes.setdefault(int(one.at / 60), []).append(one)
        return max(late(some, own) for some in minutes.values())

    def growth(self) -> float:
        """Memory at the end, as a multiple of that after the warm-up; medians of a while."""
        end = self.memory[-1][0]
        span = (end - self.warm_up) / 5

        def median(start: float) -> float:
            some = sorted(kib for at, kib in self.memory if start <= at <= start + span)
            return some[len(some) // 2]

        return median(end - span) / median(self.warm_up)

    def __str__(self) -> str:
        answers = self.answers
        median = sorted(one.taken for one in answers)[len(answers) // 2]
        lines = [
            *(f"{what}: {count}" for what, count in sorted(self.done.items())),
            f"migrations at one time: at most {max(self.at_once)}, on average"
            f" {sum(self.at_once) / len(self.at_once):.1f} of {len(self.at_once)} looks",
            f"lssyscfg: {len(answers)} answers, median {median * 1e3:.1f} ms",
            *(
                f"99 % of them {how}: below {late(answers, own) * 1e3:.1f} ms in all, below"
                f" {self.latest(own) * 1e3:.1f} ms in the worst minute"
                for how, own in (("by the clock", False), ("without waiting for a processor", True))
            ),
            f"memory: {self.memory[-1][1] / 1024:.1f} MiB, {self.growth():.3f} of that after the"
            f" warm-up of {self.warm_up:.0f} s",
            "memory by time: "
            + ", ".join(
                f"{at:.0f} s {kib / 1024:.1f} MiB"
                for at, kib in self.memory[:: max(1, len(self.memory) // 10)]
            ),
            f"descriptors: {self.descriptors[0]} before, {self.descriptors[1]} after",
            f"CPU of the server: {self.cpu:.1f} s",
            f"lost: {self.lost or 'nothing'}; unexpected: {len(self.unexpected)}",
        ]
        return "\n".join(lines)


class Load:
    """The clients of one served console."""

    def __init__(self, served: Served, plan: Plan, names: list[str], seed: int = 0) -> None:
        self.served = served
        self.plan = plan
        self.names = names
        self.chance = random.Random(seed)
        self.figures = Figures()
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.over = asyncio.Event()
        self.door = asyncio.Semaphore(20)  # so many log in at a time
        self.pid = served.process.pid
        self.began = 0.0

    # -- what the operating system tells --------------------------------------------------------

    def _waited(self) -> float:
        """Seconds that the server and this program were ready to run and had to wait."""
        return sum(
            int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
            for pid in (self.pid, os.getpid())
        )

    def _cpu(self) -> float:
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def _resident(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def _descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    # -- connections ----------------------------------------------------------------------------

    async def connect(self, **options: Any) -> asyncssh.SSHClientConnection:
        given: dict[str, Any] = {
            "username": "hscroot",
            "client_keys": [self.key],
            "preferred_auth": "publickey",
        }
        async with self.door:
            return await asyncssh.connect(
                self.served.address,
                self.served.port,
                known_hosts=None,
                agent_path=None,
                config=None,
                login_timeout=60,
                encryption_algs=["aes128-gcm@openssh.com"],
                **(given | options),
            )

    async def run(self, connection: asyncssh.SSHClientConnection, line: str) -> tuple[int, str]:
        done = await asyncio.wait_for(connection.run(line), 120)
        text = f"{done.stdout}{done.stderr}"
        if "internal error" in text or done.exit_status is None:
            self.figures.unexpected.append(f"{line}: {done.exit_status} {text[:300]}")
        return done.exit_status or 0, text

    async def again(self, kind: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something again and again until the time is over; count it."""
        while not self.over.is_set():
            try:
                await work()
                self.figures.done[kind] += 1
            except (TimeoutError, OSError, asyncssh.Error) as error:
                self.figures.unexpected.append(f"{kind}: {type(error).__name__} {error}")
                await asyncio.sleep(0.1)

    async def pause(self, low: float, high: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), self.chance.uniform(low, high))

    # -- what the clients do --------------------------------------------------------------------

    async def idle(self, number: int) -> None:
        """Keep a connection and ask something now and then; come anew once in a while."""
        connection = await self.connect()

        async def one() -> None:
            nonlocal connection
            await self.pause(5, 40)
            if self.chance.random() < 0.2:
                connection.close()
                connection = await self.connect()
            status, text = await self.run(connection, f"echo {number}; lssyscfg -r sys -F name")
            if status or text.split()[0] != str(number):
                self.figures.unexpected.append(f"idle {number}: {status} {text[:200]}")

        try:
            await self.again("questions of idle connections", one)
        finally:
            connection.close()

    async def lister(self, _: int) -> None:
        async with await self.connect() as connection:

            async def one() -> None:
                await self.run(connection, self.chance.choice(LISTINGS))
                await self.pause(0.1, 0.6)

            await self.again("listings", one)

    async def changer(self, number: int) -> None:
        """Change what nobody else changes; each change is seen at once or refused."""
        rest = self.names[self.plan.movers :]
        name = rest[number % len(rest)]
        async with await self.connect() as connection:

            async def one() -> None:
                amount = self.chance.choice((16, 32))
                sign = self.chance.choice("ar")
                status, text = await self.run(
                    connection,
                    f"chhwres -r mem -m {LEFT} -o {sign} -p {name} -q {amount};"
                    f' chsyscfg -r prof -m {LEFT} -i "name=default,lpar_name={name},'
                    f'max_procs={self.chance.randint(8, 16)}" ',
                )
                if status and not REFUSED.search(text):
                    self.figures.unexpected.append(f"change of {name}: {status} {text[:200]}")
                await self.pause(0.1, 0.6)

            await self.again("changes", one)

    async def mover(self, number: int) -> None:
        """Migrate one partition to and fro; recover what fails."""
        name, here, there = self.names[number], LEFT, RIGHT
        async with await self.connect() as connection:

            async def one() -> None:
                nonlocal here, there
                line = f"migrlpar -o m -m {here} -t {there} -p {name}"
                status, text = await self.run(connection, line)
                if status == 0:
                    here, there = there, here
                    return
                self.figures.done["migrations that failed"] += 1
                if not REFUSED.search(text):
                    self.figures.unexpected.append(f"{line}: {status} {text[:200]}")
                await self.pause(0.2, 1)
                here, there = await self.recovered(connection, name, here, there)

            await self.again("migrations begun", one)
            await self.recovered(connection, name, here, there)

    async def recovered(
        self, connection: asyncssh.SSHClientConnection, name: str, here: str, there: str
    ) -> tuple[str, str]:
        """Bring a failed migration to its end; where the partition is then, and where not."""
        while True:
            found = []
            for system in (here, there):
                _, text = await self.run(
                    connection,
                    f"lslparmigr -r lpar -m {system} --filter lpar_names={name}"
                    " -F migration_state 2>&1",
                )
                if text.strip() == "Not Migrating":
                    found.append(system)
                elif "In Progress" not in text and "HSCL" not in text and text.strip():
                    await self.run(connection, f"migrlpar -o r -m {system} -p {name}")
            if len(found) == 1:
                return found[0], RIGHT if found[0] == LEFT else LEFT
            await asyncio.sleep(0.2)

    async def bad(self, _: int) -> None:
        """Die, stall, send garbage, never read, never log in, guess."""

        async def die() -> None:
            connection = await self.connect()
            await connection.create_process("while true; do echo x; done")
            await self.pause(0.1, 0.5)
            connection.abort()

        async def stall() -> None:
            connection = await self.connect()
            process = await connection.create_process(f"while true; do {ASK}; done")
            process.channel.pause_reading()
            await self.pause(2, 6)
            connection.abort()

        async def deaf() -> None:
            connection = await self.connect()
            await connection.create_process(f"while true; do {ASK}; done")
            connection._transport.pause_reading()  # type: ignore[union-attr]
            await self.pause(2, 6)
            connection.abort()

        async def noise() -> None:
            _, writer = await asyncio.open_connection(self.served.address, self.served.port)
            start = self.chance.choice((b"", b"SSH-2.0-x\r\n", b"SSH-2.0-x\r\n\0\0\0\x0c\x04"))
            with contextlib.suppress(OSError):
                writer.write(start + self.chance.randbytes(self.chance.randint(1, 5000)))
                await writer.drain()
                await self.pause(0.1, 2)
            writer.close()

        async def guess() -> None:
            with contextlib.suppress(asyncssh.PermissionDenied):
                user = self.chance.choice(("root", "hscpe"))
                connection = await self.connect(
                    username=user, client_keys=None, password="wrong", preferred_auth="password"
                )
                connection.close()

        kinds = {"die": die, "stall": stall, "deaf": deaf, "noise": noise, "guess": guess}
        while not self.over.is_set():
            kind = self.chance.choice(list(kinds))
            try:
                await kinds[kind]()
                self.figures.done[f"bad clients: {kind}"] += 1
            except (OSError, asyncssh.Error) as error:
                self.figures.unexpected.append(f"bad client {kind}: {error}")
            await self.pause(0.2, 1)

    async def faults(self) -> None:
        """Switch faults on and off."""
        control = self.served.folder / "state" / "hmcsh" / f"control-{self.served.port}.sock"

        def switch() -> None:
            fault = FaultAdd(
                self.chance.choice(KINDS), heal_after=self.chance.randint(1, 60) * 10**9
            )
            list(ask_control(control, fault))

        while not self.over.is_set():
            await asyncio.to_thread(switch)
            self.figures.done["faults"] += 1
            await self.pause(1, 4)
            if self.chance.random() < 0.5:
                await asyncio.to_thread(lambda: list(ask_control(control, FaultClear())))
            await self.pause(1, 4)
        await asyncio.to_thread(lambda: list(ask_control(control, FaultClear())))

    async def probe(self, connection: asyncssh.SSHClientConnection) -> None:
        """Ask again and again for partitions, and note how long it takes."""
        while not self.over.is_set():
            waited, began = self._waited(), time.perf_counter()
            status, text = await self.run(connection, ASK)
            taken = time.perf_counter() - began
            if status or not text:
                self.figures.unexpected.append(f"{ASK}: {status} {text[:200]}")
            own = max(0.0, taken - (self._waited() - waited))
            self.figures.answers.append(Answer(began - self.began, taken, own))
            await asyncio.sleep(self.plan.probe_every)

    async def watch(self, connection: asyncssh.SSHClientConnection) -> None:
        """Note memory, and how many migrations there are at a time."""
        while not self.over.is_set():
            self.figures.memory.append((time.perf_counter() - self.began, self._resident()))
            text = ""
            for system in (LEFT, RIGHT):
                line = f"lslparmigr -r lpar -m {system} -F name,migration_state"
                text += (await self.run(connection, line))[1]
            if not self.figures.full and self.figures.done["migrations begun"] > HISTORY:
                self.figures.full = True  # what is kept of migrations is bounded
                passed = time.perf_counter() - self.began
                self.figures.warm_up = max(self.figures.warm_up, passed)
            under_way = {
                line.split(",")[0]
                for line in text.splitlines()
                if line.endswith((",Migration Starting", ",Migration In Progress"))
            }
            self.figures.at_once.append(len(under_way))
            await asyncio.sleep(1)

    # -- the whole ------------------------------------------------------------------------------

    async def main(self) -> Figures:
        """Run it all; what is asked after the end is asked of a console at rest."""
        plan, figures = self.plan, self.figures
        async with await self.connect(
            client_keys=None, password=PASSWORD, preferred_auth="password"
        ) as first:
            line = self.key.export_public_key().decode().strip()
            assert await self.run(first, f"mkauthkeys -a '{line}'") == (0, "")
            before, cpu = self._descriptors(), self._cpu()
            self.began = time.perf_counter()
            figures.warm_up = plan.seconds * 0.4
            movers, others = plan.movers, plan.sessions - plan.movers
            probing = await self.connect()
            tasks = [asyncio.create_task(self.mover(n)) for n in range(movers)]
            tasks += [asyncio.create_task(self.lister(n)) for n in range(others // 2)]
            tasks += [asyncio.create_task(self.changer(n)) for n in range(others - others // 2)]
            tasks += [asyncio.create_task(self.faults()), asyncio.create_task(self.watch(first))]
            tasks += [asyncio.create_task(self.bad(n)) for n in range(8)]
            for number in range(plan.connections - plan.sessions - 10):
                tasks.append(asyncio.create_task(self.idle(number)))
            tasks.append(asyncio.create_task(self.probe(probing)))
            await asyncio.sleep(max(0.0, plan.seconds - (time.perf_counter() - self.began)))
            self.over.set()
            await asyncio.gather(*tasks)
            probing.close()
            figures.cpu = self._cpu() - cpu
            deadline = time.monotonic() + 60
            while self._descriptors() > before and time.monotonic() < deadline:
                await asyncio.sleep(0.2)
            figures.descriptors = before, self._descriptors()
            await self.count(first)
        return figures

    async def count(self, connection: asyncssh.SSHClientConnection) -> None:
        """Find what is lost: each partition is there once, runs, and does not migrate."""
        found: Counter[str] = Counter()
        for system in (LEFT, RIGHT):
            _, text = await self.run(connection, f"lssyscfg -r lpar -m {system} -F name,state")
            found.update(text.split("\n"))
            _, text = await self.run(
                connection, f"lslparmigr -r lpar -m {system} -F name,migration_state"
            )
            self.figures.lost += [
                line for line in text.splitlines() if not line.endswith(",Not Migrating")
            ]
        expected = Counter(f"{name},Running" for name in self.names)
        self.figures.lost += sorted(expected - found)
        extra = {line for line in found if line.split(",")[0] in self.names} - set(expected)
        self.figures.lost += sorted(extra)
