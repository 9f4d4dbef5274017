"""uname: the kernel, the host and the machine."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX

_FLAGS = {
    "-s": "the kernel name",
    "-n": "the host name",
    "-r": "the kernel release",
    "-v": "the kernel version",
    "-m": "the machine",
    "-p": "the processor",
    "-i": "the hardware platform",
    "-o": "the operating system",
}

DECLARATION = Declaration(
    "uname",
    "Prints system information.",
    (
        Option("-a", "all", help="all of it"),
        *(Option(flag, f"show_{flag[1]}", help=text) for flag, text in _FLAGS.items()),
    ),
    (Form({}, (), ("-a", *_FLAGS)),),
    source="GNU coreutils",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """Print what is asked for, in one line. A version is such as `Linux/RedHat 4.18.0-193 8.2`."""
    words = call.system.version.split()
    release = words[1] if len(words) > 1 else "unknown"
    machine = "ppc64le" if release.endswith("ppc64le") or "ppc64" not in release else "ppc64"
    values = {
        "-s": "Linux",
        "-n": call.partition.host_name,
        "-r": release,
        "-v": "#1 SMP",
        "-m": machine,
        "-p": machine,
        "-i": machine,
        "-o": "GNU/Linux",
    }
    wanted = [flag for flag in _FLAGS if call.given("all") or call.given(f"show_{flag[1]}")]
    return [" ".join(values[flag] for flag in wanted or ["-s"])]


COMMAND = PartitionCommand(DECLARATION, run)
