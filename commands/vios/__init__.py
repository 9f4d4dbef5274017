"""The commands of a Virtual I/O Server: one module each, which bears the command's name."""

from __future__ import annotations

from collections.abc import Mapping

from hmcsh.commands.common.modules import Modules
from hmcsh.commands.common.partition import PartitionCaller, PartitionCommand, executable

COMMANDS: Mapping[str, PartitionCommand] = Modules(__name__, __path__)

__all__ = ["COMMANDS", "PartitionCaller", "PartitionCommand", "executable"]
