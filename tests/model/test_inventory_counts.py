"""Entries of an inventory that are declared by a count."""

import dataclasses
import itertools
import textwrap
from pathlib import Path

import pytest

from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import InventoryError, check, counts, load_text
from hmcsh.runtime import Clock


def made(text: str) -> Datacenter:
    return load_text(textwrap.dedent(text), Clock())


def test_a_section_of_partitions() -> None:
    datacenter = made(
        """
        systems:
          box:
            memory: 256 GB
            processors: 32
            partitions: {count: 100, name: "lpar{n}", memory: 2 GB, ethernet: {2: 5}}
        """
    )
    partitions = datacenter.frames["box"].partitions
    assert [(p.lpar_id, p.name) for p in partitions.values()] == [
        (n, f"lpar{n}") for n in range(1, 101)
    ]
    assert {p.active_profile.resources.memory.desired for p in partitions.values()} == {2048}
    for values in (
        {p.uuid for p in partitions.values()},
        {p.mac_stem for p in partitions.values()},
        {p.operating_system.ip_address for p in partitions.values()},
        {p.ethernet_adapters[0].mac for p in partitions.values()},
    ):
        assert len(values) == 100


def test_what_is_counted_is_what_is_written_out() -> None:
    counted = """
        luns:
          roots: {count: 4, name: "root{n:02}", size: 8 GB}
        systems:
          "box{n}":
            count: 2
            serial: "10{n:05}"
            memory: 64 GB
            slots: {count: 2, name: "U789D.001.AAAA00{system}-P1-C{n}", card: ethernet}
            partitions:
              vios:
                type: vioserver
                mover: lan
                io: {"U789D.001.AAAA00{system}-P1-C1": {required: yes}}
                disks: {count: 2, name: "hdisk{n}", lun: "root{overall:02}"}
                bridges: {ent4: {network: lan}}
              clients:
                count: 2
                name: "lpar{n}"
                memory: "{n} GB"
                profile: "{system}-{n}"
                scsi: {3: {server: vios, luns: ["root{overall:02}"]}}
                ethernet: {2: 1}
        """
    written = """
        luns: {root01: 8 GB, root02: 8 GB, root03: 8 GB, root04: 8 GB}
        systems:
        """
    for system in (1, 2):
        first, second = (f"root{(system - 1) * 2 + n:02}" for n in (1, 2))
        written += f"""
          box{system}:
            serial: "100000{system}"
            memory: 64 GB
            slots:
              U789D.001.AAAA00{system}-P1-C1: ethernet
              U789D.001.AAAA00{system}-P1-C2: ethernet
            partitions:
              vios:
                type: vioserver
                mover: lan
                io: {{U789D.001.AAAA00{system}-P1-C1: {{required: yes}}}}
                disks: {{hdisk1: {first}, hdisk2: {second}}}
                bridges: {{ent4: {{network: lan}}}}
              lpar1:
                memory: 1 GB
                profile: {system}-1
                scsi: {{3: {{server: vios, luns: [{first}]}}}}
                ethernet: {{2: 1}}
              lpar2:
                memory: 2 GB
                profile: {system}-2
                scsi: {{3: {{server: vios, luns: [{second}]}}}}
                ethernet: {{2: 1}}
            """
    assert _described(made(counted)) == _described(made(written))


def _described(datacenter: Datacenter) -> list[object]:
    """All that an inventory decides of systems and partitions, in plain values."""
    found: list[object] = [str(lun) for lun in datacenter.luns.values()]
    for frame in datacenter.frames.values():
        found += [frame.name, frame.mtms, frame.ip_address, [str(s) for s in frame.slots.values()]]
        for partition in frame.listed_partitions():
            names = [f.name for f in dataclasses.fields(partition) if f.repr and f.name != "frame"]
            found.append({name: str(getattr(partition, name)) for name in names})
    return found


def test_numbers_of_systems_and_of_what_is_in_them() -> None:
    datacenter = made(
        """
        systems:
          count: 3
          name: "box{n:03}"
          serial: "10{n:05}"
          partitions: {count: 2, name: "p{n}-{system}-{partition}-{overall}", state: Not Activated}
        """
    )
    assert {
        (frame.name, frame.serial_number): [p.name for p in frame.partitions.values()]
        for frame in datacenter.frames.values()
    } == {
        ("box001", "1000001"): ["p1-1-1-1", "p2-1-2-2"],
        ("box002", "1000002"): ["p1-2-1-3", "p2-2-2-4"],
        ("box003", "1000003"): ["p1-3-1-5", "p2-3-2-6"],
    }


def test_entries_by_count_stand_among_others_in_the_order_of_the_file() -> None:
    datacenter = made(
        """
        systems:
          box:
            memory: 32 GB
            partitions:
              first: {id: 2}
              "b{n}": {count: 2}
              count: {}
              cs: {count: 2, name: "c{n}"}
        """
    )
    partitions = datacenter.frames["box"].listed_partitions()
    assert [(p.lpar_id, p.name) for p in partitions] == [
        (2, "first"), (1, "b1"), (3, "b2"), (4, "count"), (5, "c1"), (6, "c2"),
    ]  # fmt: skip


def test_a_lun_may_be_named_count() -> None:
    assert made("{luns: {count: 5 GB}, systems: {box: {}}}").luns["count"].size_mb == 5120


def test_many_systems_have_serials_addresses_and_partition_addresses_of_their_own() -> None:
    datacenter = made(
        """
        systems:
          count: 600
          name: "box{n}"
          partitions: {count: 1, name: lpar}
        """
    )
    frames = datacenter.frames.values()
    assert len({frame.serial_number for frame in frames}) == 600
    assert len({frame.ip_address for frame in frames}) == 600
    systems = [frame.partitions[1].operating_system for frame in frames]
    assert len({system.ip_address for system in systems if system is not None}) == 600


BOX = "systems:\n  box:\n    memory: 64 GB\n    processors: 32\n    partitions:\n"
WRONG = {
    "no number": ("      a: {count: many, name: 'x{n}'}", "count: 'many' is not a whole number"),
    "none at all": ("      a: {count: 0, name: 'x{n}'}", "count: '0' is not a count (1 to 100000)"),
    "below zero": ("      a: {count: -3, name: 'x{n}'}", "count: '-3' is not a whole number"),
    "nothing": ("      a: {count: , name: 'x{n}'}", "count has no value"),
    "a list": ("      a: {count: [3], name: 'x{n}'}", "count is one value, not a list"),
    "too many": (
        "      a: {count: 100001, name: 'x{n}'}",
        "count: '100001' is not a count (1 to 100000)",
    ),
    "a name for all": (
        "      a: {count: 3, name: box}",
        "the name of 3 entries needs their number: {n}",
    ),
    "the key for all": ("      a: {count: 3}", "the name of 3 entries needs their number: {n}"),
    "a name that is not one": (
        "      a: {count: 3, name: 'x/{n}'}",
        "name: 'x/1' is not a name: 1 to 31 letters, digits, `-`, `_`, `.` and the like",
    ),
    "a name that gets too long": (
        f"      a: {{count: 12, name: '{'x' * 30}{{n}}'}}",
        f"name: '{'x' * 30}10' is not a name: 1 to 31 letters, digits, `-`, `_`, `.` and the like",
    ),
    "a value": (
        "      a: {count: 3, name: 'x{n}', memory: 2 QB}",
        "memory: 'QB' is no unit of a size: use one of MB, GB, TB",
    ),
    "a value of some": (
        "      a: {count: 30, name: 'x{n}', id: '{n}{n}{n}'}",
        "id: '101010' is not a number that can be used here (1 to 65535)",
    ),
    "what does not fit": (
        "      a: {count: 30, name: 'x{n}', memory: 100 MB}",
        "memory 100 MB is not a multiple of the 64 MB block",
    ),
    "what names them": (
        "      a: {count: 30, name: 'x{n}', os: none}",
        "x1 cannot be Running without an `os`",
    ),
    "one ID": ("      a: {count: 30, name: 'x{n}', id: 4}", "partition ID 4 is already that of x1"),
    "one MAC address": (
        "      a: {count: 30, name: 'x{n}', ethernet: {2: {mac: 'AAAAAAAAAAAA'}}}",
        "MAC address AAAAAAAAAAAA is already that of x1",
    ),
    "an unknown server": (
        "      a: {count: 30, name: 'x{n}', scsi: {2: vios}}",
        "unknown Virtual I/O Server 'vios'",
    ),
    "an unknown key": (
        "      a: {count: 30, name: 'x{n}', memroy: 1 GB}",
        "unknown key 'memroy' in a partition (did you mean 'memory'?)",
    ),
    "a brace without quotes": (
        "      a: {count: 3, name: 'x{n}', profile: {n}}",
        'profile is one value, not a mapping; a number stands in quotes: "{n}"',
    ),
    "a name without quotes": (
        "      a: {count: 3, name: {n}}",
        "the name of 3 entries needs their number: {n}",
    ),
    "beside one of that name": (
        "      x3: {}\n      a: {count: 30, name: 'x{n}'}",
        "a partition 'x3' is declared already",
    ),
    "before one of that name": (
        "      a: {count: 3, name: 'x{n}'}\n      x2: {}",
        "partitions 'x2' is declared already",
    ),
    "twice": (
        "      a: {count: 3, name: 'x{n}'}\n      b: {count: 3, name: 'x{n}'}",
        "a partition 'x1' is declared already",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_once_with_its_line(case: str) -> None:
    text, problem = WRONG[case]
    with pytest.raises(InventoryError) as refused:
        load_text(BOX + text, Clock(), file="f.yaml")
    line = BOX.count("\n") + 1 + text.count("\n")
    assert [str(found) for found in refused.value.problems] == [f"f.yaml:{line}: {problem}"]


SECTIONS = {
    "no name": ("{count: 3}", 'a count needs a name, such as "partition{n}"'),
    "an empty name": ("{count: 3, name: }", "the name of 3 entries needs their number: {n}"),
    "too many for the system": (
        "{count: 65, name: 'x{n}'}", "partitions of box have 66560 MB, but it has 64000 MB for them"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SECTIONS)
def test_what_is_wrong_with_a_whole_section(case: str) -> None:
    text, problem = SECTIONS[case]
    full = "systems:\n  box: {memory: 63 GB, processors: 32, partitions: " + text + "}\n"
    with pytest.raises(InventoryError) as refused:
        load_text(full, Clock(), file="f.yaml")
    assert [(found.line, found.text) for found in refused.value.problems] == [(2, problem)]


def test_a_value_that_fails_in_every_system_is_told_once() -> None:
    text = textwrap.dedent(
        """\
        systems:
          count: 1000
          name: "s{n}"
          partitions:
            count: 100
            name: "lpar{n}"
            memory: lots
            processing_units: 90
        """
    )
    with pytest.raises(InventoryError) as refused:
        load_text(text, Clock(), file="f.yaml")
    assert [found.line for found in refused.value.problems] == [7]


def test_counts_within_counts_are_bounded(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(counts, "MAXIMUM", 5_000)
    path = tmp_path / "huge.yaml"
    path.write_text(
        "systems:\n  count: 4000\n  name: 's{n}'\n"
        "  partitions: {count: 4000, name: 'p{n}', state: Not Activated}\n"
    )
    (problem,) = check(path)
    assert problem.line == 4
    assert problem.text == f"more than {counts.MAXIMUM} entries are declared by counts"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("lpar{n}", "lpar7"),
        ("{n:03}{n:1}", "007{n:1}"),
        ("{system}/{n}", "2/7"),
        ("{other}{}{{n}}", "{other}{}{7}"),
        ("plain", "plain"),
    ],
)
def test_fields(text: str, filled: str) -> None:
    assert counts.fill(text, {"n": 7, "system": 2}) == filled


def test_partitions_that_are_declared_alike_share_what_cannot_change() -> None:
    datacenter = made(
        """
        systems:
          box: {memory: 64 GB, processors: 32, partitions: {count: 9, name: "p{n}"}}
        """
    )
    for one, other in itertools.pairwise(datacenter.frames["box"].partitions.values()):
        assert one.current is other.current
        assert one.operating_system is not other.operating_system
        assert one.operating_system.workload is other.operating_system.workload
        assert one.profiles["default"] is not other.profiles["default"]
        assert one.adapters is not other.adapters


def test_the_example_of_the_guide_loads() -> None:
    guide = Path(__file__).parents[2] / "docs" / "inventories.md"
    section = guide.read_text().split("## Many of a kind\n")[1].split("\n## ")[0]
    datacenter = made("\n".join(line for line in section.splitlines() if line[:4] == "    "))
    second = datacenter.frames["p9-2"]
    assert second.mtms == "9117-MMA*7800002"
    assert [p.name for p in second.partitions.values()][-1] == "lpar100"
    assert second.partition(name="vios1").io_server.disks["hdisk1"].lun.name == "root101"


def test_serial_numbers_of_many_partitions_differ() -> None:
    lab = """
systems:
  box:
    processors: 200
    memory: 2 TB
    max_partitions: 1300
    partitions: {count: 1300, name: "lpar{n}", memory: 1 GB, processing_units: 0.1}
"""
    partitions = load_text(lab, Clock("manual")).frames["box"].partitions.values()
    numbers = [
        one.logical_serial_number.removeprefix(one.frame.serial_number) for one in partitions
    ]
    assert len(set(numbers)) == 1300
    assert [int(number, 36) for number in numbers] == list(range(1, 1301))
