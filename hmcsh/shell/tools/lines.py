"""Tools that pass lines on: cat, head, tail, uniq, and the pagers."""

from __future__ import annotations

import re
from collections import deque

from hmcsh.shell.call import Call, UsageError, count_of, scan_options
from hmcsh.shell.registry import tool
from hmcsh.shell.streams import Reader


@tool("cat", "less", "more")
async def cat(call: Call) -> int:
    """Copy files to standard output; the pagers do the same, as they do without a terminal."""
    long = {
        "number": "n", "number-nonblank": "b", "show-ends": "E", "show-tabs": "T",
        "show-all": "A", "squeeze-blank": "s", "show-nonprinting": "v",
    }  # fmt: skip
    short = "nbsvETAetu" if call.name == "cat" else "nbseEfFqQrRSXiIMN"
    options, paths = scan_options(call.args, short, long)
    letters = {letter for letter, _ in options} if call.name == "cat" else set()
    readers, failed = await call.inputs(paths)
    copy = _Copy(call, letters)
    for _, source in readers:
        await copy.run(source)
    return int(failed)


class _Copy:
    def __init__(self, call: Call, letters: set[str]) -> None:
        self.call = call
        self.number = 0
        self.blank = False
        self.ends = bool(letters & set("EAe"))
        self.tabs = bool(letters & set("TAt"))
        self.controls = bool(letters & set("vAet"))
        self.numbered = bool(letters & set("nb"))
        self.skip_blank = "b" in letters
        self.squeeze = "s" in letters
        self.plain = not (letters - {"u"})

    async def run(self, source: Reader) -> None:
        while line := await source.readline():
            self.call.out(line if self.plain else self._changed(line))
            await self.call.flush()

    def _changed(self, line: str) -> str:
        body = line.removesuffix("\n")
        end = line[len(body) :]
        if self.squeeze and not body:
            if self.blank:
                return ""
            self.blank = True
        else:
            self.blank = False
        if self.controls:
            body = re.sub(
                r"[\x00-\x08\x0b-\x1f\x7f]", lambda m: "^" + chr(ord(m.group()) ^ 64), body
            )
        if self.tabs:
            body = body.replace("\t", "^I")
        if self.ends and end:
            end = "$" + end
        if self.numbered and (body or not self.skip_blank):
            self.number += 1
            return f"{self.number:6d}\t{body}{end}"
        return body + end


def _old_style(args: list[str]) -> list[str]:
    """Rewrite ``-5`` as ``-n 5``."""
    return [re.sub(r"^-(\d+)$", r"-n\1", arg) for arg in args[:1]] + args[1:]


def _header(call: Call, name: str, first: bool) -> None:
    shown = "standard input" if name == "-" else name
    call.out(f"{'' if first else chr(10)}==> {shown} <==\n")


@tool("head")
async def head(call: Call) -> int:
    """Copy the first lines or characters."""
    options, paths = scan_options(
        _old_style(call.args), "n:c:qv", {"lines=": "n", "bytes=": "c", "quiet": "q"}
    )
    count, unit = 10, "n"
    drop = False
    for letter, value in options:
        if letter in "nc":
            unit = letter
            drop = value.startswith("-")
            what = "number of lines" if letter == "n" else "number of bytes"
            count = count_of(value.lstrip("-+"), what)
    readers, failed = await call.inputs(paths)
    quiet = any(letter == "q" for letter, _ in options)
    for at, (name, source) in enumerate(readers):
        if len(readers) > 1 and not quiet:
            _header(call, name, at == 0)
        if unit == "c":
            text = await source.read() if drop else await source.read_characters(count)
            call.out(text[: len(text) - count] if drop else text)
        elif drop:
            kept: deque[str] = deque()
            while line := await source.readline():
                kept.append(line)
                if len(kept) > count:
                    call.out(kept.popleft())
                    await call.flush()
        else:
            for _ in range(count):
                line = await source.readline()
                if not line:
                    break
                call.out(line)
                await call.flush()
    return int(failed)


@tool("tail")
async def tail(call: Call) -> int:
    """Copy the last lines or characters."""
    args = _old_style(call.args)
    args[:1] = [re.sub(r"^\+(\d+)$", r"-n+\1", arg) for arg in args[:1]]
    options, paths = scan_options(args, "n:c:qvf", {"lines=": "n", "bytes=": "c", "quiet": "q"})
    count, unit, from_start = 10, "n", False
    for letter, value in options:
        if letter == "f":
            raise UsageError("-f: not supported")
        if letter in "nc":
            unit = letter
            from_start = value.startswith("+")
            what = "number of lines" if letter == "n" else "number of bytes"
            count = count_of(value.lstrip("+-"), what)
    readers, failed = await call.inputs(paths)
    quiet = any(letter == "q" for letter, _ in options)
    for at, (name, source) in enumerate(readers):
        if len(readers) > 1 and not quiet:
            _header(call, name, at == 0)
        if unit == "c":
            text = await source.read()
            begin = max(count - 1, 0) if from_start else max(len(text) - count, 0)
            call.out(text[begin:])
        elif from_start:
            await _from_line(call, source, count)
        else:
            kept: deque[str] = deque(maxlen=count)
            while line := await source.readline():
                kept.append(line)
                await call.shell.meter.breathe()
            call.out("".join(kept))
    return int(failed)


async def _from_line(call: Call, source: Reader, first: int) -> None:
    number = 0
    while line := await source.readline():
        number += 1
        if number >= first:
            call.out(line)
            await call.flush()


@tool("uniq")
async def uniq(call: Call) -> int:
    """Drop repeated lines."""
    long = {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i", "skip-fields=": "f"}
    options, paths = scan_options(call.args, "cduif:s:w:", long)
    output = call.stdout
    if len(paths) > 2:
        raise UsageError(f"extra operand '{paths[2]}'")
    if len(paths) > 1:
        output = call.output(paths.pop())
    letters = dict(options)
    fields = count_of(letters.get("f", "0"), "number of fields to skip")
    characters = count_of(letters.get("s", "0"), "number of bytes to skip")
    width = count_of(letters["w"], "number of bytes to compare") if "w" in letters else None

    def key(line: str) -> str:
        if fields:
            line = re.sub(rf"^(?:[ \t]*[^ \t]*){{0,{min(fields, 1000)}}}", "", line)
        line = line[characters:]
        line = line if width is None else line[:width]
        return line.lower() if "i" in letters else line

    def put(line: str, count: int) -> None:
        if ("d" in letters and count < 2) or ("u" in letters and count > 1):
            return
        output.write(f"{count:7d} {line}\n" if "c" in letters else f"{line}\n")

    readers, failed = await call.inputs(paths)
    previous, count = "", 0
    for _, source in readers:
        while batch := await source.batch():
            for line in batch:
                if count and key(line) == key(previous):
                    count += 1
                    continue
                if count:
                    put(previous, count)
                previous, count = line, 1
            await call.flush()
    if count:
        put(previous, count)
    await output.drain()
    return int(failed)
