"""Sizes, rates, durations and processing units of inventories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.model.inventory import values
from hmcsh.model.inventory.values import READERS, MemoryWanted, UnitsWanted

GOOD = {
    "2 GB": (values.read_size, 2048),
    "256 MB": (values.read_size, 256),
    "256MB": (values.read_size, 256),
    "0.75 GB": (values.read_size, 768),
    "1 TB": (values.read_size, 1048576),
    "1 Gbit/s": (values.read_bit_rate, 10**9),
    "2.5 Gbit/s": (values.read_bit_rate, 2_500_000_000),
    "100 Mbit/s": (values.read_bit_rate, 10**8),
    "3 s": (values.read_duration, 3 * 10**9),
    "1.5 ms": (values.read_duration, 1_500_000),
    "2 min": (values.read_duration, 120 * 10**9),
    "1 h": (values.read_duration, 3600 * 10**9),
    "8 MB/s": (values.read_byte_rate, 8 * 2**20),
    "0.5": (values.read_units, 50),
    "2": (values.read_units, 200),
    "0.01": (values.read_units, 1),
    "3 %": (values.read_share, 0.03),
    "0.25": (values.read_share, 0.25),
    "100 %": (values.read_share, 1.0),
}


@pytest.mark.parametrize("text", GOOD)
def test_a_quantity_is_read_exactly(text: str) -> None:
    read, value = GOOD[text]
    assert read(text) == value


BAD = [
    (
        values.read_size,
        ["2", "2 gb", "2 GiB", "-2 GB", "2  GB", "GB", "", "2 GB ", "0.1 MB", "１ GB"],
    ),
    (values.read_bit_rate, ["1", "1 Gb/s", "1 GB/s", "0 Gbit/s", "0.0000000001 Gbit/s"]),
    (values.read_duration, ["1", "1 sec", "1 m", "0.5 ns", "1 S"]),
    (values.read_byte_rate, ["8", "8 MB", "8 Mbit/s"]),
    (values.read_units, ["", "x", "-1", "1/2", "0.005", "0.5 processors", "1e1", "nan", ".5"]),
    (values.read_share, ["101 %", "1.1", "3 MB", "x", "-1 %"]),
]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(read, text, id=f"{read.__name__}:{text}")
        for read, texts in BAD
        for text in texts
    ],
)
def test_a_wrong_quantity_is_refused(read: object, text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(text)  # type: ignore[operator]


@given(st.integers(0, 1024), st.sampled_from(sorted(values.SIZES)))
def test_a_whole_size_comes_back(amount: int, unit: str) -> None:
    assert values.read_size(f"{amount} {unit}") == amount * values.SIZES[unit]


@given(st.integers(0, 99_999_999))
def test_hundredths_of_processors_come_back(hundredths: int) -> None:
    assert values.read_units(f"{hundredths // 100}.{hundredths % 100:02d}") == hundredths


@given(st.integers(0, 10**12), st.sampled_from(sorted(values.DURATIONS)))
def test_a_whole_duration_comes_back(amount: int, unit: str) -> None:
    assert values.read_duration(f"{amount} {unit}") == amount * values.DURATIONS[unit]


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted))
def test_three_amounts_are_minimum_desired_maximum(amounts: list[int]) -> None:
    text = " / ".join(f"{amount} MB" for amount in amounts)
    assert READERS[MemoryWanted](text) == MemoryWanted(*amounts)


def test_one_amount_leaves_the_bounds_open() -> None:
    assert READERS[UnitsWanted]("0.5") == UnitsWanted(None, 50, None)


@given(st.sampled_from(list(READERS)), st.text(max_size=40))
def test_any_text_is_read_or_refused(kind: type, text: str) -> None:
    try:
        READERS[kind](text)
    except ValueError as error:
        assert str(error)


NAMES = {
    "PROD": True,
    "9117-MMA-SN10FFE0B-L9": True,
    "p590n22 normal": True,
    "a": True,
    "a" * 31: True,
    "a" * 32: False,
    "": False,
    " a": False,
    "a ": False,
    "comma, name": True,
    "a=b": True,
    ",": True,
    "a/b": False,
    "a|b": False,
    'a"b': False,
    "a\nb": False,
    "a\n": False,
    "é": False,
}


def test_a_slash_is_for_profiles() -> None:
    assert READERS[values.ProfileName]("day/night") == "day/night"
    with pytest.raises(ValueError, match="is not a name"):
        READERS[values.ProfileName]("/night")


@pytest.mark.parametrize(("name", "good"), NAMES.items(), ids=map(repr, NAMES))
def test_names(name: str, good: bool) -> None:
    if good:
        assert READERS[values.Name](name) == name
    else:
        with pytest.raises(ValueError, match="is not a name"):
            READERS[values.Name](name)
