"""How shells word what they refuse: bash on a console, ksh on AIX and a Virtual I/O Server.

The texts of ksh are those of AIX (recalled: message numbers 0403-005, 0403-006 and 0403-016, two
blanks and a full stop behind names).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The wording of one shell; ``{name}`` is what could not be found, run, opened or made.

    An empty ``open`` or ``create`` stands for strerror(3)'s text behind the name.
    """

    name: str
    not_found: str
    no_such_program: str
    not_executable: str
    restricted: str
    restricted_name: str
    restricted_output: str
    open: str = ""
    create: str = ""
    change_directory: str = "cd: {name}: {reason}"
    line: str = "{name}: {where}line {line}: "
    korn: bool = False


BASH = Dialect(
    name="bash",
    not_found="{name}: command not found",
    no_such_program="{name}: No such file or directory",
    not_executable="{name}: Permission denied",
    restricted="restricted",
    restricted_name="{name}: restricted: cannot specify `/' in command names",
    restricted_output="{name}: restricted: cannot redirect output",
)

_REFUSED = " The operation is not allowed in a restricted shell."

KSH = Dialect(
    name="ksh",
    not_found="{name}:  not found.",
    no_such_program="{name}:  not found.",
    not_executable="{name}: 0403-006 Execute permission denied.",
    restricted=_REFUSED,
    restricted_name="{name}: " + _REFUSED,
    restricted_output="{name}: " + _REFUSED,
    open="{name}: 0403-016 Cannot find or open the file.",
    create="{name}: 0403-005 Cannot create the specified file.",
    change_directory="{name}:  not found.",
    line="{name}[{line}]: {where}",
    korn=True,
)
