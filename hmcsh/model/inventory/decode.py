"""From nodes to the structures of the schema, noting everything that does not fit."""

from __future__ import annotations

import enum
import functools
import types
import typing
from typing import Any, TypeVar

from hmcsh.model.inventory.entry import BOOKKEEPING, Entry
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.reader import Mapping, Node, Scalar, Sequence
from hmcsh.model.inventory.schema import Inventory
from hmcsh.model.inventory.values import READERS

E = TypeVar("E", bound=Entry)
NONE = "none"


class _Unusable(Exception):  # noqa: N818 - not an error: the problem has been noted
    """A value could not be read; why has been noted."""


@functools.cache
def fields_of(kind: type[Entry]) -> dict[str, Any]:
    """Names and types of what an entry may declare."""
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in kind.__struct_fields__ if name not in BOOKKEEPING}


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _describe(node: Node) -> str:
    if isinstance(node, Scalar):
        return _shown(node.text) if node.text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


class _Decoder:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.incomplete: list[object] = []  # collections that lost an item

    def reject(self, line: int, text: str) -> typing.NoReturn:
        self.problems.add(line, text)
        raise _Unusable

    def value(self, node: Node, kind: Any, where: str, line: int = 0) -> Any:
        """Read a node as a type of the schema. Raises _Unusable after noting why not."""
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            (inner,) = (a for a in typing.get_args(kind) if a is not types.NoneType)
            if isinstance(node, Scalar) and node.plain and node.text == NONE:
                return None
            return self.value(node, inner, where, line)
        if origin is typing.Literal:
            return self.choice(node, {str(a): a for a in typing.get_args(kind)}, where)
        if origin is list:
            return self.items(node, typing.get_args(kind)[0], where)
        if origin is dict:
            key_kind, value_kind = typing.get_args(kind)
            return self.mapping(node, key_kind, value_kind, where)
        if issubclass(kind, Entry):
            return self.entry(node, kind, line or node.line)
        if issubclass(kind, enum.Enum):
            return self.choice(node, {str(member.value): member for member in kind}, where)
        return self.scalar(node, kind, where)

    def scalar(self, node: Node, kind: type, where: str) -> Any:
        if not isinstance(node, Scalar):
            self.reject(node.line, f"{where} is one value, not {_describe(node)}")
        if node.plain and not node.text:
            self.reject(node.line, f"{where} has no value")
        try:
            return READERS[kind](node.text)
        except ValueError as error:
            self.reject(node.line, f"{where}: {error}")

    def choice(self, node: Node, choices: dict[str, Any], where: str) -> Any:
        if not isinstance(node, Scalar) or node.text not in choices:
            known = ", ".join(choices)
            self.reject(node.line, f"{where}: {_describe(node)} is not one of {known}")
        return choices[node.text]

    def items(self, node: Node, kind: Any, where: str) -> list[Any]:
        if isinstance(node, Scalar) and node.plain and node.text in ("", NONE):
            return []
        if not isinstance(node, Sequence):
            self.reject(node.line, f"{where} is a list, not {_describe(node)}")
        found = []
        for item in node.items:
            try:
                found.append(self.value(item, kind, where))
            except _Unusable:
                self.incomplete.append(found)
        return found

    def mapping(self, node: Node, key_kind: Any, kind: Any, where: str) -> dict[Any, Any]:
        if isinstance(node, Scalar) and node.plain and node.text in ("", NONE):
            return {}
        if not isinstance(node, Mapping):
            self.reject(node.line, f"{where} is a mapping, not {_describe(node)}")
        found: dict[Any, Any] = {}
        for word, item in node.items.items():
            line = node.key_lines[word]
            try:
                key = self.scalar(Scalar(line, word), key_kind, where)
                value = self.value(item, kind, f"{where} {_shown(word)}", line)
            except _Unusable:
                self.incomplete.append(found)
                continue
            if isinstance(value, Entry):
                value.key = word
            found[key] = value
        return found

    def entry(self, node: Node, kind: type[E], line: int) -> E:
        fields = fields_of(kind)
        made = kind(line=line)
        if isinstance(node, Scalar) and node.plain and not node.text:
            node = Mapping(node.line)
        elif isinstance(node, Scalar) and kind.shorthand:
            node = Mapping(node.line, {kind.shorthand: node}, {kind.shorthand: node.line})
        elif not isinstance(node, Mapping):
            self.reject(node.line, f"{kind.what} is a mapping, not {_describe(node)}")
        made.lines.update(node.key_lines)
        for word, item in node.items.items():
            at = node.key_lines[word]
            if word not in fields:
                made.failed.add(word)
                hint = suggestion(word, fields)
                self.problems.add(at, f"unknown key {_shown(word)} in {kind.what}{hint}")
                continue
            try:
                value = self.value(item, fields[word], word, at)
            except _Unusable:
                made.failed.add(word)
                continue
            setattr(made, word, value)
            if any(value is lossy for lossy in self.incomplete):
                made.failed.add(word)
        for word in kind.mandatory:
            if word not in node.items:
                made.failed.add(word)
                self.problems.add(made.line, f"{kind.what} needs {word!r}")
        return made


def decode(root: Node | None, problems: Problems) -> Inventory | None:
    """Read nodes into an Inventory; None, with a problem noted, if there is none at all."""
    if root is None or (isinstance(root, Scalar) and not root.text):
        problems.add(0, "is empty; an inventory needs 'systems'")
        return None
    if isinstance(root, Scalar):
        problems.add(root.line, f"an inventory is a mapping, not {_describe(root)}")
        return None
    try:
        return _Decoder(problems).entry(root, Inventory, 1)
    except _Unusable:
        return None
