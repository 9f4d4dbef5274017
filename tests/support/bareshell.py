"""A console for shells under test: files, a clock that jumps, streams in memory."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping

from hmcsh.shell import Command, Limits, Shell, TextReader, settle

START = datetime.datetime(2009, 3, 2, 9, 30, 15, tzinfo=datetime.UTC)


class Console:
    """A Host whose time passes only while somebody sleeps."""

    hostname = "hmc1.example.com"
    user = "hscroot"
    home = "/home/hscroot"

    def __init__(self) -> None:
        self.time = START
        self.files = {
            "/home/hscroot/names": "pear\napple\nfig\n",
            "/home/hscroot/profile.sh": "greet() { echo hello $1; }\nCOLOUR=blue\n",
            "/proc/uptime": "350.21 600.02\n",
        }

    def now(self) -> datetime.datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += datetime.timedelta(seconds=seconds)

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        done, _ = await asyncio.wait([task], timeout=seconds)
        await settle([task])
        return bool(done)

    def read_file(self, path: str) -> str:
        if path in self.files:
            return self.files[path]
        if path == "/root/secret":
            raise PermissionError(path)
        if any(name.startswith(path.rstrip("/") + "/") for name in self.files):
            raise IsADirectoryError(path)
        raise FileNotFoundError(path)

    def list_directory(self, path: str) -> list[str]:
        if path in self.files:
            raise NotADirectoryError(path)
        prefix = path.rstrip("/") + "/"
        names = {f[len(prefix) :].split("/")[0] for f in self.files if f.startswith(prefix)}
        if not names:
            raise FileNotFoundError(path)
        return sorted(names)

    def reach(self, name: str) -> tuple[str, bool] | None:
        return (name, name == "10.0.0.9") if name[:1].isdigit() else None

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        return [("hscroot", "pts/0", START, "10.0.0.9")]


class Sink:
    """An Output that keeps what it gets."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    async def drain(self) -> None:
        return


class Session:
    """A shell with its streams; the ways to run it return (status, stdout, stderr)."""

    def __init__(
        self,
        commands: Mapping[str, Command] | None = None,
        stdin: str = "",
        limits: Limits | None = None,
        **keywords: object,
    ) -> None:
        self.host = Console()
        self.out, self.err = Sink(), Sink()
        self.shell = Shell(
            host=self.host,
            commands=commands or {},
            stdin=TextReader(stdin),
            stdout=self.out,
            stderr=self.err,
            limits=limits or Limits(),
            **keywords,  # type: ignore[arg-type]
        )

    def string(self, text: str) -> tuple[int, str, str]:
        return self._result(asyncio.run(self.shell.run_string(text)))

    def script(self) -> tuple[int, str, str]:
        return self._result(asyncio.run(self.shell.run_script()))

    def _result(self, status: int) -> tuple[int, str, str]:
        return status, self.out.text, self.err.text
