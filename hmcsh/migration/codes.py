"""Reference codes and error-log entries of migrations (SG24-7460 appendix B, examples 6-1 to 6-6).

Which code shows where and when follows the meanings of table B-1; where the table leaves room
(which end shows the codes of the processors) the plain reading is taken: processors stop on the
source and restart on the destination.
"""

from __future__ import annotations

import dataclasses

from hmcsh.model.partition import Partition

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
IO_NOT_SUSPENDED = "B2001144"
IO_NOT_RESUMED = "B2001145"


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorLabel:
    """An error-log entry: identifier, label, type and class, resource and description.

    The pairing of the mover's identifiers and labels is by meaning (inferred); descriptions are
    cut at 40 characters, as in the listings of the book.
    """

    identifier: str
    label: str
    kinds: str
    resource: str
    description: str

    def log(self, partition: Partition) -> None:
        """Write the entry to a partition's error log."""
        partition.log_error(
            self.identifier, self.label, self.kinds, self.resource, self.description
        )


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
ADAPTER_FAILURE = ErrorLabel("0B41DD00", "GOENT_ADAP_ERR", "IH", "ent4", "ADAPTER FAILURE")


def mover_aborted(reason: str) -> ErrorLabel:
    """The entry of a mover whose migration ended before its time, `reason` as far as it fits."""
    description = f"Migration aborted: {reason}"[:40]
    return ErrorLabel("427E17BD", "MVR_MIG_ABORTED", "PS", "Migration", description)


CONNECTION_DOWN = "MSP-MSP connection down"
