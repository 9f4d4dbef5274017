"""Migrations from start to end: what moves, what is shown, what is taken back."""

from collections.abc import Callable

import pytest
from support.lab import L9, L10, Lab, load_lab

from hmcsh.language.messages import HmcError
from hmcsh.model import power
from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.runtime import SECOND


def codes(lab: Lab, name: str, frame: str) -> list[str]:
    """Reference codes of a partition, oldest first."""
    return [entry.code for entry in reversed(lab.partition(name, frame).reference_codes)]


def totals(lab: Lab) -> tuple[int, int]:
    """Memory and processors that are assigned on both systems together."""
    frames = lab.datacenter.frames.values()
    return (
        sum(frame.memory_assigned for frame in frames),
        sum(frame.installed_processors - frame.processors_available for frame in frames),
    )


def test_active_migration_moves_everything_and_leaves_nothing(redbook: Lab) -> None:
    before = totals(redbook)
    address = redbook.partition("TRAIN").ethernet_adapters[0].mac
    moved = redbook.migrate("TRAIN")
    assert moved.lpar_id == 3
    assert moved.state is PartitionState.RUNNING
    assert moved.migration is None
    assert moved.ethernet_adapters[0].mac == address
    assert redbook.frame(L10).find_by_name("TRAIN") is None
    assert totals(redbook) == before
    assert not redbook.frame(L9).migrations
    assert not redbook.frame(L10).migrations


@pytest.mark.parametrize("name", ["TRAIN", "PROD"], ids=["active", "inactive"])
def test_server_adapters_move_with_the_partition(redbook: Lab, name: str) -> None:
    def serving(frame: str, lpar_id: int) -> list[int]:
        return [
            adapter.slot
            for server in redbook.frame(frame).virtual_io_servers()
            for adapter in server.scsi_adapters
            if adapter.remote_lpar_id == lpar_id
        ]

    client_slots = [a.slot for a in redbook.partition(name).scsi_adapters]
    left = redbook.partition(name).lpar_id
    moved = redbook.migrate(name)
    assert [a.slot for a in moved.scsi_adapters] == client_slots
    assert len(serving(L9, moved.lpar_id)) == len(client_slots)
    assert not serving(L10, left)
    for adapter in moved.scsi_adapters:
        server = redbook.frame(L9).partitions[adapter.remote_lpar_id]
        served = server.adapters[adapter.remote_slot]
        assert isinstance(served, ScsiAdapter)
        assert (served.remote_lpar_id, served.remote_slot) == (moved.lpar_id, adapter.slot)
        assert server.io_server.targets[adapter.remote_slot]
        assert adapter.remote_slot in server.active_profile.adapters


def test_inactive_migration_assigns_nothing_until_activation(redbook: Lab) -> None:
    moved = redbook.migrate("PROD")
    assert moved.state is PartitionState.NOT_ACTIVATED
    assert moved.current is None
    assert moved.activated_before


def test_there_and_back_again(redbook: Lab) -> None:
    for name in ("TRAIN", "PROD"):
        redbook.migrate(name)
        back = redbook.migrate(name, L9, L10)
        assert back.frame.name == L10
    assert [p.name for p in redbook.frame(L9).listed_partitions()] == [
        "VIOS1_L9",
        "VIOS2_L9",
        "BUILD",
        "QA",
    ]


@pytest.mark.parametrize("profile", [None, "other"], ids=["replaced", "new name"])
def test_profiles_are_copied_and_the_migration_profile_added(
    redbook: Lab, profile: str | None
) -> None:
    request = redbook.request("DEV")
    request.profile_name = profile
    names = set(redbook.partition("DEV").profiles)
    before = redbook.partition("DEV").current
    redbook.datacenter.clock.run_until(redbook.start(request))
    moved = redbook.partition("DEV", L9)
    assert set(moved.profiles) == names | ({profile} if profile else set())
    assert moved.running_profile == (profile or "DEV")
    assert moved.active_profile.resources.memory == before.memory
    assert not moved.active_profile.io_slots


def test_reference_codes_of_an_active_migration_come_in_order(redbook: Lab) -> None:
    source = redbook.partition("TRAIN")
    redbook.migrate("TRAIN")
    shown = [entry.code for entry in reversed(source.reference_codes)]
    assert shown[-3:] == ["2004", "D200A250", "C2001080"]
    assert codes(redbook, "TRAIN", L9)[-4:] == ["C2001040", "C2001082", "2004", "C20010FF"]


def test_reference_codes_of_an_inactive_migration_come_in_order(redbook: Lab) -> None:
    source = redbook.partition("PROD")
    redbook.migrate("PROD")
    assert source.reference_codes[0].code == "C2001020"
    assert codes(redbook, "PROD", L9) == ["C2001030", "C20010FF"]


def test_error_logs_tell_of_the_migration(redbook: Lab) -> None:
    moved = redbook.migrate("TRAIN")
    assert [entry.identifier for entry in moved.error_log] == ["A5E6DB96", "08917DC6"]
    source, destination = (
        redbook.partition(f"VIOS1_{f}", s) for f, s in (("L10", L10), ("L9", L9))
    )
    assert [entry.identifier for entry in source.error_log] == ["3EB09F5A", "6CB10B8D"]
    assert [entry.identifier for entry in destination.error_log] == ["3EB09F5A"]


def test_page_state_arrives_whole(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    run = redbook.mobility.history[-1]
    comparison = run.moving.comparison
    assert comparison is not None
    assert comparison.sound
    assert run.moving.record.stop_reason is not None
    assert run.moving.record.rounds[0].pages > 0
    assert [phase.name for phase in run.phases] == [
        "start",
        "shell",
        "profiles",
        "movers",
        "prepare",
        "adapters",
        "copy",
        "suspend",
        "final",
        "resume",
        "pull",
        "complete",
        "cleanup",
    ]
    assert run.commit is not None


@pytest.mark.parametrize("name", ["TRAIN", "PROD"], ids=["active", "inactive"])
def test_what_was_a_partition_does_not_keep_what_it_becomes(redbook: Lab, name: str) -> None:
    """Else a partition that is never collected keeps all its later migrations."""
    first = redbook.partition(name)
    redbook.migrate(name)
    assert first.migration is None


def test_states_while_it_runs(redbook: Lab) -> None:
    redbook.start(redbook.request("TRAIN"))
    source = redbook.partition("TRAIN")
    assert source.state is PartitionState.MIGRATING_RUNNING
    assert source.migration_state is MigrationState.STARTING
    redbook.datacenter.clock.advance(8 * SECOND)
    shell = redbook.partition("TRAIN", L9)
    assert shell.state is PartitionState.MIGRATING_NOT_ACTIVATED
    assert shell.current is not None, "the shell reserves what the partition needs"
    with pytest.raises(HmcError, match="TRAIN"):
        source.require_unlocked()


@pytest.mark.parametrize("name", ["TRAIN", "PROD"], ids=["active", "inactive"])
@pytest.mark.parametrize("seconds", [0, 2, 5, 8, 10, 11])
def test_a_stop_while_it_starts_leaves_everything_as_before(
    redbook: Lab, picture: Callable[[Lab], object], name: str, seconds: int
) -> None:
    before = picture(redbook)
    redbook.start(redbook.request(name))
    redbook.datacenter.clock.advance(seconds * SECOND)
    partition = redbook.partition(name)
    if partition.migration_state is not MigrationState.STARTING:
        pytest.fail("the lab's timings no longer leave the state Migration Starting that long")
    process = redbook.mobility.stop(partition)
    assert isinstance(process.error, HmcError)
    assert picture(redbook) == before
    assert partition.reference_codes[0].code == "D200AFFF"
    redbook.migrate(name)


def test_a_stop_after_that_is_refused(redbook: Lab) -> None:
    process = redbook.start(redbook.request("TRAIN"))
    partition = redbook.partition("TRAIN")
    while partition.migration_state is MigrationState.STARTING:
        redbook.datacenter.clock.step()
    with pytest.raises(HmcError, match="cannot be stopped"):
        redbook.mobility.stop(partition)
    redbook.datacenter.clock.run_until(process)
    assert redbook.partition("TRAIN", L9).running


@pytest.mark.parametrize(
    ("name", "needed", "spare"),
    [
        ("TRAIN", [("VIOS1_L10", L10), ("VIOS1_L9", L9)], [("VIOS2_L10", L10)]),
        ("PROD", [("VIOS2_L10", L10), ("VIOS1_L9", L9)], [("VIOS1_L10", L10), ("VIOS2_L9", L9)]),
    ],
    ids=["active", "inactive"],
)
def test_servers_that_a_migration_needs_cannot_be_stopped(
    redbook: Lab, name: str, needed: list[tuple[str, str]], spare: list[tuple[str, str]]
) -> None:
    process = redbook.start(redbook.request(name))
    redbook.datacenter.clock.advance(8 * SECOND)
    for server in needed:
        for stop in (power.shut_down, power.os_shut_down):
            with pytest.raises(HmcError, match="takes part in a partition migration"):
                stop(redbook.partition(*server), immediate=True)
    for server in spare:
        power.shut_down(redbook.partition(*server), immediate=True)
    redbook.datacenter.clock.run_until(process)
    power.shut_down(redbook.partition(*needed[0]), immediate=True)


def test_two_at_once(redbook: Lab) -> None:
    both = [redbook.start(redbook.request(name)) for name in ("TRAIN", "TEST")]
    for process in both:
        redbook.datacenter.clock.run_until(process)
    ids = {redbook.partition(name, L9).lpar_id for name in ("TRAIN", "TEST")}
    assert ids == {3, 4}


def test_a_failure_rolls_back(redbook: Lab, picture: Callable[[Lab], object]) -> None:
    """Another partition takes the destination's memory between validation and shell."""
    process = redbook.start(redbook.request("TRAIN"))
    frame = redbook.frame(L9)
    installed, frame.installed_memory = frame.installed_memory, frame.firmware_memory
    with pytest.raises(HmcError, match="memory"):
        redbook.datacenter.clock.run_until(process)
    frame.installed_memory = installed
    assert redbook.partition("TRAIN").state is PartitionState.RUNNING
    assert frame.find_by_name("TRAIN") is None
    redbook.migrate("TRAIN")


def test_recovery_completes_what_was_committed(redbook: Lab) -> None:
    """A fault in the clean-up: the partition stays marked, recovery does the rest, once."""
    process = redbook.start(redbook.request("TRAIN"))
    clock = redbook.datacenter.clock
    run = redbook.mobility.history[-1]
    while run.commit is None:
        clock.step()
    process.interrupt(RuntimeError("the service processor does not answer"))
    assert isinstance(process.error, HmcError)
    shell = redbook.partition("TRAIN", L9)
    assert shell.migration_state is MigrationState.FAILED
    clock.run_until(redbook.mobility.recover(shell))
    assert redbook.frame(L10).find_by_name("TRAIN") is None
    assert redbook.partition("TRAIN", L9).state is PartitionState.RUNNING
    with pytest.raises(HmcError, match="no failed migration"):
        redbook.mobility.recover(redbook.partition("TRAIN", L9))


def test_the_same_seed_gives_the_same_record() -> None:
    def record(seed: int) -> object:
        lab = load_lab("redbook", seed)
        lab.migrate("TRAIN")
        moving = lab.mobility.history[-1].moving.record
        return [(r.pages, r.dirty, r.start, r.end) for r in moving.rounds]

    assert record(1) == record(1)
    assert record(1) != record(2)
