"""Every kind of fault in every phase: owner, definitions, states, codes, message, recovery; logs.

A fault strikes at the beginning of a phase and stays until it is cleared. The grids have one
letter for it, in the order of KINDS; ACTIVE and INACTIVE tell what each letter means.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from support.faultlab import SECOND, Fault, FaultLab, fault_lab
from support.lab import Lab

from hmcsh.hypervisor.memory import Access
from hmcsh.model.fault import KINDS, PHASES
from hmcsh.model.partition import Partition

FAILED, INVALID = "Migration Failed", "Invalid"
RUNS, OFF, NONE = "Migrating - Running", "Migrating - Not Activated", ""
STOPPED, POWER = "lpm_stopped", "lpm_stopped_by_firmware"
FORCE, NOTHING = "lpm_recovery_needs_force", "lpm_nothing_to_recover"
GONE, ZERO, HALTED = "D200AFFF", "00000000", "C2001080"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a migration leaves, and what recoveries make of it.

    source, shell: states of the two definitions; codes: their newest reference codes;
    recovery: what `-o r` answers while the fault is there; owner: who has it in the end.
    """

    message: str
    source: str
    shell: str
    migration: str
    source_code: str
    shell_code: str
    recovery: str
    owner: str
    final_state: str


def _stays(*fields: str, ends: str = "Running") -> Outcome:
    return Outcome(*fields, owner="source", final_state=ends)


def _goes(*fields: str, ends: str = "Running") -> Outcome:
    return Outcome(*fields, owner="dest", final_state=ends)


ACTIVE = {
    # nothing happens; the phase does not need it
    ".": _goes("done", NONE, "Running", "", "", "C20010FF", NOTHING),
    # automatic rollback; of an operating system that was not ready
    "R": _stays("lpm_failed", "Running", NONE, "", GONE, "", NOTHING),
    "N": _stays("lpm_os_not_ready", "Running", NONE, "", GONE, "", NOTHING),
    # SG24-7460 6.3: both definitions stay, it runs on the source, a recovery removes the shell
    "K": _stays(STOPPED, RUNS, OFF, FAILED, GONE, ZERO, "done"),
    # the same, but what must be cleaned up is out of reach; without a shell; a system is off
    "V": _stays(STOPPED, RUNS, OFF, FAILED, GONE, ZERO, FORCE),
    "v": _stays(STOPPED, RUNS, NONE, FAILED, GONE, "", FORCE),
    "P": _stays(POWER, RUNS, OFF, FAILED, GONE, ZERO, FORCE),
    # SG24-7460 2.5.8: the source went down, migration state invalid; without a shell
    "O": _stays(POWER, OFF, OFF, INVALID, ZERO, ZERO, FORCE, ends="Not Activated"),
    "o": _stays(POWER, OFF, NONE, INVALID, ZERO, "", FORCE, ends="Not Activated"),
    # after the commit record: it runs on the destination, the rest waits for a recovery, for
    # which what is broken does not matter; must work; keeps the pages from coming; a VASI error
    "C": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "2004", "done"),
    "W": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "2004", FORCE),
    "X": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "2004", STOPPED),
    "Z": _goes(POWER, OFF, RUNS, FAILED, HALTED, "B2001143", POWER),
    # it could not be resumed: held until the recovery resumes it on the destination, which needs
    # the movers if pages are left
    "H": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "B2001145", "done"),
    "h": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "B2001131", "done"),
    "y": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "B2001131", STOPPED),
    "Y": _goes(STOPPED, OFF, RUNS, FAILED, HALTED, "B2001145", STOPPED),
    # the source went down with pages that had not arrived
    "L": _goes(
        "lpm_pages_lost", OFF, OFF, INVALID, HALTED, "B2001140", FORCE, ends="Not Activated"
    ),
    # the destination went down, before it was resumed and after
    "M": _goes(POWER, OFF, OFF, INVALID, HALTED, ZERO, FORCE, ends="Not Activated"),
    "D": _goes(POWER, OFF, OFF, INVALID, HALTED, ZERO, "done", ends="Not Activated"),
    # all but the definition on the source is in order
    "T": _goes(STOPPED, OFF, "Running", FAILED, HALTED, "C20010FF", FORCE),
    "U": _goes(POWER, OFF, "Running", FAILED, HALTED, "C20010FF", FORCE),
}
# link, source-mover, dest-mover, source-vios, dest-vios, rmc, vasi, source-power, dest-power,
# hmc, os-refuse, target-device
ACTIVE_GRID = {
    "shell": "RRRRRRRoRvNR",
    "movers": "RRRRRRROPVNR",
    "prepare": "RRRRRKROPVNR",
    "adapters": "RRRRRCROPVNR",
    "copy": "KKKKVCROPVN.",
    "suspend": "KKKKVCROPVN.",
    "final": "KKKKVCROPV..",
    "resume": "WXyWYCZLMW..",
    "pull": "WXXWXCZLDW..",
    "complete": "T..T.C.UDW..",
    "cleanup": "T..T...UDT..",
}
# A partition that writes nothing: all its pages have arrived when it runs again.
IDLE_GRID = {
    "final": "KKKKVCROPV..",
    "resume": "T.hTHC.UMW..",
    "pull": "T..T.C.UDW..",
}

_OFF = "Not Activated"
INACTIVE = {
    ".": _goes("done", NONE, _OFF, "", "", "C20010FF", NOTHING, ends=_OFF),
    "R": _stays("lpm_failed", _OFF, NONE, "", GONE, "", NOTHING, ends=_OFF),
    "V": _stays(STOPPED, OFF, OFF, FAILED, GONE, ZERO, FORCE, ends=_OFF),
    "v": _stays(STOPPED, OFF, NONE, FAILED, GONE, "", FORCE, ends=_OFF),
    "P": _stays(POWER, OFF, OFF, FAILED, GONE, ZERO, FORCE, ends=_OFF),
    "O": _stays(POWER, OFF, OFF, INVALID, "C2001020", ZERO, FORCE, ends=_OFF),
    "o": _stays(POWER, OFF, NONE, INVALID, "C2001020", "", FORCE, ends=_OFF),
    "W": _goes(STOPPED, OFF, OFF, FAILED, "C2001020", "C2001030", FORCE, ends=_OFF),
    "M": _goes(POWER, OFF, OFF, INVALID, "C2001020", "C2001030", "done", ends=_OFF),
    "D": _goes(POWER, OFF, OFF, INVALID, "C2001020", "C20010FF", "done", ends=_OFF),
    "T": _goes(STOPPED, OFF, _OFF, FAILED, "C2001020", "C20010FF", FORCE, ends=_OFF),
    "U": _goes(POWER, OFF, _OFF, FAILED, "C2001020", "C20010FF", FORCE, ends=_OFF),
}
INACTIVE_GRID = {
    "shell": "...TR..oRv.R",
    "adapters": "...TR..OPV.R",
    "complete": "...T...UMW..",
    "cleanup": "...T...UDT..",
}

CELLS = [
    pytest.param(made, phase, kind, outcomes[letter], id=f"{name}-{phase}-{kind}")
    for name, made, grid, outcomes in (
        ("active", {}, ACTIVE_GRID, ACTIVE),
        ("idle", {"idle": True}, IDLE_GRID, ACTIVE),
        ("inactive", {"active": False}, INACTIVE_GRID, INACTIVE),
    )
    for phase, letters in grid.items()
    for kind, letter in zip(KINDS, letters, strict=True)
]


def _state(partition: Partition | None) -> str:
    return NONE if partition is None else partition.state.value


def _code(partition: Partition | None) -> str:
    return partition.reference_codes[0].code if partition and partition.reference_codes else ""


def _outcome(lab: FaultLab, message: str) -> tuple[str, ...]:
    source, shell = lab.source, lab.shell
    marked = source if source is not None else shell
    state = marked.migration_state.value.replace("Not Migrating", "")
    return (message, _state(source), _state(shell), state, _code(source), _code(shell))


@pytest.mark.parametrize(("made", "phase", "kind", "expected"), CELLS)
def test_what_a_fault_leaves_and_how_it_is_recovered(
    picture: Callable[[Lab], object],
    made: dict[str, bool],
    phase: str,
    kind: str,
    expected: Outcome,
) -> None:
    lab = fault_lab(**made)
    active = lab.source.running
    before = picture(lab)
    seen = _outcome(lab, lab.move(Fault(kind, phase=phase)))
    assert seen == dataclasses.astuple(expected)[:6]
    if lab.run.commit is not None:
        assert lab.run.owner is lab.shell, "the commit record names the owner"
    assert lab.recover() == expected.recovery
    lab.mobility.faults.clear()
    assert lab.recover() in ("done", NOTHING)
    assert lab.recover() == NOTHING, "a second recovery finds nothing"
    left, gone = (lab.source, lab.shell) if expected.owner == "source" else (lab.shell, lab.source)
    assert gone is None, "one definition is left"
    assert left.state.value == expected.final_state
    assert left.migration is None
    if expected.owner == "source" and expected.final_state == (
        "Running" if active else "Not Activated"
    ):
        assert picture(lab) == before, "a rollback restores the state before"
        assert lab.move() == "done", "the migration can be asked for again"


def test_the_page_of_faults_shows_the_grids() -> None:
    page = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
    rows = [
        f"| `{phase}` | {' | '.join(letters)} |"
        for grid in (ACTIVE_GRID, IDLE_GRID, INACTIVE_GRID)
        for phase, letters in grid.items()
    ]
    shown = [
        line for line in page.splitlines() if line.startswith(tuple(f"| `{p}` |" for p in PHASES))
    ]
    assert shown == rows
    for kind in KINDS:
        assert f"`{kind}`" in page


@pytest.mark.parametrize(
    ("kind", "phase", "client", "source", "destination"),
    [
        ("vasi", "movers", [], [], []),
        ("vasi", "prepare", ["5E075ADF", "08917DC6"], [], []),
        ("link", "copy", ["5E075ADF", "08917DC6"], ["427E17BD", "0B41DD00"], ["427E17BD"]),
        ("source-mover", "copy", ["5E075ADF", "08917DC6"], [], ["427E17BD"]),
        ("dest-mover", "copy", ["5E075ADF", "08917DC6"], ["427E17BD"], []),
        ("source-vios", "copy", ["5E075ADF", "08917DC6"], [], ["427E17BD"]),
        ("dest-vios", "copy", ["5E075ADF", "08917DC6"], ["427E17BD"], []),
        ("source-power", "copy", ["08917DC6"], [], ["427E17BD"]),
        ("dest-power", "copy", ["5E075ADF", "08917DC6"], ["427E17BD"], []),
        ("hmc", "copy", ["5E075ADF", "08917DC6"], ["427E17BD"], ["427E17BD"]),
        (
            "link",
            "final",
            ["5E075ADF", "08917DC6"],
            ["427E17BD", "0B41DD00", "6CB10B8D"],
            ["427E17BD"],
        ),
        # the Virtual I/O Server that serves the partition where it went down
        ("source-power", "pull", ["08917DC6"], ["6CB10B8D"], ["3C4A9D0E"]),
        ("dest-mover", "complete", ["A5E6DB96", "08917DC6"], ["3EB09F5A", "6CB10B8D"], []),
    ],
)
def test_error_logs(
    kind: str, phase: str, client: list[str], source: list[str], destination: list[str]
) -> None:
    lab = fault_lab()
    mobile = lab.source
    lab.move(Fault(kind, phase=phase))

    def log(partition: Partition) -> list[str]:
        return [entry.identifier for entry in partition.error_log]

    assert log(mobile) == client
    assert log(lab.partition("VIOS_S", "source")) == source
    assert log(lab.partition("VIOS_D", "dest")) == destination


def test_entries_of_an_outage_read_as_in_the_book() -> None:
    """SG24-7460 examples 6-4 to 6-6."""
    lab = fault_lab()
    lab.move(Fault("link", phase="copy", percent=50))
    entries = lab.partition("VIOS_S", "source").error_log
    assert [(e.identifier, e.kind, e.error_class, e.resource, e.description) for e in entries] == [
        ("427E17BD", "P", "S", "Migration", "Migration aborted: MSP-MSP connection down"),
        ("0B41DD00", "I", "H", "ent4", "ADAPTER FAILURE"),
    ]
    assert entries[0].time > entries[1].time
    assert [e.label for e in lab.source.error_log] == ["CLIENT_PMIG_ABORTED", "CLIENT_PMIG_STARTED"]


@pytest.mark.parametrize(
    ("kind", "phase", "end", "code"),
    [
        ("os-refuse", "prepare", "source", "B2001130"),
        ("dest-mover", "resume", "dest", "B2001131"),
        ("vasi", "movers", "source", "B2001132"),
        ("hmc", "movers", "source", "B2001134"),
        ("source-power", "pull", "dest", "B2001140"),
        ("vasi", "copy", "source", "B2001141"),
        ("vasi", "final", "source", "B2001142"),
        ("vasi", "pull", "dest", "B2001143"),
        ("os-refuse", "suspend", "source", "B2001144"),
        ("dest-vios", "resume", "dest", "B2001145"),
    ],
)
def test_codes_of_table_b_2(kind: str, phase: str, end: str, code: str) -> None:
    """Each code shows at the end that owns the partition, and nothing of table B-2 elsewhere."""
    lab = fault_lab()
    definitions = {"source": lab.source}
    lab.move(Fault(kind, phase=phase))
    definitions["dest"] = lab.shell
    errors = {
        name: [e.code for e in found.reference_codes if e.code.startswith("B200")]
        for name, found in definitions.items()
        if found is not None
    }
    assert errors.pop(end) == [code]
    assert not any(errors.values())


@pytest.mark.parametrize(
    ("fault", "phase"),
    [
        (Fault("rmc", percent=40), "copy"),
        (Fault("rmc", event=3), "profiles"),
        (Fault("rmc", phase="copy", event=2), "copy"),
        (Fault("rmc", time=10 * SECOND), "movers"),
        (Fault("rmc", partition="mobile", phase="final"), "final"),
    ],
    ids=["percent", "event", "event of a phase", "time", "partition"],
)
def test_where_a_fault_strikes(fault: Fault, phase: str) -> None:
    lab = fault_lab()
    run = lab.begin(fault)
    clock = lab.datacenter.clock
    while lab.mobility.faults.list()[0].status == "pending":
        assert clock.step()
    assert run.phase_name == phase
    if fault.percent is not None:
        sent = run.transfer.bytes_sent * 100 / (run.transfer.record.total_pages * 4096)
        assert fault.percent <= sent < fault.percent + 0.1
    if fault.time is not None:
        assert clock.now == fault.time
    assert lab.message() in ("lpm_failed", STOPPED)


def test_a_fault_of_another_partition_waits() -> None:
    lab = fault_lab()
    assert lab.move(Fault("source-power", partition="other")) == "done"
    assert lab.mobility.faults.list()[0].status == "pending"


def test_a_fault_added_while_it_runs_strikes_at_once() -> None:
    lab = fault_lab()
    lab.begin()
    lab.datacenter.clock.advance(8 * SECOND)
    lab.mobility.faults.add(Fault("dest-power"))
    lab.datacenter.clock.advance(0)
    assert lab.process.fired
    assert lab.message() == "lpm_stopped_by_firmware"


def test_faults_are_numbered_listed_and_cleared() -> None:
    faults = fault_lab().mobility.faults
    first, second = faults.add(Fault("link")), faults.add(Fault("rmc", phase="copy"))
    assert (first.number, second.number) == (1, 2)
    assert faults.list() == (first, second)
    faults.clear(1)
    assert faults.list() == (second,)
    with pytest.raises(ValueError, match="no fault 1"):
        faults.clear(1)
    faults.clear()
    assert not faults.list()
    assert faults.add(Fault("link")).number == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "cable"},
        {"kind": "link", "phase": "start"},
        {"kind": "link", "percent": 101},
        {"kind": "link", "percent": -1},
        {"kind": "link", "phase": "pull", "percent": 5},
        {"kind": "link", "event": 0},
        {"kind": "link", "time": -1},
        {"kind": "link", "heal_after": 0},
    ],
    ids=str,
)
def test_wrong_faults_are_refused_in_one_line(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        Fault(**wrong)


def _event_with_pages_on_their_way() -> int:
    lab = fault_lab()
    run = lab.begin()
    while not (run.phase_name == "pull" and run.transfer.flow.busy):
        assert lab.datacenter.clock.step()
    return run.phase_events


@pytest.mark.parametrize("phase", ["copy", "suspend", "final", "resume", "pull"])
@pytest.mark.parametrize("kind", ["link", "source-mover", "dest-mover", "source-vios", "dest-vios"])
def test_what_heals_in_time_is_only_a_delay(kind: str, phase: str) -> None:
    lab, undisturbed = fault_lab(), fault_lab()
    assert undisturbed.move() == "done"
    event = _event_with_pages_on_their_way() if phase == "pull" else None
    assert lab.move(Fault(kind, phase=phase, event=event, heal_after=4 * SECOND)) == "done"
    assert lab.run.moving.comparison.sound
    assert lab.mobility.faults.list()[0].status == "healed"
    assert lab.datacenter.clock.now > undisturbed.datacenter.clock.now
    if phase == "pull":
        record = lab.run.record
        assert record.resent_pages > 0, "what was on its way is sent again"
        assert record.pulled_pages + record.overwritten_pages == record.left_pages


def test_a_partition_goes_on_at_the_source_when_the_suspend_timer_ends() -> None:
    lab = fault_lab()
    source = lab.source
    lab.move(Fault("link", phase="final"))
    memory = lab.mobility.platform.hypervisor(lab.frame("source")).find(source.uuid)
    assert memory.access is Access.RUNNING
    assert lab.run.suspended_for >= lab.datacenter.timings.suspend_timeout


@pytest.mark.parametrize(
    ("kind", "phase"),
    [
        ("link", "pull"),
        ("source-mover", "pull"),
        ("dest-vios", "pull"),
        ("vasi", "pull"),
        ("link", "resume"),
        ("source-mover", "resume"),
    ],
)
def test_other_movers_take_over_the_rest(kind: str, phase: str) -> None:
    """Redundant movers, where the systems have them; also when it was lost before the pull."""
    lab = fault_lab(spare=True)
    lab.begin(Fault(kind, phase=phase))
    first = lab.run.movers
    lab.datacenter.clock.run_until(lab.process) if kind == "vasi" else lab.message()
    assert lab.run.movers != first
    assert lab.run.record.pulled_pages + lab.run.record.overwritten_pages == (
        lab.run.record.left_pages
    )
    assert lab.run.record.ended is not None, "all pages arrived and agree"


def test_a_migration_after_an_outage_takes_the_other_movers() -> None:
    """SG24-7460 6.2: the validation finds alternate elements."""
    lab = fault_lab(spare=True)
    assert lab.move(Fault("source-mover", phase="copy")) == STOPPED
    assert lab.recover() == "done"
    assert lab.move() == "done"
    assert lab.run.movers[0].name == "SPARE_S"


def test_a_lost_frame_stops_every_migration_of_it(redbook: Lab) -> None:
    processes = [redbook.start(redbook.request(name)) for name in ("TRAIN", "TEST")]
    redbook.mobility.faults.add(Fault("dest-power", partition="TRAIN", phase="copy"))
    for process, name in zip(processes, ("TRAIN", "TEST"), strict=True):
        with pytest.raises(Exception, match="firmware"):
            redbook.datacenter.clock.run_until(process)
        assert redbook.partition(name).running
    redbook.mobility.faults.clear()
    for name in ("TRAIN", "TEST"):
        redbook.datacenter.clock.run_until(redbook.mobility.recover(redbook.partition(name)))
        redbook.migrate(name)
