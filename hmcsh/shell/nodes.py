"""The syntax tree: what the parser makes and the interpreter walks. Never changed once made."""

from __future__ import annotations

from dataclasses import dataclass

# ------------------------------------------------------------------------------------- words


@dataclass(slots=True, eq=False)
class Literal:
    """Unquoted text; its pattern and brace characters are special."""

    text: str


@dataclass(slots=True, eq=False)
class Quoted:
    """Text from single quotes, ``$'...'`` or a backslash: nothing in it is special."""

    text: str


@dataclass(slots=True, eq=False)
class DoubleQuoted:
    """Parts between double quotes."""

    parts: tuple[Part, ...]


@dataclass(slots=True, eq=False)
class Parameter:
    """``$name``, ``${name[index]operator argument}``.

    ``operator`` is ``''``, ``length``, ``indirect``, ``names``, ``keys``, ``slice`` or the
    operator's own characters; ``argument2`` is the replacement or the length of a slice.
    """

    name: str
    index: Word | None = None
    operator: str = ""
    argument: Word | None = None
    argument2: Word | None = None
    indirect: bool = False
    source: str = ""


@dataclass(slots=True, eq=False)
class CommandSubstitution:
    """``$(...)`` or backquotes."""

    body: CommandList


@dataclass(slots=True, eq=False)
class ArithmeticExpansion:
    """``$((...))`` or ``$[...]``."""

    expression: Word


@dataclass(slots=True, eq=False)
class ProcessSubstitution:
    """``<(...)``."""

    body: CommandList


Part = (
    Literal
    | Quoted
    | DoubleQuoted
    | Parameter
    | CommandSubstitution
    | ArithmeticExpansion
    | ProcessSubstitution
)


@dataclass(slots=True, eq=False)
class Word:
    """One word. ``fixed`` is its text if no expansion of any kind can change it."""

    parts: tuple[Part, ...]
    source: str = ""
    fixed: str | None = None
    braces: bool = False


@dataclass(slots=True, eq=False)
class Assignment:
    """``name=word``, ``name+=word``, ``name[index]=word`` or ``name=(words)``."""

    name: str
    value: Word | None
    elements: tuple[Word | Assignment, ...] | None = None
    index: Word | None = None
    append: bool = False


# ----------------------------------------------------------------------------------- commands


@dataclass(slots=True, eq=False)
class Redirection:
    """One redirection; ``body`` is the text of a here-document once it has been read."""

    operator: str
    descriptor: int
    target: Word | None
    body: Word | None = None
    delimiter: str = ""
    quoted: bool = False


@dataclass(slots=True, eq=False)
class Simple:
    """A simple command: assignments, words, redirections."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word | Assignment, ...]
    redirections: tuple[Redirection, ...]
    line: int


@dataclass(slots=True, eq=False)
class Redirected:
    """A compound command with redirections."""

    body: Node
    redirections: tuple[Redirection, ...]
    line: int


@dataclass(slots=True, eq=False)
class Pipeline:
    """Commands joined by ``|``, perhaps behind ``!`` or ``time``."""

    commands: tuple[Node, ...]
    negated: bool = False
    timed: bool = False


@dataclass(slots=True, eq=False)
class AndOr:
    """A command, then (``&&`` or ``||``, command) each."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(slots=True, eq=False)
class Background:
    """A command followed by ``&``; ``source`` is how ``jobs`` shows it."""

    body: Node
    source: str


@dataclass(slots=True, eq=False)
class CommandList:
    """Commands one after another."""

    items: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Group:
    """``{ list; }``."""

    body: CommandList


@dataclass(slots=True, eq=False)
class Subshell:
    """``( list )``."""

    body: CommandList


@dataclass(slots=True, eq=False)
class If:
    """``if``: (condition, body) each, and the ``else`` part."""

    branches: tuple[tuple[CommandList, CommandList], ...]
    otherwise: CommandList | None


@dataclass(slots=True, eq=False)
class While:
    """``while`` or ``until``."""

    condition: CommandList
    body: CommandList
    until: bool


@dataclass(slots=True, eq=False)
class For:
    """``for name in words``; without ``in``, words is None: the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: CommandList
    line: int


@dataclass(slots=True, eq=False)
class ArithmeticFor:
    """``for ((start; condition; step))``."""

    start: Word
    condition: Word
    step: Word
    body: CommandList


@dataclass(slots=True, eq=False)
class Case:
    """``case word in``: (patterns, body, whether ``;&`` falls through) each."""

    word: Word
    clauses: tuple[tuple[tuple[Word, ...], CommandList], ...]


@dataclass(slots=True, eq=False)
class Function:
    """A function definition; ``source`` is how ``type`` shows it."""

    name: str
    body: Node
    source: str


@dataclass(slots=True, eq=False)
class ArithmeticCommand:
    """``(( expression ))``."""

    expression: Word
    line: int


@dataclass(slots=True, eq=False)
class Conditional:
    """``[[ expression ]]``."""

    expression: Condition
    line: int


# ------------------------------------------------------------------------------- conditionals


@dataclass(slots=True, eq=False)
class Unary:
    """``-z word`` and the like."""

    operator: str
    operand: Word


@dataclass(slots=True, eq=False)
class Binary:
    """``word == word`` and the like."""

    operator: str
    left: Word
    right: Word


@dataclass(slots=True, eq=False)
class Not:
    """``! condition``."""

    operand: Condition


@dataclass(slots=True, eq=False)
class Both:
    """``left && right`` or ``left || right``."""

    operator: str
    left: Condition
    right: Condition


Condition = Unary | Binary | Not | Both

Node = (
    Simple
    | Redirected
    | Pipeline
    | AndOr
    | Background
    | CommandList
    | Group
    | Subshell
    | If
    | While
    | For
    | ArithmeticFor
    | Case
    | Function
    | ArithmeticCommand
    | Conditional
)
