"""Reference codes and error-log entries of migrations (SG24-7460 appendix B, examples 6-1 to 6-6).

Which code shows where and when follows the meanings of table B-1; where the table leaves room
(which end shows the codes of the processors) the plain reading is taken: processors stop on the
source and restart on the destination.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hmcsh.language.message import Trust
from hmcsh.model.partition import Partition

if TYPE_CHECKING:
    from hmcsh.migration.run import Run

DRMGR_RUNS = "2004"
INACTIVE_SOURCE = "C2001020"
INACTIVE_TARGET = "C2001030"
ACTIVE_TARGET = "C2001040"
PROCESSORS_STOPPED = "C2001080"
PROCESSORS_RESTARTED = "C2001082"
COMPLETE = "C20010FF"
OFF = "00000000"
SUSPEND_REQUESTED = "D200A250"
CANCELLED = "D200AFFF"
NOT_READY = "B2001130"
DATA_NOT_PROCESSED = "B2001140"
QUEUES_NOT_RESUMED = "B2001131"
EVENTS_NOT_ALLOCATED = "B2001132"
NOT_UNLOCKED = "B2001134"
DATA_NOT_COPIED = "B2001141"
DATA_NOT_SENT_SUSPENDED = "B2001142"
DATA_NOT_PULLED = "B2001143"
IO_NOT_SUSPENDED = "B2001144"
IO_NOT_RESUMED = "B2001145"


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorLabel:
    """An error-log entry: identifier, label, type and class, resource and description.

    The pairing of the mover's identifiers and labels is by meaning (inferred).
    """

    identifier: str
    label: str
    kinds: str
    resource: str
    description: str
    trust: Trust = Trust.DOCUMENT

    def log(self, run: Run, partition: Partition) -> None:
        """Write the entry to a partition's error log, and note it in the migration's record."""
        entry = partition.log_error(
            self.identifier, self.label, self.kinds, self.resource, self.description
        )
        run.logged.append((partition, entry))


CLIENT_STARTED = ErrorLabel(
    "08917DC6", "CLIENT_PMIG_STARTED", "IS", "pmig", "Client Partition Migration Started"
)
CLIENT_DONE = ErrorLabel(
    "A5E6DB96", "CLIENT_PMIG_DONE", "IS", "pmig", "Client Partition Migration Completed"
)
CLIENT_ABORTED = ErrorLabel(
    "5E075ADF", "CLIENT_PMIG_ABORTED", "IS", "pmig", "Client Partition Migration Aborted"
)
MOVER_SUSPEND = ErrorLabel(
    "6CB10B8D", "MVR_FORCE_SUSPEND", "IS", "", "Client partition suspend issued"
)
MOVER_COMPLETED = ErrorLabel(
    "3EB09F5A", "MVR_MIG_COMPLETED", "IS", "Migration", "Migration completed successfully"
)


def adapter_failure(device: str) -> ErrorLabel:
    """The entry of an Ethernet adapter whose cable was pulled (example 6-5)."""
    return ErrorLabel("0B41DD00", "GOENT_ADAP_ERR", "IH", device, "ADAPTER FAILURE")


def client_failure(device: str) -> ErrorLabel:
    """The entry of a server whose client went down; all but the label (table B-3) is invented."""
    description = "Client partition failed"
    return ErrorLabel("3C4A9D0E", "CLIENT_FAILURE", "PS", device, description, Trust.INVENTED)


def mover_aborted(reason: str) -> ErrorLabel:
    """The entry of a mover whose migration ended before its time."""
    return ErrorLabel(
        "427E17BD", "MVR_MIG_ABORTED", "PS", "Migration", f"Migration aborted: {reason}"
    )


CONNECTION_DOWN = "MSP-MSP connection down"
