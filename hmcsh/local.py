"""`hmcsh run` and `hmcsh shell`: a console without ssh."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import dataclasses
import logging
import os
import signal
import sys
import termios
import tty
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from hmcsh.console import ConsoleService, equip
from hmcsh.language.levels import Level
from hmcsh.runtime.clock import Pace
from hmcsh.shell import Interrupted, Shell
from hmcsh.shell.streams import Reader
from hmcsh.state.inventories import load

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

_CHUNK = 64 * 1024


class StandardInput(Reader):
    """Standard input of this program."""

    def __init__(self) -> None:
        super().__init__()
        self._fd = sys.stdin.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    async def _fill(self) -> str:
        while True:
            await self._ready()
            data = os.read(self._fd, _CHUNK)
            if text := self._decoder.decode(data, final=not data):
                return text
            if not data:
                return ""

    async def _ready(self) -> None:
        """Wait until something can be read, which the loop never does."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self._fd, ready.set)
        except PermissionError:
            return  # a file is always ready, and cannot be waited for (epoll_ctl(2))
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._fd)

    @contextlib.contextmanager
    def raw(self) -> Iterator[None]:
        """Let the terminal pass everything on as it is typed."""
        if not os.isatty(self._fd):
            yield
            return
        before = termios.tcgetattr(self._fd)
        tty.setraw(self._fd)
        try:
            yield
        finally:
            termios.tcsetattr(self._fd, termios.TCSADRAIN, before)

    async def read_hidden(self) -> str:
        """Return the next line; the terminal does not show what is typed."""
        if not os.isatty(self._fd):
            return await self.readline()
        before = termios.tcgetattr(self._fd)
        silent = termios.tcgetattr(self._fd)
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(self._fd, termios.TCSAFLUSH, silent)
        try:
            return await self.readline()
        finally:
            termios.tcsetattr(self._fd, termios.TCSADRAIN, before)


class StandardOutput:
    """A standard stream of this program."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write text."""
        self._stream.write(text)

    async def drain(self) -> None:
        """Hand over what was written."""
        self._stream.flush()


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What to make a console of; `seed` and `level` None are those of the inventory."""

    inventory: str
    pace: float | str
    seed: int | None = None
    level: Level | None = None


def _open(source: Source) -> tuple[ConsoleService, str]:
    """Make a console and choose its first user.

    What a command refuses it says itself: here, unlike on a server, nobody else reads the log.
    """
    logging.getLogger("hmcsh").setLevel(logging.ERROR)
    pace = cast(Pace, source.pace)
    mobility = load(source.inventory, pace, seed=source.seed, level=source.level, equip=equip)
    service = ConsoleService(mobility.datacenter, settle_limit=None, mobility=mobility)
    return service, next(iter(mobility.datacenter.console.users))


def _shell(service: ConsoleService, user: str, tty: str | None) -> Shell:
    return service.open_shell(
        user=user,
        origin="localhost",
        tty=tty,
        stdin=StandardInput(),
        stdout=StandardOutput(sys.stdout),
        stderr=StandardOutput(sys.stderr),
        environment={},
    )


async def _until_down(service: ConsoleService, session: Coroutine[Any, Any, int]) -> int:
    """Run a session; it ends with the console, if that is shut down."""
    task = asyncio.ensure_future(session)
    ended: list[bool] = []

    def end() -> None:
        ended.append(task.cancel())

    service.console.when_down.append(end)
    try:
        return await task
    except asyncio.CancelledError:
        if not ended:
            raise
        return 0


def run(source: Source, line: str | None) -> int:
    """Run one command line, or the script on standard input; gives its exit status."""
    service, user = _open(source)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]

    async def main() -> int:
        shell = _shell(service, user, None)
        try:
            script = shell.run_script() if line is None else shell.run_string(line)
            return await _until_down(service, script)
        finally:
            await service.datacenter.clock.close()
            sys.stdout.flush()

    return asyncio.run(main())


def _history_path() -> Path:
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    folder = base / "hmcsh"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "history"


def interact(source: Source) -> int:
    """Prompt for command lines on this terminal until `exit`; gives the exit status.

    Raises OSError if standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        raise OSError("standard input is not a terminal; `hmcsh run` takes scripts")
    service, user = _open(source)

    async def main() -> int:
        shell = _shell(service, user, "pts/0")
        prompt = _prompt(service, shell)
        loop = asyncio.get_running_loop()

        async def read_line(text: str) -> str | None:
            try:
                return await prompt.prompt_async(text)
            except EOFError:
                return None
            except KeyboardInterrupt:
                raise Interrupted from None
            finally:
                # The prompt takes the signal for itself, and takes our handler off at its end.
                loop.add_signal_handler(signal.SIGINT, shell.interrupt)

        try:
            return await _until_down(service, shell.interact(read_line))
        finally:
            service.shell_closed(shell)
            await service.datacenter.clock.close()

    return asyncio.run(main())


def _prompt(service: ConsoleService, shell: Shell) -> PromptSession[str]:
    from collections.abc import Iterable

    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import FileHistory

    class ConsoleCompleter(Completer):
        """Completes what the console completes on the wire."""

        def get_completions(
            self, document: Document, complete_event: CompleteEvent
        ) -> Iterable[Completion]:
            """Give the candidates for the word at the cursor."""
            start, words = service.complete(shell, document.text, document.cursor_position)
            for word in words:
                yield Completion(word, start_position=start - document.cursor_position)

    return PromptSession(
        history=FileHistory(str(_history_path())),
        completer=ConsoleCompleter(),
        complete_while_typing=False,
    )
