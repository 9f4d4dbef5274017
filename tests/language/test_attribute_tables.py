"""Attribute tables: listings, -F, headers, input."""

import csv
import io
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.attributes import Attribute, Setting, Table, split_names
from hmcsh.language.levels import V7R3_2, V7R7_9, Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.records import parse_record
from hmcsh.language.values import Number, OneOf


@dataclass
class Thing:
    name: str
    number: int
    kind: str = "aixlinux"
    slots: list[str] = field(default_factory=list)
    peer: str | None = None


TABLE = Table(
    "thing",
    (
        Attribute("name", lambda t: t.name, parse=str, alias=("thing_name",)),
        Attribute("lpar_id", lambda t: str(t.number), parse=Number(1)),
        Attribute(
            "boot_mode", lambda t: "norm", applies=lambda t: t.kind == "aixlinux",
            parse=OneOf(("norm", "sms")),
        ),
        Attribute("peer", lambda t: t.peer, filler="unavailable"),
        Attribute("io_slots", lambda t: t.slots or "none", many=True, amend=True, parse=tuple),
        Attribute("uuid", lambda t: "8A", listed=False),
        Attribute("curr_profile", lambda t: ""),
        Attribute("rmc_state", lambda t: "active", span=Span(since=V7R7_9)),
    ),
)  # fmt: skip
ONE = Thing("lp 1", 1, slots=["21010002/none/1"])
TWO = Thing("vios,1", 2, "vioserver", ["21010002//1", "21010003//0"], "x")


def listing(names: str | None = None, *, header: bool = False, level: Level = V7R3_2) -> list[str]:
    return TABLE.listing([TWO, ONE], level, names, header)


def test_the_default_listing_leaves_out_what_does_not_apply() -> None:
    assert listing() == [
        '"name=""vios,1""",lpar_id=2,peer=x,"io_slots=21010002//1,21010003//0",curr_profile=',
        "name=lp 1,lpar_id=1,boot_mode=norm,io_slots=21010002/none/1,curr_profile=",
    ]
    assert TABLE.record(ONE, V7R3_2) == listing()[1]


def test_later_attributes_are_listed_at_later_levels() -> None:
    assert listing(level=V7R7_9)[1].endswith(",curr_profile=,rmc_state=active")
    assert "rmc_state" not in TABLE.names(V7R3_2)
    assert TABLE.names(V7R7_9)[-1] == "rmc_state"


def test_F_without_names_lists_all_and_fills_in() -> None:
    assert listing("", header=True) == [
        "name,lpar_id,boot_mode,peer,io_slots,uuid,curr_profile",
        '"vios,1",2,null,x,"21010002//1,21010003//0",8A,',
        "lp 1,1,norm,unavailable,21010002/none/1,8A,",
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("name", ["name", '"vios,1"', "lp 1"]),
        ("lpar_id,name", ["lpar_id,name", '2,"vios,1"', "1,lp 1"]),
        (
            "io_slots:lpar_id",
            ["io_slots:lpar_id", "21010002//1,21010003//0:2", "21010002/none/1:1"],
        ),
        ("lpar_id name", ["lpar_id name", "2 vios,1", '1 "lp 1"']),
        ("lpar_id/lpar_id", ["lpar_id/lpar_id", "2/2", "1/1"]),
        ("lpar_id~uuid", ["lpar_id~uuid", "2~8A", "1~8A"]),
        ("thing_name", ["thing_name", '"vios,1"', "lp 1"]),
    ],
)
def test_F_prints_values_in_the_order_and_with_the_separator_asked(
    names: str, expected: list[str]
) -> None:
    assert listing(names, header=True) == expected
    assert listing(names) == expected[1:]


@pytest.mark.parametrize("names", [None, "", "name", "name:lpar_id"])
@pytest.mark.parametrize("header", [False, True])
def test_an_empty_listing_is_one_sentence(names: str | None, header: bool) -> None:
    assert TABLE.listing([], V7R3_2, names, header) == ["No results were found."]


@pytest.mark.parametrize(
    ("names", "invalid"),
    [
        ("bogus_attr_xyz", "bogus_attr_xyz"),
        ("name,UUID,bogus", "UUID"),
        ("rmc_state", "rmc_state"),
        ("name, state", " state"),
    ],
)
@pytest.mark.parametrize("things", [[], [ONE]], ids=["no-objects", "objects"])
def test_an_unknown_name_is_refused_before_anything_is_listed(
    names: str, invalid: str, things: list[Thing]
) -> None:
    def untouched() -> list[Thing]:
        return things

    with pytest.raises(HmcError) as caught:
        TABLE.listing(untouched(), V7R3_2, names)
    assert f"The invalid attribute is {invalid}.  " in caught.value.text


@pytest.mark.parametrize("names", ["name,", ",name", "name,,lpar_id", ","])
def test_an_empty_name_is_refused(names: str) -> None:
    with pytest.raises(HmcError) as caught:
        split_names(names)
    assert " are -F. " in caught.value.text


def test_readers_of_what_does_not_apply_are_not_called() -> None:
    table = Table("x", (Attribute("a", lambda _: 1 / 0, applies=lambda _: False),))  # type: ignore[arg-type, return-value]
    assert table.listing([object()], V7R3_2, "a") == ["null"]
    assert table.record(object(), V7R3_2) == ""


def test_a_long_listing_is_made_as_it_is_taken() -> None:
    read: list[int] = []

    def value(number: int) -> str:
        read.append(number)
        return str(number)

    table = Table("x", (Attribute("a", value),))
    for names, first in ((None, "a=0"), ("a", "0")):
        read.clear()
        lines = iter(table.listing(range(100_000), V7R3_2, names))
        assert next(lines) == first
        assert read == [0]
        assert sum(1 for _ in lines) == 99_999


def test_input_goes_through_the_parsers() -> None:
    record = parse_record('name=new,lpar_id=7,"io_slots+=21010004//0,21010005//1"')
    assert TABLE.read_input(record, V7R3_2) == {
        "name": Setting("=", "new"),
        "lpar_id": Setting("=", 7),
        "io_slots": Setting("+=", ("21010004//0", "21010005//1")),
    }
    assert set(TABLE.writable(V7R3_2)) == {"name", "lpar_id", "boot_mode", "io_slots"}


@pytest.mark.parametrize(
    ("data", "key", "part"),
    [
        pytest.param("bogus=1", "invalid_attribute", "is bogus.", id="unknown"),
        pytest.param("uuid=1", "invalid_attribute", "is uuid.", id="read-only"),
        pytest.param("rmc_state=x", "invalid_attribute", "is rmc_state.", id="later-level"),
        pytest.param("name+=1", "invalid_attribute", "is name+.", id="not-a-list"),
        pytest.param("lpar_id=0", "invalid_attribute_value", "value 0 of", id="limit"),
        pytest.param("boot_mode=x", "invalid_attribute_value", "boot_mode", id="choice"),
        pytest.param("name=a,b", "bad_configuration_data", "format", id="bare-list"),
        pytest.param("name=a,thing_name=b", "bad_configuration_data", "format", id="alias-too"),
    ],
)
def test_input_is_refused(data: str, key: str, part: str) -> None:
    with pytest.raises(HmcError) as caught:
        TABLE.read_input(parse_record(data), V7R3_2)
    assert caught.value.message.key == key
    assert part in caught.value.text


def test_a_list_may_come_bare() -> None:
    settings = TABLE.read_input(parse_record("io_slots=a,b,name=c"), V7R3_2)
    assert settings["io_slots"].value == ("a", "b")


def test_two_attributes_of_one_name_must_not_meet_at_a_level() -> None:
    old = Attribute("a", lambda _: "1", span=Span(until=V7R7_9))
    new = Attribute("a", lambda _: "2", span=Span(since=V7R7_9))
    table = Table("x", (old, new))
    assert table.record(None, V7R3_2) == "a=1"
    assert table.record(None, V7R7_9) == "a=2"
    with pytest.raises(ValueError, match="two attributes are named a"):
        Table("x", (old, Attribute("b", lambda _: "", alias=("a",)))).select(V7R3_2)


def test_a_name_that_F_could_not_ask_for_is_refused() -> None:
    with pytest.raises(ValueError, match="not the name of an attribute"):
        Attribute("a-b", lambda _: "")


texts = st.text(st.sampled_from('ab1 ,"=\n/'), max_size=8)
things = st.builds(
    Thing, texts, st.integers(0, 9), st.sampled_from(["aixlinux", "vioserver"]),
    st.lists(texts.filter(bool), max_size=3), st.none() | texts,
)  # fmt: skip


@given(things)
def test_F_is_csv_of_the_values(thing: Thing) -> None:
    (row,) = TABLE.listing([thing], V7R3_2, "")
    (fields,) = csv.reader(io.StringIO(row, newline=""), strict=True)
    values = dict(zip(TABLE.names(V7R3_2), fields, strict=True))
    assert values["name"] == thing.name
    assert values["lpar_id"] == str(thing.number)
    assert values["boot_mode"] == ("norm" if thing.kind == "aixlinux" else "null")
    assert values["peer"] == ("unavailable" if thing.peer is None else thing.peer)
    quoted = values["io_slots"].replace('"', '""')
    assert parse_record(f'"slots={quoted}"')[0].values == tuple(thing.slots or ["none"])


@given(st.lists(things, max_size=4), st.permutations(TABLE.names(V7R3_2)))
def test_F_agrees_with_the_default_listing(items: list[Thing], names: list[str]) -> None:
    rows = TABLE.listing(items, V7R3_2, ",".join(names))
    for item, row in zip(items, rows, strict=False):
        (fields,) = csv.reader(io.StringIO(row, newline=""), strict=True)
        values = dict(zip(names, fields, strict=True))
        for listed in parse_record(TABLE.record(item, V7R3_2)):
            quoted = values[listed.name].replace('"', '""')
            if listed.name == "io_slots":
                assert parse_record(f'"slots={quoted}"')[0].values == listed.values
            else:
                assert values[listed.name] == listed.value
