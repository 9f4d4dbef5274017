"""Attributes of system profiles: lists of partitions and profiles, parallel by position.

The names: a program that works against consoles of V8 to V10; the order and the rest inferred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.hmc.common.changes import PROFILE_NAME

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.messages import Trust
from hmcsh.language.values import Reads
from hmcsh.model.frame import Frame

_SOURCE = "ansible-power-hmc (names)"


@dataclasses.dataclass(frozen=True, slots=True)
class SystemProfileRow:
    """A system profile of a managed system."""

    frame: Frame
    name: str

    @property
    def members(self) -> dict[int, str]:
        """Profiles by partition ID, in order of declaration."""
        return self.frame.system_profiles[self.name]


def _texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts or "" in texts:
        raise ValueError("an empty list, or an element without text")
    return texts


def _members(
    name: str, read: Callable[[SystemProfileRow], list[str]], example: str, wrong: str
) -> Attribute:
    """One of the parallel lists."""
    return Attribute(
        name,
        lambda r: read(r) or "none",
        trust=Trust.SCRIPT,
        source=_SOURCE,
        parse=Reads(_texts, (example,), ("", wrong, f"{example},,")),
        many=True,
        amend=True,
    )


SYSTEM_PROFILE_TABLE = Table(
    "lssyscfg -r sysprof",
    (
        Attribute("name", lambda r: r.name, trust=Trust.SCRIPT, source=_SOURCE),
        _members(
            "lpar_names",
            lambda r: [r.frame.client_name(lpar_id) for lpar_id in r.members],
            "web",
            "nobody",
        ),
        _members("lpar_ids", lambda r: [str(lpar_id) for lpar_id in r.members], "3", "99"),
        _members("profile_names", lambda r: list(r.members.values()), "spare", "nothing"),
    ),
)

_LISTS = SYSTEM_PROFILE_TABLE.attributes[1:]
NEW_NAME = Attribute(
    "new_name", lambda _: None, trust=Trust.SCRIPT, source=_SOURCE, parse=PROFILE_NAME
)

SYSTEM_PROFILE_CREATION = Table("mksyscfg -r sysprof", _LISTS)
SYSTEM_PROFILE_INPUT = Table("chsyscfg -r sysprof", (NEW_NAME, *_LISTS))
