"""Every limit of a served console in one table: those of the server and those of a shell."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any, cast

from hmcsh.shell.limits import Limits
from hmcsh.ssh.service import Settings

_SHELL = "shell."  # begins the names of limits of a shell


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """A limit: its name as it is set, its default, and what happens there."""

    name: str
    default: float
    unit: str
    what: str
    message: str
    ends: str

    @property
    def shown(self) -> str:
        """The default with its unit."""
        value = f"{self.default:g}" if isinstance(self.default, float) else str(self.default)
        return f"{value} {self.unit}"


def _rows(kind: type[Any], prefix: str) -> Iterable[Limit]:
    for one in dataclasses.fields(kind):
        if one.metadata:
            about = one.metadata
            yield Limit(
                prefix + one.name,
                cast(float, one.default),
                about["unit"],
                about["what"],
                about["message"],
                about["ends"],
            )


TABLE = (*_rows(Settings, ""), *_rows(Limits, _SHELL))
_BY_NAME = {limit.name: limit for limit in TABLE}


def parse(text: str) -> tuple[str, float]:
    """Read NAME=NUMBER. Raises ValueError."""
    name, _, number = text.partition("=")
    limit = _BY_NAME.get(name)
    if limit is None:
        raise ValueError(f"there is no limit {name!r}; `hmcsh limits` lists them")
    try:
        value = float(number) if isinstance(limit.default, float) else int(number)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{number!r} is not a number of {limit.unit} for {name}")
    return name, value


def apply(given: Iterable[tuple[str, float]], **others: Any) -> tuple[Settings, Limits]:
    """The limits with some of them set; `others` are further settings of the server."""
    server: dict[str, Any] = dict(others)
    shell: dict[str, Any] = {}
    for name, value in given:
        if name.startswith(_SHELL):
            shell[name.removeprefix(_SHELL)] = value
        else:
            server[name] = value
    return Settings(**server), Limits(**shell)
