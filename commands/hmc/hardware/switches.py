"""Virtual switches, virtual NICs and their backing devices: `-r virtualio`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from hmcsh.commands.hmc.attributes.prof_network import SINCE_VNIC
from hmcsh.commands.hmc.attributes.switches import (
    BACKING_TABLE,
    NETWORK_TABLE,
    SWITCH_INPUT,
    SWITCH_TABLE,
    VNIC_TABLE,
    BackingRow,
    NetworkRow,
    SwitchRow,
)
from hmcsh.commands.hmc.attributes.virtualio import SINCE_SWITCHES, knows_switches
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.elements_sriov import LOGICAL_PORT
from hmcsh.commands.hmc.hardware.adapters import SINCE_V8, SLOTS, present, rows_of, switching
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    ONE_PARTITION,
    Filters,
    Listing,
    Operation,
    listed,
)
from hmcsh.commands.hmc.hardware.settings import amended, settings, values

from hmcsh.language.attributes import Setting, Table
from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar, sharing, switches
from hmcsh.model.adapters import BackingDevice, VnicAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import show_number

# -- listings -------------------------------------------------------------------------------


def _switches(frame: Frame, _: Sequence[Partition] | None) -> list[SwitchRow]:
    if not knows_switches(frame):
        return []
    return [SwitchRow(frame, switch) for switch in frame.switches.values()]


def _backing(frame: Frame, chosen: Sequence[Partition] | None) -> list[BackingRow]:
    return BackingRow.rows(frame, list(listed(frame, chosen)))


_SWITCH_FILTERS: Filters = {"vswitches": lambda row: (row.switch.name,)}

LISTINGS = (
    Listing(
        "virtualio",
        "vswitch",
        table=SWITCH_TABLE,
        rows=_switches,
        by_partition=False,
        filters=_SWITCH_FILTERS,
        span=SINCE_SWITCHES,
    ),
    Listing(
        "virtualio",
        "vnetwork",
        table=NETWORK_TABLE,
        rows=NetworkRow.rows,
        by_partition=False,
        filters={"vswitches": lambda row: (row.switch,)},
        span=SINCE_V8,
    ),
    *(
        Listing(
            "virtualio",
            "vnic",
            level,
            VNIC_TABLE,
            rows_of(VnicAdapter),
            filters=SLOTS,
            span=SINCE_VNIC,
        )
        for level in ("", "lpar")
    ),
    Listing("virtualio", "vnicbkdev", table=BACKING_TABLE, rows=_backing, span=SINCE_VNIC),
)

# -- virtual switches -----------------------------------------------------------------------


_NEW_SWITCH = SWITCH_INPUT.taking("chhwres -r virtualio --rsubtype vswitch -o a", ("switch_mode",))


def _add_switch(call: Call, frame: Frame) -> None:
    given = call.settings(_NEW_SWITCH) if call.given("data") else {}
    switches.add(frame, call.parsed.required("switch"), given.get("switch_mode", "VEB"))


def _remove_switch(call: Call, frame: Frame) -> None:
    switches.remove(frame, call.parsed.required("switch"))


def _change_switch(call: Call, frame: Frame) -> None:
    given = call.settings(SWITCH_INPUT)
    switches.change(
        frame, call.parsed.required("switch"), given.get("new_name"), given.get("switch_mode")
    )


# -- virtual NICs ---------------------------------------------------------------------------

_AMENDED = ("allowed_vlan_ids", "allowed_os_mac_addrs", "backing_devices")
_CHANGEABLE = ("auto_priority_failover", "port_vlan_id", "pvid_priority", *_AMENDED)
_VNIC = VNIC_TABLE.taking("chhwres -r virtualio --rsubtype vnic -o s", _CHANGEABLE, _AMENDED)
_NEW_VNIC = VNIC_TABLE.taking(
    "chhwres -r virtualio --rsubtype vnic -o a", (*_CHANGEABLE, "mac_addr")
)


def _built(found: Setting, frame: Frame) -> tuple[BackingDevice, ...]:
    return tuple(backing.build(frame) for backing in found.value)


def _add_vnic(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    slot = dlpar.choose_slot(partition, call.parsed.number("slot"))
    found = settings(call, _NEW_VNIC, ("backing_devices",))
    given = values(found)
    nic = VnicAdapter(
        slot,
        _built(found["backing_devices"], frame),
        given.get("auto_priority_failover", True),
        given.get("port_vlan_id", 0),
        given.get("pvid_priority", 0),
        given.get("allowed_vlan_ids", "all"),
        given.get("mac_addr", ""),
        "mac_addr" in given,
        given.get("allowed_os_mac_addrs", "all"),
    )
    dlpar.add_adapter(partition, nic)


def _remove_vnic(call: Call, frame: Frame) -> None:
    dlpar.remove_adapter(call.partition(frame), call.parsed.number("slot") or 0, VnicAdapter)


def _backing_after(
    frame: Frame, partition: Partition, nic: VnicAdapter, found: Setting
) -> tuple[BackingDevice, ...]:
    """The backing devices after `=`, `+=` or `-=`; a device is known by its physical port."""
    given = _built(found, frame)
    ports = {device.port for device in given}
    if found.operator == "+=":
        return (*nic.backing, *given)
    if found.operator == "=":
        kept = {device.port: device for device in nic.backing}
        return tuple(
            dataclasses.replace(
                device,
                logical_port=kept[device.port].logical_port,
                config_id=kept[device.port].config_id,
            )
            if device.port in kept
            else device
            for device in given
        )
    present_ports = {device.port for device in nic.backing}
    for adapter_id, port_id in sorted(ports - present_ports):
        raise HmcError(
            "vnic_backing_not_found",
            slot=nic.slot,
            name=partition.name,
            device=f"{adapter_id}/{port_id}",
        )
    return tuple(device for device in nic.backing if device.port not in ports)


_PLAIN = {
    "auto_priority_failover": "auto_failover",
    "port_vlan_id": "port_vlan_id",
    "pvid_priority": "pvid_priority",
}
_LISTS = {"allowed_vlan_ids": "vlans", "allowed_os_mac_addrs": "os_macs"}


def _set_vnic(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    nic: VnicAdapter = present(call, partition, VnicAdapter)
    found = settings(call, _VNIC)
    changes: dict[str, Any] = {
        field: found[name].value for name, field in _PLAIN.items() if name in found
    }
    for name, field in _LISTS.items():
        if name in found:
            changes[field] = amended(getattr(nic, field), found[name], name)
    if "backing_devices" in found:
        backing = _backing_after(frame, partition, nic, found["backing_devices"])
        used = sharing.in_use(frame, nic)
        if not any(device.logical_port == used for device in backing):
            raise HmcError("vnic_backing_active", device=show_number(used), slot=nic.slot)
        changes["backing"] = backing
    dlpar.change_adapter(partition, dataclasses.replace(nic, **changes))


# -- backing devices ------------------------------------------------------------------------


def _device(call: Call, frame: Frame) -> tuple[Partition, VnicAdapter, BackingDevice]:
    """The backing device of `-s` and `--logport`. Raises HmcError."""
    partition = call.partition(frame)
    nic: VnicAdapter = present(call, partition, VnicAdapter)
    text = call.parsed.required("logical_port")
    try:
        number = LOGICAL_PORT(text)
    except ValueError:
        raise HmcError("missing_or_invalid", parameters=["--logport"]) from None
    for device in nic.backing:
        if device.logical_port == number:
            return partition, nic, device
    raise HmcError("vnic_backing_not_found", slot=nic.slot, name=partition.name, device=text)


def _set_backing(call: Call, frame: Frame) -> None:
    """Change the failover priority: nothing else is dynamic (documentation of the LPAR tool)."""
    partition, nic, device = _device(call, frame)
    given = call.settings(BACKING_TABLE, ("failover_priority",))
    changed = dataclasses.replace(device, priority=given["failover_priority"])
    backing = tuple(changed if other is device else other for other in nic.backing)
    dlpar.change_adapter(partition, dataclasses.replace(nic, backing=backing))


def _activate(call: Call, frame: Frame) -> None:
    """Put a backing device in use; from then on no priority decides (recalled)."""
    partition, nic, device = _device(call, frame)
    status = sharing.status(frame, device)
    if status != sharing.OPERATIONAL:
        raise HmcError(
            "vnic_backing_down",
            device=show_number(device.logical_port),
            slot=nic.slot,
            status=status,
        )
    changed = dataclasses.replace(nic, active=device.logical_port, auto_failover=False)
    dlpar.change_adapter(partition, changed)


def _vnic(
    operation: str,
    run: Any,
    table: Table | None,
    required: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> Operation:
    return Operation(
        "virtualio",
        (operation,),
        run,
        ("vnic",),
        required,
        (*optional, *HOW),
        ONE_PARTITION,
        table=table,
        span=SINCE_VNIC,
    )


def _backing_operation(operation: str, run: Any, *required: str) -> Operation:
    return Operation(
        "virtualio",
        (operation,),
        run,
        ("vnicbkdev",),
        ("-s", "--logport", *required),
        HOW,
        ONE_PARTITION,
        table=BACKING_TABLE if "-a" in required else None,
        span=SINCE_VNIC,
    )


def _switch_operation(
    operation: str,
    run: Any,
    table: Table | None = None,
    required: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> Operation:
    return Operation(
        "virtualio",
        (operation,),
        run,
        ("vswitch",),
        ("--vswitch", *required),
        (*optional, "--force"),
        table=table,
        span=SINCE_SWITCHES,
    )


OPERATIONS = (
    _switch_operation("a", _add_switch, _NEW_SWITCH, (), ("-a",)),
    _switch_operation("r", _remove_switch),
    _switch_operation("s", _change_switch, SWITCH_INPUT, ("-a",)),
    _vnic("a", _add_vnic, _NEW_VNIC, ("-a",), ("-s",)),
    _vnic("r", _remove_vnic, None, ("-s",)),
    _vnic("s", _set_vnic, _VNIC, ("-s", "-a"), ("--allownetdisrupt",)),
    switching("vnic", VnicAdapter, SINCE_VNIC),
    _backing_operation("s", _set_backing, "-a"),
    _backing_operation("act", _activate),
)
