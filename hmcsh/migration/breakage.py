"""What each kind of fault breaks in the model, and how it is made whole again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hmcsh.migration import codes
from hmcsh.model import power
from hmcsh.model.partition import Partition
from hmcsh.model.states import PartitionState, SystemState

if TYPE_CHECKING:
    from hmcsh.migration.platform import Platform
    from hmcsh.migration.run import Run
    from hmcsh.model.frame import Frame


@dataclasses.dataclass(slots=True)
class Breakage:
    """The changes that a fault made, so that they can be taken back."""

    platform: Platform
    _changes: list[tuple[Any, str, Any, Any]] = dataclasses.field(default_factory=list)
    _movers: list[Partition] = dataclasses.field(default_factory=list)

    def change(self, item: object, name: str, value: object) -> None:
        """Set an attribute until the fault is healed."""
        before = getattr(item, name)
        setattr(item, name, value)
        self._changes.append((item, name, before, value))

    def cut_off(self, mover: Partition) -> None:
        """Let nothing pass through a mover that no longer works."""
        self._movers.append(mover)
        self.platform.refresh_mover(mover)

    def heal(self) -> None:
        """Take back what is still as the fault made it."""
        for item, name, before, value in reversed(self._changes):
            if getattr(item, name) == value:
                setattr(item, name, before)
        for mover in self._movers:
            self.platform.refresh_mover(mover)


def _source_mover(run: Run) -> Partition:
    return run.movers[0]


def _destination_mover(run: Run) -> Partition:
    return run.movers[1]


def _source_server(run: Run) -> Partition:
    return run.movers[0] if run.active else run.source_hosts[0]


def _destination_server(run: Run) -> Partition:
    return run.movers[1] if run.active else run.destination_hosts[0]


def _pull_cable(run: Run, breakage: Breakage) -> None:
    """The network cable of the source mover: its mover link and its way to the console."""
    server = _source_mover(run)
    breakage.change(server.io_server, "link_up", False)
    _lose_rmc(server, breakage)
    codes.adapter_failure(server.io_server.mover_device).log(run, server)
    breakage.cut_off(server)


def _lose_rmc(partition: Partition, breakage: Breakage) -> None:
    if partition.operating_system is not None:
        breakage.change(partition.operating_system, "rmc", False)


def _kill_mover(pick: Callable[[Run], Partition]) -> Callable[[Run, Breakage], None]:
    def strike(run: Run, breakage: Breakage) -> None:
        server = pick(run)
        breakage.change(server.io_server, "mover_works", False)
        breakage.cut_off(server)

    return strike


def _kill_server(pick: Callable[[Run], Partition]) -> Callable[[Run, Breakage], None]:
    def strike(run: Run, breakage: Breakage) -> None:
        server = pick(run)
        _turn_off(server, breakage)
        breakage.cut_off(server)

    return strike


def _turn_off(partition: Partition, breakage: Breakage) -> None:
    before = partition.state
    power.turn_off(partition)
    if partition.migration is not None:
        # It stays marked until it is recovered, and nothing starts it again before.
        partition.state = PartitionState.MIGRATING_NOT_ACTIVATED
        return
    partition.state = before
    breakage.change(partition, "state", PartitionState.NOT_ACTIVATED)


def _power_off(pick: Callable[[Run], Frame]) -> Callable[[Run, Breakage], None]:
    def strike(run: Run, breakage: Breakage) -> None:
        frame = pick(run)
        breakage.change(frame, "state", SystemState.POWER_OFF)
        for partition in frame.partitions.values():
            if partition.state.powered_on:
                _turn_off(partition, breakage)
            partition.vty.close()
            if partition.is_mover:
                breakage.cut_off(partition)

    return strike


def _refuse(run: Run, breakage: Breakage) -> None:
    if run.source.operating_system is not None:
        breakage.change(run.source.operating_system, "accepts_migration", False)


def _spoil_vasi(run: Run, breakage: Breakage) -> None:
    breakage.change(_source_mover(run).io_server, "vasi_works", False)


def _spoil_targets(run: Run, breakage: Breakage) -> None:
    breakage.change(run.destination_hosts[0].io_server, "makes_targets", False)


def _stop_console(run: Run, breakage: Breakage) -> None:
    breakage.change(run.console, "running", False)
    run.console.go_down()


def _lose_partition(run: Run, breakage: Breakage) -> None:
    _lose_rmc(run.owner, breakage)


@dataclasses.dataclass(frozen=True, slots=True)
class Breaking:
    """How a kind of fault strikes; `concerns` tells whether it can strike a migration at all."""

    change: Callable[[Run, Breakage], None]
    concerns: Callable[[Run], bool] = lambda run: run.active

    def strike(self, run: Run) -> Breakage:
        """Break it; gives what can be healed."""
        breakage = Breakage(run.platform)
        self.change(run, breakage)
        return breakage


BREAKAGES: dict[str, Breaking] = {
    "link": Breaking(_pull_cable),
    "source-mover": Breaking(_kill_mover(_source_mover)),
    "dest-mover": Breaking(_kill_mover(_destination_mover)),
    "source-vios": Breaking(
        _kill_server(_source_server), lambda run: run.active or bool(run.source_hosts)
    ),
    "dest-vios": Breaking(
        _kill_server(_destination_server), lambda run: run.active or bool(run.destination_hosts)
    ),
    "rmc": Breaking(_lose_partition),
    "vasi": Breaking(_spoil_vasi),
    "source-power": Breaking(_power_off(lambda run: run.migration.source_frame), lambda _: True),
    "dest-power": Breaking(_power_off(lambda run: run.migration.destination_frame), lambda _: True),
    "hmc": Breaking(_stop_console, lambda _: True),
    "os-refuse": Breaking(_refuse),
    "target-device": Breaking(_spoil_targets, lambda run: bool(run.destination_hosts)),
}
