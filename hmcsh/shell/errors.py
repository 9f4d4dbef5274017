"""How control leaves the middle of a command: errors with a text, and jumps without one."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 (the base of what a user did wrong)
    """A refusal with one line of text; the command that raises it ends with ``status``.

    A ``bare`` text is the shell's own, shown without the name of the builtin it came from.
    """

    def __init__(self, text: str, status: int = 1, *, bare: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.bare = bare


class Fatal(Problem):
    """A problem that also gives up the rest of the line, as an assignment to PATH does."""


class ReadOnly(Fatal):
    """An assignment to a read-only variable."""


class Unset(Fatal):
    """``set -u`` or ``${x:?}`` met an unset variable: a shell without a terminal ends."""


class LimitExceeded(Fatal):
    """One of :class:`hmcsh.shell.limits.Limits` was reached."""


class Exhausted(LimitExceeded):
    """The time or the steps of a complete command are used up: it ends, subshells and all."""


class BrokenPipe(Exception):  # noqa: N818 (the counterpart of a signal)
    """Nobody reads any more what a pipeline stage writes; the stage ends with status 141."""


class SyntaxProblem(Exception):  # noqa: N818
    """Text that can never become a command, whatever follows.

    ``text`` is bash's message without its prefix, ``line`` the number of the line (from 1).
    """

    def __init__(self, text: str, line: int, near: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
        self.near = near


class Incomplete(Exception):  # noqa: N818
    """Text that is the beginning of a command; ``closing`` is what its innermost part awaits."""

    def __init__(self, closing: str, line: int, quote: bool = False) -> None:
        super().__init__(closing)
        self.closing = closing
        self.line = line
        self.quote = quote


class Jump(Exception):  # noqa: N818
    """Base of the jumps."""


class LoopJump(Jump):
    """``break`` or ``continue`` on its way out of ``levels`` loops."""

    def __init__(self, levels: int, again: bool) -> None:
        super().__init__()
        self.levels = levels
        self.again = again


class Return(Jump):
    """``return`` from a function or a sourced file."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class Exit(Jump):
    """``exit``, or what has the same effect."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status
