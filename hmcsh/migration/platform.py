"""The hypervisors, movers and networks behind a datacenter, as migrations use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from hmcsh.hypervisor.movers import Admission, Mover
from hmcsh.hypervisor.network import Flow, Network, Resource
from hmcsh.migration.components import serves
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition, Workload
from hmcsh.model.resources import Resources
from hmcsh.runtime import SECOND

if TYPE_CHECKING:
    from hmcsh.hypervisor.partition import Hypervisor
    from hmcsh.hypervisor.transfer import StateTransfer, TransferSettings
    from hmcsh.hypervisor.workload import WorkloadSpec
    from hmcsh.migration.run import Run

_MEGABYTE = 1 << 20
_BITS = 8
# Bytes that are sent while a partition is suspended, for itself, for each virtual processor and
# for each virtual adapter (inferred).
_STATE, _PROCESSOR_STATE, _ADAPTER_STATE = 512 << 10, 64 << 10, 16 << 10


class Platform:
    """Hypervisors of the managed systems and movers of the Virtual I/O Servers.

    Both are made when they are first needed, and what works on page state is imported then: a
    datacenter of many systems costs nothing here until something moves. `keep_commit` is called
    with a migration that has written its commit record, before anything follows from it.
    """

    def __init__(self, datacenter: Datacenter) -> None:
        self.datacenter = datacenter
        self.network = Network(datacenter.clock)
        self._hypervisors: dict[Frame, Hypervisor] = {}
        self._movers: dict[str, Mover] = {}
        self._backbones: dict[str, Resource] = {}
        self._moved: dict[str, int] = {}
        self.keep_commit: Callable[[Run], None] = lambda _: None

    def hypervisor(self, frame: Frame) -> Hypervisor:
        """The hypervisor of a managed system."""
        from hmcsh.hypervisor.partition import Hypervisor

        if frame not in self._hypervisors:
            self._hypervisors[frame] = Hypervisor(frame.serial_number, self.datacenter.seed)
        return self._hypervisors[frame]

    def mover(self, server: Partition) -> Mover:
        """The mover of a Virtual I/O Server, as fast as its adapter and its network allow."""
        if server.uuid not in self._movers:
            vios = server.io_server
            network = self.datacenter.networks.get(vios.mover_network)
            rate = vios.mover_rate if network is None else min(vios.mover_rate, network.rate)
            self._movers[server.uuid] = Mover(server.name, rate // _BITS, vios.migration_limit)
            self.refresh_mover(server)
        return self._movers[server.uuid]

    def refresh_mover(self, server: Partition) -> None:
        """Let a mover carry as much as its Virtual I/O Server's present condition allows."""
        mover = self._movers.get(server.uuid)
        if mover is None:
            return
        for direction in (mover.egress, mover.ingress):
            if serves(server) and direction.is_cut:
                self.network.restore(direction)
            elif not serves(server) and not direction.is_cut:
                self.network.cut(direction)

    def limit_mover(self, server: Partition) -> None:
        """Let a mover carry as many migrations at a time as its server is now set to."""
        mover = self._movers.get(server.uuid)
        if mover is not None:
            mover.set_limit(server.io_server.migration_limit)

    def admission(self, source: Partition, destination: Partition) -> Admission:
        """Ask two movers to carry one more migration; it is granted when both have room."""
        return Admission(self.datacenter.clock, self.mover(source), self.mover(destination))

    def transfer(
        self, partition: Partition, source: Partition, destination: Partition
    ) -> StateTransfer:
        """Connect two movers and make the transfer of a running partition's page state."""
        from hmcsh.hypervisor.transfer import StateTransfer

        if partition.current is None or partition.operating_system is None:
            raise RuntimeError(f"{partition.name} does not run")
        memory = self.hypervisor(partition.frame).memory(
            partition.uuid,
            partition.current.memory.desired * _MEGABYTE,
            _specification(partition.operating_system.workload),
        )
        memory.migrations = max(memory.migrations, self._moved.get(partition.uuid, 0))
        return StateTransfer(
            self.datacenter.clock,
            memory,
            self.flow(partition, source, destination),
            self._settings(partition, partition.current),
        )

    def transfer_from(self, run: Run, pages: bytes) -> StateTransfer:
        """Make the transfer of a migration anew as it stood at the commit record.

        Raises ValueError for bytes that do not fit.
        """
        from hmcsh.hypervisor.keeping import restore_transfer

        source, (first, second) = run.source, run.movers
        if source.current is None or source.operating_system is None or run.record is None:
            raise ValueError(f"{source.name} did not run")
        return restore_transfer(
            pages,
            self.datacenter.clock,
            _specification(source.operating_system.workload),
            self.flow(source, first, second),
            self._settings(source, source.current),
            run.record,
        )

    def take_back(self, transfer: StateTransfer, source: Frame) -> None:
        """Let the hypervisor of the source hold the memory of a transfer that was made anew."""
        self.hypervisor(source).hold(transfer.source)

    @property
    def moved(self) -> dict[str, int]:
        """How many active migrations each partition has begun, by UUID."""
        counts: dict[str, int] = dict(self._moved)
        for hypervisor in self._hypervisors.values():
            for memory in hypervisor.memories():
                counts[memory.uuid] = max(memory.migrations, counts.get(memory.uuid, 0))
        return counts

    def count_moved(self, counts: Mapping[str, int]) -> None:
        """Go on counting the migrations of partitions from here."""
        self._moved = dict(counts)

    def flow(self, partition: Partition, source: Partition, destination: Partition) -> Flow:
        """Open the movers' channel for the state of a partition."""
        route = [self.mover(source).egress, self.mover(destination).ingress]
        # Movers that reach each other are on one network.
        network = self.datacenter.networks.get(source.io_server.mover_network)
        if network is not None and network.backbone is not None:
            if network.name not in self._backbones:
                shared = Resource(f"{network.name} backbone", network.backbone // _BITS)
                self._backbones[network.name] = shared
            route.append(self._backbones[network.name])
        return self.network.open(partition.uuid, route)

    def _settings(self, partition: Partition, assigned: Resources) -> TransferSettings:
        from hmcsh.hypervisor.transfer import TransferSettings

        timings, limits = self.datacenter.timings, self.datacenter.transfers
        table = assigned.memory.desired * _MEGABYTE // partition.page_table_ratio(assigned)
        return TransferSettings(
            window_target=timings.window_target,
            copy_timeout=timings.copy_timeout,
            quiesce=timings.quiesce,
            resume=timings.resume + table * SECOND // limits.page_table_rate,
            io_recovery=timings.io_recovery,
            arp=timings.arp,
            vlans=sum(len(adapter.vlan_ids) for adapter in partition.ethernet_adapters),
            min_pages=limits.min_pages,
            eps=Fraction(str(limits.shrink)),
            max_rounds=limits.max_rounds,
            max_factor=limits.max_factor,
            slices=limits.slices,
            cpu_state=_STATE
            + _PROCESSOR_STATE * assigned.processors.count.desired
            + _ADAPTER_STATE * len(partition.adapters),
        )

    def hand_over(self, transfer: StateTransfer, source: Frame, destination: Frame) -> None:
        """Give a verified memory to the destination's hypervisor and free the source's."""
        transfer.complete()
        self.hypervisor(destination).adopt(transfer.destination)
        self.hypervisor(source).discard(transfer.source.uuid)

    def drop(self, transfer: StateTransfer, source: Frame) -> None:
        """Free both sides' memory of a partition that stopped on its way."""
        transfer.flow.cancel()
        transfer.destination.discard()
        self.hypervisor(source).discard(transfer.source.uuid)


def _specification(workload: Workload) -> WorkloadSpec:
    from hmcsh.hypervisor.workload import WorkloadSpec

    return WorkloadSpec(
        kind=workload.kind,  # type: ignore[arg-type]  # an inventory allows only these kinds
        written=workload.written,
        working_set=workload.working_set,
        writes_per_second=WorkloadSpec.pages_per_second(workload.rate),
        content=workload.content,  # type: ignore[arg-type]  # as above
    )
