"""uname: the operating system, the host and the machine."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX

_FLAGS = {
    "-s": "the operating system",
    "-n": "the host name",
    "-r": "the release",
    "-v": "the version",
    "-m": "the machine ID",
    "-p": "the processor",
    "-M": "the model",
    "-u": "the system ID",
    "-L": "ID and name of the partition",
}
_ALL = ("-s", "-n", "-r", "-v", "-m")

DECLARATION = Declaration(
    "uname",
    "Shows the names of the system.",
    (
        Option("-a", "all", help="what -s, -n, -r, -v and -m show"),
        *(Option(flag, f"show_{flag[1]}", help=text) for flag, text in _FLAGS.items()),
    ),
    (Form({}, (), ("-a", *_FLAGS)),),
    source="recalled; forms of the machine ID: captures",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Print what is asked for, in one line."""
    partition = call.partition
    frame = partition.frame
    version, _, release = partition.system_level.partition(".")
    values = {
        "-s": "AIX",
        "-n": partition.host_name,
        "-r": release or "0",
        "-v": version,
        "-m": frame.machine_id,
        "-p": "powerpc",
        "-M": f"IBM,{frame.type_model}",
        "-u": f"IBM,02{frame.serial_number}",
        "-L": f"{partition.lpar_id} {partition.name}",
    }
    wanted = [flag for flag in _FLAGS if call.given(f"show_{flag[1]}")]
    if call.given("all"):
        wanted = [*_ALL, *(flag for flag in wanted if flag not in _ALL)]
    return [" ".join(values[flag] for flag in wanted or ["-s"])]


COMMAND = PartitionCommand(DECLARATION, run)
