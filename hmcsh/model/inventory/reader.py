"""From the text of a YAML file to nodes that know their lines.

Scalars stay text: no word, number or time is resolved here, the schema alone decides what
`010`, `12:30` or `no` mean. Tags, merge keys, several documents and endless aliases are refused.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import yaml

from hmcsh.model.inventory.problems import Problems

MAX_DEPTH = 30
MAX_NODES = 200_000  # after aliases are expanded
MAX_STATE_NODES = 12_000_000  # of an exported state: more than its bytes hold without aliases

_OTHER_LINE_BREAK = re.compile("[\x85\u2028\u2029]")
_STATE = re.compile(r"(?:\ufeff?\s*(?:#.*)?\n)*state:")
_LOADER: Any = getattr(yaml, "CLoader", yaml.SafeLoader)


@dataclasses.dataclass(slots=True)
class Scalar:
    """Text. `plain` if it stands without quotes."""

    line: int
    text: str
    plain: bool = True
    size: int = 1

    @property
    def braces(self) -> bool:
        """Whether there is a brace, as in the numbers of entries declared by a count."""
        return "{" in self.text


@dataclasses.dataclass(slots=True)
class Mapping:
    """Keys in order of the file, with the line of each key. `braces`: somewhere in it."""

    line: int
    items: dict[str, Node] = dataclasses.field(default_factory=dict)
    key_lines: dict[str, int] = dataclasses.field(default_factory=dict)
    size: int = 1
    braces: bool = False
    key: Scalar | None = None  # the key whose value comes next, while reading


@dataclasses.dataclass(slots=True)
class Sequence:
    """Items in order of the file. `braces`: in one of them."""

    line: int
    items: list[Node] = dataclasses.field(default_factory=list)
    size: int = 1
    braces: bool = False


Node = Scalar | Mapping | Sequence


class _Reader:
    def __init__(self, problems: Problems, most: int) -> None:
        self.problems = problems
        self.most = most
        self.open: list[Mapping | Sequence] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None

    def read(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop(line, "a second document starts here; an inventory is one document")
            elif isinstance(event, yaml.CollectionEndEvent):
                self.close()
            elif isinstance(event, yaml.NodeEvent):
                self.take(event, line)

    def stop(self, line: int, text: str) -> None:
        self.problems.add(line, text)
        raise self.problems.fail()

    def take(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.attach(self.aliased(event.anchor or "", line), line)
            return
        if event.tag is not None:
            self.problems.add(line, f"the tag {event.tag!r} is not allowed; an inventory is data")
        if isinstance(event, yaml.ScalarEvent):
            node: Node = Scalar(line, event.value, event.style is None or event.style == "")
        elif isinstance(event, yaml.MappingStartEvent):
            node = Mapping(line)
        else:
            node = Sequence(line)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if isinstance(node, Scalar):
            self.attach(node, line)
            return
        if len(self.open) >= MAX_DEPTH:
            self.stop(line, f"nested more than {MAX_DEPTH} deep")
        if isinstance(top := self.top, Mapping) and top.key is None:
            self.stop(line, "a key must be a word, not a collection")
        self.open.append(node)

    @property
    def top(self) -> Mapping | Sequence | None:
        return self.open[-1] if self.open else None

    def aliased(self, name: str, line: int) -> Node:
        target = self.anchors.get(name)
        if target is None:
            self.stop(line, f"the alias *{name} has no anchor &{name} before it")
        elif any(target is node for node in self.open):
            self.stop(line, f"the alias *{name} contains itself")
        assert target is not None  # noqa: S101 - `stop` raises
        return target

    def close(self) -> None:
        node = self.open.pop()
        self.attach(node, node.line)

    def attach(self, node: Node, line: int) -> None:
        """Put a finished node where it belongs."""
        top = self.top
        if top is None:
            self.root = node
            return
        top.size += node.size
        top.braces = top.braces or node.braces
        if top.size > self.most:
            self.stop(line, f"more than {self.most} values, counting each use of an alias")
        if isinstance(top, Sequence):
            top.items.append(node)
        elif top.key is None:
            if not isinstance(node, Scalar):
                self.stop(line, "a key must be a word, not a collection")
            else:
                top.key = Scalar(line, node.text)
        else:
            key, top.key = top.key, None
            if key.text in top.items:
                first = top.key_lines[key.text]
                self.problems.add(key.line, f"{key.text!r} stands here twice (first: line {first})")
                return
            top.items[key.text] = node
            top.key_lines[key.text] = key.line


def _explained(error: Any, text: str) -> tuple[int, str]:
    """Line and reason of an error of the YAML library."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        last = text.count("\n") + (not text.endswith("\n"))  # the end of the file has no line
        reason = " ".join(str(error.problem or error.context).split())
        return min(mark.line + 1, last) if mark else 0, f"not YAML: {reason}"
    line = text.encode()[: int(error.position)].count(b"\n") + 1
    return line, "not YAML: a character that is not allowed"


def is_state(text: str) -> bool:
    """Whether a text, or its beginning, is that of an exported state."""
    return _STATE.match(text) is not None


def read_nodes(text: str, problems: Problems) -> Node | None:
    """Read YAML into nodes; None for an empty document.

    Notes duplicate keys and tags in `problems`. Raises InventoryError where reading cannot go on:
    text that is not YAML, unknown or recursive aliases, too much or too deep.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _OTHER_LINE_BREAK.search(text):
        # YAML would count a line where an editor counts none.
        line = text.count("\n", 0, found.start()) + 1
        problems.add(line, f"the line break U+{ord(found[0]):04X} is not allowed")
        raise problems.fail()
    reader = _Reader(problems, MAX_STATE_NODES if is_state(text) else MAX_NODES)
    try:
        reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        problems.add(*_explained(error, text))
    else:
        return reader.root
    raise problems.fail()
