"""Mappings of the dual Virtual I/O Server scenarios, SG24-7460 2.5.6 and 5.1."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.lab import Lab, load_lab

from hmcsh.migration import mapping
from hmcsh.migration.request import Request
from hmcsh.migration.validation import validate
from hmcsh.model import dlpar
from hmcsh.model.partition import Partition


@pytest.fixture
def dual() -> Lab:
    return load_lab("dual-vios")


def request(lab: Lab, name: str, destination: str, source: str = "source") -> Request:
    return Request(lab.frame(source), lab.frame(destination), lab.partition(name, source), "moved")


def names(found: mapping.ScsiMapping | None) -> dict[int, str] | None:
    return None if found is None else {slot: s.name for slot, s in found.servers.items()}


# partition, destination: mapping, whether it is a suggested one
SCENARIOS = {
    ("mirrored", "dest-dual"): ({2: "D_VIOS2", 3: "D_VIOS1"}, True),  # figures 5-1, 5-2
    ("mirrored", "dest-single"): ({2: "D_VIOS", 3: "D_VIOS"}, False),  # figure 5-3
    ("multipath", "dest-dual"): ({2: "D_VIOS1", 3: "D_VIOS2"}, True),  # figures 5-4, 5-5
    ("multipath", "dest-single"): (None, False),
    ("single", "dest-dual"): ({2: "D_VIOS1"}, True),  # figures 5-6, 5-7
    ("single", "dest-single"): ({2: "D_VIOS"}, True),
}


@pytest.mark.parametrize(("name", "destination"), SCENARIOS, ids="-".join)
def test_the_mapping_of_each_scenario(dual: Lab, name: str, destination: str) -> None:
    expected, good = SCENARIOS[name, destination]
    found = mapping.scsi_mapping(dual.partition(name, "source"), dual.frame(destination))
    assert names(found) == expected
    assert found is None or found.good is good
    validation = validate(request(dual, name, destination))
    assert bool(validation.errors) == (expected is None)
    warned = [w for w in validation.warnings if w.startswith("HSCLA340")]
    assert len(warned) == (expected is not None and not good)


@pytest.mark.parametrize(
    "name", ["mirrored-dest-dual", "mirrored-dest-single", "multipath-dest-dual"]
)
def test_a_partition_keeps_its_slots_and_disks(dual: Lab, name: str) -> None:
    """SG24-7460 2.4.4, 5.1: clients keep their slots and disks, servers may have others."""
    partition, _, destination = name.partition("-")
    before = dual.partition(partition, "source")
    slots, disks = set(before.adapters), _disks(before)
    dual.datacenter.clock.run_until(dual.start(request(dual, partition, destination)))
    moved = dual.partition(partition, destination)
    assert set(moved.adapters) == slots
    assert _disks(moved) == disks
    for adapter in moved.scsi_adapters:
        server = moved.frame.partitions[adapter.remote_lpar_id]
        served = server.adapters[adapter.remote_slot]
        assert (served.remote_lpar_id, served.remote_slot) == (moved.lpar_id, adapter.slot)
        assert server.active_profile.adapters[adapter.remote_slot] == served
    for server in dual.frame("source").virtual_io_servers():
        assert not any(a.remote_lpar_id == before.lpar_id for a in server.scsi_adapters)


def _disks(partition: Partition) -> dict[int, frozenset[str]]:
    return {a.slot: a.luns for a in mapping.client_adapters(partition)}


def test_target_devices_take_other_names_where_theirs_are_taken(dual: Lab) -> None:
    for name in ("mirrored", "multipath", "single"):
        moving = dual.start(request(dual, name, "dest-dual"))
        dual.datacenter.clock.run_until(moving)
    for server in dual.frame("dest-dual").virtual_io_servers():
        targets = [t.name for ts in server.io_server.targets.values() for t in ts]
        assert len(set(targets)) == len(targets)


def test_multipath_with_one_path_removed_goes_to_one_server(dual: Lab) -> None:
    """SG24-7460 5.1.2."""
    wanted = request(dual, "multipath", "dest-single")
    (error,) = validate(wanted).errors
    assert "multipath I/O of the partition multipath would be lost" in error
    assert "adapters 2, 3" in error
    assert "only D_VIOS can" in error
    dlpar.remove_adapter(wanted.partition, 3)
    assert not validate(wanted).errors
    dual.datacenter.clock.run_until(dual.start(wanted))
    assert list(_disks(dual.partition("multipath", "dest-single"))) == [2]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({2: "D_VIOS2"}, {2: "D_VIOS2", 3: "D_VIOS1"}),
        ({3: "D_VIOS1"}, {2: "D_VIOS2", 3: "D_VIOS1"}),
        ({2: "D_VIOS1", 3: "D_VIOS2"}, {2: "D_VIOS1", 3: "D_VIOS2"}),
        ({2: "D_VIOS1", 3: "D_VIOS1"}, None),
    ],
    ids=str,
)
def test_what_was_asked_is_kept_and_the_rest_is_found(dual: Lab, asked, expected) -> None:
    frame = dual.frame("dest-dual")
    wanted = {slot: frame.partition(name=name) for slot, name in asked.items()}
    partition = dual.partition("multipath", "source")
    assert names(mapping.scsi_mapping(partition, frame, wanted)) == expected


def test_an_asked_server_that_does_not_see_the_disk_is_refused(dual: Lab) -> None:
    wanted = request(dual, "mirrored", "dest-dual")
    wanted.scsi[2] = dual.partition("D_VIOS1", "dest-dual")
    (error,) = validate(wanted).errors
    assert error.startswith("HSCLA24E")
    assert "adapter 2 " in error


# -- the search for a mapping is compared with trying everything -------------------------------


@dataclasses.dataclass(eq=False)
class _Server:
    name: str


def _everything(found: mapping.Choices) -> list[tuple[bool, tuple]]:
    """Every assignment that keeps paths apart, with whether it is good, by brute force."""
    adapters = [adapter for adapter, _ in found]
    result = []
    for servers in itertools.product(*(choices for _, choices in found)):
        pairs = list(zip(adapters, servers, strict=True))
        if any(
            a.server is not b.server and a.luns & b.luns and s is t
            for (a, s), (b, t) in itertools.combinations(pairs, 2)
        ):
            continue
        links = {(id(a.server), id(s)) for a, s in pairs}
        sources, targets = {one for one, _ in links}, {two for _, two in links}
        result.append((len(links) == len(sources) == len(targets), servers))
    return result


@dataclasses.dataclass(frozen=True)
class _Client:
    """What the search reads of a client adapter."""

    slot: int
    server: _Server
    luns: frozenset[str]


@st.composite
def _choices(draw: st.DrawFn) -> mapping.Choices:
    here = [_Server(f"here{i}") for i in range(draw(st.integers(1, 3)))]
    there = [_Server(f"there{i}") for i in range(draw(st.integers(1, 3)))]
    count = draw(st.integers(1, 5))
    return [
        (
            _Client(
                slot, draw(st.sampled_from(here)), frozenset(draw(st.sets(st.sampled_from("abc"))))
            ),
            draw(st.lists(st.sampled_from(there), unique_by=id, max_size=3)),
        )
        for slot in range(2, 2 + count)
    ]


@given(_choices())
def test_a_mapping_is_found_if_there_is_one_and_a_good_one_if_there_is(found) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapping, "choices", lambda *_: found)
        result = mapping.scsi_mapping(None, None)  # type: ignore[arg-type]
    possible = _everything(found)
    assert (result is None) == (not possible)
    if result is not None:
        servers = tuple(result.servers.values())
        assert (result.good, servers) in possible
        assert result.good == any(good for good, _ in possible)
    elif all(servers for _, servers in found):
        assert mapping.joined_paths(found), "a refusal must name the paths that meet"
