"""lsrsrc: resources of Resource Monitoring and Control."""

from __future__ import annotations

from hmcsh.commands.common import rsct

from hmcsh.language.dialect import LINUX

COMMAND = rsct.command(LINUX)
