"""lsattr: attributes of a device."""

from __future__ import annotations

from hmcsh.commands.aix.common.columns import aligned, filled
from hmcsh.commands.aix.common.devices import device, shown
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.device_kinds import Attribute
from hmcsh.model.devices import Device

_HEADING = ("attribute", "value", "description", "user_settable")

DECLARATION = Declaration(
    "lsattr",
    "Lists the attributes of a device.",
    (
        Option("-E", "effective", help="the values that hold"),
        Option("-D", "defaults", help="the default values"),
        Option("-R", "range", help="the values that an attribute can have"),
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-a", "names", "required", several=True, metavar="Attribute"),
        Option("-F", "format", "required", metavar="Format"),
        Option("-H", "header", help="headings above the columns"),
    ),
    (
        Form({}, ("-l",), ("-a", "-F", "-H"), at_most_one=(("-E", "-D"),)),
        Form({"-R": ()}, ("-R", "-l", "-a")),
    ),
    source="captures, AIX 5.3 to 7.1",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """List the attributes by name, or what one of them can be set to."""
    found = device(call, call.parsed.required("device"))
    wanted = _wanted(call, found)
    if call.given("range"):
        return [value for attribute in wanted for value in attribute.values]
    values = {a.name: a.default for a in wanted} if call.given("defaults") else shown(found)
    rows = [(a.name, values.get(a.name, ""), a.description, str(a.settable)) for a in wanted]
    layout = call.text("format")
    if layout is not None:
        lines = [filled(layout, dict(zip(_HEADING, row, strict=True))) for row in rows]
        return [layout, *lines] if call.given("header") else lines
    if call.given("header"):
        head, *lines = aligned([_HEADING, *rows])
        return [head, "", *lines]
    return aligned(rows)


def _wanted(call: PartitionCall, found: Device) -> list[Attribute]:
    """The attributes that are asked for. Raises Refusal 0514-528 for one that is not there."""
    declared = {attribute.name: attribute for attribute in found.kind.attributes}
    for name in found.attributes.keys() - declared.keys():
        declared[name] = Attribute(name, "", _DESCRIPTIONS.get(name, "N/A"))
    names = " ".join(call.words("names")).split()
    for name in names:
        if name not in declared:
            raise Refusal(255, "aix_attribute_unknown", command="lsattr", name=name)
    listed = names or [n for n in sorted(declared) if n not in _HIDDEN]
    return [declared[name] for name in listed]


_DESCRIPTIONS = {"ieee_volname": "IEEE Unique volume name"}
_HIDDEN = frozenset(("network_address",))  # vital product data, which lscfg shows

COMMAND = PartitionCommand(DECLARATION, run)
