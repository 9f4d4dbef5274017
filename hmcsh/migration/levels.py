"""Levels of firmware, Virtual I/O Server and operating system that mobility needs.

All figures: SG24-7460 3.1; for IBM i the manual page of migrlpar, V7R7, and IBM's announcement of
7.1 TR4; which levels of firmware go together: IBM's firmware support matrices for POWER7 and
POWER8.
"""

from __future__ import annotations

import re

from hmcsh.language.levels import Level
from hmcsh.migration.spans import LISTS
from hmcsh.model.states import LparEnvironment

MINIMUM_FIRMWARE = 320
# From one level to below another: the newest with which partitions move to and fro.
_NEWEST_PARTNERS = ((MINIMUM_FIRMWARE, 350, 729), (710, 720, 759), (720, 730, 769))
MINIMUM_VIOS = (1, 5)
MINIMUM_AIX_5_3 = 7  # technology level; AIX 6 and later at any
MINIMUM_RED_HAT = (5, 1)
MINIMUM_SUSE = (10, 1)
MINIMUM_IBM_I = (7, 1)

_IBM_I = re.compile(r"(?:IBM i|OS/400)(?: Licensed Internal Code)? V?(\d+)[.R](\d+)", re.ASCII)
_AIX = re.compile(r"AIX (\d+)\.(\d+)(?: \d{4}-(\d{2}))?", re.ASCII)
# The distribution's own level ends the text: `RHEL 5 U1`, `Linux/Red Hat 2.6.18-53.el5 5.1`.
_LINUX = re.compile(
    r"(?<![\d.])(?<!el)(\d+)(?:\s*(?:\.|U|Update|SP|Service Pack)?\s*(\d+))?$", re.ASCII
)


def firmware_supported(release: str) -> bool:
    """Whether a firmware release such as `EM320_031` is eFW3.2 or later."""
    return _firmware_level(release) >= MINIMUM_FIRMWARE


def firmware_compatible(release: str, other: str) -> bool:
    """Whether partitions move between systems of two firmware releases, in either direction."""
    older, newer = sorted((_firmware_level(release), _firmware_level(other)))
    return not any(
        first <= older < below and newer > newest for first, below, newest in _NEWEST_PARTNERS
    )


def _firmware_level(release: str) -> int:
    digits = "".join(c for c in release.partition("_")[0] if c.isdigit())
    return int(digits or 0)


def vios_supported(level: str) -> bool:
    """Whether a Virtual I/O Server level such as `1.5.0.0` can take part."""
    parts = level.split(".")[:2]
    return all(p.isascii() and p.isdigit() for p in parts) and (
        tuple(int(part) for part in parts) >= MINIMUM_VIOS
    )


def environment_supported(environment: LparEnvironment, level: Level) -> bool:
    """Whether a console of a level can migrate partitions of a type."""
    if environment is LparEnvironment.OS400:
        return LISTS.covers(level)
    return environment is LparEnvironment.AIXLINUX


def system_supported(version: str) -> bool:
    """Whether an operating system can be moved while it runs.

    An operating system that is none of AIX, Red Hat, SUSE and IBM i, or does not tell its level,
    cannot.
    """
    if found := _AIX.match(version):
        release = int(found[1]), int(found[2])
        technology = int(found[3] or 0)
        return release >= (6, 0) or (release == (5, 3) and technology >= MINIMUM_AIX_5_3)
    if found := _IBM_I.match(version):
        return (int(found[1]), int(found[2])) >= MINIMUM_IBM_I
    lower = version.lower()
    level = _LINUX.search(version)
    if level is None:
        return False
    found_level = int(level[1]), int(level[2] or 0)
    if "redhat" in lower.replace(" ", "") or "rhel" in lower:
        return found_level >= MINIMUM_RED_HAT
    if "suse" in lower or "sles" in lower:
        return found_level >= MINIMUM_SUSE
    return False
