"""What can go wrong during a migration, as data: where it strikes, what fails, when it heals.

Kinds and phases are those of the recovery discussion in SG24-7460 2.5.4-2.5.8 and 6.2-6.3.
"""

from __future__ import annotations

import dataclasses

KINDS = (
    "link",
    "source-mover",
    "dest-mover",
    "source-vios",
    "dest-vios",
    "rmc",
    "vasi",
    "source-power",
    "dest-power",
    "hmc",
    "os-refuse",
    "target-device",
)
PHASES = (
    "shell",
    "movers",
    "prepare",
    "adapters",
    "copy",
    "suspend",
    "final",
    "resume",
    "pull",
    "complete",
    "cleanup",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one migration; all conditions that are given must hold for it to strike.

    partition: name of the migrating partition; None means the first one that comes.
    phase: the fault strikes when that phase has begun; None means any.
    percent: share of the first pass of copying, 0 to 100; only with phase `copy` or none.
    event: how manieth event of the migration (of the phase, if that is given), from 1.
    time: virtual ns since the clock's start, from which on the fault may strike.
    heal_after: virtual ns from the strike until all works again; None means until it is cleared.
    number, status: given by the registry; status is pending, active or healed.

    A fault without any condition strikes the migration under way, else the next one. Raises
    ValueError with one line for values that do not fit.
    """

    kind: str
    partition: str | None = None
    phase: str | None = None
    percent: int | None = None
    event: int | None = None
    time: int | None = None
    heal_after: int | None = None
    number: int = 0
    status: str = "pending"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"unknown kind of fault {self.kind!r}: it is one of {', '.join(KINDS)}"
            )
        if self.phase is not None and self.phase not in PHASES:
            raise ValueError(f"unknown phase {self.phase!r}: it is one of {', '.join(PHASES)}")
        if self.percent is not None:
            if not 0 <= self.percent <= 100:
                raise ValueError(f"a percentage is 0 to 100, not {self.percent}")
            if self.phase not in (None, "copy"):
                raise ValueError(f"a percentage is one of the phase copy, not of {self.phase}")
        if self.event is not None and self.event < 1:
            raise ValueError(f"events are counted from 1, not from {self.event}")
        for name, least in (("time", 0), ("heal_after", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} is at least {least} ns, not {value}")
