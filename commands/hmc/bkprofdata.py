"""bkprofdata: back up the profile data of a managed system."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.backups import backup_file, path_of

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.model.profile_data import back_up

MANUAL = "manual page of bkprofdata, POWER5 and Integrated Virtualization Manager"

DECLARATION = Declaration(
    "bkprofdata",
    "Backs up the profile data of a managed system.",
    (
        SYSTEM,
        backup_file("the file; without a path it is kept with the others of the system", MANUAL),
        Option("--force", "force", help="overwrites a file that exists", source=MANUAL),
    ),
    (Form({}, ("-m", "-f"), ("--force",)),),
    notes=("A backup can be restored at the console that has made it.",),
    examples=("bkprofdata -m mySystem -f myFile --force",),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Back them up."""
    frame, console = call.system(), call.console
    path = path_of(frame, call.parsed.required("file"))
    if path in console.files:
        raise HmcError("backup_exists", path=path)
    if path in console.profile_backups and not call.given("force"):
        raise HmcError("backup_exists", path=path)
    console.profile_backups[path] = back_up(frame)
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.BACK_UP_PROFILES))
