"""A state machine over the public API of live partition mobility, and what must hold all the time.

Between two small systems 1 to 9 partitions of 1 to 4,096 pages are moved, written to, read, stopped
and recovered in any order, while connections, movers, servers and systems fail and come back.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support import laws
from support.crowd import LEFT, RIGHT
from support.world import OWNING, RUNNING, World, is_shell, is_under_way

from hmcsh.events import MigrationFailed
from hmcsh.hypervisor.memory import Access, Message
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.language.messages import HmcError
from hmcsh.migration import engine, platform
from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.fault import KINDS, PHASES, Fault
from hmcsh.model.states import PartitionState
from hmcsh.report import describe
from hmcsh.runtime import MILLISECOND, SECOND

WORKLOADS = (
    "idle",
    "{kind: uniform, written: 90 %, working_set: 30 %, rate: 4 MB/s}",
    "{kind: saturating, written: 100 %, working_set: 50 %}",
    "{kind: zipf, written: 50 %, working_set: 100 %, rate: 40 MB/s}",
)
TIMES = (MILLISECOND, 100 * MILLISECOND, 400 * MILLISECOND, SECOND, 3 * SECOND, 9 * SECOND)
LATE = ("copy", "suspend", "final", "resume", "pull", "complete", "cleanup")
MEMORY = 16  # MB of each partition in the inventory, whatever a MB is


class Migrations(RuleBasedStateMachine):
    """Rules and invariants."""

    world: World

    @initialize(
        partitions=st.integers(1, 9),
        pages=st.sampled_from([4096, 4096, 1, 2, 63, 64, 65, 1000]) | st.integers(1, 4096),
        movers=st.integers(1, 2),
        rate=st.sampled_from(["10 Mbit/s", "1 Gbit/s"]),
        workload=st.sampled_from(WORKLOADS),
        backbone=st.sampled_from(["none", "12 Mbit/s"]),
        seed=st.integers(0, 3),
    )
    def begin(self, pages: int, **arguments: Any) -> None:
        self.patches = contextlib.ExitStack()
        patch = mock.patch.object
        self.patches.enter_context(patch(platform, "_MEGABYTE", pages * PAGE // MEMORY))
        verification, receive = StateTransfer.verification, StateTransfer.receive
        abort = StateTransfer.abort

        # The engine would take what is raised inside of it for the failure of a migration.
        self.broken: list[AssertionError] = []

        def compared(transfer: StateTransfer) -> Any:
            self.note(laws.nothing_lost, transfer)
            return verification(transfer)

        def repeated(transfer: StateTransfer, message: Message) -> int:
            refused = receive(transfer, message)
            self.note(laws.twice_is_once, transfer, message)
            return refused

        def taken_back(transfer: StateTransfer) -> None:
            before = laws.decoded(transfer.source.store)
            abort(transfer)
            self.note(laws.untouched, before, transfer.source)

        def unexpected(event: MigrationFailed, *, exc_info: object) -> None:
            self.broken.append(
                AssertionError(f"an error in the engine itself: {event}: {exc_info!r}")
            )

        self.patches.enter_context(patch(engine._log, "error", unexpected))
        self.patches.enter_context(patch(StateTransfer, "abort", taken_back))
        self.patches.enter_context(patch(StateTransfer, "verification", compared))
        self.patches.enter_context(patch(StateTransfer, "receive", repeated))
        self.world = World(**arguments)

    def note(self, law: Callable[..., None], *things: Any) -> None:
        """Look whether a law holds in the middle of what the engine does."""
        try:
            law(*things)
        except AssertionError as broken:
            self.broken.append(broken)

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        resting = [n for n in self.world.names if self.world.at_home(n).migration is None]
        if resting:
            self.world.do("start", data.draw(st.sampled_from(resting)))

    @rule()
    def start_all(self) -> None:
        for name in self.world.names:
            if self.world.at_home(name).migration is None:
                self.world.do("start", name)

    @rule(time=st.sampled_from(TIMES))
    def advance(self, time: int) -> None:
        self.world.do("advance", time)

    @rule(events=st.integers(1, 40))
    def step(self, events: int) -> None:
        self.world.do("step", events)

    @rule(
        data=st.data(),
        action=st.sampled_from(["write", "read"]),
        first=st.integers(0, 4095),
        count=st.sampled_from([1, 64, 4096]),
    )
    def touch(self, data: st.DataObject, action: str, first: int, count: int) -> None:
        moving = [run.source.name for run, _ in self.world.transfers()]
        name = data.draw(st.sampled_from(moving or self.world.names))
        self.world.do(action, name, first, count)

    @rule(data=st.data(), often=st.integers(0, 4))
    def stop(self, data: st.DataObject, often: int) -> None:
        if not often:
            self.world.do("stop", data.draw(st.sampled_from(self.world.names)))

    @rule(data=st.data(), force=st.booleans())
    def recover(self, data: st.DataObject, force: bool) -> None:
        self.world.do("recover", data.draw(st.sampled_from(self.world.names)), force)

    @rule(
        kind=st.sampled_from(KINDS),
        partition=st.sampled_from([None, None, None, "p01"]),
        phase=st.sampled_from([None, *PHASES]) | st.sampled_from(LATE),
        event=st.sampled_from([None, None, 1, 2, 5]),
        heal=st.sampled_from([None, SECOND, 200 * SECOND]),
    )
    def fault(
        self, kind: str, partition: str | None, phase: str | None, event: int | None, heal: Any
    ) -> None:
        fault = Fault(kind, partition=partition, phase=phase, event=event, heal_after=heal)
        self.world.do("fault", fault)

    @precondition(lambda self: self.world.lab.mobility.faults.list())
    @rule()
    def heal(self) -> None:
        self.world.do("heal")

    # -- what holds at every moment ------------------------------------------------------------

    @invariant()
    def all_that_was_noted_is_sound(self) -> None:
        for broken in self.broken:
            raise broken

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
            assert sum(home.state in RUNNING for home in homes) <= 1, f"{name} runs twice"
        for run, transfer in self.world.transfers():
            sides = [transfer.source.access, transfer.destination.access]
            running = [access for access in sides if access in OWNING]
            record = transfer.record
            standing = record.suspended_at is not None and record.resumed_at is None
            gone = run.stopped and Access.DISCARDED in sides
            one = len(running) == 1 or ((standing or gone) and not running)
            assert one, f"{run.source.name} is {[side.value for side in sides]}"

    @invariant()
    def resources_add_up(self) -> None:
        assert self.world.resources() == self.world.totals, "resources were won or lost"
        for name in (LEFT, RIGHT):
            frame = self.world.lab.frame(name)
            assert frame.memory_available >= 0
            assert frame.processors_available >= 0

    @invariant()
    def server_adapters_have_clients(self) -> None:
        for name in (LEFT, RIGHT):
            frame = self.world.lab.frame(name)
            for server in frame.virtual_io_servers():
                served = {s: a for s, a in server.adapters.items() if isinstance(a, ScsiAdapter)}
                assert served.keys() == server.io_server.vhosts.keys(), server.name
                for slot, adapter in served.items():
                    client = frame.partitions.get(adapter.remote_lpar_id)
                    assert client is not None, f"slot {slot} of {server.name} serves nobody"
                    other = client.adapters[adapter.remote_slot]
                    assert (other.remote_lpar_id, other.remote_slot) == (server.lpar_id, slot)

    @invariant()
    def four_to_a_mover(self) -> None:
        carried: Counter[str] = Counter()
        for run in self.world.before:
            if run.admission is not None and run.admission.active:
                carried.update(server.uuid for server in run.movers)
        assert not carried or max(carried.values()) <= 4, "more than four to a mover"
        laws.nobody_is_overtaken(self.world.admissions)

    @invariant()
    def rates_are_fair(self) -> None:
        network = self.world.lab.mobility.platform.network
        laws.rates_are_fair(network, self.world.flows)
        laws.links_add_up(self.world.flows, self.world.clock.now)

    @invariant()
    def transfers_are_sound(self) -> None:
        undisturbed = all(action != "fault" for action, _ in self.world.script)
        for _, transfer in self.world.transfers():
            laws.sets_are_sound(transfer)
            laws.arrived_before_it_runs(transfer)
            laws.pages_add_up(transfer, undisturbed=undisturbed)

    @invariant()
    def records_are_true(self) -> None:
        port = platform.Platform.mover
        for run in self.world.before:
            if run.transfer is None:
                continue
            record, settings = run.transfer.record, run.transfer.settings
            pages = run.transfer.source.pages
            laws.within_bounds(record, settings, pages)
            laws.reason_is_true(record, settings, pages)
            mover = port(self.world.lab.mobility.platform, run.movers[0])
            laws.no_faster_than(record, mover.egress.nominal * 94 // 100)
            if self.world.arguments[3] == "idle" and not self.world.wrote:
                assert len(record.rounds) <= 1, "nothing was written: one pass is enough"
                assert record.dirty_at_suspend == 0, "nothing was written"

    @invariant()
    def progress_never_falls(self) -> None:
        for run in self.world.lab.mobility.history:
            before = self.world.progress.get(run, 0)
            now = self.world.progress[run] = describe(run).percent
            assert before <= now <= 100, "progress fell"
            assert (now == 100) == ("cleanup" in run.finished), "100 percent is the end"

    @invariant()
    def clocks_never_go_back(self) -> None:
        for name in self.world.names:
            partition = self.world.at_home(name)
            # One that stands still reads no clock.
            if partition.state in RUNNING and not self.world.stands_still(partition):
                now = partition.time_of_day(self.world.clock.now)
                assert now >= self.world.clocks.get(name, now), f"the clock of {name} went back"
                self.world.clocks[name] = now
        for run in self.world.before:
            record = run.record
            if run.commit is not None and record is not None and record.resumed_at is not None:
                left = run.source.time_of_day(record.suspended_at)
                assert run.shell.time_of_day(record.resumed_at) >= left, "its clock went back"

    @invariant()
    def what_is_taken_back_is_as_before(self) -> None:
        for run, picture in list(self.world.before.items()):
            if not is_under_way(run):
                del self.world.before[run]
                if run.commit is None:
                    assert self.world.picture(run.source) == picture, "rolled back, not as before"
                    assert run.source.state in RUNNING or not run.active or self.world.powered_off

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.do("settle")
            self.all_that_was_noted_is_sound()
            for check in (self.one_owner, self.resources_add_up, self.rates_are_fair):
                check()
            self.four_to_a_mover()
            self.what_is_taken_back_is_as_before()
            self.progress_never_falls()
            for name in self.world.names:
                partition = self.world.at_home(name)
                assert partition.migration is None, f"{name} cannot be recovered"
                off = partition.state is PartitionState.NOT_ACTIVATED and self.world.powered_off
                assert off or partition.state is PartitionState.RUNNING
                assert partition.frame.find_by_name(name) is partition
                try:
                    self.world.lab.mobility.recover(partition, force=True)
                except HmcError as refused:
                    assert refused.message.key == "lpm_nothing_to_recover"
                else:
                    raise AssertionError(f"{name} is recovered twice")
            again = World(*self.world.arguments)
            for action, arguments in self.world.script:
                again.do(action, *arguments)
            assert again.journal == self.world.journal, "the same seed gives the same journal"
        finally:
            self.patches.close()
