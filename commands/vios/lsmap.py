"""lsmap: which virtual server adapter stands for what, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    DELIMITER,
    FIELDS,
    MANUAL,
    NOT_FOUND,
    NPIV,
    PLACE,
    SYNTAX,
    at_place,
    command,
    option,
    server,
)
from hmcsh.commands.vios.common.layout import natural

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.levels import Level
from hmcsh.language.messages import Refusal
from hmcsh.model import device_kinds as kinds
from hmcsh.model import paths
from hmcsh.model.adapters import FibreChannelAdapter, ScsiAdapter
from hmcsh.model.devices import Device

_TYPES = ("disk", "lv", "file", "optical", "tape")

DECLARATION = Declaration(
    "lsmap",
    "Displays what virtual server adapters are mapped to.",
    (
        option("-all", "all", text="all virtual server adapters"),
        option(
            "-vadapter",
            "adapter",
            "required",
            "ServerVirtualAdapter",
            "the name of one",
            kind="device",
        ),
        PLACE,
        option("-net", "net", text="virtual Ethernet adapters and what bridges them"),
        option("-npiv", "npiv", text="virtual Fibre Channel adapters and their ports", span=NPIV),
        option(
            "-type",
            "types",
            "required",
            "BackingDeviceType",
            "only what such devices back: " + ", ".join(_TYPES),
            several=True,
        ),
        FIELDS,
        DELIMITER,
    ),
    tuple(
        Form(when, optional=extra, one_of=(("-all", "-vadapter", "-plc"),))
        for when, extra in (
            ({}, ("-type", "-field", "-fmt")),
            ({"-net": ()}, ("-field", "-fmt")),
            ({"-npiv": ()}, ("-field", "-fmt")),
        )
    ),
    examples=("lsmap -all", "lsmap -vadapter vhost0", "lsmap -all -net", "lsmap -all -npiv -fmt :"),
    source=MANUAL,
    dialect=VIOS,
)

Record = dict[str, str]
_SCSI = ("svsa", "physloc", "clientid", "vtd", "status", "lun", "backing", "bdphysloc", "mirrored")
_NET = ("svea", "physloc", "sea", "backing", "status", "bdphysloc")
_NPIV = ("name", "physloc", "clntid", "clntname", "clntos", "status", "fc", "fcphysloc") + (
    "ports",
    "flags",
    "vfcclient",
    "vfcclientdrc",
)
_LABELS = {
    "vtd": "VTD",
    "status": "Status",
    "lun": "LUN",
    "backing": "Backing device",
    "bdphysloc": "Physloc",
    "mirrored": "Mirrored",
    "sea": "SEA",
}
_NO_TARGET = "NO VIRTUAL TARGET DEVICE FOUND"
_NO_BRIDGE = "NO SHARED ETHERNET ADAPTER FOUND"


async def run(call: PartitionCall) -> Lines:
    """List the adapters of a kind, all or one."""
    if call.given("npiv"):
        return _npiv(call, _adapters(call, kinds.FC_SERVER))
    if call.given("net"):
        return _net(call, _adapters(call, kinds.VIRTUAL_ETHERNET))
    return _scsi(call, _adapters(call, kinds.SCSI_SERVER))


def _adapters(call: PartitionCall, kind: kinds.DeviceKind) -> list[Device]:
    """The adapters that are asked for. Raises Refusal for one that is not of the kind."""
    found = sorted(
        (device for device in call.devices.all() if device.kind is kind),
        key=lambda device: natural(device.name),
    )
    if call.given("all"):
        return found
    place = call.text("place")
    if place is not None:
        name = at_place(call, place).name
    else:
        name = call.parsed.required("adapter")
    one = next((device for device in found if device.name == name), None)
    if one is None:
        raise Refusal(NOT_FOUND, "vios_no_adapter", name=name)
    return [one]


def _fields(call: PartitionCall, known: Sequence[str]) -> tuple[str, ...]:
    if not call.given("fields"):
        return tuple(known)
    names = tuple(word.lower() for word in call.words("fields"))
    for name in names:
        if name not in known:
            raise Refusal(SYNTAX, "vios_bad_field", name=name)
    return names


def _delimited(records: Sequence[Record], names: Sequence[str], delimiter: str) -> list[str]:
    """One line for each record; an empty field is one blank (manual page)."""
    return [delimiter.join(record.get(name) or " " for name in names) for record in records]


def _details(record: Record, names: Sequence[str]) -> list[str]:
    return [f"{_LABELS[n]:<22}{record[n]}".rstrip() for n in names if n in _LABELS and n in record]


# -- virtual SCSI ----------------------------------------------------------------------------


def _client_id(call: PartitionCall, slot: int) -> int:
    """The ID of the partition that has connected to a server adapter, 0 if none ever did."""
    adapter = call.partition.adapters.get(slot)
    if not isinstance(adapter, ScsiAdapter):
        return 0
    clients = paths.clients(call.partition, adapter)
    met = [c.lpar_id for c in clients if c.state.powered_on or c.activated_before]
    return met[0] if met else 0


def _targets(call: PartitionCall, adapter: Device) -> Iterator[Record]:
    devices = {device.name: device for device in call.devices.all()}
    slot = int(adapter.key[1])
    # The line appears between 1.5 (capture of a 9117-MMA without it) and 2.2 (captures).
    mirrored = Level.of_release(server(call).level) >= Level.of_release("2.1")
    wanted = call.words("types")
    for kind in wanted:
        if kind not in _TYPES:
            raise Refusal(SYNTAX, "vios_bad_type", name=kind)
    targets = server(call).targets.get(slot, ())
    for target in sorted(targets, key=lambda target: natural(target.name)):
        if wanted and target.kind not in wanted:
            continue
        disk = devices.get(target.backing) if target.kind == "disk" else None
        record = {
            "vtd": target.name,
            "status": devices[target.name].status,
            "lun": f"0x{target.lun_address:02x}00000000000000",
            "backing": target.backing,
            "bdphysloc": disk.physloc if disk else "",
        }
        yield {**record, "mirrored": "false"} if mirrored else record


def _scsi(call: PartitionCall, adapters: Sequence[Device]) -> list[str]:
    names = _fields(call, _SCSI)
    lines: list[str] = []
    for adapter in adapters:
        head = {
            "svsa": adapter.name,
            "physloc": adapter.physloc,
            "clientid": f"0x{_client_id(call, int(adapter.key[1])):08x}",
        }
        targets = list(_targets(call, adapter))
        if not targets and call.given("types"):
            continue
        if call.given("delimiter"):
            lines += _flat(call, head, targets, names)
            continue
        if {"svsa", "physloc", "clientid"} & set(names):
            lines += _heading(head, names)
        if not targets:
            lines += [f"{'VTD':<22}{_NO_TARGET}", ""]
        for record in targets:
            lines += [*_details(record, names), ""]
    return lines


_HEAD_COLUMNS = (("svsa", "SVSA", 15), ("physloc", "Physloc", 44), ("clientid", "", 18))


def _heading(head: Record, names: Sequence[str]) -> list[str]:
    columns = [(key, text, width) for key, text, width in _HEAD_COLUMNS if key in names]
    titles = [text or "Client Partition ID" for _, text, _ in columns]
    widths = [width for _, _, width in columns]
    return [
        " ".join(f"{t:<{w}}" for t, w in zip(titles, widths, strict=True)).rstrip(),
        " ".join("-" * width for width in widths),
        " ".join(f"{head[key]:<{width}}" for key, _, width in columns).rstrip(),
        "",
    ]


def _flat(
    call: PartitionCall, head: Record, targets: Sequence[Record], names: Sequence[str]
) -> list[str]:
    """One line for each adapter, with the fields of all its targets one behind the other."""
    own = [name for name in names if name in head]
    further = [name for name in names if name not in head]
    words = [head[name] or " " for name in own]
    for record in targets:
        words += [record[name] or " " for name in further if name in record]
    if not targets and further:
        words.append(_NO_TARGET)
    return [call.parsed.required("delimiter").join(words)]


# -- virtual Ethernet ------------------------------------------------------------------------


def _net(call: PartitionCall, adapters: Sequence[Device]) -> list[str]:
    names = _fields(call, _NET)
    devices = {device.name: device for device in call.devices.all()}
    lines: list[str] = []
    records = []
    for adapter in adapters:
        slot = int(adapter.key[1])
        bridge = next((b for b in server(call).bridges if slot in b.trunk_slots), None)
        record = {"svea": adapter.name, "physloc": adapter.physloc}
        if bridge is not None:
            backing = devices.get(bridge.backing)
            record |= {
                "sea": bridge.name,
                "backing": bridge.backing,
                "status": devices[bridge.name].status,
                "bdphysloc": backing.physloc if backing else "",
            }
        else:
            record["sea"] = _NO_BRIDGE
        records.append(record)
        if {"svea", "physloc"} & set(names):
            lines += [
                f"{'SVEA':<6} Physloc",
                f"{'-' * 6} {'-' * 44}",
                f"{adapter.name:<6} {adapter.physloc}",
                "",
            ]
        lines += [*_details(record, names), ""]
    if call.given("delimiter"):
        return _delimited(records, names, call.parsed.required("delimiter"))
    return lines


# -- virtual Fibre Channel -------------------------------------------------------------------


def _channel(call: PartitionCall, adapter: Device) -> Record:
    host = server(call).vfchosts[int(adapter.key[1])]
    port = server(call).fc_ports.get(host.port)
    served = call.partition.adapters[int(adapter.key[1])]
    record = dict.fromkeys(_NPIV, "") | {
        "name": adapter.name,
        "physloc": adapter.physloc,
        "clntid": "",
        "status": "NOT_LOGGED_IN",
        "ports": "0",
        "flags": "1<NOT_MAPPED,NOT_CONNECTED>",
    }
    if port is not None:
        record |= {"fc": port.name, "fcphysloc": port.location}
        record["flags"] = "4<NOT_LOGGED>"
    client = None
    if isinstance(served, FibreChannelAdapter):
        client = call.partition.frame.partitions.get(served.remote_lpar_id)  # type: ignore[arg-type]
    if client is None:
        return record
    record["clntid"] = str(client.lpar_id)
    if client.running and port is not None:
        record |= {
            "clntname": client.name[:14],
            "clntos": "Linux" if "inux" in _version(client) else "AIX",
            "status": "LOGGED_IN",
            "ports": "1",
            "flags": "a<LOGGED_IN,STRIP_MERGE>",
        }
        if client.operating_system is not None:
            device = client.devices.by_slot(int(served.remote_slot))  # type: ignore[union-attr]
            if device is not None:
                record |= {"vfcclient": device.name, "vfcclientdrc": device.physloc}
    return record


def _version(client: object) -> str:
    system = getattr(client, "operating_system", None)
    return system.version if system else ""


def _npiv(call: PartitionCall, adapters: Sequence[Device]) -> list[str]:
    names = _fields(call, _NPIV)
    records = [_channel(call, adapter) for adapter in adapters]
    if call.given("delimiter"):
        return _delimited(records, names, call.parsed.required("delimiter"))
    lines: list[str] = []
    for record in records:
        lines += [
            f"{'Name':<13} {'Physloc':<34} {'ClntID':>6} {'ClntName':<14} {'ClntOS':<7}".rstrip(),
            f"{'-' * 13} {'-' * 34} {'-' * 6} {'-' * 14} {'-' * 7}",
            (
                f"{record['name']:<13} {record['physloc']:<34} {record['clntid']:>6} "
                f"{record['clntname']:<14} {record['clntos']:<7}"
            ).rstrip(),
            "",
            f"Status:{record['status']}",
            f"{'FC name:' + record['fc']:<32}FC loc code:{record['fcphysloc']}",
            f"Ports logged in:{record['ports']}",
            f"Flags:{record['flags']}",
            f"{'VFC client name:' + record['vfcclient']:<32}VFC client DRC:"
            f"{record['vfcclientdrc']}",
            "",
        ]
    return lines


COMMAND = command(DECLARATION, run)
