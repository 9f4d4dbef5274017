"""Managed frames: racks with power controllers of their own, as consoles of POWER5 to 7 manage.

A managed frame holds cages, in which managed systems, I/O drawers and switch boards stand. (What
the emulator calls a frame elsewhere is a managed system.)
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hmcsh.model.datacenter import Datacenter

Contents = Literal["sys", "io", "48"]  # 48: a switch board (scripts of clusters, V6)
UNKNOWN_CONTENTS = "No-TMS*Data!!!"  # what stands there cannot be read (scripts of clusters, V6)


@dataclasses.dataclass(frozen=True, slots=True)
class Cage:
    """One cage: what stands in it, and the managed system that owns it, `none` if none does."""

    number: int
    contents: Contents
    type_model_serial: str = UNKNOWN_CONTENTS
    location: str = ""
    owner: str = "none"


@dataclasses.dataclass(slots=True, eq=False)
class ManagedFrame:
    """A managed frame with the addresses and states of the two sides of its power controller."""

    datacenter: Datacenter
    name: str
    type_model: str
    serial_number: str
    number: int = 0
    address_a: str = ""
    address_b: str = ""
    state: str = "Standby/Standby"
    cages: tuple[Cage, ...] = ()

    @property
    def mtms(self) -> str:
        """Machine type, model and serial number, such as `9A01-100*0P1P315`."""
        return f"{self.type_model}*{self.serial_number}"
