"""The virtual clock that everything which takes time runs on."""

from hmcsh.runtime.clock import (
    MICROSECOND,
    MILLISECOND,
    SECOND,
    Clock,
    Event,
    Process,
    Timer,
)
from hmcsh.runtime.virtualloop import VirtualLoop

__all__ = [
    "MICROSECOND",
    "MILLISECOND",
    "SECOND",
    "Clock",
    "Event",
    "Process",
    "Timer",
    "VirtualLoop",
]
