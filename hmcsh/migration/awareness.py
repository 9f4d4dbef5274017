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
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hmcsh.migration import mapping
from hmcsh.migration.components import Component, ComponentLostError
from hmcsh.model.awareness import Announcement, Answer, Call, Kind, Reaction, Registered, Stage
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
    def reason(self) -> str:
        """Why the migration cannot go on, as a sentence."""
        if self.who.kind is Kind.SYSTEM:
            return "check-migrate was refused."
        subject = f"the {self.who.kind} {self.who.name}"
        if self.answer is Answer.NONE:
            return f"{subject} did not answer in time."
        return f"{subject} refused{': ' + self.who.reason if self.who.reason else ''}."


def limit(wait_minutes: int) -> int | None:
    """How long to wait for a command of the operating system, ns; None without limit."""
    return wait_minutes * MINUTE or None


def outcomes(system: OperatingSystem, stage: Stage, bound: int | None) -> Iterator[Outcome]:
    """How those who are told answer, in their order, within `bound` ns for all (None: no bound).

    Who comes after one that did not answer in time is not told any more, except in the post
    phase.
    """
    left = bound
    members = list(system.registered)
    if stage is Stage.POST:
        members.reverse()
    elif not system.accepts_migration:
        members.insert(0, _ITSELF)
    for who in members:
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


def _tell(clock: Clock, calls: list[Call], stage: Stage, outcome: Outcome) -> Phases:
    """Tell one and wait for the answer; what comes of it is recorded, an interruption too."""
    call = Call(stage, outcome.who.kind, outcome.who.name, clock.now)
    calls.append(call)
    try:
        if outcome.wait is None:
            yield clock.event()
        elif outcome.wait:
            yield outcome.wait
        call.answer = outcome.answer
    finally:
        call.end = clock.now


# -- check: part of the validation (2.5.3) -----------------------------------------------------


def check(clock: Clock, request: Request) -> Event:
    """Ask everybody whether the partition may be migrated; who is asked is noted in the request.

    The event comes when all have answered; it has come already if nobody takes time. Nobody is
    asked where the console has no way to the operating system, or a migration is under way.
    """
    asked = list(_checked(request))
    phases = _ask(clock, request.calls, asked)
    if any(outcome.wait != 0 for outcome in asked):
        return clock.spawn(phases)
    list(phases)  # all at once: there is nothing to wait for
    answered = clock.event()
    answered.succeed()
    return answered


def _ask(clock: Clock, calls: list[Call], asked: Iterable[Outcome]) -> Phases:
    for outcome in asked:
        yield from _tell(clock, calls, Stage.CHECK, outcome)


def objections(request: Request) -> Iterator[Outcome]:
    """Everybody who keeps the partition from being migrated, with the reason."""
    for outcome in _checked(request):
        if outcome.answer in (Answer.REFUSED, Answer.NONE):
            yield outcome


def _checked(request: Request) -> Iterable[Outcome]:
    partition, system = request.partition, request.partition.operating_system
    if system is None or not partition.rmc_active or partition.migrating:
        return ()
    return outcomes(system, Stage.CHECK, limit(request.wait_minutes))


# -- prepare, or not after all (2.5.4 step 3) --------------------------------------------------


def prepare(run: Run) -> Phases:
    """Let the operating system and everybody in it get ready.

    Raises ComponentLostError if one refuses or does not answer in time.
    """
    system = _system(run.source)
    clock, base = run.datacenter.clock, run.datacenter.timings.prepare
    system.performance.inhibit(clock.now)
    run.counters_zeroed, run.counters_released = clock.now, None
    bound = limit(run.plan.request.wait_minutes)
    if bound is not None and base > bound:
        yield bound
        raise ComponentLostError(Component.CONSENT, "it did not answer in time.")
    yield base
    left = None if bound is None else bound - base
    for outcome in outcomes(system, Stage.PREPARE, left):
        yield from _tell(clock, run.calls, Stage.PREPARE, outcome)
        if outcome.answer in (Answer.REFUSED, Answer.NONE):
            raise ComponentLostError(Component.CONSENT, outcome.reason)


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
        if ready and (call.kind, call.name) not in called_off:
            run.calls.append(Call(Stage.UNDO, call.kind, call.name, now, now, Answer.ACCEPTED))


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
    for outcome in outcomes(system, Stage.POST, limit(run.plan.request.wait_minutes)):
        if (outcome.who.kind, outcome.who.name) not in told:
            yield from _tell(run.datacenter.clock, run.calls, Stage.POST, outcome)


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
