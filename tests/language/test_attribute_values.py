"""Parsers of attribute values, each held to its own examples."""

import pytest

from hmcsh.language.values import (
    Listed,
    Mapped,
    NoneOr,
    Number,
    OneOf,
    Pattern,
    Switch,
    ValueParser,
    WordOr,
)

PARSERS: dict[str, ValueParser] = {
    "one-of": OneOf(("cap", "uncap")),
    "switch": Switch(),
    "whole": Number(),
    "whole-limited": Number(1, 255),
    "hundredths": Number(10, 6400, places=2),
    "pattern": Pattern(r"[0-9A-F]{8}", ("21010002",), ("2101", "2101000x")),
    "none-or": NoneOr(Number(0, 31)),
    "mapped": Mapped(Pattern("[a-f]+", ("ab",)), str.upper),
    "word-or": WordOr("any", Number(0, 31)),
}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
def test_a_parser_accepts_and_refuses_its_examples(parser: ValueParser) -> None:
    assert parser.accepts
    for text in parser.accepts:
        parser(text)
    assert parser.refuses
    for text in parser.refuses:
        with pytest.raises(ValueError, match=r"."):
            parser(text)


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (Switch(), "0", False),
        (Switch(), "1", True),
        (Number(), "007", 7),
        (Number(places=2), "0.1", 10),
        (Number(places=2), "1.25", 125),
        (Number(places=2), "3", 300),
        (NoneOr(Number()), "none", None),
        (OneOf(("cap",)), "cap", "cap"),
    ],
)
def test_values(parser: ValueParser, text: str, value: object) -> None:
    assert parser(text) == value


@pytest.mark.parametrize("text", ["1.255", "1.", ".5", "1,5", "+1", " 1", "٣", "1" * 5000])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        Number(places=2)(text)


def test_a_wrong_example_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong example"):
        Pattern("[a-z]+", ("A",))


LISTS = {
    "plain": Listed(Number(1, 4094), most=20),
    "a pair": Listed(Pattern("[a-f]{2}", ("ab", "cd")), 2, 2),
    "with words": Listed(Number(1, 4094), 1, words=("all", "none")),
}


@pytest.mark.parametrize("parser", LISTS.values(), ids=LISTS.keys())
def test_a_list_accepts_and_refuses_its_examples(parser: Listed) -> None:
    assert parser.accepts
    for text in parser.accepts:
        parser(tuple(text.split(",")))
    assert parser.refuses
    for text in parser.refuses:
        with pytest.raises(ValueError, match=r"."):
            parser(tuple(text.split(",")) if text else ())


@pytest.mark.parametrize(
    ("parser", "texts", "value"),
    [
        (LISTS["plain"], (), ()),
        (LISTS["plain"], ("5", "7"), (5, 7)),
        (LISTS["with words"], ("all",), "all"),
        (LISTS["with words"], ("none",), ()),
        (LISTS["a pair"], ("ab", "cd"), ("ab", "cd")),
    ],
)
def test_lists(parser: Listed, texts: tuple[str, ...], value: object) -> None:
    assert parser(texts) == value
