"""Hardware that no managed system here has, so that there is nothing of it to list.

Host channel adapters, switch network interfaces, shared memory pools and reserved storage device
pools.
"""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.absent import (
    HCA_LPAR_TABLE,
    HCA_SYS_TABLE,
    MEMPOOL_TABLE,
    PAGING_DEVICE_TABLE,
    SNI_TABLE,
    STORAGE_DEVICE_TABLE,
    STORAGE_POOL_TABLE,
)
from hmcsh.commands.hmc.attributes.resources import SINCE_SHARED_MEMORY
from hmcsh.commands.hmc.hardware.branches import Listing

from hmcsh.language.levels import Level, Span

_SINCE_STORAGE_POOLS = Span(since=Level.parse("V7R7.2"))  # with suspended partitions (recalled)
_BEFORE_V10 = Span(until=Level.parse("V10R1"))  # a capture of V10R3 has no such capability

LISTINGS = (
    Listing("hca", level="sys", table=HCA_SYS_TABLE, by_partition=False, span=_BEFORE_V10),
    Listing("hca", level="lpar", table=HCA_LPAR_TABLE, span=_BEFORE_V10),
    Listing("sni", table=SNI_TABLE, span=_BEFORE_V10),
    Listing("mempool", table=MEMPOOL_TABLE, by_partition=False, span=SINCE_SHARED_MEMORY),
    Listing("mempool", "pgdev", table=PAGING_DEVICE_TABLE, span=SINCE_SHARED_MEMORY),
    Listing("rspool", table=STORAGE_POOL_TABLE, by_partition=False, span=_SINCE_STORAGE_POOLS),
    Listing("rspool", "rsdev", table=STORAGE_DEVICE_TABLE, span=_SINCE_STORAGE_POOLS),
)
