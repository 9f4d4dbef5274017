"""A line editor in the manner of readline(3) that sends nothing but text, blanks and backspaces.

It does no input or output of its own: it is fed characters, tells what to echo through a
callback, and reports how a line ended. Terminal escapes and wrapping are left out on purpose:
programs that drive a console by matching its output (expect, pexpect) see plain lines.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum, auto

Completer = Callable[[str, int], tuple[int, list[str]]]

_PLAIN = re.compile(r"[^\x00-\x1f\x7f\x80-\x9f]+")
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]{0,30}[ -/]*[@-~]|O[ -~]|[^\[O\x00-\x07\x09-\x1f])")
_BEGUN = re.compile(r"\x1b(?:\[[0-?]{0,30}[ -/]*|O)?\Z")
_ASK_ABOVE = 100
_COLUMNS = 80


class End(Enum):
    """How an edited line came to its end."""

    LINE = auto()
    EOF = auto()
    INTERRUPT = auto()
    TOO_LONG = auto()


def width(text: str) -> int:
    """Return how many columns the text takes on a terminal (UAX 11)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _common(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    at = 0
    while at < min(len(first), len(last)) and first[at] == last[at]:
        at += 1
    return first[:at]


class LineEditor:
    """Edit one line at a time.

    `echo` receives what the terminal shall show; with `visible=False` (the ECHO mode of the
    terminal is off, RFC 4254 8) nothing but the prompt is shown. A `raw` line has no history,
    no completion and no prompt: it is what a command reads from the terminal.
    """

    def __init__(
        self,
        echo: Callable[[str], None],
        *,
        visible: bool = True,
        limit: int = 1 << 20,
        history: Sequence[str] = (),
        complete: Completer | None = None,
    ) -> None:
        self._echo = echo
        self._visible = visible
        self._limit = limit
        self._history = list(history)
        self._complete = complete
        self._after_return = False
        self._yanked = ""
        self.start("")

    def start(self, prompt: str) -> None:
        """Begin a new line and show its prompt."""
        self.text = ""
        self._cursor = 0
        self._prompt = prompt.rpartition("\n")[2]
        self._place = len(self._history)
        self._kept: dict[int, str] = {}
        self._tabs = 0
        self._echo(prompt)

    def remember(self, line: str, size: int) -> None:
        """Add a line to the history, which keeps the newest `size` lines."""
        self._history.append(line)
        del self._history[:-size]

    def feed(self, data: str) -> tuple[int, End | None]:
        """Take characters up to the end of the line; return how many, and how the line ended."""
        at = 0
        while at < len(data):
            if run := _PLAIN.match(data, at):
                at = run.end()
                self._after_return = False
                self._tabs = 0
                self._insert(run.group())
                if len(self.text) > self._limit:
                    return at, End.TOO_LONG
                continue
            char = data[at]
            if char == "\x1b":
                sequence = _SEQUENCE.match(data, at)
                if sequence is None:
                    if _BEGUN.match(data, at):
                        return at, None  # the rest of the sequence is still on its way
                    at += 1
                    continue
                at = sequence.end()
                self._key(sequence.group())
                continue
            at += 1
            end = self._control(char)
            if end is not None:
                return at, end
        return at, None

    def interrupt_shown(self) -> None:
        """Show that an interrupt was typed (termios(3), ECHOCTL)."""
        self._show("^C")

    def _control(self, char: str) -> End | None:
        if char == "\n" and self._after_return:
            self._after_return = False
            return None
        self._after_return = char == "\r"
        if char in "\r\n":
            self._show("\r\n")
            return End.LINE
        if char == "\x03":
            self.interrupt_shown()
            return End.INTERRUPT
        if char == "\x04" and not self.text:
            return End.EOF
        self._key(char)
        return None

    def _key(self, key: str) -> None:
        if key != "\t":
            self._tabs = 0
        action = _KEYS.get(key)
        if action is not None:
            action(self)

    # What is shown: always text from the cursor on, then backspaces to where the cursor belongs.

    def _show(self, text: str) -> None:
        if self._visible and text:
            self._echo(text)

    def _insert(self, text: str) -> None:
        tail = self.text[self._cursor :]
        self.text = self.text[: self._cursor] + text + tail
        self._cursor += len(text)
        self._show(text + tail + "\b" * width(tail) if tail else text)

    def _move(self, target: int) -> None:
        if target < self._cursor:
            self._show("\b" * width(self.text[target : self._cursor]))
        else:
            self._show(self.text[self._cursor : target])
        self._cursor = target

    def _cut(self, start: int, end: int) -> str:
        """Remove text[start:end]; the cursor ends at `start`."""
        self._move(start)
        gone, tail = self.text[start:end], self.text[end:]
        self.text = self.text[:start] + tail
        blank = width(gone)
        if gone:
            self._show(tail + " " * blank + "\b" * (blank + width(tail)))
        return gone

    def _replace(self, text: str) -> None:
        self._move(0)
        blank = width(self.text) - width(text)
        self.text, self._cursor = text, len(text)
        self._show(text + " " * blank + "\b" * blank)

    # Keys, named as readline(3) names them.

    def beginning_of_line(self) -> None:
        """Move to the start."""
        self._move(0)

    def end_of_line(self) -> None:
        """Move to the end."""
        self._move(len(self.text))

    def backward_char(self) -> None:
        """Move back a character."""
        self._move(max(0, self._cursor - 1))

    def forward_char(self) -> None:
        """Move forward a character."""
        self._move(min(len(self.text), self._cursor + 1))

    def _word_left(self) -> int:
        found = re.search(r"\w+\W*$", self.text[: self._cursor])
        return found.start() if found else 0

    def _word_right(self) -> int:
        found = re.compile(r"\W*\w+").match(self.text, self._cursor)
        return found.end() if found else len(self.text)

    def backward_word(self) -> None:
        """Move back a word."""
        self._move(self._word_left())

    def forward_word(self) -> None:
        """Move forward a word."""
        self._move(self._word_right())

    def backward_delete_char(self) -> None:
        """Delete the character before the cursor."""
        if self._cursor:
            self._cut(self._cursor - 1, self._cursor)

    def delete_char(self) -> None:
        """Delete the character under the cursor."""
        self._cut(self._cursor, min(len(self.text), self._cursor + 1))

    def unix_line_discard(self) -> None:
        """Kill from the start to the cursor."""
        self._yanked = self._cut(0, self._cursor)

    def unix_word_rubout(self) -> None:
        """Kill the word before the cursor; blanks bound words."""
        head = self.text[: self._cursor].rstrip()
        self._yanked = self._cut(head.rfind(" ") + 1, self._cursor)

    def backward_kill_word(self) -> None:
        """Kill the word before the cursor."""
        self._yanked = self._cut(self._word_left(), self._cursor)

    def kill_word(self) -> None:
        """Kill the word after the cursor."""
        self._yanked = self._cut(self._cursor, self._word_right())

    def kill_line(self) -> None:
        """Kill from the cursor to the end."""
        self._yanked = self._cut(self._cursor, len(self.text))

    def yank(self) -> None:
        """Insert what was killed last."""
        if self._yanked:
            self._insert(self._yanked)

    def previous_history(self) -> None:
        """Show the line before in the history."""
        self._recall(self._place - 1)

    def next_history(self) -> None:
        """Show the line after in the history."""
        self._recall(self._place + 1)

    def _recall(self, place: int) -> None:
        if not 0 <= place <= len(self._history):
            return
        self._kept[self._place] = self.text  # what was typed stays until the line is entered
        self._place = place
        line = self._history[place] if place < len(self._history) else ""
        self._replace(self._kept.get(place, line))

    def complete_word(self) -> None:
        """Complete the word before the cursor; the second time, list what may stand there."""
        if self._complete is None:
            return self._insert("\t")
        start, candidates = self._complete(self.text, self._cursor)
        if not candidates:
            return None
        common = _common(candidates)
        word = self.text[start : self._cursor]
        if len(candidates) == 1:
            self._swap(start, word, common if common.endswith(("=", ",", "/")) else common + " ")
        elif len(common) > len(word):
            self._swap(start, word, common)
        else:
            self._tabs += 1
            if self._tabs > 1:
                self._list(candidates)
        return None

    def _swap(self, start: int, word: str, new: str) -> None:
        if new.startswith(word):
            self._insert(new[len(word) :])
        else:
            self._cut(start, self._cursor)
            self._insert(new)

    def _list(self, candidates: list[str]) -> None:
        shown = candidates[:_ASK_ABOVE]
        column = max(width(word) for word in shown) + 2
        across = max(1, _COLUMNS // column)
        rows = -(-len(shown) // across)
        lines = [
            "".join(word + " " * (column - width(word)) for word in shown[row::rows]).rstrip()
            for row in range(rows)
        ]
        if len(candidates) > len(shown):
            lines.append(f"... and {len(candidates) - len(shown)} more")
        tail = self.text[self._cursor :]
        self._show("\r\n" + "\r\n".join(lines) + "\r\n")
        self._show(self._prompt + self.text + "\b" * width(tail))


_KEYS: dict[str, Callable[[LineEditor], None]] = {
    "\x01": LineEditor.beginning_of_line,
    "\x02": LineEditor.backward_char,
    "\x04": LineEditor.delete_char,
    "\x05": LineEditor.end_of_line,
    "\x06": LineEditor.forward_char,
    "\x08": LineEditor.backward_delete_char,
    "\t": LineEditor.complete_word,
    "\x0b": LineEditor.kill_line,
    "\x0e": LineEditor.next_history,
    "\x10": LineEditor.previous_history,
    "\x15": LineEditor.unix_line_discard,
    "\x17": LineEditor.unix_word_rubout,
    "\x19": LineEditor.yank,
    "\x7f": LineEditor.backward_delete_char,
    "\x1bb": LineEditor.backward_word,
    "\x1bf": LineEditor.forward_word,
    "\x1bd": LineEditor.kill_word,
    "\x1b\x7f": LineEditor.backward_kill_word,
    "\x1b\x08": LineEditor.backward_kill_word,
    **{f"\x1b{lead}A": LineEditor.previous_history for lead in "[O"},
    **{f"\x1b{lead}B": LineEditor.next_history for lead in "[O"},
    **{f"\x1b{lead}C": LineEditor.forward_char for lead in "[O"},
    **{f"\x1b{lead}D": LineEditor.backward_char for lead in "[O"},
    **{f"\x1b{lead}H": LineEditor.beginning_of_line for lead in "[O"},
    **{f"\x1b{lead}F": LineEditor.end_of_line for lead in "[O"},
    "\x1b[1~": LineEditor.beginning_of_line,
    "\x1b[7~": LineEditor.beginning_of_line,
    "\x1b[3~": LineEditor.delete_char,
    "\x1b[4~": LineEditor.end_of_line,
    "\x1b[8~": LineEditor.end_of_line,
    "\x1b[1;5D": LineEditor.backward_word,
    "\x1b[1;5C": LineEditor.forward_word,
}
