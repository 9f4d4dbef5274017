"""Builtins for background jobs."""

from __future__ import annotations

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.registry import builtin


@builtin("wait")
async def wait(call: Call) -> int:
    """Wait for background jobs."""
    shell = call.shell
    if not call.args:
        await shell.jobs.wait_all()
        return 0
    status = 0
    for text in call.args:
        try:
            job = shell.jobs.find(text)
        except Problem as problem:
            shell.error(f"wait: {problem.text}")
            status = problem.status
            continue
        status = await shell.jobs.wait(job)
    return status


@builtin("jobs")
async def jobs(call: Call) -> int:
    """List background jobs."""
    options = {letter for arg in call.args if arg[:1] == "-" for letter in arg[1:]}
    if options - set("lprs"):
        raise Problem(f"-{min(options - set('lprs'))}: invalid option", 2)
    for job in call.shell.jobs.listed():
        if "r" in options and job.status is not None:
            continue
        if "p" in options:
            call.out(f"{job.process}\n")
        else:
            call.out(call.shell.jobs.line(job, process="l" in options))
    call.shell.jobs.forget_done()
    return 0


@builtin("kill")
async def kill(call: Call) -> int:
    """End background jobs of this shell; there are no other processes."""
    shell = call.shell
    targets = list(call.args)
    if targets and targets[0][:1] == "-" and targets[0] != "--":
        option = targets.pop(0)
        if option in ("-l", "-L"):
            call.out("HUP INT QUIT KILL TERM\n")
            return 0
        if option in ("-s", "-n") and targets:
            targets.pop(0)
    if not targets:
        shell.error(
            "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... "
            "or kill -l [sigspec]"
        )
        return 2
    status = 0
    for text in targets:
        try:
            job = shell.jobs.find(text)
        except Problem as problem:
            known = problem.text if text[:1] == "%" else f"({text}) - No such process"
            shell.error(f"kill: {known}")
            status = 1
            continue
        job.task.cancel()
    return status


@builtin("disown")
async def disown(call: Call) -> int:
    """Refuse: a job always ends with its shell."""
    raise Problem("not supported")


@builtin("fg", "bg", "suspend")
async def no_job_control(call: Call) -> int:
    """Refuse: there is no terminal to take jobs from and give them to."""
    raise Problem("no job control")
