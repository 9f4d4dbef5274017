"""What lpar_netboot does: a partition goes to Open Firmware, where its adapters are tried.

The words are those of recordings of the command (V10R3; comments in xCAT).
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable

from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.messages import HmcError, render
from hmcsh.model import power
from hmcsh.model.adapters import EthernetAdapter
from hmcsh.model.netboot import servers_of
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Profile
from hmcsh.model.states import LparEnvironment, PartitionState
from hmcsh.runtime import SECOND

_ADDRESSES = {"client": "-C", "server": "-S", "gateway": "-G", "mask": "-K"}
_PATIENCE = 3600  # seconds of virtual time that a partition may take to stop or start


class _Teller:
    """Writes what is done, as it is done."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def __call__(self, key: str, **fields: object) -> None:
        output = self._call.invocation.stdout
        output.write(render(key, **fields) + "\n")
        await output.drain()


async def network_boot(call: Call) -> None:
    """Boot a partition over the network, or list its adapters (`-M`).

    Raises HmcError. What can be known before is refused before the partition is touched.
    """
    _require_addresses(call)
    frame = call.system()
    partition = call.find(frame, name=call.parsed.required("partition"))
    profile = partition.profile(call.parsed.required("profile"))
    frame.require_operating()
    partition.require_unlocked()
    if partition.environment is LparEnvironment.OS400:
        raise HmcError("not_for_os400", name=partition.name, what="a network boot of this kind")
    wanted = _wanted(call, partition, profile)
    if partition.vty.terminal is not None:
        if not call.given("force"):
            raise HmcError("terminal_open", name=partition.name)
        partition.vty.close()
    tell = _Teller(call)
    await tell("netboot_connecting", name=partition.name)
    await tell("netboot_connected")
    await _stop(call, partition, tell, immediate=call.given("immediate"))
    await _start(call, partition, profile, tell)
    for dest in _ADDRESSES:
        if call.given(dest):
            await tell(f"netboot_{dest}", address=call.text(dest))
    if call.given("macs"):
        await _list(call, partition, tell)
        await _stop(call, partition, tell, immediate=True)
    else:
        await _boot(call, partition, wanted, tell)


def _require_addresses(call: Call) -> None:
    wrong = []
    for dest, flag in _ADDRESSES.items():
        try:
            ipaddress.IPv4Address(call.text(dest) or "0.0.0.0")  # noqa: S104 - nothing is bound
        except ValueError:
            wrong.append(flag)
    if wrong:
        raise HmcError("missing_or_invalid", parameters=wrong)


def _wanted(call: Call, partition: Partition, profile: Profile) -> list[int]:
    """The slots of the adapters to boot from. Raises HmcError for one that there is not."""
    adapters = [
        dataclasses.replace(adapter, mac=adapter.mac or partition.mac_address(adapter.slot))
        for adapter in profile.of_type(EthernetAdapter)
        if isinstance(adapter, EthernetAdapter)
    ]
    mac, place = call.text("mac"), call.text("location")
    if mac is not None:
        plain = mac.replace(":", "").upper()
        adapters = [adapter for adapter in adapters if adapter.mac.upper() == plain]
    elif place is not None:
        adapters = [adapter for adapter in adapters if _location(partition, adapter) == place]
    if not adapters:
        raise HmcError("netboot_no_adapter", name=partition.name)
    return [adapter.slot for adapter in adapters]


def _location(partition: Partition, adapter: EthernetAdapter) -> str:
    """The location code of a virtual adapter, such as U9008.22L.7878B8A-V17-C2-T1 (capture)."""
    frame = partition.frame
    model = frame.type_model.replace("-", ".")
    return f"U{model}.{frame.serial_number}-V{partition.lpar_id}-C{adapter.slot}-T1"


def _path(adapter: EthernetAdapter) -> str:
    """The path of a virtual adapter in the device tree (capture: slot 2 has unit 30000002)."""
    return f"/vdevice/l-lan@{0x30000000 + adapter.slot:x}"


async def _until(call: Call, partition: Partition, reached: Callable[[], bool]) -> None:
    """Let time pass until a partition has got somewhere. Raises HmcError if it does not."""
    for _ in range(_PATIENCE):
        if reached():
            return
        await call.datacenter.clock.sleep(SECOND)
    raise HmcError("netboot_stuck", name=partition.name, state=partition.state.value)


async def _stop(call: Call, partition: Partition, tell: _Teller, *, immediate: bool) -> None:
    await tell("netboot_checking_off")
    if partition.state.powered_on:
        power.shut_down(partition, immediate=immediate)
    await _until(call, partition, lambda: partition.state is PartitionState.NOT_ACTIVATED)
    await tell("netboot_off")


async def _start(call: Call, partition: Partition, profile: Profile, tell: _Teller) -> None:
    await tell("netboot_starting", name=partition.name)
    power.activate(partition, profile, power.Boot(mode="of"))
    await _until(call, partition, lambda: partition.state is PartitionState.OPEN_FIRMWARE)
    await tell("netboot_started")


async def _list(call: Call, partition: Partition, tell: _Teller) -> None:
    await tell("netboot_locations")
    await tell("netboot_head")
    for adapter in partition.ethernet_adapters:
        ping = "n/a"
        if call.given("ping"):
            ping = "successful" if _answers(call, partition, adapter) else "unsuccessful"
        await tell(
            "netboot_adapter",
            location=_location(partition, adapter),
            mac=adapter.mac.lower(),
            path=_path(adapter),
            ping=ping,
        )


def _answers(call: Call, partition: Partition, adapter: EthernetAdapter) -> bool:
    return call.text("server") in servers_of(partition, adapter)


async def _boot(call: Call, partition: Partition, slots: list[int], tell: _Teller) -> None:
    """Boot from the first of the adapters that reaches the server. Raises HmcError if none does."""
    adapters = [adapter for adapter in partition.ethernet_adapters if adapter.slot in slots]
    for adapter in adapters:
        answers = _answers(call, partition, adapter)
        if call.given("ping"):
            await tell("netboot_ping" if answers else "netboot_no_ping", path=_path(adapter))
        if answers:
            break
    else:
        raise HmcError("netboot_no_server", server=call.text("server"))
    await tell("netboot_booting")
    await tell("netboot_bootp")
    await call.datacenter.clock.sleep(call.datacenter.timings.partition_firmware)
    if partition.state is not PartitionState.OPEN_FIRMWARE:
        raise HmcError("netboot_stuck", name=partition.name, state=partition.state.value)
    power.run_network_image(partition)
    await tell("netboot_proceeding")
    await tell("netboot_finished")
