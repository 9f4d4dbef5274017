"""What takes a system or a partition time, so that it can be begun anew.

Whoever starts or stops is busy for a while with phases on the clock. What it is busy with is noted
at it as an `Undertaking`, in plain data, until it is done. A process that reads the state of
another one begins what was under way anew: the table `WORK` says how.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from hmcsh.runtime import Event

if TYPE_CHECKING:
    from hmcsh.model.datacenter import Datacenter
    from hmcsh.model.frame import Frame
    from hmcsh.model.partition import Partition

Phases = Generator[int | Event, Any, None]

WORK: dict[str, Callable[..., Phases]] = {}
_Work = TypeVar("_Work", bound=Callable[..., Phases])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Undertaking:
    """What is under way: a key of `WORK`, and the options of the call."""

    work: str
    options: tuple[tuple[str, bool | str | None], ...] = ()


def work(name: str) -> Callable[[_Work], _Work]:
    """Enter phases into the table: a function of a system or a partition, and options."""

    def enter(phases: _Work) -> _Work:
        WORK[name] = phases
        return phases

    return enter


def undertake(subject: Frame | Partition, name: str, **options: bool | str | None) -> None:
    """Begin phases on the clock and note them at a system or a partition until they end."""
    begun = Undertaking(name, tuple(options.items()))
    subject.underway = (*subject.underway, begun)
    _spawn(subject, begun)


def _spawn(subject: Frame | Partition, begun: Undertaking) -> None:
    subject.clock.spawn(_carry_out(subject, begun))


def _carry_out(subject: Frame | Partition, begun: Undertaking) -> Phases:
    phases = WORK[begun.work](subject, **dict(begun.options))
    while any(one is begun for one in subject.underway):  # it may have been overtaken
        try:
            wait = next(phases)
        except StopIteration:
            break
        yield wait
    subject.underway = tuple(one for one in subject.underway if one is not begun)


def begin_anew(datacenter: Datacenter) -> None:
    """Begin anew what was under way."""
    for frame in datacenter.frames.values():
        subjects: tuple[Frame | Partition, ...] = (frame, *frame.partitions.values())
        for subject in subjects:
            for begun in subject.underway:
                _spawn(subject, begun)
