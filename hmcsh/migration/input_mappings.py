"""What maps the adapters of the mobile partition to servers and ports of the destination."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from hmcsh.language.messages import HmcError
from hmcsh.migration.input_values import Take, number_of, server_of
from hmcsh.migration.nics import NicMapping
from hmcsh.migration.request import Request, Vlans
from hmcsh.model import sharing
from hmcsh.model.adapters import MAXIMUM_VLAN
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import Wanted
from hmcsh.model.units import parse_units

_MAC = re.compile(r"[0-9A-Fa-f]{12}", re.ASCII)


def _mappings(
    request: Request,
    name: str,
    form: str,
    values: Sequence[str],
    target: dict[int, Partition],
    known: Collection[int],
    most: int,
) -> Iterator[tuple[int, Partition, str, list[str]]]:
    """Read mappings of what the partition has (`known`) to servers of the destination.

    Each has three to `most` fields; gives the first, the server, the whole, and further fields.
    """
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=form)
    for value in values:
        fields = value.split("/")
        key = number_of(fields[0])
        if not 3 <= len(fields) <= most or key is None or not (fields[1] or fields[2]):
            raise HmcError("lpm_mapping_format", value=value, name=name, form=form)
        if key not in known:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        if key in target:
            raise HmcError("lpm_mapping_twice", value=value, name=name)
        server = server_of(request.destination, fields[1], fields[2])
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=request.destination.name)
        target[key] = server
        yield key, server, value, fields[3:]


def _server_slot(request: Request, key: int, form: str, name: str, value: str, text: str) -> None:
    if text:
        slot = number_of(text)
        if slot is None:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=form)
        request.server_slots[key] = slot


def scsi_reader(form: str, most: int) -> Take:
    """Give what reads mappings of virtual SCSI adapters of up to `most` fields."""

    def take(request: Request, name: str, values: Sequence[str]) -> None:
        slots = {a.slot for a in request.partition.scsi_adapters if a.side == "client"}
        for key, _, value, more in _mappings(
            request, name, form, values, request.scsi, slots, most
        ):
            _server_slot(request, key, form, name, value, *more or [""])

    return take


_FC_FORM = "slot/[VIOS name]/[VIOS ID][/[VIOS slot][/[port]]]"


def take_channels(request: Request, name: str, values: Sequence[str]) -> None:
    """Take mappings of virtual Fibre Channel adapters to servers, slots and ports."""
    slots = {a.slot for a in request.partition.fc_adapters if a.side == "client"}
    for key, server, value, more in _mappings(
        request, name, _FC_FORM, values, request.channels, slots, 5
    ):
        slot, port = (*more, "", "")[:2]
        _server_slot(request, key, _FC_FORM, name, value, slot)
        if port:
            if port not in server.io_server.fc_ports:
                raise HmcError("lpm_mapping_port", value=value, vios=server.name, port=port)
            request.ports[key] = port


_VLAN_SERVER_FORM = "VLAN ID/VIOS name/VIOS ID"


def take_vlan_servers(request: Request, name: str, values: Sequence[str]) -> None:
    """Take mappings of VLANs to the servers that bridge them."""
    used = {v for adapter in request.partition.ethernet_adapters for v in adapter.vlan_ids}
    for _ in _mappings(request, name, _VLAN_SERVER_FORM, values, request.vlans, used, 3):
        pass


_VLAN_NUMBER_FORM = "MAC address/port VLAN ID[/additional VLAN IDs]"


def take_vlan_numbers(request: Request, name: str, values: Sequence[str]) -> None:
    """Take the VLANs that adapters, by MAC address, have on the destination."""
    known = {adapter.mac for adapter in request.partition.ethernet_adapters}
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=_VLAN_NUMBER_FORM)
    for value in values:
        mac, _, rest = value.partition("/")
        port, _, additional = rest.partition("/")
        vlans = [number_of(text) for text in (port, *additional.split())]
        numbers = [vlan for vlan in vlans if vlan is not None and 1 <= vlan <= MAXIMUM_VLAN]
        if _MAC.fullmatch(mac) is None or len(set(numbers)) != len(vlans):
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_VLAN_NUMBER_FORM)
        if mac.upper() not in known:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        if mac.upper() in request.networks:
            raise HmcError("lpm_mapping_twice", value=value, name=name)
        request.networks[mac.upper()] = Vlans(numbers[0], tuple(sorted(numbers[1:])))


_NIC_FORM = (
    "slot/ded/[VIOS name]/[VIOS ID]/adapter ID/physical port ID/[capacity]"
    "[/source adapter ID/source physical port ID]"
)


def take_nics(request: Request, name: str, values: Sequence[str]) -> None:
    """A port of the destination for each backing device of virtual NICs.

    Where a mapping does not say which device it is for it is for the next one of the NIC.
    """
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=_NIC_FORM)
    nics = {nic.slot: nic for nic in request.partition.vnic_adapters}
    for value in values:
        fields = value.split("/")
        wrong = HmcError("lpm_mapping_format", value=value, name=name, form=_NIC_FORM)
        if len(fields) not in (7, 9) or fields[1] != "ded":
            raise wrong
        slot, *port = [number_of(fields[place]) for place in (0, 4, 5)]
        before = [number_of(text) for text in fields[7:]]
        if slot is None or None in (*port, *before):
            raise wrong
        if slot not in nics:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        server = server_of(request.destination, fields[2], fields[3])
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=request.destination.name)
        made = request.nics.setdefault(slot, [])
        left = [d for d in nics[slot].backing if d.port not in [one.before for one in made]]
        if before:
            left = [d for d in left if d.port == tuple(before)]
        if not left:
            known = any(d.port == tuple(before) for d in nics[slot].backing)
            key = "lpm_mapping_twice" if known or not before else "lpm_vnic_device"
            raise HmcError(key, value=value, name=name, slot=slot)
        device = left[0]
        try:
            capacity = parse_units(fields[6]) if fields[6] else device.capacity
        except ValueError:
            raise wrong from None
        place = (port[0] or 0, port[1] or 0)
        wanted = Wanted(*place, capacity, max(capacity, device.max_capacity))
        sharing.require_capacity(request.destination, wanted)
        made.append(NicMapping(device.port, server, place, capacity))
