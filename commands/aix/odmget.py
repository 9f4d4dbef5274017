"""odmget: objects of the device configuration database."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmcsh.commands.aix.common.devices import shown
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device

Stanza = dict[str, str | int]

_CRITERION = re.compile(r"""(\w+)\s*=\s*["']?([^"'\s]*)["']?""")
# How lists of values are shown and which text describes an attribute (SG24-7460 example 3-1; what
# others have is inferred).
_SHOWN = {"unique_id": ("n1", 79), "pvid": ("n", 2)}

DECLARATION = Declaration(
    "odmget",
    "Gets objects of an object class in stanzas.",
    (
        Option("-q", "criteria", "required", metavar="Criteria"),
        Option("ObjectClass", "object_class", "operand"),
    ),
    (Form({}, ("ObjectClass",), ("-q",)),),
    notes=("The classes are CuDv and CuAt; criteria are equalities, joined by `and`.",),
    source="SG24-7460 example 3-1",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Print the objects that fit the criteria; nothing if none does."""
    name = call.parsed.required("object_class")
    make = _CLASSES.get(name)
    if make is None:
        raise Refusal(1, "odm_no_class", name=name)
    wanted = dict(_criteria(call.text("criteria") or ""))
    found = [stanza for device in call.devices.all() for stanza in make(device)]
    fitting = [s for s in found if all(str(s.get(k)) == v for k, v in wanted.items())]
    return [line for stanza in fitting for line in _stanza(name, stanza)]


def _criteria(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE)):
        found = _CRITERION.fullmatch(part.strip())
        if found is None:
            raise Refusal(1, "odm_criteria", criteria=text)
        yield found[1], found[2]


def _stanza(name: str, values: Stanza) -> Iterator[str]:
    yield ""
    yield f"{name}:"
    for key, value in values.items():
        yield f'\t{key} = "{value}"' if isinstance(value, str) else f"\t{key} = {value}"


def _devices(device: Device) -> Iterator[Stanza]:
    kind = device.kind
    yield {
        "name": device.name,
        "status": int(device.available),
        "chgstatus": 2,
        "ddins": "",
        "location": device.location,
        "parent": device.parent,
        "connwhere": device.physloc.rpartition("-")[2],
        "PdDvLn": f"{kind.device_class}/{kind.subclass}/{kind.type}",
    }


def _attributes(device: Device) -> Iterator[Stanza]:
    """What differs from the defaults; only that is customized."""
    defaults = {attribute.name: attribute.default for attribute in device.kind.attributes}
    for name, value in sorted(shown(device).items()):
        if value == defaults.get(name, "") or name == "network_address":
            continue
        representation, text = _SHOWN.get(name, ("s", 0))
        yield {
            "name": device.name,
            "attribute": name,
            "value": value,
            "type": "R",
            "generic": "",
            "rep": representation,
            "nls_index": text,
        }


_CLASSES = {"CuDv": _devices, "CuAt": _attributes}

COMMAND = PartitionCommand(DECLARATION, run)
