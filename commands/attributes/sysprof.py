"""Attributes of system profiles: lists of partitions and profiles, parallel by position.

The names: a program that works against consoles of V8 to V10; the order and the rest inferred.
"""

from __future__ import annotations

import dataclasses

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
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


def _list(values: list[str]) -> Value:
    return values or "none"


SYSTEM_PROFILE_TABLE = Table(
    "lssyscfg -r sysprof",
    (
        Attribute("name", lambda r: r.name, trust=Trust.SCRIPT, source=_SOURCE),
        Attribute(
            "lpar_names",
            lambda r: _list([r.frame.client_name(lpar_id) for lpar_id in r.members]),
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
        Attribute(
            "lpar_ids",
            lambda r: _list([str(lpar_id) for lpar_id in r.members]),
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
        Attribute(
            "profile_names",
            lambda r: _list(list(r.members.values())),
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
    ),
)
