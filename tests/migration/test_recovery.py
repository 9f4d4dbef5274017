"""Recovery: a fault at every single event of a migration; force, repeated and refused ones."""

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.faultlab import SECOND, Fault, FaultLab, fault_lab
from support.lab import Lab

from hmcsh.hypervisor.memory import Access
from hmcsh.hypervisor.transfer import PointOfNoReturnError
from hmcsh.language.messages import HmcError
from hmcsh.migration import definition, engine, timekeeping
from hmcsh.migration.failure import roll_back
from hmcsh.migration.run import Run
from hmcsh.model.fault import KINDS
from hmcsh.model.states import MigrationState, PartitionState

NOTHING = "lpm_nothing_to_recover"
AWAKE = (Access.RUNNING, Access.PULLING)


def _last_event(*, active: bool) -> int:
    lab = fault_lab(active=active)
    assert lab.move() == "done"
    return lab.run.events


def _check_owner(lab: FaultLab) -> None:
    """At no instant runs the partition on both sides, and one definition always owns it."""
    definitions = [p for p in (lab.source, lab.shell) if p is not None]
    on = [p for p in definitions if p.state.powered_on]
    assert len(on) <= 1, "powered on twice"
    run = lab.run
    if any(p.migration is not None for p in definitions):
        assert run.owner in definitions, "the owner has a definition"
    else:
        assert len(definitions) == 1, "one definition without a migration"
    if run.transfer is not None:
        sides = (run.transfer.source.access, run.transfer.destination.access)
        assert sum(side in AWAKE for side in sides) <= 1, "pages are written on both sides"


def _run_checked(lab: FaultLab) -> str:
    clock = lab.datacenter.clock
    while not lab.process.fired:
        assert clock.step(), "the migration waits for something that never happens"
        _check_owner(lab)
    return lab.message()


def _totals(lab: FaultLab, *, active: bool) -> tuple[int, int, int]:
    """Memory, processors and adapters of both systems together.

    A partition that is moved while it is off has nothing assigned afterwards.
    """
    frames = lab.datacenter.frames.values()
    held = [] if active else [lab.source.current] if lab.source is not None else []
    return (
        sum(frame.memory_assigned for frame in frames) - sum(r.memory.desired for r in held),
        sum(frame.installed_processors - frame.processors_available for frame in frames)
        - sum(r.processors.consumed for r in held),
        sum(len(server.adapters) for f in frames for server in f.virtual_io_servers()),
    )


def _suffer(lab: FaultLab, faults: list[Fault], picture: Callable[[Lab], object]) -> None:
    """Migrate with the faults, recover in every way there is, and check the rules at each step."""
    active = lab.source.running
    totals = _totals(lab, active=active)
    lab.begin(*faults)
    message = _run_checked(lab)
    _check_it_goes_on(lab)
    lab.recover()
    _check_owner(lab)
    lab.recover(force=True)
    _check_owner(lab)
    lab.mobility.faults.clear()
    lab.recover()
    _check_owner(lab)
    settled = picture(lab)
    assert lab.recover() == NOTHING
    assert lab.recover(force=True) == NOTHING
    assert picture(lab) == settled, "one more recovery changes nothing"
    assert _totals(lab, active=active) == totals, "what was assigned is assigned once"
    assert not lab.frame("source").migrations
    assert not lab.frame("dest").migrations
    _check_pages(lab, message)


def _check_it_goes_on(lab: FaultLab) -> None:
    """Nobody has recovered anything yet: where the partition runs, it is not suspended."""
    if lab.run.commit is None and lab.source.running and lab.run.record is not None:
        memory = lab.mobility.platform.hypervisor(lab.frame("source")).find(lab.source.uuid)
        assert memory.access is Access.RUNNING, "the suspend timer lets it go on"


def _check_pages(lab: FaultLab, message: str) -> None:
    run, record = lab.run, lab.run.record
    if lab.shell is not None and run.active and lab.shell.running:
        assert run.moving.comparison.sound, "nothing is lost"
    if message == "lpm_pages_lost":
        assert 0 < run.moving.missing_pages <= record.left_pages, "the loss is told with its count"
        assert not lab.shell.running
    if lab.source is not None and lab.source.running and record is not None:
        memory = lab.mobility.platform.hypervisor(lab.frame("source")).find(lab.source.uuid)
        assert memory.access is Access.RUNNING
        assert memory.store.log is None, "no dirty log is left"


ACTIVE_EVENTS, INACTIVE_EVENTS = _last_event(active=True), _last_event(active=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("active", [True, False], ids=["active", "inactive"])
def test_a_fault_at_every_event(picture: Callable[[Lab], object], active: bool, kind: str) -> None:
    last = ACTIVE_EVENTS if active else INACTIVE_EVENTS
    assert last > (20 if active else 5)
    for event in range(1, last + 1):
        try:
            lab = fault_lab(active=active)
            _suffer(lab, [Fault(kind, event=event)], picture)
            # The first events and a sample of the others; each phase is tried in test_faults.
            back = lab.source is not None and (lab.source.running or not active)
            if back and (event < 3 or event % 5 == 0):
                assert lab.move() == "done", "the migration can be asked for again"
        except AssertionError as broken:
            broken.add_note(f"a fault of kind {kind} at event {event} of {last}")
            raise


def _rolled_back_after_the_commit(run: Run, steps: object) -> Iterator[int]:
    run.commit = None
    yield 0
    roll_back(run)


@pytest.mark.parametrize(
    ("module", "name", "plant"),
    [
        (engine, "_recover", _rolled_back_after_the_commit),
        (definition, "remove_server_adapter", lambda server, slot: None),
        (definition, "release_frames", lambda run: None),
    ],
    ids=["rolled back", "server adapters stay", "the systems stay locked"],
)
def test_a_recovery_that_goes_wrong_is_noticed(
    picture: Callable[[Lab], object],
    module: ModuleType,
    name: str,
    plant: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _suffer(fault_lab(), [Fault("hmc", phase="complete")], picture)
    monkeypatch.setattr(module, name, plant)
    with pytest.raises((AssertionError, PointOfNoReturnError)):
        _suffer(fault_lab(), [Fault("hmc", phase="complete")], picture)


@pytest.mark.parametrize("active", [True, False], ids=["active", "inactive"])
def test_a_fault_in_a_recovery_is_recovered(active: bool) -> None:
    """What goes wrong while a migration is completed can be recovered again."""
    lab = fault_lab(active=active)
    lab.move(Fault("hmc", phase="complete"))
    lab.mobility.faults.clear()
    lab.mobility.faults.add(Fault("source-power", phase="cleanup"))
    assert lab.recover() == "lpm_stopped_by_firmware"
    assert lab.recover() == "lpm_recovery_needs_force"
    lab.mobility.faults.clear()
    assert lab.recover() == "done"
    assert lab.source is None


def test_recovery_is_refused_while_one_is_under_way() -> None:
    lab = fault_lab()
    lab.move(Fault("hmc", phase="complete"))
    lab.mobility.faults.clear()
    process = lab.mobility.recover(lab.shell)
    with pytest.raises(HmcError, match="no failed migration"):
        lab.mobility.recover(lab.shell, force=True)
    lab.datacenter.clock.run_until(process)
    assert lab.shell.state is PartitionState.RUNNING


def test_the_refusal_names_what_cannot_be_reached() -> None:
    lab = fault_lab()
    lab.move(Fault("dest-power", phase="copy"))
    with pytest.raises(HmcError, match=r"dest is powered off.*--force"):
        lab.mobility.recover(lab.source)
    assert lab.source.migration_state is MigrationState.FAILED, "a refusal changes nothing"
    lab.datacenter.clock.run_until(lab.mobility.recover(lab.source, force=True))
    assert lab.shell is None


def test_force_only_where_something_is_out_of_reach() -> None:
    """SG24-7460 6.2: where all can be reached, what is lost later is not passed over."""
    lab = fault_lab()
    lab.move(Fault("hmc", phase="complete"))
    lab.mobility.faults.clear()
    lab.mobility.faults.add(Fault("source-vios", phase="cleanup"))
    assert lab.recover(force=True) == "lpm_stopped", "as without force"
    assert lab.source is not None
    assert lab.recover(force=True) == "done"
    assert lab.source is None


def test_the_number_of_lost_pages_is_told() -> None:
    lab = fault_lab()
    run = lab.begin(Fault("source-power", phase="pull", event=3))
    with pytest.raises(HmcError) as told:
        lab.datacenter.clock.run_until(lab.process)
    assert 0 < run.moving.missing_pages <= run.record.left_pages
    assert f" {run.moving.missing_pages} pages" in told.value.text


def test_a_stop_where_the_shell_is_out_of_reach_leaves_it_to_recovery() -> None:
    lab = fault_lab()
    lab.begin(Fault("dest-power", time=8 * SECOND))
    lab.datacenter.clock.advance(7 * SECOND + SECOND // 2)
    lab.frame("dest").state = type(lab.frame("dest").state).POWER_OFF
    lab.mobility.stop(lab.source)
    assert lab.message() == "lpm_stopped"
    assert lab.source.migration_state is MigrationState.FAILED


def test_what_waits_for_recovery_can_neither_be_stopped_nor_changed() -> None:
    lab = fault_lab()
    lab.move(Fault("link", phase="copy"))
    with pytest.raises(HmcError, match="cannot be stopped"):
        lab.mobility.stop(lab.source)
    for partition in (lab.source, lab.shell):
        with pytest.raises(HmcError, match="recovered"):
            partition.require_unlocked()


def test_a_failed_migration_gives_its_movers_free() -> None:
    lab = fault_lab()
    lab.move(Fault("link", phase="copy"))
    mover = lab.mobility.platform.mover(lab.partition("VIOS_S", "source"))
    assert mover.load == 0


_FAULTS = st.builds(
    Fault,
    st.sampled_from(KINDS),
    event=st.integers(1, 30),
    heal_after=st.none() | st.sampled_from([1, 4 * SECOND, 20 * SECOND, 90 * SECOND]),
)


@given(active=st.booleans(), faults=st.lists(_FAULTS, min_size=2, max_size=4))
@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_several_faults_at_once(
    picture: Callable[[Lab], object], active: bool, faults: list[Fault]
) -> None:
    _suffer(fault_lab(active=active), faults, picture)


def test_an_error_in_the_engine_itself_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asked is told in one line that it failed; what should not have happened, the log."""
    lab = fault_lab()
    assert lab.move(Fault("link", phase="copy")) == "lpm_stopped"
    assert not caplog.records, "a fault is none"

    def fail(run: Run) -> None:
        raise TypeError("a mistake")

    lab = fault_lab()
    monkeypatch.setattr(timekeeping, "carry_over", fail)
    assert lab.move() == "lpm_stopped"
    assert [r.getMessage() for r in caplog.records] == [
        "the migration of mobile failed in phase resume"
    ]
    assert caplog.records[0].exc_info[0] is TypeError
