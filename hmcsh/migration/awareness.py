"""Telling those who are registered with an operating system of its migration (SG24-7460 5.7-5.9).

Scripts are told first, then applications, then kernel extensions; of the end of a migration, or
of its being called off, in the reverse order (inferred: whoever depends on another gets ready
before it and goes on after it). One command to the operating system tells all of them, so that
`migrlpar -w` bounds them together.

SG24-7460 5.8.2 lets the system go on without one that does not answer for a short time; here one
that stays silent holds the command until it is given up, which is what `-w` is for (5.6.1). The
post phase wants no answer (example 5-2): a silent one is not waited for there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Generator, Iterator
from typing import TYPE_CHECKING, Any

from hmcsh.migration import dlparscripts, mapping
from hmcsh.migration.components import Component, ComponentLostError
from hmcsh.model.awareness import (
    Announcement,
    Answer,
    Call,
    InstalledScript,
    Kind,
    Reaction,
    Registered,
    Stage,
)
from hmcsh.model.partition import OperatingSystem, Partition
from hmcsh.runtime import SECOND, Clock, Event

if TYPE_CHECKING:
    from hmcsh.migration.request import Request
    from hmcsh.migration.run import Run

MINUTE = 60 * SECOND
_REFUSAL = Reaction(Answer.REFUSED)
_ITSELF = Registered("", Kind.SYSTEM, check=_REFUSAL, prepare=_REFUSAL)

Phases = Generator[int | Event, Any, None]


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """How one will answer, and after how many ns; None if it never does."""

    who: Registered
    wait: int | None
    answer: Answer

    @property
    def objects(self) -> bool:
        """Whether it keeps the partition from being migrated."""
        return self.answer in (Answer.REFUSED, Answer.NONE)


def reason(kind: Kind, name: str, answer: Answer, said: str) -> str:
    """Why the migration cannot go on, as a sentence."""
    if kind is Kind.SYSTEM:
        return "check-migrate was refused."
    if answer is Answer.NONE:
        return f"the {kind} {name} did not answer in time."
    return f"the {kind} {name} refused{': ' + said.rstrip('.') if said else ''}."


def limit(wait_minutes: int) -> int | None:
    """How long to wait for a command of the operating system, ns; None without limit."""
    return wait_minutes * MINUTE or None


Asked = Generator[Outcome, Call | None, None]


def outcomes(system: OperatingSystem, stage: Stage, bound: int | None) -> Asked:
    """How those who are told answer, in their order, within `bound` ns for all (None: no bound).

    Who comes after one that did not answer in time is not told any more, except in the post
    phase. How a script answers that runs in the partition is seen only when it has: its outcome
    has the time that is left to it, and the call of it, if it was made, is sent back.
    """
    left = bound
    members = list(system.registered)
    if stage is Stage.POST:
        members.reverse()
    elif not system.accepts_migration:
        members.insert(0, _ITSELF)
    for who in members:
        if isinstance(who, InstalledScript):
            if not dlparscripts.takes_part(who):
                continue
            call = yield Outcome(who, left, Answer.ACCEPTED)
            if call is not None and left is not None:
                left = max(0, left - ((call.end or call.start) - call.start))
            if call is not None and call.answer is Answer.NONE and stage is not Stage.POST:
                return
            continue
        reaction = who.reaction(stage)
        silent = reaction.answer is Answer.NONE
        if silent and stage is Stage.POST:
            yield Outcome(who, 0, Answer.NONE)
            continue
        if silent or (left is not None and reaction.delay > left):
            yield Outcome(who, left, Answer.NONE)
            if stage is not Stage.POST:
                return
            left = 0
            continue
        if left is not None:
            left -= reaction.delay
        ignored = reaction.answer is Answer.REFUSED and not who.root
        yield Outcome(who, reaction.delay, Answer.IGNORED if ignored else reaction.answer)


def _tell(
    partition: Partition, calls: list[Call], stage: Stage, outcome: Outcome
) -> Generator[int | Event, Any, Call]:
    """Tell one and wait for the answer; what comes of it is recorded, an interruption too."""
    clock, who = partition.frame.datacenter.clock, outcome.who
    call = Call(stage, who.kind, who.name, clock.now, reason=who.reason)
    calls.append(call)
    try:
        if isinstance(who, InstalledScript):
            yield from dlparscripts.run(partition, who, call, outcome.wait)
            return call
        if outcome.wait is None:
            yield clock.event()
        elif outcome.wait:
            yield outcome.wait
        call.answer = outcome.answer
    finally:
        call.end = clock.now
    return call


def _tell_all(
    partition: Partition,
    calls: list[Call],
    stage: Stage,
    asked: Asked,
    told: Container[tuple[Kind, str]] = (),
) -> Phases:
    """Tell everybody but those who have been told. Raises ComponentLostError if a preparation is
    refused or not answered in time.
    """
    call = None
    while True:
        try:
            outcome = asked.send(call)
        except StopIteration:
            return
        call = None
        if (outcome.who.kind, outcome.who.name) in told:
            continue
        call = yield from _tell(partition, calls, stage, outcome)
        if stage is Stage.PREPARE and call.answer in (Answer.REFUSED, Answer.NONE):
            text = reason(call.kind, call.name, call.answer, call.reason)
            raise ComponentLostError(Component.CONSENT, text)


# -- check: part of the validation (2.5.3) -----------------------------------------------------


def check(clock: Clock, request: Request) -> Event:
    """Ask everybody whether the partition may be migrated; who is asked is noted in the request.

    The event comes when all have answered; it has come already if nobody takes time. Nobody is
    asked where the console has no way to the operating system, or a migration is under way.
    """
    phases = _check(request)
    if any(who.wait != 0 or isinstance(who.who, InstalledScript) for who in _checked(request)):
        return clock.spawn(phases)
    list(phases)  # all at once: there is nothing to wait for
    answered = clock.event()
    answered.succeed()
    return answered


def _check(request: Request) -> Phases:
    """Ask all; if one refuses, scripts take back what they did (SG24-7460 table 5-1)."""
    partition, calls = request.partition, request.calls
    yield from _tell_all(partition, calls, Stage.CHECK, _checked(request))
    if not any(call.answer in (Answer.REFUSED, Answer.NONE) for call in calls):
        return
    for call in reversed(calls.copy()):
        script = _script(partition, call)
        if script is not None:
            undone = Outcome(script, None, Answer.ACCEPTED)
            yield from _tell(partition, calls, Stage.UNDO, undone)


def _script(partition: Partition, call: Call) -> InstalledScript | None:
    """The script of the partition that a call was made to, if it is one."""
    system = partition.operating_system
    for who in system.registered if system is not None else ():
        if isinstance(who, InstalledScript) and (who.kind, who.name) == (call.kind, call.name):
            return who
    return None


def objections(request: Request) -> Iterator[str]:
    """Why the partition cannot be migrated, a sentence for everybody who keeps it from that.

    What was answered in the check phase counts; if it was not carried out, what is known.
    """
    for call in request.calls:
        if call.phase is Stage.CHECK and call.answer in (Answer.REFUSED, Answer.NONE):
            yield reason(call.kind, call.name, call.answer, call.reason)
    if not request.calls:
        for outcome in _checked(request):
            if outcome.objects:
                who = outcome.who
                yield reason(who.kind, who.name, outcome.answer, who.reason)


def _checked(request: Request) -> Asked:
    partition, system = request.partition, request.partition.operating_system
    if system is not None and partition.rmc_active and not partition.migrating:
        yield from outcomes(system, Stage.CHECK, limit(request.wait_minutes))


# -- prepare, or not after all (2.5.4 step 3) --------------------------------------------------


def prepare(run: Run) -> Phases:
    """Let the operating system and everybody in it get ready.

    Raises ComponentLostError if one refuses or does not answer in time.
    """
    system = _system(run.source)
    base = run.datacenter.timings.prepare
    now = run.datacenter.clock.now
    system.performance.inhibit(now)
    run.counters_zeroed, run.counters_released = now, None
    bound = limit(run.plan.request.wait_minutes)
    if bound is not None and base > bound:
        yield bound
        raise ComponentLostError(Component.CONSENT, "it did not answer in time.")
    yield base
    left = None if bound is None else bound - base
    asked = outcomes(system, Stage.PREPARE, left)
    yield from _tell_all(run.source, run.calls, Stage.PREPARE, asked)


def undo(run: Run) -> None:
    """Tell those who got ready, last first, that the migration is off; harmless when repeated."""
    if run.source.operating_system is None:
        return
    _release_counters(run, run.source.operating_system)
    if not run.source.running:
        return
    now = run.datacenter.clock.now
    called_off = {(call.kind, call.name) for call in run.calls if call.phase is Stage.UNDO}
    for call in reversed(run.calls.copy()):
        ready = call.phase is Stage.PREPARE and call.answer in (Answer.ACCEPTED, Answer.IGNORED)
        script = _script(run.source, call) if call.phase is Stage.PREPARE else None
        if (call.kind, call.name) in called_off:
            continue
        if script is not None:
            _call_off(run, script)
        elif ready:
            run.calls.append(Call(Stage.UNDO, call.kind, call.name, now, now, Answer.ACCEPTED))


def _call_off(run: Run, script: InstalledScript) -> None:
    """Tell a script, also one that has refused, that the migration is off; nobody waits for it."""
    clock, partition = run.datacenter.clock, run.source
    call = Call(Stage.UNDO, script.kind, script.name, clock.now)
    run.calls.append(call)
    running = dlparscripts.start(partition, script, Stage.UNDO, None)
    if running is None:
        call.answer, call.end = Answer.ACCEPTED, clock.now
        return

    def ended(event: Event) -> None:
        dlparscripts.finish(partition, script, call, event.value)
        call.end = clock.now

    running.ended.add_callback(ended)


def _release_counters(run: Run, system: OperatingSystem) -> None:
    if system.performance.inhibited:
        system.performance.release()
        run.counters_released = run.datacenter.clock.now


# -- post: on the destination (2.5.5 step 3) ---------------------------------------------------


def post(run: Run) -> Phases:
    """Tell everybody that the migration is complete; failures are recorded and change nothing.

    Whoever has been told is not told again when the step is repeated.
    """
    system = _system(run.shell)
    _release_counters(run, system)
    told = {
        (call.kind, call.name)
        for call in run.calls
        if call.phase is Stage.POST and call.answer is not Answer.INTERRUPTED
    }
    asked = outcomes(system, Stage.POST, limit(run.plan.request.wait_minutes))
    yield from _tell_all(run.shell, run.calls, Stage.POST, asked, told)


def announcements(run: Run) -> tuple[Announcement, ...]:
    """The gratuitous ARP requests that the partition has sent by now, last of its resumption.

    There is one for each VLAN of each virtual Ethernet adapter, by slot and VLAN (2.5.4 step 10).
    """
    spacing = run.datacenter.timings.arp
    sent = [
        (adapter.mac, vlan)
        for adapter in run.shell.ethernet_adapters
        for vlan in sorted(adapter.vlan_ids)
    ]
    first = run.datacenter.clock.now - spacing * (len(sent) - 1)
    made = []
    for number, (mac, vlan) in enumerate(sent):
        server = run.plan.vlans.get(vlan)
        network = mapping.bridged_vlans(server).get(vlan, "") if server is not None else ""
        made.append(Announcement(first + number * spacing, mac, vlan, network))
    return tuple(made)


def _system(partition: Partition) -> OperatingSystem:
    if partition.operating_system is None:
        raise RuntimeError(f"no operating system runs in {partition.name}")
    return partition.operating_system
