"""The tables of builtins and text tools; their modules fill them."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.shell.call import Handler

BUILTINS: dict[str, Handler] = {}
TOOLS: dict[str, Handler] = {}
TREE_TOOLS: dict[str, Handler] = {}  # those of a system whose files can be changed

# Builtins that a system has as programs, too.
PROGRAMS = ("echo", "printf", "test", "[", "true", "false", "pwd")


class Declared(str):
    """The argument ``name=(...)`` of a declaration builtin: the name, and the elements."""

    __slots__ = ("elements",)

    def __new__(cls, name: str, elements: dict[int, str]) -> Declared:
        """Make the argument."""
        text = super().__new__(cls, name)
        text.elements = elements
        return text

    elements: dict[int, str]


def builtin(*names: str) -> Callable[[Handler], Handler]:
    """Enter a handler as the builtin of each name."""
    return _into(BUILTINS, names)


def tool(*names: str) -> Callable[[Handler], Handler]:
    """Enter a handler as the tool of each name."""
    return _into(TOOLS, names)


def tree_tool(*names: str) -> Callable[[Handler], Handler]:
    """Enter a handler as the tool of each name where files can be changed."""
    return _into(TREE_TOOLS, names)


def _into(table: dict[str, Handler], names: tuple[str, ...]) -> Callable[[Handler], Handler]:
    def enter(handler: Handler) -> Handler:
        for name in names:
            table[name] = handler
        return handler

    return enter
