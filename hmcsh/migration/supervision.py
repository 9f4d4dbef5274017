"""Running a step of a migration under watch: what it needs may break in the middle of it.

What is lost may come back while the step has patience: then it goes on, after a new start where
the connection of the movers was part of it. When patience ends, the loss is thrown into the step.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from hmcsh.migration.components import Component, first_lost, loss
from hmcsh.migration.run import Look, Phase, Phases, Run, Step
from hmcsh.runtime import Event

Answer = tuple[Any, BaseException | None]


class ReconnectedError(Exception):
    """The connection works again; what was on its way was lost."""


def supervise(run: Run, step: Step) -> Phases:
    """Carry out one step. Raises ComponentLostError, or whatever leaves the step."""
    clock = run.datacenter.clock
    run.phase_name, run.phase_events = step.name, 0
    _, error = yield from _wait(run, step, 0)
    if error is not None and not isinstance(error, ReconnectedError):
        raise error
    phase = Phase(step.name, clock.now)
    run.phases.append(phase)
    if step not in run.begun:
        run.begun.append(step)
    try:
        yield from _drive(run, step)
    finally:
        phase.end = clock.now
    run.finished.add(step.name)


def _drive(run: Run, step: Step) -> Phases:
    work = step.do(run)
    answer, error, ended = None, None, False
    wanted: int | Event
    while True:
        try:
            wanted = work.send(answer) if error is None else work.throw(error)
        except StopIteration:
            if run.phase_events:
                return
            ended, wanted = True, 0  # a phase without anything to wait for is one all the same
        run.events += 1
        run.phase_events += 1
        answer, error = yield from _wait(run, step, wanted)
        if ended:
            if error is not None and not isinstance(error, ReconnectedError):
                raise error
            return


def _needed(run: Run, step: Step) -> tuple[Component, ...]:
    if not run.recovering or step.essential:
        return step.needs(run)
    return () if run.forced else step.configures


def _wait(run: Run, step: Step, wanted: int | Event) -> Generator[int | Event, Any, Answer]:
    """Wait for what the step waits for; gives its answer, or the error to throw into the step."""
    clock, faults = run.datacenter.clock, run.faults
    event = wanted if isinstance(wanted, Event) else None
    due = clock.now + (wanted if isinstance(wanted, int) else 0)
    value, ready, lost_since = None, event is None and wanted == 0 and not run.phase_events, None
    while True:
        if run.phase_events:
            faults.strike_due(run)
        lost = first_lost(run, _needed(run, step))
        pause: int | Event
        if lost is not None:
            if step.detour is not None and step.detour(run, lost):
                return None, ReconnectedError()
            if lost_since is None:
                lost_since = clock.now
            patience = (
                0 if lost in step.decisive else getattr(run.datacenter.timings, step.patience)
            )
            if clock.now >= lost_since + patience:
                return None, loss(run, lost)
            pause = lost_since + patience - clock.now
        elif lost_since is not None and step.detour is not None:
            return None, ReconnectedError()
        elif ready:
            return value, None
        else:
            lost_since = None
            pause = event if event is not None else max(0, due - clock.now)
        wait = faults.next_look(run)
        alarm = None if wait is None else clock.call_after(wait, run.look)
        try:
            answer = yield pause
        except Look:
            continue
        except Exception as error:  # noqa: BLE001 - it is the step that is to handle it
            return None, error
        finally:
            if alarm is not None:
                alarm.cancel()
        if lost is None:
            value, ready = answer, True
