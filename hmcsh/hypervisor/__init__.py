"""Partition memory as page state, and how it moves."""

from hmcsh.hypervisor.memory import Access, AccessError, PageStore
from hmcsh.hypervisor.movers import MIGRATIONS_PER_MOVER, Admission, Mover
from hmcsh.hypervisor.network import Flow, Network, Resource, goodput
from hmcsh.hypervisor.pageset import PAGE, PageSet
from hmcsh.hypervisor.partition import Hypervisor, PartitionMemory
from hmcsh.hypervisor.record import Phase, Round, StopReason, TransferRecord
from hmcsh.hypervisor.transfer import (
    PointOfNoReturnError,
    StateTransfer,
    TransferSettings,
    VerificationError,
)
from hmcsh.hypervisor.verify import Comparison, compare
from hmcsh.hypervisor.workload import Workload, WorkloadSpec

__all__ = [
    "MIGRATIONS_PER_MOVER",
    "PAGE",
    "Access",
    "AccessError",
    "Admission",
    "Comparison",
    "Flow",
    "Hypervisor",
    "Mover",
    "Network",
    "PageSet",
    "PageStore",
    "PartitionMemory",
    "Phase",
    "PointOfNoReturnError",
    "Resource",
    "Round",
    "StateTransfer",
    "StopReason",
    "TransferRecord",
    "TransferSettings",
    "VerificationError",
    "Workload",
    "WorkloadSpec",
    "compare",
    "goodput",
]
