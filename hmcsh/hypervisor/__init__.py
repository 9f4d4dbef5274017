"""Partition memory as page state, and how it moves.

The names below are loaded when they are first used: numpy costs a tenth of a second, which
commands that move no memory need not wait for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hmcsh.hypervisor.memory import Access, AccessError, PageStore
    from hmcsh.hypervisor.movers import MIGRATIONS_PER_MOVER, Admission, Mover
    from hmcsh.hypervisor.network import Flow, Network, Resource, goodput
    from hmcsh.hypervisor.pageset import PAGE, PageSet
    from hmcsh.hypervisor.partition import Hypervisor, PartitionMemory
    from hmcsh.hypervisor.record import Phase, Round, StopReason, TransferRecord
    from hmcsh.hypervisor.settings import TransferSettings
    from hmcsh.hypervisor.transfer import PointOfNoReturnError, StateTransfer, VerificationError
    from hmcsh.hypervisor.verify import Comparison, compare
    from hmcsh.hypervisor.workload import Workload, WorkloadSpec

_MODULES = {
    "Access": "memory",
    "AccessError": "memory",
    "Admission": "movers",
    "Comparison": "verify",
    "Flow": "network",
    "Hypervisor": "partition",
    "MIGRATIONS_PER_MOVER": "movers",
    "Mover": "movers",
    "Network": "network",
    "PAGE": "pageset",
    "PageSet": "pageset",
    "PageStore": "memory",
    "PartitionMemory": "partition",
    "Phase": "record",
    "PointOfNoReturnError": "transfer",
    "Resource": "network",
    "Round": "record",
    "StateTransfer": "transfer",
    "StopReason": "record",
    "TransferRecord": "record",
    "TransferSettings": "settings",
    "VerificationError": "transfer",
    "Workload": "workload",
    "WorkloadSpec": "workload",
    "compare": "verify",
    "goodput": "network",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


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
