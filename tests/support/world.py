"""Two systems with a crowd of partitions: what can be done to them, and what can be seen."""

from __future__ import annotations

import copy
from typing import Any

from support.crowd import LEFT, RIGHT, crowd
from support.lab import Lab

from hmcsh.hypervisor.memory import Access
from hmcsh.hypervisor.movers import Admission
from hmcsh.hypervisor.network import Flow
from hmcsh.hypervisor.pageset import bit_range
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.language.messages import HmcError
from hmcsh.migration.engine import Mobility
from hmcsh.migration.run import Run
from hmcsh.model.fault import Fault
from hmcsh.model.inventory import load_text
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.runtime import Clock

POWER = ("source-power", "dest-power")
OWNING = (Access.RUNNING, Access.PULLING)
FAILED = (MigrationState.FAILED, MigrationState.INVALID)
RUNNING = (PartitionState.RUNNING, PartitionState.MIGRATING_RUNNING)


class World:
    """Two systems with a crowd of partitions, and a journal of what was asked and answered."""

    def __init__(
        self, partitions: int, movers: int, rate: str, workload: str, backbone: str, seed: int
    ) -> None:
        self.arguments = (partitions, movers, rate, workload, backbone, seed)
        text = crowd(
            partitions,
            movers=movers,
            rate=rate,
            backbone=backbone,
            workload=workload,
            # The phases before the copying are short, so that most of what happens happens later.
            timings="{window_target: 700 ms, migration_starting: 1 s, shell: 1 s, profiles: 0 s,"
            " movers: 0 s, prepare: 500 ms, adapters: 0 s}",
        )
        datacenter = load_text(text, Clock("manual"), seed=seed)
        self.lab = Lab(datacenter, Mobility(datacenter))
        self.clock = datacenter.clock
        self.names = [p.name for p in self.lab.frame(LEFT).partitions.values() if not p.vios]
        self.script: list[tuple[str, tuple[Any, ...]]] = []
        self.journal: list[object] = []
        self.before: dict[Run, object] = {}
        self.progress: dict[Run, int] = {}
        self.clocks: dict[str, int] = {}
        self.flows: list[Flow] = []
        self.admissions: list[Admission] = []
        self.wrote = False  # a partition that is idle by itself may have been written to
        self.powered_off = False  # a system may have been powered off
        self._watch_network()
        self._watch_movers()
        self.assigned = {
            p.uuid: p.current
            for frame in (self.lab.frame(LEFT), self.lab.frame(RIGHT))
            for p in frame.partitions.values()
        }
        self.totals = self.resources()

    def _watch_network(self) -> None:
        network = self.lab.mobility.platform.network
        opened = network.open

        def watched(*arguments: Any) -> Flow:
            self.flows.append(opened(*arguments))
            return self.flows[-1]

        network.open = watched  # type: ignore[method-assign]

    def _watch_movers(self) -> None:
        platform = self.lab.mobility.platform
        asked = platform.admission

        def watched(*servers: Partition) -> Admission:
            self.admissions.append(asked(*servers))
            return self.admissions[-1]

        platform.admission = watched  # type: ignore[method-assign]

    # -- what can be done ----------------------------------------------------------------------

    def do(self, action: str, *arguments: Any) -> None:
        """Do something, and note what came of it."""
        self.script.append((action, arguments))
        self.journal.append((action, self.clock.now, getattr(self, f"do_{action}")(*arguments)))

    def do_start(self, name: str) -> object:
        partition = self.at_home(name)
        source = partition.frame.name
        picture = self.picture(partition)
        request = self.lab.request(name, source, RIGHT if source == LEFT else LEFT)
        validation = self.lab.mobility.validate(request)
        assert self.picture(partition) == picture, "a validation changes nothing"
        if validation.errors:
            return [str(error) for error in validation.errors]
        self.lab.mobility.start(validation)
        self.before[self.lab.mobility.history[-1]] = picture
        return None

    def do_stop(self, name: str) -> object:
        return self._ask(lambda: self.lab.mobility.stop(self.at_home(name)))

    def do_recover(self, name: str, force: bool) -> object:
        return self._ask(lambda: self.lab.mobility.recover(self.at_home(name), force=force))

    def do_advance(self, time: int) -> object:
        self.clock.advance(time)
        return None

    def do_step(self, events: int) -> object:
        return [self.clock.step() for _ in range(events)]

    def do_write(self, name: str, first: int, count: int) -> object:
        """Let the partition write some pages where it runs; gives whether it did."""
        return self._touch(name, first, count, write=True)

    def do_read(self, name: str, first: int, count: int) -> object:
        """Let the partition read some pages where it runs: what is missing is asked for."""
        return self._touch(name, first, count, write=False)

    def _touch(self, name: str, first: int, count: int, *, write: bool) -> bool:
        memory = self.memory(name)
        if memory is None:
            return False
        store, self.wrote = memory.store, self.wrote or write
        first %= store.pages
        words = bit_range(first, min(first + count, store.pages))
        pull = next((t._pull for _, t in self.transfers() if t.destination is memory), None)
        if write:
            # Where pages are missing, threads that touch them wait.
            (store.write if pull is None else lambda c, w: pull._write(c, 0, w))(0, words)
        elif pull is not None:
            pull._read(0, 0, words)
        return True

    def memory(self, name: str) -> PartitionMemory | None:
        """The memory that the partition uses now; None while it has none or stands still."""
        partition = self.at_home(name)
        for _, transfer in self.transfers():
            for side in (transfer.source, transfer.destination):
                if side.uuid == partition.uuid and side.access in OWNING:
                    return side
        found = self.lab.mobility.platform.hypervisor(partition.frame).find(partition.uuid)
        return found if found is not None and found.access in OWNING else None

    def stands_still(self, partition: Partition) -> bool:
        """Whether the partition is suspended on its way."""
        sides = [s for _, t in self.transfers() for s in (t.source, t.destination)]
        mine = [side.access for side in sides if side.uuid == partition.uuid]
        return bool(mine) and not any(access in OWNING for access in mine)

    def do_fault(self, fault: Fault) -> object:
        self.powered_off = self.powered_off or fault.kind in POWER
        return self.lab.mobility.faults.add(fault).number

    def do_heal(self) -> object:
        self.lab.mobility.faults.clear()
        return None

    def do_settle(self) -> object:
        """Let everything work again and end, and recover what failed."""
        self.do_heal()
        for _ in range(4):
            while self.clock.step():
                pass
            for name in self.names:
                migration = self.at_home(name).migration
                # Others may wait for a mover that one of those that failed still holds.
                if migration is not None and migration.state in FAILED:
                    self.lab.mobility.recover(self.at_home(name), force=True)
        return self.record()

    @staticmethod
    def _ask(action: Any) -> object:
        try:
            action()
        except HmcError as error:
            return str(error)
        return None

    # -- what can be seen ----------------------------------------------------------------------

    def at_home(self, name: str) -> Partition:
        """The partition where it runs, or ran last."""
        found = [p for f in (LEFT, RIGHT) if (p := self.lab.frame(f).find_by_name(name))]
        assert found, f"{name} has no owner"
        return next((p for p in found if p.state in RUNNING), found[0])

    def picture(self, partition: Partition) -> object:
        """What a migration that is taken back must leave as it was."""
        servers = partition.frame.virtual_io_servers()
        return copy.deepcopy(
            (
                partition.lpar_id,
                partition.name,
                partition.current,
                partition.pending,
                partition.adapters,
                partition.profiles,
                partition.default_profile,
                partition.running_profile,
                [
                    (server.name, slot, adapter)
                    for server in servers
                    for slot, adapter in server.adapters.items()
                    if getattr(adapter, "remote_lpar_id", None) == partition.lpar_id
                ],
            )
        )

    def resources(self) -> tuple[int, int]:
        """Memory and processors of partitions that do not move, and of those that do once."""
        memory = processors = 0
        for frame in (self.lab.frame(LEFT), self.lab.frame(RIGHT)):
            for partition in frame.partitions.values():
                # One that was migrated while it was off has nothing until it is activated.
                current = partition.current or self.assigned[partition.uuid]
                if not is_shell(partition):
                    memory += current.memory.desired
                    processors += current.processors.consumed
        return memory, processors

    def record(self) -> list[object]:
        """What the migrations were, to be compared with another run of the same script."""
        return [
            (run.source.name, run.phases, run.record, run.failure, run.commit, run.migration.state)
            for run in self.lab.mobility.history
        ]

    def transfers(self) -> list[tuple[Run, StateTransfer]]:
        """Transfers of page state that are under way."""
        return [
            (run, run.transfer)
            for run in self.before
            if run.transfer is not None and is_under_way(run)
        ]


def is_under_way(run: Run) -> bool:
    """Whether a migration has neither ended nor been rolled back."""
    return run.migration in run.migration.source_frame.migrations


def is_shell(partition: Partition) -> bool:
    """Whether another managed system holds the partition that this one is a copy of."""
    migration = partition.migration
    if migration is None:
        return False
    committed = migration.driver.commit is not None
    return partition is (migration.source if committed else migration.destination)
