"""Four users of a console that is killed, and what its state file must hold of what they did.

One renames a partition again and again, one starts and stops another, one migrates others back
and forth, one changes a device of a Virtual I/O Server. How a line reaches the console, and how it
is told what was sent and answered, is up to whoever lets them work.
"""

from __future__ import annotations

import asyncio
import datetime
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from support.inside import Inside
from support.kept import assert_all_is_kept
from support.lab import L9, L10
from support.world import is_shell

from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.states import PartitionState
from hmcsh.state.file import Entry
from hmcsh.state.keeper import Keeper

PACE = 600.0
SERVER, TUNED = "VIOS1_L10", "hdisk1"
RENAMED = 6  # lpar_id of the partition that is renamed
MOVED = ("TRAIN", "TEST")
FIRST_NAME, FIRST_DEPTH = "BUILD", "20"
USER = "hscroot"


# What the history must name of commands that were not refused.
_CHANGED = {
    "new_name=": f"Partition {L9}/B[0-9]+",
    "viosvrcmd": f"Partition {L10}/{SERVER}",
    "chsysstate": f"Partition {L10}/PROD",
    "migrlpar": f"Partition ({L9}|{L10})/({'|'.join(MOVED)})",
    "mkauthkeys": f"User {USER}",
}


class Users:
    """What the users do, each in a loop without end; `do` sends a line and gives its status."""

    def __init__(
        self,
        do: Callable[[str], Awaitable[int]],
        home: Callable[[str], Awaitable[str]],
        draw: random.Random,
    ) -> None:
        """`home` tells on which system a partition is."""
        self.do, self.home, self.draw = do, home, draw
        self.everyone = (self.rename, self.power, self.migrate, self.tune)

    async def rename(self) -> None:
        while True:
            name = f"B{self.draw.randrange(10**9)}"
            await self.do(f"chsyscfg -r lpar -m {L9} -i lpar_id={RENAMED},new_name={name}")
            await asyncio.sleep(0.001)

    async def power(self) -> None:
        while True:
            await self.do(f"chsysstate -r lpar -m {L10} -o on -n PROD -f default")
            await asyncio.sleep(self.draw.random() * 60 / PACE)
            await self.do(f"chsysstate -r lpar -m {L10} -o shutdown --immed -n PROD")
            await asyncio.sleep(self.draw.random() * 4 / PACE)

    async def migrate(self) -> None:
        while True:
            name = self.draw.choice(MOVED)
            here = await self.home(name)
            there = L10 if here == L9 else L9
            await self.do(f"migrlpar -o m -m {here} -t {there} -p {name}")
            await asyncio.sleep(0.001)

    async def tune(self) -> None:
        while True:
            depth = self.draw.randrange(1, 257)
            change = f"chdev -dev {TUNED} -attr queue_depth={depth}"
            await self.do(f"viosvrcmd -m {L10} -p {SERVER} -c '{change}'")
            await asyncio.sleep(0.001)


class Told(NamedTuple):
    """What clients told: lines that were sent, and `STATUS LINE` of those that were answered."""

    sent: Counter[str]
    answered: Counter[str]


def told(lines: Iterable[str]) -> Told:
    """Read `sent LINE` and `answered STATUS LINE`."""
    split = [line.split(" ", 1) for line in lines]
    kinds = [Counter(rest for kind, rest in split if kind == one) for one in Told._fields]
    return Told(*kinds)


class Expected(NamedTuple):
    """What a history makes of the renamed partition and of the changed device."""

    name: str = FIRST_NAME
    depth: str = FIRST_DEPTH


def replayed(history: Iterable[Entry]) -> Expected:
    """What a state must show after such a history; snapshots are followed."""
    now, saved = Expected(), dict[str, Expected]()
    for entry in history:
        command = entry.command
        if entry.status:
            continue
        if "new_name=" in command:
            now = now._replace(name=command.rpartition("new_name=")[2])
        elif "queue_depth=" in command:
            now = now._replace(depth=command.rpartition("=")[2].rstrip("'"))
        elif command.startswith("hmcsh snapshot save "):
            saved[command.rpartition(" ")[2]] = now
        elif command.startswith("hmcsh snapshot restore "):
            now = saved[command.rpartition(" ")[2]]
    return now


def examine(path: Path, given: Told, before: int, seen: Counter[str]) -> int:
    """Compare a file with what users told; gives the number of the last command in it.

    All that was under way is brought to its end, as an operator would.
    """
    keeper = Keeper.open(path, "manual")
    mobility = keeper.mobility
    entries = [one for one in keeper.file.history(before) if one.user]
    kept = Counter(f"{entry.status} {entry.command}" for entry in entries)
    answered = given.answered
    assert answered <= kept, f"answered and not kept: {answered - kept}"
    assert Counter(entry.command for entry in entries) <= given.sent, "kept and never sent"
    _entries_are_whole(keeper, list(keeper.file.history()))

    # A change and its entry are there together, or neither is.
    expected = replayed(keeper.file.history())
    assert keeper.datacenter.frames[L9].partitions[RENAMED].name == expected.name, "half a change"
    shown = Inside(keeper.datacenter, SERVER)(f"lsdev -dev {TUNED} -attr queue_depth").lines
    assert shown[-1] == expected.depth, "half a change of a device"
    seen["devices changed"] += sum(
        times for line, times in answered.items() if line.startswith("0 viosvrcmd")
    )

    seen["killed"] += 1
    seen["answered"] += sum(answered.values())
    seen["kept without an answer"] += len(entries) - sum(answered.values())
    failed = [run for run in mobility.history if run.migration.state.to_be_recovered]
    seen["to be recovered"] += sum(run.source.migration is run.migration for run in failed)
    seen["went on by themselves"] += len(mobility.live)
    _has_one_owner(keeper)
    end_all(keeper)
    is_sound(keeper)
    assert_all_is_kept(keeper)
    last = list(keeper.file.history(before))
    keeper.close()
    return last[-1].number if last else before


def _entries_are_whole(keeper: Keeper, entries: list[Entry]) -> None:
    """Who, when, its status, what it changed."""
    console = keeper.datacenter.console.name
    clock, real = 0, datetime.datetime.min.replace(tzinfo=datetime.UTC)
    for number, entry in enumerate(entries, 1):
        assert entry.number == number, "a gap in the history"
        when = datetime.datetime.fromisoformat(entry.real)
        assert when >= real, "the history goes back in time"
        assert entry.virtual >= (0 if "snapshot restore" in entry.command else clock)
        clock, real = entry.virtual, when
        if not entry.user:
            assert entry.command.startswith("hmcsh snapshot "), entry
            continue
        assert (entry.console, entry.user) == (console, USER)
        for word, named in _CHANGED.items():
            if word in entry.command and entry.status == 0:
                assert any(re.fullmatch(named, one) for one in entry.changed), entry


def _has_one_owner(keeper: Keeper) -> None:
    """At every moment: no partition runs twice, none has two owners."""
    owners: Counter[str] = Counter()
    for frame in keeper.datacenter.frames.values():
        for partition in frame.partitions.values():
            owners[partition.uuid] += not is_shell(partition)
    assert set(owners.values()) <= {1}, "a partition has two owners, or none"


def end_all(keeper: Keeper) -> None:
    """Let end what is under way, and recover what failed."""
    clock, mobility = keeper.datacenter.clock, keeper.mobility
    while clock.step():
        pass
    for run in mobility.history:
        if run.migration.state.to_be_recovered and run.source.migration is run.migration:
            clock.run_until(mobility.recover(run.source))
            while clock.step():
                pass


def is_sound(keeper: Keeper) -> None:
    """At rest: the invariants of the model and of the engine."""
    frames = keeper.datacenter.frames
    owners = Counter(p.uuid for frame in frames.values() for p in frame.partitions.values())
    assert set(owners.values()) == {1}, "a partition has two owners"
    for name in MOVED:
        found = [p for frame in frames.values() if (p := frame.find_by_name(name)) is not None]
        assert len(found) == 1, f"{name} was lost"
        assert found[0].state is PartitionState.RUNNING and found[0].migration is None
    for frame in frames.values():
        assert not frame.migrations and frame.memory_available >= 0
        assert frame.processors_available >= 0
        assert set(frame.listing_order) == set(frame.partitions)
        for lpar_id, partition in frame.partitions.items():
            assert partition.lpar_id == lpar_id and partition.frame is frame
            assert frame.find_by_name(partition.name) is partition
        for server in frame.virtual_io_servers():
            for slot, adapter in server.adapters.items():
                if not isinstance(adapter, ScsiAdapter) or adapter.remote_lpar_id == "any":
                    continue
                client = frame.partitions.get(adapter.remote_lpar_id)
                assert client is not None, f"slot {slot} of {server.name} serves nobody"
                other = client.adapters.get(adapter.remote_slot)
                if isinstance(other, ScsiAdapter):
                    assert (other.remote_lpar_id, other.remote_slot) == (server.lpar_id, slot)
    for run in keeper.mobility.history:
        ended = run.commit is not None and run.active
        assert not ended or (run.record is not None and run.record.verified_pages), "not verified"
    assert not keeper.mobility.live
