"""The operating systems of partitions as one meets them at their console."""

from __future__ import annotations

import dataclasses

from hmcsh.model.partition import Partition
from hmcsh.model.systemfiles import is_aix
from hmcsh.shell.dialects import BASH, KSH, Dialect

_PATH = "/usr/bin:/etc:/usr/sbin:/usr/ucb:/sbin"
_LINUX = ("linux", "sles", "suse", "red hat", "rhel", "ubuntu", "fedora", "debian")

# The tools that a restricted padmin has beside the commands of the Virtual I/O Server (recalled:
# what its help lists); the shell's other tools are those of oem_setup_env.
PADMIN_TOOLS = frozenset(
    ("cat", "chmod", "clear", "cp", "cut", "date", "egrep", "fgrep", "grep", "head", "ls", "mkdir")
    + ("more", "mv", "ping", "rm", "sed", "sleep", "sort", "tail", "tee", "tr", "vi", "wc", "who")
)


@dataclasses.dataclass(frozen=True, slots=True)
class System:
    """An operating system: the user of its console and the shell that he gets.

    `messages` begins the keys of its messages, `device` is the name of its console, and `commands`
    the package of its commands. `tools` are the only tools that its shell has, None for all.
    """

    name: str
    user: str
    home: str
    shell: str
    dialect: Dialect
    prompt: str
    path: str
    messages: str
    device: str
    restricted: bool = False
    tools: frozenset[str] | None = None


AIX = System("aix", "root", "/", "ksh", KSH, "# ", _PATH, "aix", "/dev/vty0")
VIOS = System(
    "vios",
    "padmin",
    "/home/padmin",
    "rksh",
    KSH,
    "$ ",
    "/usr/ios/cli:/usr/bin:/usr/sbin",
    "vios",
    "/dev/vty0",
    restricted=True,
    tools=PADMIN_TOOLS,
)
LINUX = System(
    "linux",
    "root",
    "/root",
    "bash",
    BASH,
    r"\h:\w # ",
    "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin",
    "linux",
    "hvc0",
)


def system_of(partition: Partition) -> System | None:
    """The operating system in a partition, None if it is none that can be logged in to."""
    running = partition.operating_system
    if running is None:
        return None
    if partition.is_vios:
        return VIOS
    if is_aix(partition):
        return AIX
    return LINUX if any(word in running.version.lower() for word in _LINUX) else None
