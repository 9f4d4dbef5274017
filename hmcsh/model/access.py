"""Managed resource roles: the systems and partitions that a user of a console may see and touch.

A resource is written as consoles print it (captures, V7R7.9)::

    ALL:
    cec:root/ibmhscS1_0|9131-52A*6535CCG|IBMHSC_ComputerSystem
    lpar:root/ibmhscS1_0|1*9131-52A*6535CCG|IBMHSC_Partition
    lpar:root/ibmhscS1_0|ALL_PARTITIONS*9131-52A*6535CCG|IBMHSC_Partition

A managed system brings its partitions with it (HMC Best Practices, 2007). Of a user who has only
partitions of a system the system is seen, but nothing can be done to it (inferred).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

ALL = "ALL:"
ALL_SYSTEM_RESOURCES = "AllSystemResources"  # the user-defined name of the predefined role
_ALL_PARTITIONS = "ALL_PARTITIONS"
_MTMS = r"[A-Z0-9]{4}-[A-Z0-9]{3}\*[A-Z0-9]{7}"
_FORM = re.compile(
    rf"(?:cec:root/ibmhsc\w+\|(?P<system>{_MTMS})\|IBMHSC_ComputerSystem"
    rf"|lpar:root/ibmhsc\w+\|(?P<lpar>[0-9]{{1,5}}|{_ALL_PARTITIONS})\*(?P<owner>{_MTMS})"
    r"\|IBMHSC_Partition)",
    re.ASCII,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Resource:
    """A managed resource object: a system, one of its partitions, or all of its partitions.

    `lpar_id` is None for a system, 0 for all partitions.
    """

    mtms: str
    lpar_id: int | None = None

    @classmethod
    def parse(cls, text: str) -> Resource:
        """Read a resource as it is printed. Raises ValueError."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"not a managed resource object: {text!r}")
        if found["system"]:
            return cls(found["system"])
        return cls(found["owner"], 0 if found["lpar"] == _ALL_PARTITIONS else int(found["lpar"]))

    def __str__(self) -> str:
        if self.lpar_id is None:
            return f"cec:root/ibmhscS1_0|{self.mtms}|IBMHSC_ComputerSystem"
        lpar = self.lpar_id or _ALL_PARTITIONS
        return f"lpar:root/ibmhscS1_0|{lpar}*{self.mtms}|IBMHSC_Partition"


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What a user may see and touch; `resources` is None for everything."""

    resources: frozenset[Resource] | None = None

    def whole(self, frame: Frame) -> bool:
        """Whether a managed system is his with all that is in it."""
        return self.resources is None or Resource(frame.mtms) in self.resources

    def system(self, frame: Frame) -> bool:
        """Whether he sees a managed system: it, or a partition of it, is his."""
        return self.resources is None or any(r.mtms == frame.mtms for r in self.resources)

    def partition(self, partition: Partition) -> bool:
        """Whether a partition is his."""
        if self.resources is None:
            return True
        mtms = partition.frame.mtms
        own = (Resource(mtms, partition.lpar_id), Resource(mtms, 0), Resource(mtms))
        return not self.resources.isdisjoint(own)


EVERYTHING = Scope()


def scope_of(resources: Iterable[Resource]) -> Scope:
    """The scope that has these resources."""
    return Scope(frozenset(resources))
