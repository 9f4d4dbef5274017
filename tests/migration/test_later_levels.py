"""Migrations with what later levels added: second movers, policies, IBM i, paths that may meet."""

import dataclasses

import pytest
from support.lab import L9, L10, Lab, load_lab

from hmcsh.language.levels import V7R3_2, V9R2_950, Level
from hmcsh.language.messages import HmcError
from hmcsh.migration.request import Request
from hmcsh.model import power
from hmcsh.model.fault import Fault
from hmcsh.model.resources import Amount
from hmcsh.model.states import LparEnvironment, PartitionState
from hmcsh.runtime import SECOND

M9S, S942 = "Server-9080-M9S-SN7812345", "Server-9009-42A-SN7867890"


@pytest.fixture
def modern() -> Lab:
    return load_lab("modern")


def request_of(lab: Lab, **options: int) -> Request:
    request = lab.request("lpar1", M9S, S942)
    request.level = V9R2_950
    request.options.update(options)
    return request


FAULTS = [
    Fault("source-mover", phase="copy", percent=50),
    Fault("link", phase="copy", percent=10, heal_after=20 * SECOND),
    Fault("vasi", phase="copy", percent=80),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_second_movers_take_over_while_memory_is_copied(modern: Lab, fault: Fault) -> None:
    modern.mobility.faults.add(fault)
    process = modern.start(request_of(modern, redundantmsps=1))
    run = modern.mobility.history[-1]
    first = run.movers
    second = (run.migration.second_source_mover, run.migration.second_destination_mover)
    assert None not in second
    assert not set(first) & set(second)
    modern.datacenter.clock.run_until(process)
    assert run.movers == second
    assert run.migration.second_source_mover is None
    assert run.record is not None
    assert run.record.verified_pages, "all pages are compared"
    assert modern.partition("lpar1", S942).state is PartitionState.RUNNING


@pytest.mark.parametrize("fault", (FAULTS[0], FAULTS[2]), ids=lambda fault: fault.kind)
def test_without_second_movers_it_fails(modern: Lab, fault: Fault) -> None:
    modern.mobility.faults.add(fault)
    process = modern.start(request_of(modern, redundantmsps=0))
    with pytest.raises(HmcError, match=r"HSCLA2CF|lpar1"):
        modern.datacenter.clock.run_until(process)
    assert modern.partition("lpar1", M9S).running


def test_a_connection_that_comes_back_is_used_again(modern: Lab) -> None:
    modern.mobility.faults.add(Fault("link", phase="copy", percent=50, heal_after=5 * SECOND))
    process = modern.start(request_of(modern))
    run = modern.mobility.history[-1]
    first = run.movers
    modern.datacenter.clock.run_until(process)
    assert run.movers == first
    assert modern.partition("lpar1", S942).state is PartitionState.RUNNING


@pytest.mark.parametrize(("policy", "expected"), [("config", 2048), ("prof", 1024)])
def test_the_policy_says_where_resources_come_from(policy: str, expected: int) -> None:
    """A partition that was turned off still has what it had; its profile asks for less."""
    lab = load_lab("redbook")
    partition = lab.partition("TRAIN")
    power.turn_off(partition)
    assert partition.current is not None
    for name, amount in (("current", 2048), ("pending", 2048)):
        changed = dataclasses.replace(partition.current, memory=Amount(512, amount, 4096))
        setattr(partition, name, changed)
    profile = partition.active_profile
    profile.resources = dataclasses.replace(profile.resources, memory=Amount(512, 1024, 4096))
    lab.frame(L10).inactive_profile_policy = policy
    lab.migrate("TRAIN")
    moved = lab.partition("TRAIN", L9)
    assert moved.active_profile.resources.memory.desired == expected


@pytest.mark.parametrize(
    ("level", "version", "key"),
    [
        (V9R2_950, "IBM i 7.4", ""),
        (V9R2_950, "IBM i Licensed Internal Code 7.3.0 0 0", ""),
        (V9R2_950, "IBM i 6.1", "cannot be migrated while it runs"),
        (V7R3_2, "IBM i 7.4", "Only AIX and Linux partitions"),
    ],
)
def test_ibm_i_can_be_migrated_at_later_levels(
    modern: Lab, level: Level, version: str, key: str
) -> None:
    request = request_of(modern)
    request.level = level
    request.partition.environment = LparEnvironment.OS400
    assert request.partition.operating_system is not None
    request.partition.operating_system.version = version
    errors = modern.errors(request)
    assert len(errors) == bool(key)
    assert all(key in error for error in errors)


@pytest.mark.parametrize(("mpio", "good"), [(None, False), (1, False), (2, True)])
def test_paths_may_meet_if_the_caller_says_so(mpio: int | None, good: bool) -> None:
    lab = load_lab("dual-vios")
    source, destination = lab.frame("source"), lab.frame("dest-dual")
    partition = source.partition(name="multipath")
    first, *others = destination.virtual_io_servers()
    for other in others:
        other.io_server.disks = {}
    request = Request(source, destination, partition, level=V9R2_950)
    if mpio is not None:
        request.options["mpio"] = mpio
    validation = lab.mobility.validate(request)
    said = [t for t in (*validation.errors, *validation.warnings) if "multipath" in t.lower()]
    assert said
    assert (not validation.errors) is good, validation.errors
    if good:
        lab.datacenter.clock.run_until(lab.mobility.start(validation))
        moved = destination.partition(name=partition.name)
        assert {a.remote_lpar_id for a in moved.scsi_adapters} == {first.lpar_id}


def test_a_mover_carries_as_many_as_it_is_set_to(modern: Lab) -> None:
    server = modern.partition("vios1", M9S)
    mover = modern.mobility.platform.mover(server)
    assert mover.limit == 8
    server.io_server.migrations_configured = 1
    modern.mobility.platform.limit_mover(server)
    assert mover.limit == 1
    destination = modern.partition("vios3", S942)
    admissions = [modern.mobility.platform.admission(server, destination) for _ in range(3)]
    assert [admission.active for admission in admissions] == [True, False, False]
    server.io_server.migrations_configured = 2
    modern.mobility.platform.limit_mover(server)
    assert [admission.active for admission in admissions] == [True, True, False]
