"""Background jobs: ``command &``, ``wait``, ``jobs``, ``kill``; bash(1) JOB CONTROL."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hmcsh.shell.errors import LimitExceeded, Problem
from hmcsh.shell.nodes import Background
from hmcsh.shell.pipelines import detached
from hmcsh.shell.streams import TextReader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_TERMINATED = 143


@dataclass(slots=True)
class Job:
    """One background job; ``number`` is what ``%1`` means, ``process`` what ``$!`` holds."""

    number: int
    process: int
    source: str
    task: asyncio.Task[int]

    @property
    def status(self) -> int | None:
        """The exit status, None while it runs."""
        if not self.task.done():
            return None
        if self.task.cancelled():
            return _TERMINATED
        return 1 if self.task.exception() else self.task.result()

    def state(self) -> str:
        """Return the state as ``jobs`` shows it."""
        status = self.status
        if status is None:
            return "Running"
        if status == _TERMINATED:
            return "Terminated"
        return f"Exit {status}" if status else "Done"


class Jobs:
    """The jobs of one shell. They end when the login shell ends."""

    def __init__(self, shell: Interpreter) -> None:
        self._shell = shell
        self._table: dict[int, Job] = {}
        self._hidden: list[asyncio.Task[int]] = []

    def start(self, node: Background) -> Job:
        """Start a command in the background with nothing on its standard input."""
        shell = self._shell
        child = shell.fork({**shell.io, 0: TextReader("")})
        task = self._task(detached(child, node.body, None))
        number = max(self._table, default=0) + 1
        job = Job(number, shell.session.next_process(), node.source, task)
        self._table[number] = job
        shell.last_job = str(job.process)
        if shell.session.interactive:
            shell.stderr.write(f"[{number}] {job.process}\n")
        return job

    def attach(self, work: Coroutine[Any, Any, int]) -> None:
        """Start work that is no job of its own: a process substitution."""
        self._hidden = [task for task in self._hidden if not task.done()]
        self._hidden.append(self._task(work))

    def _task(self, work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
        meter = self._shell.meter
        if meter.processes >= self._shell.limits.processes:
            work.close()
            raise LimitExceeded(f"limit exceeded: {self._shell.limits.processes} processes", 254)
        meter.processes += 1
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[int]) -> None:
        self._shell.meter.processes -= 1
        if not task.cancelled():
            task.exception()  # marks it as seen; wait and jobs ask for the status

    def adopt(self, other: Jobs) -> None:
        """Take over what a subshell that has ended left running."""
        self._hidden.extend(other._tasks())
        other._hidden.clear()
        other._table.clear()

    def _tasks(self) -> list[asyncio.Task[int]]:
        return [
            task
            for task in (*self._hidden, *(job.task for job in self._table.values()))
            if not task.done()
        ]

    async def finish(self) -> None:
        """Wait for the jobs of a subshell whose output somebody still reads."""
        if self._table:
            await self.wait_all()
        if self._hidden:
            await self.end()

    async def end(self) -> None:
        """Cancel everything that still runs, and wait until it has stopped."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._hidden.clear()

    # ------------------------------------------------------------------------------ builtins

    def listed(self) -> list[Job]:
        """Return the jobs, oldest first."""
        return list(self._table.values())

    def line(self, job: Job, *, process: bool = False) -> str:
        """Return the line that ``jobs`` prints for a job."""
        numbers = list(self._table)
        mark = "+" if job.number == numbers[-1] else "-" if job.number in numbers[-2:-1] else " "
        shown = f"{job.process} " if process else ""
        tail = " &" if job.status is None else ""
        return f"[{job.number}]{mark}  {shown}{job.state():<24}{job.source}{tail}\n"

    def forget_done(self) -> list[str]:
        """Drop the jobs that have ended; return a line for each."""
        done = [job for job in self._table.values() if job.status is not None]
        lines = [self.line(job) for job in done]
        for job in done:
            del self._table[job.number]
        return lines

    def find(self, text: str) -> Job:
        """Return the job that ``%N``, ``%%``, ``%+``, ``%-`` or a process number means."""
        jobs = self.listed()
        if text in ("%%", "%+", "%") and jobs:
            return jobs[-1]
        if text == "%-" and jobs:
            return jobs[-2] if len(jobs) > 1 else jobs[-1]
        for job in jobs:
            if text in (f"%{job.number}", str(job.process)):
                return job
            if text[:1] == "%" and text[1:] and job.source.startswith(text[1:]):
                return job
        if text.startswith("%"):
            raise Problem(f"{text}: no such job", 127)
        if not text.isdigit():
            raise Problem(f"`{text}': not a pid or valid job spec", 1)
        raise Problem(f"pid {text} is not a child of this shell", 127)

    async def wait(self, job: Job) -> int:
        """Wait for one job; return its status."""
        if not job.task.done():
            await asyncio.wait([job.task])
        self._table.pop(job.number, None)
        return job.status or 0

    async def wait_all(self) -> None:
        """Wait for every job."""
        running = [job.task for job in self._table.values() if not job.task.done()]
        if running:
            await asyncio.wait(running)
        self._table.clear()
