"""The attributes of hardware that no managed system here has: names that callers may ask for."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.resources import RECALLED

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.messages import Trust


def _empty(name: str, attributes: tuple[str, ...], trust: Trust, source: str) -> Table:
    return Table(
        name,
        tuple(Attribute(one, lambda _: None, trust=trust, source=source) for one in attributes),
    )


def _recalled(name: str, attributes: tuple[str, ...]) -> Table:
    return _empty(name, attributes, Trust.RECALLED, RECALLED)


_OWNER = ("lpar_name", "lpar_id")
_PAGING = ("paging_vios_names", "paging_vios_ids")

HCA_SYS_TABLE = _empty(
    "lshwres -r hca --level sys",
    ("adapter_id", "unassigned_guids", "assigned_guids"),
    Trust.SCRIPT,
    "xCAT",
)
HCA_LPAR_TABLE = _recalled("lshwres -r hca --level lpar", (*_OWNER, "adapter_id", "capability"))
SNI_TABLE = _recalled("lshwres -r sni", (*_OWNER, "sni_device_id"))
MEMPOOL_TABLE = _empty(
    "lshwres -r mempool",
    ("curr_pool_mem", "curr_avail_pool_mem", "curr_max_pool_mem"),
    Trust.SCRIPT,
    "LPAR2RRD",
)
PAGING_DEVICE_TABLE = _recalled(
    "lshwres -r mempool --rsubtype pgdev",
    ("device_name", *_PAGING, "size", "type", "state", "phys_loc", "is_redundant", *_OWNER),
)
STORAGE_POOL_TABLE = _recalled("lshwres -r rspool", ("vios_names", "vios_ids"))
STORAGE_DEVICE_TABLE = _recalled(
    "lshwres -r rspool --rsubtype rsdev",
    ("device_name", "vios_names", "vios_ids", "size", "type", "state", "phys_loc", *_OWNER),
)
