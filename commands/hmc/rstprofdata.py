"""rstprofdata: restore the profile data of a managed system."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.backups import backup_file, path_of

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.language.options import Parsed
from hmcsh.model.profile_data import ProfileData, Restore, restore

MANUAL = "manual page of rstprofdata, POWER5 and Integrated Virtualization Manager"
_DEFAULT_FILE = "backupFile"  # the name of the backup that consoles make by themselves (recalled)
_INITIALIZE = Restore.INITIALIZE.value

DECLARATION = Declaration(
    "rstprofdata",
    "Restores the profile data of a managed system.",
    (
        SYSTEM,
        Option(
            "-l",
            "level",
            "required",
            help="the type of restore:",
            choices=tuple(how.value for how in Restore),
            choice_help=(
                "all from the backup",
                "both together; the backup goes before what there is",
                "both together; what there is goes before the backup",
                "initializes the profile data: partitions and system profiles are deleted",
            ),
            source=MANUAL,
        ),
        backup_file(f"the file, {_DEFAULT_FILE} of the system by default", MANUAL),
    ),
    (
        Form(
            {"-l": tuple(how.value for how in Restore if how is not Restore.INITIALIZE)},
            ("-m",),
            ("-f",),
        ),
        Form({"-l": (_INITIALIZE,)}, ("-m",)),
    ),
    notes=(
        "Partitions that would be deleted must be Not Activated.",
        "A managed system in the state Recovery works again with the data that are restored.",
    ),
    examples=("rstprofdata -m mySystem -l 1 -f myFile", "rstprofdata -m mySystem -l 4"),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Restore or initialize them."""
    frame, how = call.system(), Restore(call.parsed.required("level"))
    if how is Restore.INITIALIZE:
        restore(frame, ProfileData(frame.mtms, (), {}), how)
        return ()
    path = path_of(frame, call.text("file") or _DEFAULT_FILE)
    data = call.console.profile_backups.get(path)
    if data is None:
        raise HmcError("backup_not_found", path=path)
    restore(frame, data, how)
    return ()


def _task(parsed: Parsed) -> Task:
    initializes = parsed.text("level") == _INITIALIZE
    return Task.INITIALIZE_PROFILES if initializes else Task.RESTORE_PROFILES


COMMAND = Command(DECLARATION, run, task=_task)
