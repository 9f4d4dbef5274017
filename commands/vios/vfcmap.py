"""vfcmap: map a virtual Fibre Channel adapter to a physical port."""

from __future__ import annotations

import collections
import dataclasses

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    INCOMPLETE,
    NOT_FOUND,
    NPIV,
    available,
    command,
    option,
    server,
)

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model import device_kinds as kinds

DECLARATION = Declaration(
    "vfcmap",
    "Maps a virtual Fibre Channel server adapter to a physical port, or to none.",
    (
        option(
            "-vadapter",
            "adapter",
            "required",
            "VirtualServerAdapter",
            "such as vfchost0",
            kind="device",
        ),
        option("-fcp", "port", "optional", "FCPName", "the port, or none", kind="device"),
    ),
    (Form({}, ("-vadapter", "-fcp"), span=NPIV),),
    examples=("vfcmap -vadapter vfchost0 -fcp fcs0", "vfcmap -vadapter vfchost0 -fcp"),
    source="manual page, Virtual I/O Server, POWER7",
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Map or unmap; prints nothing."""
    vios = server(call)
    adapter = available(call, call.parsed.required("adapter"))
    if adapter.kind is not kinds.FC_SERVER:
        raise Refusal(NOT_FOUND, "vios_no_adapter", name=adapter.name)
    slot = int(adapter.key[1])
    host, name = vios.vfchosts[slot], call.parsed.required("port")
    if name and name not in vios.fc_ports:
        raise Refusal(NOT_FOUND, "vios_no_fc_port", name=name)
    if name and host.port and host.port != name:
        raise Refusal(INCOMPLETE, "vios_fc_mapped", name=adapter.name, port=host.port)
    if name and name != host.port:
        used = collections.Counter(other.port for other in vios.vfchosts.values())
        if used[name] >= vios.fc_ports[name].limit:
            raise Refusal(INCOMPLETE, "vios_fc_port_full", name=name)
    if not name:
        call.devices.require_free(adapter)
    vios.vfchosts[slot] = dataclasses.replace(host, port=name)
    return []


COMMAND = command(DECLARATION, run)
