"""Parsers of attribute values: what a text must look like, and what it becomes.

Each is called with the text, or with the elements of a list, and gives the value, or raises
ValueError; each also knows texts that it ``accepts`` and ``refuses``, from which tests are made.
"""
# ruff: noqa: D102 - the methods are those of ValueParser

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Parser(Protocol):
    """A parser that can give examples; what it reads is one text, or the elements of a list."""

    def __call__(self, given: Any, /) -> Any:
        """The value of what is given; ValueError if it is not valid."""

    @property
    def accepts(self) -> tuple[str, ...]:
        """Texts that are valid; elements of a list have commas between them."""

    @property
    def refuses(self) -> tuple[str, ...]:
        """Texts that are not."""


class ValueParser(Parser, Protocol):
    """A parser of one text."""

    def __call__(self, text: str, /) -> Any:
        """The value of the text; ValueError if it is not valid."""


def _digits(text: str, places: int = 0) -> int:
    """A number without sign, with up to ``places`` decimals, in units of its last place."""
    found = re.fullmatch(r"([0-9]{1,18})(?:\.([0-9]+))?", text, re.ASCII)
    if found is None or len(found[2] or "") > places:
        raise ValueError(f"not a number with {places} decimals: {text!r}")
    return int(found[1] + (found[2] or "").ljust(places, "0"))


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a set of words; the value is the word."""

    choices: tuple[str, ...]

    def __call__(self, text: str, /) -> str:
        if text not in self.choices:
            raise ValueError(f"{text!r} is none of {', '.join(self.choices)}")
        return text

    @property
    def accepts(self) -> tuple[str, ...]:
        return self.choices

    @property
    def refuses(self) -> tuple[str, ...]:
        return ("", "".join(self.choices) + "x")


@dataclass(frozen=True, slots=True)
class Switch:
    """``0`` or ``1``; the value is a bool."""

    def __call__(self, text: str, /) -> bool:
        return OneOf(("0", "1"))(text) == "1"

    @property
    def accepts(self) -> tuple[str, ...]:
        return ("0", "1")

    @property
    def refuses(self) -> tuple[str, ...]:
        return ("", "2", "yes")


@dataclass(frozen=True, slots=True)
class Number:
    """A number within limits, given in units of the last place.

    ``Number(0, 255)`` reads whole numbers. ``Number(10, places=2)`` reads ``0.1`` as 10 and
    ``1.25`` as 125: amounts such as processing units stay exact integers. ``usual`` are values to
    be examples where the limits are far from what anything has.
    """

    minimum: int = 0
    maximum: int | None = None
    places: int = 0
    usual: tuple[int, ...] = ()

    def __call__(self, text: str, /) -> int:
        value = _digits(text, self.places)
        if value < self.minimum or (self.maximum is not None and value > self.maximum):
            raise ValueError(f"{text!r} is out of range")
        return value

    def _text(self, value: int) -> str:
        scale = 10**self.places
        whole, rest = divmod(value, scale)
        return f"{whole}.{rest:0{self.places}}" if self.places else str(whole)

    @property
    def accepts(self) -> tuple[str, ...]:
        examples = (*self.usual, self.minimum, self.maximum)
        return tuple(self._text(example) for example in examples if example is not None)

    @property
    def refuses(self) -> tuple[str, ...]:
        found = ["", "x", "-1", "1e3", self._text(self.minimum) + ("1" if self.places else ".0")]
        if self.minimum > 0:
            found.append(self._text(self.minimum - 1))
        if self.maximum is not None:
            found.append(self._text(self.maximum + 1))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that a regular expression matches as a whole.

    ``examples`` are valid texts, ``counterexamples`` are not; both are checked on making.
    """

    expression: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ("",)

    def __post_init__(self) -> None:
        for text in (*self.examples, *self.counterexamples):
            if self._matches(text) is not (text in self.examples):
                raise ValueError(f"the wrong example for {self.expression}: {text!r}")

    def _matches(self, text: str) -> bool:
        return re.fullmatch(self.expression, text, re.ASCII) is not None

    def __call__(self, text: str, /) -> str:
        if not self._matches(text):
            raise ValueError(f"{text!r} is not of the form {self.expression}")
        return text

    @property
    def accepts(self) -> tuple[str, ...]:
        return self.examples

    @property
    def refuses(self) -> tuple[str, ...]:
        return self.counterexamples


@dataclass(frozen=True, slots=True)
class Reads:
    """What a function reads, with examples.

    Of a text that names something only the command can say whether there is such a thing: then
    the examples that are refused are refused by it.
    """

    function: Callable[[Any], Any]
    accepts: tuple[str, ...]
    refuses: tuple[str, ...]

    def __call__(self, given: Any, /) -> Any:
        return self.function(given)


@dataclass(frozen=True, slots=True)
class NoneOr:
    """What another parser reads, or the word ``none``, whose value is None."""

    parser: ValueParser

    def __call__(self, text: str, /) -> object:
        return None if text == "none" else self.parser(text)

    @property
    def accepts(self) -> tuple[str, ...]:
        return ("none", *self.parser.accepts)

    @property
    def refuses(self) -> tuple[str, ...]:
        return tuple(text for text in self.parser.refuses if text != "none")


@dataclass(frozen=True, slots=True)
class WordOr:
    """What another parser reads, or one word, which is its own value."""

    word: str
    parser: ValueParser

    def __call__(self, text: str, /) -> object:
        return text if text == self.word else self.parser(text)

    @property
    def accepts(self) -> tuple[str, ...]:
        return (self.word, *self.parser.accepts)

    @property
    def refuses(self) -> tuple[str, ...]:
        return tuple(text for text in self.parser.refuses if text != self.word)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What another parser reads, put into another form by a function that takes it."""

    parser: ValueParser
    function: Callable[[Any], Any]

    def __call__(self, text: str, /) -> Any:
        return self.function(self.parser(text))

    @property
    def accepts(self) -> tuple[str, ...]:
        return self.parser.accepts

    @property
    def refuses(self) -> tuple[str, ...]:
        return self.parser.refuses


@dataclass(frozen=True, slots=True)
class Listed:
    """The elements of a list, each read by another parser, none of them twice.

    It is called with the tuple of the elements. ``words`` stand for a whole list: the value is the
    word, but ``none`` is a list without elements. Its examples are lists with commas.
    """

    parser: ValueParser
    least: int = 0
    most: int | None = None
    words: tuple[str, ...] = ()

    def __call__(self, texts: tuple[str, ...], /) -> Any:
        if len(texts) == 1 and texts[0] in self.words:
            return () if texts[0] == "none" else texts[0]
        found = tuple(self.parser(text) for text in texts)
        if len(found) < self.least or (self.most is not None and len(found) > self.most):
            raise ValueError(f"a list of {len(found)} elements")
        if len(set(found)) != len(found):
            raise ValueError("an element stands in the list twice")
        return found

    @property
    def accepts(self) -> tuple[str, ...]:
        given = self.parser.accepts[: self.most]
        return (*self.words, ",".join(given[: max(self.least, 1)]), ",".join(given))

    @property
    def refuses(self) -> tuple[str, ...]:
        first = self.parser.accepts[0]
        wrong = [text for text in self.parser.refuses if text and "," not in text]
        return (*wrong, f"{first},{first}", *([""] if self.least else []))
