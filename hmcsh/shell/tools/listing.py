"""ls."""

from __future__ import annotations

import datetime

from hmcsh.shell.call import Call, scan_options
from hmcsh.shell.files import reason
from hmcsh.shell.registry import tool

_TROUBLE = 2
_HALF_A_YEAR = 182 * 86400


@tool("ls")
async def ls(call: Call) -> int:
    """List files."""
    options, paths = scan_options(
        call.args,
        "aAld1rtRhFCxSin",
        {"all": "a", "almost-all": "A", "directory": "d"},
        status=_TROUBLE,
    )
    letters = {letter for letter, _ in options}
    files = call.shell.files
    plain: list[str] = []
    directories: list[tuple[str, list[str]]] = []
    status = 0
    for path in paths or ["."]:
        kind = files.kind(path)
        try:
            if not kind:
                raise FileNotFoundError(path)
            if kind == "d" and "d" not in letters:
                directories.append((path, files.names(path)))
            else:
                plain.append(path)
        except OSError as problem:
            call.complain(f"cannot access '{path}': {reason(problem)}")
            status = _TROUBLE
    reverse = "r" in letters
    for path in sorted(plain, reverse=reverse):
        call.out(_line(call, path, path, letters))
    for at, (path, names) in enumerate(sorted(directories, reverse=reverse)):
        if len(directories) + len(plain) > 1:
            call.out(f"{chr(10) if at or plain else ''}{_shown(path)}:\n")
        if "l" in letters:
            call.out("total 0\n")
        for name in sorted(names, reverse=reverse):
            if not name.startswith(".") or letters & {"a", "A"}:
                call.out(_line(call, f"{path}/{name}", name, letters))
        await call.flush()
    return status


def _shown(name: str) -> str:
    """A name that acts on no terminal: ls(1) shows ? at one, and here always."""
    return name if name.isprintable() else "".join(c if c.isprintable() else "?" for c in name)


def _line(call: Call, path: str, name: str, letters: set[str]) -> str:
    name = _shown(name)
    if "l" not in letters:
        return f"{name}\n"
    files = call.shell.files
    now = call.shell.host.now()
    if (status := files.status(path, follow=False)) is not None:
        letter = {"d": "d", "l": "l"}.get(status.kind, "-")
        mode = letter + "".join(
            bit if status.mode >> 8 - at & 1 else "-" for at, bit in enumerate("rwxrwxrwx")
        )
        links = 2 if status.kind == "d" else 1
        arrow = f" -> {_shown(status.target)}" if status.kind == "l" else ""
        return (
            f"{mode} {links:4d} {status.owner:<8} {status.group:<8} {status.size:10d} "
            f"{listed_time(status.changed, now)} {name}{arrow}\n"
        )
    kind = files.kind(path)
    size = 0
    if kind == "f":
        try:
            size = len(call.shell.host.read_file(files.absolute(path)))
        except OSError:
            size = 0
    mode = "dr-xr-xr-x" if kind == "d" else "-r--r--r--"
    return f"{mode} 1 root root {size:8d} {now:%b %e %H:%M} {name}\n"


def listed_time(when: datetime.datetime, now: datetime.datetime) -> str:
    """Return a time as ls(1) of AIX shows it: with the year if it is six months away."""
    recent = abs((now - when).total_seconds()) < _HALF_A_YEAR
    return when.strftime("%b %d %H:%M" if recent else "%b %d  %Y")
