"""What the listings of memory and processors share: rows, and how attributes are declared.

Orders and fillers are those of captures of V7R7.9; what came after V7R3.2 bears its span. Amounts
of processors are printed as units with a decimal, memory in MB.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from hmcsh.language.attributes import Attribute
from hmcsh.language.levels import V7R7_9, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import NOTHING, Processors, Resources

CAPTURE = "capture, V7R7.9"
RECALLED = "recalled"
SINCE_V7R7_9 = Span(since=V7R7_9)  # first seen there; the level that brought it is not known
SINCE_SHARED_MEMORY = Span(since=Level.parse("V7R3.4.2"))


def frame_attribute(
    name: str, read: Callable[[Frame], str], *, span: Span | None = None, recalled: bool = False
) -> Attribute:
    """An attribute of a managed system."""
    return Attribute(
        name,
        read,
        span=span or Span(),
        trust=Trust.RECALLED if recalled else Trust.CAPTURE,
        source=RECALLED if recalled else CAPTURE,
    )


def pending(frame: Frame) -> list[Resources]:
    """What the partitions of a system will have."""
    return [p.pending for p in frame.partitions.values() if p.pending is not None]


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceRow:
    """A partition with what it has, will have, and uses while it is on."""

    partition: Partition
    curr: Resources
    pend: Resources
    run: Resources

    @classmethod
    def rows(cls, frame: Frame, partitions: Sequence[Partition] | None) -> list[ResourceRow]:
        """Make the rows of the partitions that filters select, of all without one."""
        chosen = frame.listed_partitions() if partitions is None else partitions
        return [cls.of(partition) for partition in chosen]

    @classmethod
    def of(cls, partition: Partition) -> ResourceRow:
        """Make the row: zeros where nothing is assigned, and nothing runs in one that is off."""
        empty = _kind_of_resources(partition).emptied
        current = partition.current or empty
        return cls(
            partition,
            current,
            partition.pending or empty,
            current if partition.state.powered_on else current.emptied,
        )


def _kind_of_resources(partition: Partition) -> Resources:
    """Resources of the kind that the partition would get: its modes are shown even when off."""
    name = partition.running_profile or partition.default_profile
    profile = partition.profiles.get(name)
    if profile is not None:
        return profile.resources
    if partition.migration is not None and partition.migration.source is not partition:
        return _kind_of_resources(partition.migration.source)
    return Resources(NOTHING, Processors("ded", NOTHING, sharing_mode="share_idle_procs"))


def lpar_attribute(
    name: str,
    read: Callable[[ResourceRow], Value],
    applies: Callable[[ResourceRow], bool] = lambda _: True,
    *,
    recalled: bool = False,
) -> Attribute:
    """An attribute of a partition's resources."""
    return Attribute(
        name,
        read,
        applies,
        trust=Trust.RECALLED if recalled else Trust.CAPTURE,
        source=RECALLED if recalled else CAPTURE,
    )


NAME_AND_ID = (
    lpar_attribute("lpar_name", lambda r: r.partition.name),
    lpar_attribute("lpar_id", lambda r: str(r.partition.lpar_id)),
)
