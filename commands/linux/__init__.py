"""The commands of Linux partitions: one module each, which bears the command's name."""

from __future__ import annotations

from collections.abc import Mapping

from hmcsh.commands.common.modules import Modules
from hmcsh.commands.common.partition import PartitionCommand

COMMANDS: Mapping[str, PartitionCommand] = Modules[PartitionCommand](__name__, __path__)

__all__ = ["COMMANDS"]
