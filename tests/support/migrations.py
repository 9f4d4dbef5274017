"""A state machine over the public API of live partition mobility, and what must hold all the time.

Between two small systems 1 to 9 partitions are moved, stopped and recovered in any order, while
connections, movers and servers fail and come back.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.crowd import LEFT, RIGHT, crowd
from support.lab import Lab

from hmcsh.hypervisor.memory import Access, PageStore
from hmcsh.hypervisor.pageset import CHUNK_PAGES
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.language.messages import HmcError
from hmcsh.migration.engine import Mobility
from hmcsh.migration.run import Run
from hmcsh.model.fault import PHASES, Fault
from hmcsh.model.inventory import load_text
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.runtime import MILLISECOND, SECOND, Clock

KINDS = ("link", "source-mover", "dest-mover", "rmc", "vasi", "os-refuse", "target-device", "hmc")
WORKLOADS = (
    "idle",
    "{kind: uniform, written: 90 %, working_set: 30 %, rate: 4 MB/s}",
    "{kind: saturating, written: 100 %, working_set: 50 %}",
    "{kind: zipf, written: 50 %, working_set: 100 %, rate: 40 MB/s}",
)
OWNING = (Access.RUNNING, Access.PULLING)
FAILED = (MigrationState.FAILED, MigrationState.INVALID)
RUNNING = (PartitionState.RUNNING, PartitionState.MIGRATING_RUNNING)


def decoded(store: PageStore) -> np.ndarray:
    """The epoch of every page, from the bits themselves."""
    epochs = np.repeat(store.uniform, CHUNK_PAGES)[: store.pages]
    for epoch, layer in store.layers.items():
        for chunk, words in layer.items():
            inside = epochs[chunk * CHUNK_PAGES :][:CHUNK_PAGES]
            octets = words.view(np.uint8)
            bits = np.unpackbits(octets, bitorder="little", count=len(inside))
            inside[bits.view(np.bool_)] = epoch
    return epochs


def nothing_lost(transfer: StateTransfer) -> None:
    """Compare all pages of both sides, by code that the engine does not use."""
    here, there = decoded(transfer.source.store), decoded(transfer.destination.store)
    written = np.zeros(len(here), np.bool_)
    written[transfer.destination.store.dirty_log.positions()] = True
    assert (there[~written] == here[~written]).all(), "a page was lost"
    assert (there[written] > here[written]).all(), "a write at the destination was lost"
    assert transfer.missing_pages == 0


class World:
    """Two systems with a crowd of partitions, and a journal of what was asked and answered."""

    def __init__(self, partitions: int, movers: int, rate: str, workload: str, seed: int) -> None:
        self.arguments = (partitions, movers, rate, workload, seed)
        text = crowd(
            partitions,
            movers=movers,
            rate=rate,
            workload=workload,
            timings="{window_target: 700 ms}",
        )
        datacenter = load_text(text, Clock("manual"), seed=seed)
        self.lab = Lab(datacenter, Mobility(datacenter))
        self.clock = datacenter.clock
        self.names = [p.name for p in self.lab.frame(LEFT).partitions.values() if not p.vios]
        self.script: list[tuple[str, tuple[Any, ...]]] = []
        self.journal: list[object] = []
        self.before: dict[Run, object] = {}
        self.progress: dict[StateTransfer, int] = {}
        self.totals = self.resources()

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

    def do_fault(self, fault: Fault) -> object:
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
                partition.state,
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
                if partition.current is not None and not is_shell(partition):
                    memory += partition.current.memory.desired
                    processors += partition.current.processors.consumed
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


class Migrations(RuleBasedStateMachine):
    """Rules and invariants."""

    world: World

    @initialize(
        partitions=st.integers(1, 9),
        movers=st.integers(1, 2),
        rate=st.sampled_from(["10 Mbit/s", "1 Gbit/s"]),
        workload=st.sampled_from(WORKLOADS),
        seed=st.integers(0, 3),
    )
    def begin(self, **arguments: Any) -> None:
        self.world = World(**arguments)
        complete = StateTransfer.complete

        def compared(transfer: StateTransfer) -> None:
            nothing_lost(transfer)
            complete(transfer)

        self.patch = mock.patch.object(StateTransfer, "complete", compared)
        self.patch.start()

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        resting = [n for n in self.world.names if self.world.at_home(n).migration is None]
        if resting:
            self.world.do("start", data.draw(st.sampled_from(resting)))

    @rule(time=st.sampled_from([MILLISECOND, 300 * MILLISECOND, 2 * SECOND, 9 * SECOND]))
    def advance(self, time: int) -> None:
        self.world.do("advance", time)

    @rule(events=st.integers(1, 40))
    def step(self, events: int) -> None:
        self.world.do("step", events)

    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        self.world.do("stop", data.draw(st.sampled_from(self.world.names)))

    @rule(data=st.data(), force=st.booleans())
    def recover(self, data: st.DataObject, force: bool) -> None:
        self.world.do("recover", data.draw(st.sampled_from(self.world.names)), force)

    @rule(
        kind=st.sampled_from(KINDS),
        phase=st.sampled_from([None, *PHASES]),
        event=st.sampled_from([None, 1, 2, 5]),
        heal=st.sampled_from([None, SECOND, 200 * SECOND]),
    )
    def fault(self, kind: str, phase: str | None, event: int | None, heal: int | None) -> None:
        self.world.do("fault", Fault(kind, phase=phase, event=event, heal_after=heal))

    @precondition(lambda self: self.world.lab.mobility.faults.list())
    @rule()
    def heal(self) -> None:
        self.world.do("heal")

    # -- what holds at every moment ------------------------------------------------------------

    @invariant()
    def one_owner(self) -> None:
        for name in self.world.names:
            homes = [
                partition
                for frame in (LEFT, RIGHT)
                if (partition := self.world.lab.frame(frame).find_by_name(name))
            ]
            owners = [partition for partition in homes if not is_shell(partition)]
            assert len(owners) == 1, f"{name} has {len(owners)} owners"
            assert len(homes) == 1 or owners[0].migration is not None, f"{name} left a copy"
        for _, transfer in self.world.transfers():
            sides = [transfer.source.access, transfer.destination.access]
            running = [access for access in sides if access in OWNING]
            record = transfer.record
            standing = record.suspended_at is not None and record.resumed_at is None
            assert len(running) == 1 or (standing and not running), sides

    @invariant()
    def resources_add_up(self) -> None:
        assert self.world.resources() == self.world.totals
        for name in (LEFT, RIGHT):
            frame = self.world.lab.frame(name)
            assert frame.memory_available >= 0
            assert frame.processors_available >= 0

    @invariant()
    def four_to_a_mover(self) -> None:
        carried: Counter[str] = Counter()
        for run in self.world.before:
            if run.admission is not None and run.admission.active:
                carried.update(server.uuid for server in run.movers)
        assert not carried or max(carried.values()) <= 4

    @invariant()
    def rates_are_feasible(self) -> None:
        rates: Counter[Any] = Counter()
        for _, transfer in self.world.transfers():
            for resource in transfer.flow.route:
                rates[resource] += transfer.flow.rate if transfer.flow.busy else 0
        for resource, rate in rates.items():
            assert rate <= resource.capacity, resource

    @invariant()
    def progress_never_falls(self) -> None:
        for _, transfer in self.world.transfers():
            before = self.world.progress.get(transfer, 0)
            now = self.world.progress[transfer] = transfer.progress
            assert before <= now <= 100
            assert (now == 100) == (transfer.record.ended is not None)

    @invariant()
    def what_is_taken_back_is_as_before(self) -> None:
        for run, picture in list(self.world.before.items()):
            if not is_under_way(run):
                del self.world.before[run]
                if run.commit is None:
                    assert self.world.picture(run.source) == picture, "rolled back, not as before"

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.do("settle")
            self.one_owner()
            self.resources_add_up()
            self.what_is_taken_back_is_as_before()
            for name in self.world.names:
                partition = self.world.at_home(name)
                assert partition.migration is None, f"{name} cannot be recovered"
                assert partition.state is PartitionState.RUNNING
                assert partition.frame.find_by_name(name) is partition
            again = World(*self.world.arguments)
            for action, arguments in self.world.script:
                again.do(action, *arguments)
            assert again.journal == self.world.journal, "the same seed gives the same journal"
        finally:
            self.patch.stop()
