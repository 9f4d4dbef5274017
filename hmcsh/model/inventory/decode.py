"""From nodes to the structures of the schema, noting everything that does not fit."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Collection
from typing import Any, TypeVar

from hmcsh.model.inventory import counts
from hmcsh.model.inventory.entry import Entry, fields_of
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.reader import Mapping, Node, Scalar, Sequence
from hmcsh.model.inventory.schema import Inventory
from hmcsh.model.inventory.values import READERS, Count

E = TypeVar("E", bound=Entry)
NONE = "none"


class _Unusable(Exception):  # noqa: N818 - not an error: the problem has been noted
    """A value could not be read; why has been noted."""


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
        self.numbers: counts.Numbers = {}  # of what is declared by a count, around this place
        self.counted = 0

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
            hint = counts.unquoted(node)
            self.reject(node.line, f"{where} is one value, not {_describe(node)}{hint}")
        if node.plain and not node.text:
            self.reject(node.line, f"{where} has no value")
        text = counts.fill(node.text, self.numbers) if self.numbers else node.text
        try:
            return READERS[kind](text)
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
        items: dict[str, Node] = {"": node} if counts.is_section(node, kind) else node.items
        for word, item in items.items():
            line = node.key_lines.get(word, node.line)
            try:
                if counts.is_template(item, kind):
                    self.counted_entries(counts.read(item, word, line), found, key_kind, kind)
                    continue
                key = self.scalar(Scalar(line, word), key_kind, where)
                self.require_new(key, found, line, where)
                value = self.value(item, kind, f"{where} {_shown(word)}", line)
            except _Unusable:
                self.incomplete.append(found)
                continue
            if isinstance(value, Entry):
                value.key = str(key)
            found[key] = value
        return found

    def require_new(self, key: str, found: dict[Any, Any], line: int, where: str) -> None:
        """Refuse a name that an entry declared by a count has, too; YAML tells of the others."""
        if key in found:
            self.reject(line, f"{where} {_shown(key)} is declared already")

    def counted_entries(
        self, template: counts.Template, found: dict[Any, Any], key_kind: Any, kind: type[Entry]
    ) -> None:
        """Enter what is declared by a count; the first entry that cannot be read is the last."""
        line, outer = template.line, self.numbers
        self.problems.share(template.lines)
        if template.name is None:
            self.reject(line, f'a count needs a name, such as "{kind.counter}{{n}}"')
        count = self.scalar(template.count, Count, "count")
        if count > 1 and not counts.tells_apart(template.name):
            self.reject(line, f"the name of {count} entries needs their number: {{n}}")
        self.counted += count
        if self.counted > counts.MAXIMUM:
            self.problems.add(line, f"more than {counts.MAXIMUM} entries are declared by counts")
            raise self.problems.fail()
        common = kind(line=line, lines=template.key_lines)
        self.fill(common, template.same)
        self.require_all(common, template.key_lines)
        try:
            for self.numbers in counts.numbers(outer, kind.counter, count):
                key = self.scalar(template.name, key_kind, "name")
                self.require_new(key, found, line, kind.what)
                made = found[key] = counts.copied(common)
                made.key = str(key)
                if template.varying.items:
                    made.failed = set(common.failed)
                    self.fill(made, template.varying)
                if made.failed:
                    raise _Unusable
        finally:
            self.numbers = outer

    def entry(self, node: Node, kind: type[E], line: int) -> E:
        made = kind(line=line)
        if isinstance(node, Scalar) and node.plain and not node.text:
            node = Mapping(node.line)
        elif isinstance(node, Scalar) and kind.shorthand:
            node = Mapping(node.line, {kind.shorthand: node}, {kind.shorthand: node.line})
        elif not isinstance(node, Mapping):
            self.reject(node.line, f"{kind.what} is a mapping, not {_describe(node)}")
        made.lines.update(node.key_lines)
        self.fill(made, node)
        self.require_all(made, node.items)
        return made

    def require_all(self, made: Entry, given: Collection[str]) -> None:
        """Note which fields must be given and are not."""
        for word in made.mandatory:
            if word not in given:
                made.failed.add(word)
                self.problems.add(made.line, f"{made.what} needs {word!r}")

    def fill(self, made: Entry, node: Mapping) -> None:
        """Read fields into an entry, noting in it those that fail."""
        fields = fields_of(type(made))
        for word, item in node.items.items():
            at = node.key_lines[word]
            if word not in fields:
                made.failed.add(word)
                hint = suggestion(word, fields)
                self.problems.add(at, f"unknown key {_shown(word)} in {made.what}{hint}")
                continue
            try:
                value = self.value(item, fields[word], word, at)
            except _Unusable:
                made.failed.add(word)
                continue
            setattr(made, word, value)
            if any(value is lossy for lossy in self.incomplete):
                made.failed.add(word)


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
