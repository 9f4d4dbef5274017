"""Somebody at the virtual terminal of a partition: types, and looks at what is shown."""

from __future__ import annotations

from hmcsh.console import ConsoleService
from hmcsh.model.partition import Partition
from hmcsh.runtime import Clock

PASSWORD = "abc123"


class Sitting:
    """A terminal on a partition of a service whose clock is manual."""

    def __init__(self, service: ConsoleService, partition: Partition) -> None:
        self.service = service
        self.partition = partition
        self.clock: Clock = service.datacenter.clock
        self.screen = ""
        self.open()

    def open(self) -> None:
        """Open the terminal, where the partition stands now."""
        self.terminal = self.partition.vty.open("hmc1", "hscroot")
        self.terminal.show = self._show

    def _show(self, text: str) -> None:
        self.screen += text

    def type(self, text: str, passing: int = 0) -> str:
        """Type something and let time pass (ns); gives what was shown, with plain newlines."""
        self.screen = ""
        self.terminal.type(text)
        if passing:
            self.clock.advance(passing)
        return self.screen.replace("\r\n", "\n")

    def log_in(self, user: str = "root", password: str = PASSWORD) -> str:
        """Answer the questions of the log-in."""
        return self.type(f"{user}\r") + self.type(f"{password}\r")

    def run(self, *lines: str, passing: int = 0) -> str:
        """Type lines at the prompt; gives what the last one has shown, without its echo."""
        shown = ""
        for line in lines:
            shown = self.type(f"{line}\r", passing)
        body = shown.partition("\n")[2]
        return body[: body.rfind("\n") + 1]

    def write(self, path: str, text: str) -> None:
        """Write a file by a here-document."""
        self.type(f"cat > {path} <<'END'\r")
        for line in text.splitlines():
            self.type(f"{line}\r")
        self.type("END\r")
