"""The line editor alone: what it keeps, what it shows."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.shell.editor import End, LineEditor, width

ALPHABET = "ab \u00e9\u5b57\x01\x02\x05\x06\x08\x0b\x0e\x10\x15\x17\x19\x7f"
KEYS = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1bb", "\x1bf"]


def screen(shown: str) -> tuple[str, int]:
    """Return what a terminal of endless width shows after this text, and its cursor column."""
    cells: list[str] = []
    column = 0
    for char in shown:
        if char == "\b":
            column = max(0, column - 1)
        elif char == "\r":
            column = 0
        elif char != "\n":
            need = width(char)
            cells.extend(" " * (column + need - len(cells)))
            cells[column : column + need] = [char] + [""] * (need - 1)
            column += need
    return "".join(cells), column


class Bench:
    def __init__(self, history: Sequence[str] = (), visible: bool = True) -> None:
        self.shown = ""
        self.editor = LineEditor(
            self._echo, history=history, visible=visible, complete=self._complete
        )

    def _echo(self, text: str) -> None:
        self.shown += text

    @staticmethod
    def _complete(line: str, cursor: int) -> tuple[int, list[str]]:
        start = line.rfind(" ", 0, cursor) + 1
        words = ["lshmc", "lshwres", "lssyscfg", "name="]
        return start, [word for word in words if word.startswith(line[start:cursor])]

    def enter(self, keys: str) -> str:
        self.editor.start("$ ")
        used, end = self.editor.feed(keys + "\r")
        assert end is End.LINE
        assert used == len(keys) + 1
        return self.editor.text


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        pytest.param("abc", "abc", id="plain"),
        pytest.param("abc\x7f\x7fx", "ax", id="backspace"),
        pytest.param("abc\x08x", "abx", id="control-h"),
        pytest.param("\x7fa", "a", id="backspace at the start"),
        pytest.param("bc\x01a", "abc", id="control-a"),
        pytest.param("ab\x01\x05c", "abc", id="control-e"),
        pytest.param("ac\x02b", "abc", id="control-b"),
        pytest.param("abc\x02\x02\x06X", "abXc", id="control-f"),
        pytest.param("ac\x1b[Db", "abc", id="left"),
        pytest.param("ab\x1b[D\x1b[D\x1b[Cx", "axb", id="right"),
        pytest.param("ab\x1bOHx\x1bOFy", "xaby", id="home and end, application mode"),
        pytest.param("ab\x1b[1~x\x1b[4~y", "xaby", id="home and end, vt220"),
        pytest.param("abc\x1b[D\x1b[3~", "ab", id="delete"),
        pytest.param("abc\x01\x04", "bc", id="control-d inside a line"),
        pytest.param("abc\x15d", "d", id="control-u"),
        pytest.param("ab cd\x02\x15", "d", id="control-u keeps what follows"),
        pytest.param("ab cd  \x17x", "ab x", id="control-w"),
        pytest.param("a=b,c d\x17", "a=b,c ", id="control-w goes by blanks"),
        pytest.param("a-b\x1b\x7f", "a-", id="meta-backspace goes by words"),
        pytest.param("ab cd\x01\x1bd", " cd", id="meta-d"),
        pytest.param("ab cd\x1bb\x0b", "ab ", id="meta-b, control-k"),
        pytest.param("ab cd\x01\x1bf\x0b", "ab", id="meta-f, control-k"),
        pytest.param("ab cd\x17\x01\x19", "cdab ", id="control-y"),
        pytest.param("ls\x1b[200~x\x1b[99;1m\x1bOP", "lsx", id="unknown sequences are swallowed"),
        pytest.param("ls\x1b\x1b[Dx", "lxs", id="a lone escape is dropped"),
        pytest.param("ls\x00\x1fx", "lsx", id="unknown controls are swallowed"),
        pytest.param("lssy\t-r", "lssyscfg -r", id="one completion, in one write"),
        pytest.param("lsh\tw\t", "lshwres ", id="two completions"),
        pytest.param("x\tz", "xz", id="no completion"),
        pytest.param("na\tx", "name=x", id="no blank behind an equals sign"),
        pytest.param(
            "lssy -m\x01\x06\x06\x06\x06\t", "lssyscfg  -m", id="completion in the middle"
        ),
        pytest.param("\x1b[A", "second", id="up"),
        pytest.param("\x10\x10\x10", "first", id="control-p stops at the oldest"),
        pytest.param("ne\x1b[A\x1b[Bw", "new", id="down brings back what was typed"),
        pytest.param("\x1b[A!\x1b[A\x1b[B", "second!", id="an edited history line stays"),
        pytest.param("\u5b57x\x02\x7fy", "yx", id="wide characters"),
    ],
)
def test_keys_edit_the_line(keys: str, line: str) -> None:
    bench = Bench(history=["first", "second"])
    assert bench.enter(keys) == line
    assert screen(bench.shown)[0].rstrip() == ("$ " + line).rstrip()


@given(
    st.lists(st.sampled_from([*ALPHABET, *KEYS]), max_size=40),
    st.lists(st.text("ab \u5b57", min_size=1, max_size=6), max_size=3),
)
def test_the_terminal_shows_the_line_and_the_cursor(keys: list[str], history: list[str]) -> None:
    bench = Bench(history=history)
    bench.editor.start("$ ")
    _, end = bench.editor.feed("".join(keys))
    assert end is None
    line = bench.editor.text
    cells, _ = screen(bench.shown)
    assert cells.rstrip() == ("$ " + line).rstrip()
    bench.editor.feed("\x05")
    assert screen(bench.shown)[1] == 2 + width(line)
    assert re.fullmatch(r"[^\x00-\x07\x09-\x1f\x7f]*", bench.shown), "only text and backspaces"


@given(st.lists(st.sampled_from([*ALPHABET, *KEYS, "\r", "\t"]), max_size=30), st.integers(1, 5))
def test_packets_may_break_anywhere(keys: list[str], size: int) -> None:
    text = "".join(keys)
    whole, pieces = Bench(history=["one"]), Bench(history=["one"])
    results = []
    for bench, step in ((whole, len(text) or 1), (pieces, size)):
        lines, waiting = [], ""
        bench.editor.start("$ ")
        for at in range(0, len(text), step):
            waiting += text[at : at + step]
            while waiting:
                used, end = bench.editor.feed(waiting)
                waiting = waiting[used:]
                if end is None:
                    break
                lines.append(bench.editor.text)
                bench.editor.start("$ ")
        results.append((lines, bench.editor.text))
    assert results[0] == results[1]
    assert [screen(line) for line in whole.shown.split("\r\n")] == [
        screen(line) for line in pieces.shown.split("\r\n")
    ]


@pytest.mark.parametrize("newline", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
def test_every_newline_ends_a_line_once(newline: str) -> None:
    bench = Bench()
    data, lines = f"a{newline}b{newline}{newline}c{newline}", []
    while data:
        bench.editor.start("")
        used, end = bench.editor.feed(data)
        if end is None:
            break
        lines.append(bench.editor.text)
        data = data[used:]
    assert lines == ["a", "b", "", "c"]


def test_end_of_file_only_on_an_empty_line() -> None:
    bench = Bench()
    assert bench.editor.feed("\x04") == (1, End.EOF)
    bench.editor.start("")
    assert bench.editor.feed("a\x04") == (2, None)


def test_an_interrupt_ends_the_line() -> None:
    bench = Bench()
    bench.editor.start("$ ")
    assert bench.editor.feed("abc\x03d") == (4, End.INTERRUPT)
    assert bench.shown == "$ abc^C"


def test_an_escape_does_not_hide_an_interrupt() -> None:
    bench = Bench()
    assert bench.editor.feed("a\x1b\x03") == (3, End.INTERRUPT)
    bench.editor.start("")
    assert bench.editor.feed("a\x1b[1\r") == (5, End.LINE)


def test_a_line_of_64_kib_is_shown_once_and_plainly() -> None:
    bench = Bench()
    line = "x" * 65536
    assert bench.enter(line) == line
    assert bench.shown == f"$ {line}\r\n"


def test_a_line_beyond_the_limit_is_not_cut_silently() -> None:
    editor = LineEditor(lambda _: None, limit=10)
    editor.start("")
    assert editor.feed("x" * 11) == (11, End.TOO_LONG)


def test_nothing_but_the_prompt_is_shown_without_echo() -> None:
    bench = Bench(visible=False, history=["one"])
    assert bench.enter("a\x7fb\x1b[A\x1b[B\t\t") == "b"
    assert bench.shown == "$ "


def test_a_second_tab_lists_what_may_follow_and_shows_the_line_again() -> None:
    bench = Bench()
    bench.editor.start("$ ")
    bench.editor.feed("lsh\t")
    assert bench.shown == "$ lsh"
    bench.editor.feed("\t")
    assert bench.shown == "$ lsh\r\nlshmc    lshwres\r\n$ lsh"


def test_the_history_keeps_the_newest_lines() -> None:
    editor = LineEditor(lambda _: None)
    for number in range(5):
        editor.remember(str(number), 3)
    editor.start("")
    editor.feed("\x10" * 9)
    assert editor.text == "2"
