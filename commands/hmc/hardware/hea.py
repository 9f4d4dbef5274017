"""Host Ethernet adapters and their logical ports: `-r hea` (SG24-7460 appendix A)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.hea import (
    LOGICAL_PORT_TABLE,
    LOGICAL_SYS_TABLE,
    PHYSICAL_SYS_TABLE,
    PORT_GROUP_TABLE,
    PORT_TABLE,
    GroupRow,
    PortRow,
    logical_adapters,
    logical_ports,
)
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.elements_sriov import VLAN
from hmcsh.commands.hmc.hardware.branches import HOW, ONE_PARTITION, Listing, Operation, Rows

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import Listed, Number
from hmcsh.model import dlpar, hea
from hmcsh.model.configuration import synchronize
from hmcsh.model.frame import Frame

# Systems after POWER7 have no such adapters, and consoles soon no words for them (inferred).
LEVELS = Span(until=Level.parse("V9R1"))


def _physical(level: str, table: Table, rows: Rows) -> Listing:
    return Listing("hea", "phys", level, table, rows, by_partition=False, span=LEVELS)


LISTINGS = (
    _physical("sys", PHYSICAL_SYS_TABLE, lambda frame, _: frame.host_ethernet.values()),
    _physical("port_group", PORT_GROUP_TABLE, GroupRow.rows),
    _physical("port", PORT_TABLE, PortRow.rows),
    Listing("hea", "phys", "port", with_option="--stat", span=LEVELS),
    Listing("hea", "logical", "sys", LOGICAL_SYS_TABLE, logical_adapters, span=LEVELS),
    Listing("hea", "logical", "port", LOGICAL_PORT_TABLE, logical_ports, span=LEVELS),
)

_VLANS = Table(
    "chhwres -r hea -o a",
    (
        Attribute(
            "vlan_id_list",
            lambda _: None,
            trust=Trust.RECALLED,
            source="recalled",
            parse=Listed(VLAN, 1),
            many=True,
        ),
    ),
)


_LOGICAL_PORT = Number(1, 16)


def _logical_port(call: Call) -> int:
    """The number of `--logport`. Raises HmcError for one that no adapter has."""
    try:
        return _LOGICAL_PORT(call.parsed.required("logical_port"))
    except ValueError:
        raise HmcError("missing_or_invalid", parameters=["--logport"]) from None


def _add(call: Call, frame: Frame) -> None:
    """A logical port comes to a partition that is off, or that is on and can be reached."""
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    vlans = call.settings(_VLANS).get("vlan_id_list", ()) if call.given("data") else ()
    number = _logical_port(call)
    group, physical = call.parsed.number("group"), call.parsed.number("port")
    if group is None or physical is None:
        raise TypeError("the form requires them")
    index = call.parsed.required("drc_index").upper()
    hea.add_port(partition, hea.LogicalPort(index, group, physical, number, vlans))
    synchronize(partition)


def _remove(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    group, number = call.parsed.number("group") or 0, _logical_port(call)
    hea.remove_port(partition, call.parsed.required("drc_index"), group, number)
    synchronize(partition)


def _set_group(call: Call, frame: Frame) -> None:
    frame.require_operating()
    given = call.settings(PORT_GROUP_TABLE, ("pend_port_group_mcs_value",))
    value = int(given["pend_port_group_mcs_value"])
    group = call.parsed.number("group") or 0
    hea.set_scaling(frame, call.parsed.required("drc_index"), group, value)


def _set_port(call: Call, frame: Frame) -> None:
    frame.require_operating()
    given = call.settings(PORT_TABLE, ("promisc_lpar_id",))
    group, port = call.parsed.number("group") or 0, call.parsed.number("port") or 0
    owner = given["promisc_lpar_id"]
    hea.set_promiscuous(frame, call.parsed.required("drc_index"), group, port, owner)


OPERATIONS = (
    Operation(
        "hea",
        ("a",),
        _add,
        required=("-l", "-g", "--physport", "--logport"),
        optional=("-a", *HOW),
        one_of=ONE_PARTITION,
        table=_VLANS,
        span=LEVELS,
    ),
    Operation(
        "hea",
        ("r",),
        _remove,
        required=("-l", "-g", "--logport"),
        optional=HOW,
        one_of=ONE_PARTITION,
        span=LEVELS,
    ),
    Operation(
        "hea", ("s",), _set_group, required=("-l", "-g", "-a"), table=PORT_GROUP_TABLE, span=LEVELS
    ),
    Operation(
        "hea",
        ("s",),
        _set_port,
        required=("-l", "-g", "-a"),
        with_option="--physport",
        table=PORT_TABLE,
        span=LEVELS,
    ),
)
