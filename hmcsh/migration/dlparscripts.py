"""Running the DLPAR scripts of a partition, and what they leave in its logs (SG24-7460 5.8.3)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from hmcsh.model.awareness import (
    NOT_HANDLED,
    Answer,
    Call,
    Finished,
    InstalledScript,
    ScriptRun,
    Stage,
)
from hmcsh.model.partition import Partition
from hmcsh.model.systemfiles import files_of
from hmcsh.runtime import Event

RESOURCE = "pmig"  # the type of resource that a migration is (SG24-7460 5.8.3)
SYSLOG = "/var/adm/ras/syslog"  # where the system logs to (inferred: it is set by an administrator)
SYSLOG_ID = "DRMGR"

# SG24-7460 table 5-1.
COMMANDS = {
    Stage.CHECK: "checkmigrate",
    Stage.PREPARE: "premigrate",
    Stage.POST: "postmigrate",
    Stage.UNDO: "undopremigrate",
}

Phases = Generator[int | Event, Any, None]


def takes_part(script: InstalledScript) -> bool:
    """Whether a script has registered for migrations."""
    return RESOURCE in script.usages


def start(
    partition: Partition, script: InstalledScript, stage: Stage, limit: int | None
) -> ScriptRun | None:
    """Call a script with the command of a phase; None where nothing runs scripts."""
    runner = partition.frame.datacenter.run_script
    if runner is None or partition.operating_system is None:
        return None
    bound = script.limit if limit is None else min(limit, script.limit)
    return runner(partition, script.path, (COMMANDS[stage], RESOURCE), bound)


def finish(partition: Partition, script: InstalledScript, call: Call, ended: Finished) -> None:
    """Note in the call how a script answered, and log what it said.

    Without an answer in time it counts as one that did not answer; status 10 tells that it does not
    know the command, which is no refusal (SG24-7460 example 5-3).
    """
    if ended.status is None:
        call.answer = Answer.NONE
    elif ended.status in (0, NOT_HANDLED):
        call.answer = Answer.ACCEPTED
    else:
        call.answer = Answer.REFUSED
        call.reason = ended.said("DR_ERROR")
    command = f"{script.path} {COMMANDS[call.phase]} {RESOURCE}"
    lines = [value for name, value in ended.pairs() if name.startswith(("DR_LOG_", "DR_ERROR"))]
    how = "timed out" if ended.status is None else f"status {ended.status}"
    for line in (*lines, f"{command}: {how}"):
        log(partition, line)
    if call.answer is not Answer.ACCEPTED:
        partition.log_error(
            "DD42A684",
            "DR_SCRIPT_MSG",
            "IS",
            SYSLOG_ID,
            "DRAF - script error and other messages",
        )


def log(partition: Partition, text: str) -> None:
    """Write a line to the system log of a partition; one without room for it loses it."""
    line = f"{partition.now():%b %e %H:%M:%S} {partition.host_name} {SYSLOG_ID}: {text}\n"
    try:
        files_of(partition, "root").open(SYSLOG, 0o644, append=True)(line)
    except OSError:
        return


def run(partition: Partition, script: InstalledScript, call: Call, limit: int | None) -> Phases:
    """Call a script and wait for its answer, `limit` ns at most; it ends with whoever waits."""
    running = start(partition, script, call.phase, limit)
    if running is None:
        call.answer = Answer.ACCEPTED
        return
    try:
        if not running.ended.fired:
            yield running.ended
        finish(partition, script, call, running.ended.value)
    finally:
        running.stop()
