"""vtmenu: menus of managed systems and partitions that lead to a virtual terminal (recalled)."""

from __future__ import annotations

from collections.abc import Sequence

from hmcsh.commands.hmc.common import vterm
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.messages import HmcError, render
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment

DECLARATION = Declaration(
    "vtmenu",
    "Lets a managed system and one of its partitions be chosen, and opens a virtual terminal on "
    "it.",
    (),
    (Form({}),),
    notes=("After the session the partitions are shown again; q leaves.", *vterm.NOTES),
    source="that there is such a menu: field notes, V7R7.9; its looks are recalled",
)

_RULE = "-" * 58


async def run(call: Call) -> Lines:
    """Show menus until the user quits."""
    frame = await _choose_system(call, list(call.datacenter.frames.values()))
    while frame is not None:
        partition = await _choose_partition(call, frame)
        if partition is None:
            break
        call.invocation.stdout.write(render("vtmenu_opening", name=partition.name))
        try:
            await vterm.hold(call, partition)
        except HmcError as refusal:
            call.invocation.stdout.write(f"{refusal.text}\n")
    call.invocation.stdout.write(render("vtmenu_bye"))
    return ()


async def _choose_system(call: Call, frames: Sequence[Frame]) -> Frame | None:
    """A system of the user's choice, the only one without a question; None to quit."""
    only = frames[0] if len(frames) == 1 else None
    call.invocation.stdout.write(render("vtmenu_retrieving", system=only.name if only else ""))
    if only is not None:
        return only
    rows = [frame.name for frame in frames]
    place = await _choose(call, render("vtmenu_systems"), rows, render("vtmenu_which_system"))
    return None if place is None else frames[place]


async def _choose_partition(call: Call, frame: Frame) -> Partition | None:
    listed = [p for p in frame.listed_partitions() if p.environment is not LparEnvironment.OS400]
    rows = [f"{partition.name + ':':<31} {partition.state}" for partition in listed]
    title = render("vtmenu_partitions", system=frame.name)
    place = await _choose(call, title, rows, render("vtmenu_which_partition"))
    return None if place is None else listed[place]


async def _choose(call: Call, title: str, rows: Sequence[str], question: str) -> int | None:
    """Show a menu and ask until a number of it or q is typed; gives the place, None for q."""
    output = call.invocation.stdout
    output.write(f"\n{_RULE}\n {title}\n{_RULE}\n")
    for number, row in enumerate(rows, 1):
        output.write(f"{number:>4})    {row}\n")
    while True:
        output.write(question)
        await output.drain()
        line = await call.invocation.stdin.readline()
        answer = line.strip()
        if not line or answer == "q":
            return None
        if answer.isascii() and answer.isdigit() and 0 < int(answer[:9]) <= len(rows):
            return int(answer) - 1


COMMAND = Command(DECLARATION, run, task=performs(Task.OPEN_TERMINAL), breaks_locks=lambda _: True)
