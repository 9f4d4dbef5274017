"""monhmc: what the console itself uses of its resources (check_hmc; a session, V7).

The layouts are those of top(1) and df(1) of the time. How much is used is invented: the console is
a model, and always the same.
"""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service import usage

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import Trust
from hmcsh.runtime import SECOND

_SCRIPT = "check_hmc, with samples; a session at a console of V7"
_USUAL = 4

DECLARATION = Declaration(
    "monhmc",
    "Shows how the console uses its own resources.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resource:",
            choices=("disk", "proc", "mem", "swap"),
            choice_help=("file systems", "processors", "memory", "paging space"),
            trust=Trust.SCRIPT,
            source=_SCRIPT,
        ),
        Option(
            "-n",
            "interval",
            "required",
            "seconds",
            "the time between two updates, 4 seconds if it is left out; 0 shows it once",
            minimum=0,
            maximum=86400,
            trust=Trust.SCRIPT,
            source=_SCRIPT,
        ),
    ),
    (Form({"-r": ()}, optional=("-n",)),),
    notes=("The figures are always the same: they are not those of the machine that runs this.",),
    examples=("monhmc -r disk -n 0",),
    source=_SCRIPT,
)

# Device, kilobytes, kilobytes used, where it is mounted.
_FILE_SYSTEMS = (
    ("/dev/sda2", 16121184, 5241604, "/"),
    ("/dev/sda3", 6040320, 613588, "/var"),
    ("/dev/sda5", 8064272, 150264, "/extra"),
    ("/dev/sda6", 61927420, 212204, "/dump"),
)


def _disk() -> list[str]:
    lines = ["Filesystem           1K-blocks      Used Available Use% Mounted on"]
    for device, size, used, place in _FILE_SYSTEMS:
        # One twentieth is kept for the superuser (mke2fs(8)).
        available = size - used - size // 20
        share = -(-100 * used // (used + available))
        lines.append(f"{device:<20} {size:>10} {used:>9} {available:>9} {share:>3}% {place}")
    return lines


def _proc() -> list[str]:
    return [
        f"Cpu{number}  : {user:4.1f}%us, {system:4.1f}%sy,  0.0%ni,{100 - user - system:5.1f}%id,"
        "  0.0%wa,  0.0%hi,  0.0%si,  0.0%st"
        for number, (user, system) in enumerate(usage.PROCESSORS)
    ]


def _amounts(name: str, total: int, used: int, rest: int, what: str) -> str:
    free = total - used
    return f"{name:<6} {total:>8}k total, {used:>8}k used, {free:>8}k free, {rest:>8}k {what}"


_SHOWN: dict[str, Callable[[], list[str]]] = {
    "disk": _disk,
    "proc": _proc,
    "mem": lambda: [
        _amounts("Mem:", usage.MEMORY_KILOBYTES, usage.USED_MEMORY, usage.BUFFERS, "buffers")
    ],
    "swap": lambda: [_amounts("Swap:", usage.SWAP, usage.USED_SWAP, usage.CACHED, "cached")],
}


async def run(call: Call) -> Lines:
    """Show the figures once, or again and again until the command is interrupted."""
    resource = call.parsed.required("resource")
    interval = call.parsed.number("interval")
    interval = _USUAL if interval is None else interval
    if interval == 0:
        return _SHOWN[resource]()
    output = call.invocation.stdout
    title = f"Every {interval}.0s: MONHmc {resource}"
    while True:
        time = call.datacenter.now().strftime("%a %b %e %H:%M:%S %Y")
        output.write("\n".join([f"{title:<54} {time}", "", *_SHOWN[resource](), ""]))
        await output.drain()
        await call.datacenter.clock.sleep(interval * SECOND)


COMMAND = Command(DECLARATION, run, task=performs(Task.LIST_CONSOLE))
