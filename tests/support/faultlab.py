"""A small lab for faults: one partition of 64 MB, one mover on each side or two."""

import dataclasses

from support.lab import Lab, fresh

from hmcsh.language.messages import CommandExit
from hmcsh.migration.engine import Mobility
from hmcsh.migration.request import Request
from hmcsh.migration.run import Run
from hmcsh.model.fault import Fault
from hmcsh.model.partition import Partition
from hmcsh.runtime import SECOND, Clock, Process

_SERVER = """
      {name}:
        id: {id}
        type: vioserver
        mover: lan
        disks: {{hdisk0: internal, hdisk1: root}}
        bridges: {{ent4: {{network: lan, priority: {id}}}}}
"""
_MOBILE = """
      mobile:
        memory: {memory}
        state: {state}
        activated: yes
        scsi: {{2: {{server: VIOS_S, luns: [root]}}}}
        ethernet: {{3: 1}}
"""
_OS = """
        os:
          workload:
            {{kind: {kind}, written: 1.0, working_set: 0.5, rate: 60 MB/s, content: {content}}}
"""


def text(
    *,
    active: bool = True,
    spare: bool = False,
    idle: bool = False,
    memory: str = "64 MB",
    window: str = "700 ms",
    content: str = "versions",
) -> str:
    """The lab's inventory. The suspend window is so short that pages are left for demand paging.

    `spare` gives both systems a second mover, `content` is what the partition's pages hold; `idle`
    lets the partition write nothing, so that no pages are left.
    """

    def system(name: str, servers: list[str], more: str = "") -> str:
        blocks = "".join(_SERVER.format(name=n, id=i) for i, n in enumerate(servers, 1))
        return (
            f"  {name}:\n    memory: 4 GB\n    memory_block: 16 MB\n    partitions:\n{blocks}{more}"
        )

    state = "Running" if active else "Not Activated"
    mobile = _MOBILE.format(state=state, memory=memory)
    if active:
        mobile += _OS.format(kind="idle" if idle else "uniform", content=content)
    sources, destinations = ["VIOS_S"], ["VIOS_D"]
    if spare:
        sources, destinations = [*sources, "SPARE_S"], [*destinations, "SPARE_D"]
    return (
        f"timings: {{window_target: {window}, copy_timeout: 8 s}}\n"
        "networks: {lan: 1 Gbit/s}\n"
        "luns: {root: 8 GB}\n"
        "systems:\n" + system("source", sources, mobile) + system("dest", destinations)
    )


@dataclasses.dataclass
class FaultLab(Lab):
    """The lab with the migration of its one partition under way."""

    process: Process | None = None

    @property
    def run(self) -> Run:
        return self.mobility.history[-1]

    @property
    def source(self) -> Partition | None:
        return self.frame("source").find_by_name("mobile")

    @property
    def shell(self) -> Partition | None:
        return self.frame("dest").find_by_name("mobile")

    def begin(self, *faults: Fault) -> Run:
        """Start the migration, with faults that wait for it."""
        for fault in faults:
            self.mobility.faults.add(fault)
        request = Request(self.frame("source"), self.frame("dest"), self.source)
        self.process = self.start(request)
        return self.run

    def message(self) -> str:
        """Let the migration end; the key of its message, `done` without one."""
        try:
            self.datacenter.clock.run_until(self.process)
        except CommandExit as error:
            return error.message.key
        return "done"

    def move(self, *faults: Fault) -> str:
        """Migrate with faults; the key of the message in which it ends."""
        self.begin(*faults)
        return self.message()

    def recover(self, *, force: bool = False) -> str:
        """Recover at the end of the migration that is marked, as `migrlpar -o r` does."""
        try:
            marked = self.source if self.source is not None else self.shell
            self.datacenter.clock.run_until(self.mobility.recover(marked, force=force))
        except CommandExit as error:
            return error.message.key
        return "done"


def fault_lab(**given: bool | str) -> FaultLab:
    """Make the lab anew, as `text` has it."""
    datacenter = fresh(text(**given), Clock("manual"))
    return FaultLab(datacenter, Mobility(datacenter))


__all__ = ["SECOND", "Fault", "FaultLab", "fault_lab"]
