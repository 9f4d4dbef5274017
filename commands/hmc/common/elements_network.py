"""The elements of virtual Ethernet adapters in profiles, and of lists of VLANs and addresses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.common.elements import (
    MAXIMUM_ADDITIONAL_VLANS,
    NONE,
    REQUIRED,
    SLOT,
    Fields,
    Grammar,
    Part,
    numbers,
    optional,
    show_flag,
)

from hmcsh.language.values import Mapped, NoneOr, Number, Pattern, Switch
from hmcsh.model.adapter_rules import require_switch
from hmcsh.model.adapters import (
    ALL,
    DEFAULT_SWITCH,
    MAXIMUM_VLAN,
    EthernetAdapter,
    VsiProfile,
)
from hmcsh.model.frame import Frame

MAXIMUM_TRUNK_PRIORITY = 15


def _build_ethernet(fields: Fields, frame: Frame) -> EthernetAdapter:
    adapter = EthernetAdapter(
        fields["virtual-slot-number"],
        fields["port-vlan-ID"],
        fields["is-IEEE"],
        fields["additional-vlan-IDs"],
        fields["trunk-priority"],
        fields["is-required"],
    )
    if "virtual-switch" not in fields:
        return adapter
    require_switch(frame, fields["virtual-switch"])
    return dataclasses.replace(
        adapter,
        switch=fields["virtual-switch"],
        mac=fields["MAC-address"],
        fixed_mac=bool(fields["MAC-address"]),
        os_macs=fields["allowed-OS-MAC-addresses"],
        qos_priority=fields["QoS-priority"],
    )


def _check_ethernet(fields: Fields) -> None:
    more = fields["additional-vlan-IDs"]
    if more and not fields["is-IEEE"]:
        raise ValueError("additional VLANs need an IEEE 802.1Q adapter")
    if len(more) > MAXIMUM_ADDITIONAL_VLANS:
        raise ValueError("too many additional VLANs")
    if len({fields["port-vlan-ID"], *more}) != 1 + len(more):
        raise ValueError("a VLAN is named twice")


_ETHERNET_PARTS = (
    SLOT,
    Part("is-IEEE", lambda a, _: show_flag(a.ieee), Switch()),
    Part("port-vlan-ID", lambda a, _: str(a.port_vlan_id), Number(1, MAXIMUM_VLAN)),
    Part(
        "additional-vlan-IDs",
        lambda a, _: ",".join(map(str, a.additional_vlan_ids)),
        lambda t: numbers(t, 1, MAXIMUM_VLAN),
    ),
    Part(
        "trunk-priority",
        lambda a, _: str(a.trunk_priority),
        optional(Number(0, MAXIMUM_TRUNK_PRIORITY), 0),
    ),
    REQUIRED,
)

ETHERNET = Grammar(
    "virtual_eth_adapters",
    _ETHERNET_PARTS,
    _build_ethernet,
    _check_ethernet,
    examples=("6/0/6//2/1", "7/0/7//0/0", "4/0/900///0"),
    counterexamples=("", "6/0/6//2", "6/2/6//0/1", "6/0/4095//0/0", "6/0/6//16/0"),
)


def show_mac(mac: str) -> str:
    """Print a MAC address that was given; nothing for one that is chosen (captures, POWER7)."""
    return mac.lower()


def show_list(elements: tuple[object, ...] | str) -> str:
    """Print a list of VLANs or MAC addresses: all, none, or with commas (captures)."""
    if isinstance(elements, str):
        return elements
    return ",".join(map(str, elements)) or NONE


def show_macs(elements: tuple[str, ...] | str) -> str:
    """Print MAC addresses as the one of an adapter is printed."""
    return show_mac(show_list(elements))


def read_list(one: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader of `all`, `none` or elements with commas between them; an empty text means all."""

    def read(text: str) -> Any:
        if text in ("", ALL):
            return ALL
        found = () if text == NONE else tuple(one(word) for word in text.split(","))
        if len(set(found)) != len(found):
            raise ValueError("an element stands in a list twice")
        return found

    return read


# Locally administered or not, but of one station: not of a group.
MAC_ADDRESS = Mapped(
    Pattern(
        "[0-9a-fA-F][02468aceACE][0-9a-fA-F]{10}",
        ("facc157c3e20", "02030303AB01"),
        ("", "02:03:03:03:03:01", "0203030303", "030303030301", "02030303030g"),
    ),
    str.upper,
)
QOS_PRIORITY = NoneOr(Number(0, 7))

# From V7R3.4 on (captures, POWER7).
SWITCHED_ETHERNET = Grammar(
    "virtual_eth_adapters",
    (
        *_ETHERNET_PARTS,
        Part("virtual-switch", lambda a, _: a.switch, optional(str, DEFAULT_SWITCH)),
        Part(
            "MAC-address",
            lambda a, _: show_mac(a.mac) if a.fixed_mac else "",
            optional(MAC_ADDRESS, ""),
        ),
        Part("allowed-OS-MAC-addresses", lambda a, _: show_macs(a.os_macs), read_list(MAC_ADDRESS)),
        Part(
            "QoS-priority",
            lambda a, _: NONE if a.qos_priority is None else str(a.qos_priority),
            optional(QOS_PRIORITY, None),
        ),
    ),
    _build_ethernet,
    _check_ethernet,
    shorter=(6, 7),
    examples=(
        "10/0/1//0/0",
        "10/0/1//0/0/ETHERNET0",
        "10/0/1//0/0/ETHERNET0//all/none",
        "32/0/1659//0/0/ETHERNET0/facc157c3e20/none/0",
        "4/0/900///0",
    ),
    counterexamples=(
        "",
        "10/0/1//0",
        "10/0/1//0/0/ETHERNET0/",
        "10/0/0//0/0",
        "10/0/1//0/0/ETHERNET0/bad/all/none",
        "10/0/1//0/0/ETHERNET0//all/8",
        "10/0/1//0/0,10/0/2//0/0",
    ),
)


# -- what switches are told of virtual Ethernet adapters ---------------------------------------


def _build_vsi(fields: Fields, _: Frame) -> tuple[int, VsiProfile]:
    return fields["virtual-slot-number"], VsiProfile(
        fields["manager-ID"], fields["type-ID"], fields["type-version"]
    )


def _vsi_number(name: str, field: str, maximum: int) -> Part:
    return Part(name, lambda a, _: str(getattr(a.vsi, field)), Number(0, maximum))


VSI = Grammar(
    "virtual_eth_vsi_profiles",
    (
        SLOT,
        _vsi_number("manager-ID", "manager_id", 255),
        _vsi_number("type-ID", "type_id", 0xFFFFFF),
        _vsi_number("type-version", "type_version", 255),
    ),
    _build_vsi,
    examples=("4/1/77/3",),
    counterexamples=("", "4/1/77", "4/256/77/3", "4/1/x/3"),
)
