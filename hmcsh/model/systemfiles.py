"""The files that an operating system has when it is installed (a small selection, inferred)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from hmcsh.model.filetree import FileTree, FileView

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition

DR_SCRIPTS = "/usr/lib/dr/scripts/all"  # the repository of DLPAR scripts (SG24-7460 5.8.3)

_DIRECTORIES = (
    ("/dev", "/etc", "/home", "/opt", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local")  # noqa: S108
    + ("/usr/local/bin", "/usr/sbin", "/var", "/var/adm", "/var/adm/ras", "/var/log", "/var/tmp")  # noqa: S108
)
_FOR_ALL = ("/tmp", "/var/tmp")  # noqa: S108
_OF_AIX = ("/usr/lib/dr", "/usr/lib/dr/scripts", DR_SCRIPTS)


def files_of(
    partition: Partition, user: str, now: Callable[[], datetime.datetime] | None = None
) -> FileView:
    """The files of a partition's operating system, as a user of it reaches them.

    `now` gives the time for one who may still use them when the partition has migrated. Raises
    TypeError if there is no operating system.
    """
    system = partition.operating_system
    if system is None:
        raise TypeError(f"no operating system runs in {partition.name}")
    if system.files is None:
        system.files = _installed(partition)
    return system.files.view(user, now or partition.now)


def is_aix(partition: Partition) -> bool:
    """Whether AIX runs in the partition, on a Virtual I/O Server under its own commands."""
    system = partition.operating_system
    return partition.is_vios or (system is not None and system.version.startswith("AIX"))


def _installed(partition: Partition) -> FileTree:
    datacenter = partition.frame.datacenter
    system = partition.operating_system
    version = system.version if system is not None else ""
    address = system.ip_address if system is not None else ""
    tree = FileTree.planted(datacenter.start)
    view = tree.view("root", lambda: datacenter.start)
    aix = is_aix(partition)
    for path in (*_DIRECTORIES, *(_OF_AIX if aix else ("/root",))):
        view.make_directory(path, 0o777 if path in _FOR_ALL else 0o755)
    name = partition.name.lower()
    hosts = "127.0.0.1\tloopback localhost\n" + (f"{address}\t{name}\n" if address else "")
    made = {"/etc/hosts": hosts}
    if aix:
        made["/etc/environment"] = (
            "PATH=/usr/bin:/etc:/usr/sbin:/usr/ucb:/sbin\nTZ=UTC\nLANG=en_US\n"
            "ODMDIR=/etc/objrepos\n"
        )
        made["/etc/motd"] = f"Welcome to {_family(version)}!\n"
        made["/.profile"] = ""
    for path, text in made.items():
        view.open(path, 0o644)(text)
    if partition.is_vios:
        view.make_directory("/home/padmin", 0o755)
        view.open("/home/padmin/.profile", 0o644)("")
        for path in ("/home/padmin", "/home/padmin/.profile"):
            view.change(path, owner="padmin", group="staff")
        view.remove("/etc/motd")
    return tree


def _family(version: str) -> str:
    """`AIX Version 6.1` for `AIX 6.1 6100-00-01-0748`."""
    words = version.split()
    return " Version ".join(words[:2]) if words[:1] == ["AIX"] else version
