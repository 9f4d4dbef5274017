"""lparstat: what the partition has of its managed system."""

from __future__ import annotations

from hmcsh.commands.common import lparstat

from hmcsh.language.dialect import LINUX

COMMAND = lparstat.command(LINUX)
