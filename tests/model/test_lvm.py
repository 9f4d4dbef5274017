"""Volume groups: physical partitions, copies, limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.language.messages import Refusal
from hmcsh.model import lvm
from hmcsh.model.lvm import GroupPlan, VolumeGroup


def rootvg(disks: dict[str, int] | None = None, copies: int = 1) -> VolumeGroup:
    sizes = disks or {"hdisk0": 18432}
    return lvm.installed(GroupPlan("rootvg", tuple(sizes), copies), "00c0", sizes, vios=False)


def check(group: VolumeGroup) -> None:
    """No physical partition is used twice; no two copies of a partition share a disk."""
    places = [place for volume in group.volumes.values() for place in volume.places]
    assert len(places) == len(set(places))
    for disk, number in places:
        assert 1 <= number <= group.disks[disk]
    for volume in group.volumes.values():
        for copies in volume.partitions:
            assert len({disk for disk, _ in copies}) == len(copies) >= 1


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (546, "110..109..109..109..109"),
        (271, "55..54..54..54..54"),
        (639, "128..128..127..128..128"),
        (1023, "205..205..204..204..205"),
        (999, "200..200..199..200..200"),
    ],
)
def test_regions_are_as_captures_of_disks_show_them(total: int, shown: str) -> None:
    assert lvm.distribution(total, range(1, total + 1)) == shown


@pytest.mark.parametrize(
    ("size", "partition", "count"), [(20480, 32, 639), (102400, 128, 799), (32768, 64, 511)]
)
def test_a_disk_has_as_many_partitions_as_captures_show(
    size: int, partition: int, count: int
) -> None:
    group = rootvg({"hdisk0": size})
    assert (group.partition_size, group.disks["hdisk0"]) == (partition, count)


def test_a_disk_too_large_is_refused_until_the_factor_allows_it() -> None:
    group = rootvg()
    with pytest.raises(Refusal, match="0516-1162"):
        group.extend({"hdisk7": 32768})
    group.set_factor(2)
    group.extend({"hdisk7": 32768})
    assert group.disks == {"hdisk0": 575, "hdisk7": 1023}
    with pytest.raises(Refusal, match="do not allow the factor 1"):
        group.set_factor(1)


def test_the_factor_bounds_the_number_of_disks() -> None:
    group = rootvg({"hdisk0": 18432, "hdisk1": 18432})
    group.set_factor(10)
    with pytest.raises(Refusal, match="3 physical volumes at most"):
        group.extend({"hdisk7": 18432, "hdisk8": 18432})
    assert list(group.disks) == ["hdisk0", "hdisk1"]


def test_a_disk_leaves_only_when_nothing_lies_on_it() -> None:
    group = rootvg()
    group.extend({"hdisk7": 18432})
    with pytest.raises(Refusal, match="0516-016"):
        group.reduce("hdisk0")
    before = group.total_used
    group.migrate("hdisk0", ["hdisk7"])
    assert (group.used("hdisk0"), group.used("hdisk7")) == (0, before)
    group.reduce("hdisk0")
    assert list(group.disks) == ["hdisk7"]
    check(group)


def test_moving_to_a_disk_without_room_moves_nothing() -> None:
    group = rootvg()
    group.extend({"hdisk7": 1024})
    before = group.numbers("hdisk0")
    with pytest.raises(Refusal, match="0516-404"):
        group.migrate("hdisk0", ["hdisk7"])
    assert group.numbers("hdisk0") == before
    assert not group.numbers("hdisk7")


def test_mirrors_do_not_move_onto_each_other() -> None:
    group = rootvg({"hdisk0": 18432, "hdisk1": 18432}, copies=2)
    assert {volume.copies for volume in group.volumes.values()} == {2}
    assert not group.quorum
    with pytest.raises(Refusal, match="0516-404"):
        group.migrate("hdisk0", ["hdisk1"])
    group.unmirror(1, ["hdisk0"])
    assert not group.numbers("hdisk0")
    assert group.quorum
    check(group)


_OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["extend", "reduce", "migrate", "mirror", "unmirror", "factor"]),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    max_size=12,
)


@settings(max_examples=30)
@given(_OPERATIONS)
def test_whatever_is_done_no_partition_is_used_twice_or_lost(
    operations: list[tuple[str, int, int]],
) -> None:
    group = rootvg({"hdisk0": 8192})
    logical = {name: len(volume.partitions) for name, volume in group.volumes.items()}
    for what, first, second in operations:
        one, two = f"hdisk{first}", f"hdisk{second}"
        before = [(v.name, list(v.partitions)) for v in group.volumes.values()]
        disks = dict(group.disks)
        try:
            if what == "extend" and one not in group.disks:
                group.extend({one: 4096 * (second + 1)})
            elif what == "reduce" and len(group.disks) > 1:
                group.reduce(one)
            elif what == "migrate":
                group.migrate(one, [two])
            elif what == "mirror":
                group.mirror(2 + second % 2, list(group.disks))
            elif what == "unmirror":
                group.unmirror(1 + second % 2, [one])
            elif what == "factor":
                group.set_factor(first + 1)
        except Refusal:
            assert [(v.name, v.partitions) for v in group.volumes.values()] == before
            assert group.disks == disks
        check(group)
        assert {n: len(v.partitions) for n, v in group.volumes.items()} == logical
