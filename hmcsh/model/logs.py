"""Reference codes and operating-system error logs."""

from __future__ import annotations

import dataclasses

REFERENCE_CODE_LIMIT = 200  # a console keeps a bounded history for each partition
ERROR_LOG_LIMIT = 1000  # AIX writes over the oldest entries of a full log (inferred: the number)


@dataclasses.dataclass(frozen=True, slots=True)
class ReferenceCode:
    """A reference code shown for a system or partition at virtual time `time` (ns)."""

    time: int
    code: str
    words: tuple[str, ...] = ()
    location: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorLogEntry:
    """An entry of an error log (SG24-7460 table B-3, examples 6-1 to 6-6).

    `time` is virtual time, `clock` what the partition's own clock showed; both in ns. `sequence`
    counts the entries that the log ever had; `machine` and `node` are the machine ID and the host
    name at that time.
    """

    time: int
    clock: int
    identifier: str
    label: str
    kind: str
    error_class: str
    resource: str
    description: str
    sequence: int = 0
    machine: str = ""
    node: str = ""
