"""Room on the destination: what others take after the validation is not taken twice."""

import dataclasses
from collections.abc import Callable

import pytest
from support.lab import Lab, load_lab
from support.violations import VIOLATIONS

from hmcsh.language.messages import HmcError
from hmcsh.migration.request import Request
from hmcsh.model import power
from hmcsh.model.states import PartitionState
from hmcsh.runtime import SECOND

# What takes the room, with the message in which the migration ends.
TAKEN = ("name", "MAC address", "memory", "processors", "pool", "partition IDs")


def message(lab: Lab, process) -> str:
    with pytest.raises(HmcError) as told:
        lab.datacenter.clock.run_until(process)
    return told.value.message.key


@pytest.mark.parametrize("name", ["TRAIN", "PROD"], ids=["active", "inactive"])
@pytest.mark.parametrize("taken", TAKEN)
def test_what_is_taken_before_the_shell_is_made(
    redbook: Lab, picture: Callable[[Lab], object], taken: str, name: str
) -> None:
    request = redbook.request(name)
    process = redbook.start(request)
    redbook.datacenter.clock.advance(SECOND)
    VIOLATIONS[taken].spoil(redbook, request)
    assert message(redbook, process) == VIOLATIONS[taken].message
    assert request.partition.migration is None
    assert request.partition.state is (
        PartitionState.RUNNING if name == "TRAIN" else PartitionState.NOT_ACTIVATED
    )
    shells = request.destination.partitions.values()
    assert request.partition.uuid not in {p.uuid for p in shells}


def _twins() -> tuple[Lab, Request, Request]:
    """The lab `pools` with a second partition of 0.8 units beside the first, both to `batch`."""
    lab = load_lab("pools")
    source, destination = lab.frame("source"), lab.frame("destination")
    mobile = lab.partition("mobile", "source")
    twin = dataclasses.replace(
        mobile,
        lpar_id=3,
        name="twin",
        uuid="twin",
        adapters={},
        profiles={name: profile.copy(adapters={}) for name, profile in mobile.profiles.items()},
        reference_codes=mobile.reference_codes.copy(),
        error_log=[],
    )
    source.add(twin)
    first, second = (Request(source, destination, p, pool_id=4) for p in (mobile, twin))
    return lab, first, second


@pytest.mark.parametrize("pause", [0, SECOND, 5 * SECOND, 60 * SECOND], ids=str)
def test_two_that_fit_into_a_pool_alone_do_not_both_go_there(pause: int) -> None:
    """However far apart they begin, the first gets the units, the second is refused."""
    lab, first, second = _twins()
    begun = lab.start(first)
    lab.datacenter.clock.advance(pause)
    validation = lab.mobility.validate(second)
    if validation.errors:
        (error,) = validation.errors
        assert "pool batch" in error
    else:
        assert message(lab, lab.mobility.start(validation)) == "lpm_pool_capacity"
    lab.datacenter.clock.run_until(begun)
    assert lab.partition("mobile", "destination").running
    assert lab.partition("twin", "source").running
    assert lab.frame("destination").pool_units(4) == 80


def test_a_pool_has_no_more_units_for_one_that_is_activated_either() -> None:
    lab = load_lab("pools")
    resident = lab.partition("resident", "destination")
    power.turn_off(resident)
    resident.current = resident.pending = None
    profile = resident.active_profile
    units = dataclasses.replace(profile.resources.processors.units, desired=130, maximum=130)
    processors = dataclasses.replace(profile.resources.processors, units=units)
    profile.resources = dataclasses.replace(profile.resources, processors=processors)
    power.activate(resident, profile)
    assert lab.frame("destination").pool_units(2) == 100, "as much as the pool has"


def test_its_own_shell_does_not_stand_in_its_way(redbook: Lab) -> None:
    """What is migrated already is told so, and nothing else."""
    redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(10 * SECOND)
    assert redbook.request("TRAIN").destination.find_by_name("TRAIN") is not None
    (error,) = redbook.errors(redbook.request("TRAIN"))
    assert error == "The partition TRAIN is already being migrated."


def test_from_a_system_to_itself_is_no_request(redbook: Lab) -> None:
    frame = redbook.request("TRAIN").source
    with pytest.raises(HmcError) as told:
        Request(frame, frame, redbook.partition("TRAIN"))
    assert told.value.message.key == "lpm_same_system"
