"""The data of --filter."""

import random

import pytest

from hmcsh.language.filters import parse_filter
from hmcsh.language.messages import HmcError

NAMES = ("lpar_names", "lpar_ids", "profile_names", "slots")
EXCLUSIVE = (("lpar_names", "lpar_ids"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lpar_names=x", {"lpar_names": ("x",)}),
        ("lpar_ids=2,profile_names=p", {"lpar_ids": ("2",), "profile_names": ("p",)}),
        ("lpar_names=a,b,c", {"lpar_names": ("a", "b", "c")}),
        (
            "lpar_ids=2,profile_names=prof1,prof2",
            {"lpar_ids": ("2",), "profile_names": ("prof1", "prof2")},
        ),
        ('""lpar_names=a,b"",slots=3', {"lpar_names": ("a", "b"), "slots": ("3",)}),
        ('"lpar_names=a,b",slots=3', {"lpar_names": ("a", "b"), "slots": ("3",)}),
        (
            'lpar_ids=2,"profile_names=prof1,prof2"',
            {"lpar_ids": ("2",), "profile_names": ("prof1", "prof2")},
        ),
        ('lpar_names="X",profile_names=P', {"lpar_names": ("X",), "profile_names": ("P",)}),
        ("lpar_names=teacher 02", {"lpar_names": ("teacher 02",)}),
        ('"lpar_names=""a,b"",c"', {"lpar_names": ("a,b", "c")}),
    ],
)
def test_every_form_is_read(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert parse_filter(text, NAMES, EXCLUSIVE) == expected


@pytest.mark.parametrize(
    ("text", "key", "part"),
    [
        pytest.param("bogus=1", "invalid_filter", "bogus", id="unknown"),
        pytest.param("LPAR_NAMES=a", "invalid_filter", "LPAR_NAMES", id="case-matters"),
        pytest.param("lpar_names+=a", "invalid_filter", "lpar_names+", id="operator"),
        pytest.param(
            "lpar_names=a,lpar_ids=1", "exclusive_filters", "lpar_names, lpar_ids", id="exclusive"
        ),
        pytest.param("lpar_names", "missing_or_invalid", "--filter", id="no-equals"),
        pytest.param("lpar_names=", "missing_or_invalid", "--filter", id="no-value"),
        pytest.param('"lpar_names=a,"', "missing_or_invalid", "--filter", id="empty-value"),
        pytest.param("slots=1,slots=2", "missing_or_invalid", "--filter", id="twice"),
        pytest.param('"slots=1', "missing_or_invalid", "--filter", id="open-quote"),
        pytest.param("", "missing_or_invalid", "--filter", id="empty"),
    ],
)
def test_what_is_refused_and_how(text: str, key: str, part: str) -> None:
    with pytest.raises(HmcError) as caught:
        parse_filter(text, NAMES, EXCLUSIVE)
    assert caught.value.message.key == key
    assert f"{part}." in caught.value.text or f"{part} are" in caught.value.text


def test_random_filters_are_read_or_refused() -> None:
    chance = random.Random(11)
    pieces = [*NAMES, *'=,"x1 ', '""']
    for _ in range(2000):
        text = "".join(chance.choices(pieces, k=chance.randrange(10)))
        try:
            found = parse_filter(text, NAMES, EXCLUSIVE)
        except HmcError:
            continue
        assert found
        assert all(name in NAMES and all(values) for name, values in found.items())
