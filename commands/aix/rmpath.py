"""rmpath: takes away paths of multipath I/O."""

from __future__ import annotations

from hmcsh.commands.aix.common.devices import device
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model import multipath

DECLARATION = Declaration(
    "rmpath",
    "Unconfigures paths, or deletes them.",
    (
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-p", "parent", "required", metavar="Parent", kind="device"),
        Option("-w", "connection", "required", metavar="Connection"),
        Option("-d", "delete", help="deletes them"),
    ),
    (Form({"-p": ()}, ("-p",), ("-l", "-w", "-d")), Form({"-l": ()}, ("-l",), ("-w", "-d"))),
    source="SG24-7460 5.1.2; IBM's page on rmpath; field notes",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Take them away; the last path of a disk that is Available stays."""
    names = {dest: call.text(dest) for dest in ("device", "parent")}
    for name in names.values():
        if name is not None:
            device(call, name)
    connection = call.text("connection")
    found = [
        path
        for path in call.devices.paths()
        if names["device"] in (None, path.disk)
        and names["parent"] in (None, path.parent)
        and connection in (None, path.connection)
    ]
    if not found:
        given = " ".join(name for name in (*names.values(), connection) if name)
        raise Refusal(1, "aix_path_not_found", command="rmpath", name=given)
    delete = call.given("delete")
    multipath.remove(call.devices, found, delete=delete)
    word = "Deleted" if delete else "Defined"
    return [f"{'paths' if len(found) > 1 else 'path'} {word}"]


COMMAND = PartitionCommand(DECLARATION, run)
