"""What a migration needs to work: each component, how the console finds it, what it says if not.

The components are those of SG24-7460 6.2 (the mobile partition, Virtual I/O Servers, service
processors) and those that 2.5.4 and 2.5.7 name: movers, their connection and VASI.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from hmcsh.migration import movers
from hmcsh.model.partition import Partition
from hmcsh.model.states import PartitionState

if TYPE_CHECKING:
    from hmcsh.migration.run import Run


class Component(enum.Enum):
    """A component of a migration."""

    CONSOLE = "console"
    SOURCE_SYSTEM = "source system"
    DESTINATION_SYSTEM = "destination system"
    LINK = "connection of the movers"
    SOURCE_MOVER = "source mover"
    DESTINATION_MOVER = "destination mover"
    VASI = "VASI"
    PARTITION = "mobile partition"
    CONSENT = "consent of the operating system"
    SOURCE_HOSTS = "servers of the source's adapters"
    DESTINATION_HOSTS = "servers that are to get adapters"
    MADE_SHELL = "system that has the shell partition"
    MADE_HOSTS = "servers that got adapters"
    TARGETS = "virtual target devices"


class ComponentLostError(Exception):
    """Something that a step needs is gone; the text tells what."""

    def __init__(self, component: Component, text: str) -> None:
        super().__init__(text)
        self.component = component


@dataclasses.dataclass(frozen=True, slots=True)
class _Contact:
    works: Callable[[Run], bool]
    loss: Callable[[Run], str]


def _mover_works(server: Partition) -> bool:
    return server.rmc_active and server.io_server.mover_works


def _linked(run: Run) -> bool:
    source, destination = run.movers
    return (
        source.io_server.link_up
        and destination.io_server.link_up
        and movers.connected(source, destination)
    )


def _first_down(servers: Iterable[Partition]) -> Partition | None:
    return next((server for server in servers if not server.rmc_active), None)


def _hosts(pick: Callable[[Run], Iterable[Partition]]) -> _Contact:
    def loss(run: Run) -> str:
        server = _first_down(pick(run))
        return f"the Virtual I/O Server {server.name if server else ''} cannot be contacted"

    return _Contact(lambda run: _first_down(pick(run)) is None, loss)


def _consents(run: Run) -> bool:
    system = run.source.operating_system
    return system is None or system.accepts_migration


_CONTACTS: dict[Component, _Contact] = {
    Component.CONSOLE: _Contact(
        lambda run: run.console.running,
        lambda run: f"the management console {run.console.name} was restarted",
    ),
    Component.SOURCE_SYSTEM: _Contact(
        lambda run: run.migration.source_frame.seen_state.hypervisor_runs,
        lambda run: f"the managed system {run.migration.source_frame.name} is powered off",
    ),
    Component.DESTINATION_SYSTEM: _Contact(
        lambda run: run.migration.destination_frame.seen_state.hypervisor_runs,
        lambda run: f"the managed system {run.migration.destination_frame.name} is powered off",
    ),
    Component.MADE_SHELL: _Contact(
        lambda run: (
            run.migration.destination is None
            or run.migration.destination_frame.seen_state.hypervisor_runs
        ),
        lambda run: f"the managed system {run.migration.destination_frame.name} is powered off",
    ),
    Component.LINK: _Contact(
        _linked,
        lambda run: (
            f"the connection of the movers {run.movers[0].name} and {run.movers[1].name} is down"
        ),
    ),
    Component.SOURCE_MOVER: _Contact(
        lambda run: _mover_works(run.movers[0]),
        lambda run: f"the mover {run.movers[0].name} cannot be contacted",
    ),
    Component.DESTINATION_MOVER: _Contact(
        lambda run: _mover_works(run.movers[1]),
        lambda run: f"the mover {run.movers[1].name} cannot be contacted",
    ),
    Component.VASI: _Contact(
        lambda run: all(mover.io_server.vasi_works for mover in run.movers),
        lambda run: "a VASI device of the movers has an error",
    ),
    Component.PARTITION: _Contact(
        lambda run: run.owner.rmc_active,
        lambda run: f"the partition {run.owner.name} cannot be contacted over RMC",
    ),
    Component.CONSENT: _Contact(
        _consents,
        lambda run: "the operating system is not ready",
    ),
    Component.SOURCE_HOSTS: _hosts(lambda run: run.source_hosts),
    Component.DESTINATION_HOSTS: _hosts(lambda run: run.destination_hosts),
    Component.MADE_HOSTS: _hosts(lambda run: [made.server for made in run.server_slots]),
    Component.TARGETS: _Contact(
        lambda run: all(host.io_server.makes_targets for host in run.destination_hosts),
        lambda run: "a virtual target device could not be made",
    ),
}

SYSTEMS = (Component.SOURCE_SYSTEM, Component.DESTINATION_SYSTEM)
CONNECTION = (
    Component.LINK,
    Component.SOURCE_MOVER,
    Component.DESTINATION_MOVER,
    Component.VASI,
)
# What does not come back by waiting, so that its loss is taken for final at once.
DECISIVE = frozenset({*SYSTEMS, Component.VASI, Component.CONSENT, Component.TARGETS})


def works(run: Run, component: Component) -> bool:
    """Whether a component can be used now."""
    return _CONTACTS[component].works(run)


def first_lost(run: Run, needed: Iterable[Component]) -> Component | None:
    """The first of the components that cannot be used now; None if all can."""
    for component in needed:
        if not _CONTACTS[component].works(run):
            return component
    return None


def loss(run: Run, component: Component) -> ComponentLostError:
    """The error that tells of a loss."""
    return ComponentLostError(component, _CONTACTS[component].loss(run))


def serves(server: Partition) -> bool:
    """Whether state can pass through a mover, whoever reaches it."""
    vios = server.io_server
    return server.state is PartitionState.RUNNING and vios.link_up and vios.mover_works
