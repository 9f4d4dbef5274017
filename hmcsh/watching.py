"""`hmcsh status --watch`: a live view of a served console on the whole terminal."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, Layout, Window

from hmcsh import remote, screen
from hmcsh.screen import Line, Picture
from hmcsh.socketfile import ControlError

_LIMIT = 500  # lines of each kind
_PATIENCE = 10.0  # real seconds for one answer


class View:
    """What is seen, which part of it, and the application that shows it."""

    def __init__(self, path: Path, interval: float) -> None:
        self._path = path
        self._interval = interval
        self._seen: Picture | None = None
        self._lines: list[Line] = []
        self._laid_out: tuple[int, int] = (0, 0)
        self._first = 0
        self._trouble = "waiting for the first answer"
        self._lost: float | None = None
        self.application: Application[None] = Application(
            layout=Layout(
                Window(FormattedTextControl(self._text, show_cursor=False), wrap_lines=False)
            ),
            key_bindings=self._keys(),
            full_screen=True,
        )

    async def run(self) -> None:
        """Show it until a key or a signal ends it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end)
        looking = loop.create_task(self._look())
        looking.add_done_callback(lambda _: self._end())  # a fault of ours shall be seen
        try:
            await self.application.run_async()
        finally:
            looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking

    def _end(self) -> None:
        if self.application.is_running:
            self.application.exit()

    async def _look(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    self._seen = screen.picture(await remote.overview(self._path, _LIMIT))
            except (ControlError, ValueError, TimeoutError) as error:
                reason = str(error).removeprefix(f"control socket {self._path}: ")
                self._lost = self._lost or time.monotonic()
                since = time.monotonic() - self._lost
                self._trouble = (
                    f"trying again for {since:.0f} s: {reason or 'the server does not answer'}"
                )
            else:
                self._trouble, self._lost = "", None
            self._laid_out = (0, 0)
            self.application.invalidate()
            await asyncio.sleep(self._interval)

    # What is shown

    def _size(self) -> tuple[int, int]:
        """Columns, and lines between header and footer."""
        size = self.application.output.get_size()
        return size.columns, max(0, size.rows - 2)

    def _text(self) -> StyleAndTextTuples:
        width, height = self._size()
        if self._laid_out != (width, height):
            self._laid_out = width, height
            today = datetime.datetime.now(datetime.UTC).date()
            self._lines = screen.body(self._seen, width, today) if self._seen else []
        self._first = max(0, min(self._first, len(self._lines) - height))
        shown = self._lines[self._first : self._first + height]
        shown = shown + [Line("")] * (height - len(shown))
        text: StyleAndTextTuples = [
            ("reverse", screen.header(self._seen, str(self._path), width) + "\n")
        ]
        text += [(line.style, line.text + "\n") for line in shown]
        last = screen.footer(self._first, height, len(self._lines), self._trouble, width)
        return [*text, ("bold reverse" if self._trouble else "reverse", last)]

    # Keys

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        for name in ("q", "Q", "c-c"):
            keys.add(name)(lambda _: self._end())
        distances: dict[str, Callable[[], int]] = {
            "up": lambda: -1,
            "down": lambda: 1,
            "pageup": lambda: -self._size()[1],
            "pagedown": lambda: self._size()[1],
            "home": lambda: -len(self._lines),
            "end": lambda: len(self._lines),
        }
        for name, distance in distances.items():
            keys.add(name)(functools.partial(self._scroll, distance))
        return keys

    def _scroll(self, distance: Callable[[], int], _: KeyPressEvent) -> None:
        self._first += distance()


def watch(path: Path, interval: float) -> int:
    """Show a served console until the user ends it, every `interval` real seconds anew.

    Raises OSError if this is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OSError("--watch needs a terminal; without it, status shows the same once")
    asyncio.run(View(path, interval).run())
    return 0
