"""Tools that change files: mkdir, rm, cp, mv, ln, chmod, chown, touch, tee and their like.

Their options are those of POSIX, their messages those of coreutils (inferred for AIX).
"""

from __future__ import annotations

import contextlib
import logging
import posixpath
import re
from collections.abc import Iterator

from hmcsh.events import NotEmulated
from hmcsh.shell.api import Tree
from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import Problem
from hmcsh.shell.files import FileOutput, reason
from hmcsh.shell.registry import tree_tool

_log = logging.getLogger("hmcsh")


def tree_of(call: Call) -> Tree:
    """Return the files of the session; raises Problem where there are none to change."""
    tree = call.shell.session.tree
    if tree is None:
        raise Problem("not supported")
    return tree


def _letters(options: list[tuple[str, str]]) -> set[str]:
    return {letter for letter, _ in options}


@tree_tool("mkdir")
async def mkdir(call: Call) -> int:
    """Make directories."""
    options, paths = scan_options(call.args, "pm:", {"parents": "p", "mode=": "m"})
    tree, files = tree_of(call), call.shell.files
    if not paths:
        raise UsageError("missing operand")
    given = dict(options)
    mode = 0o777 & ~call.shell.mask
    if "m" in given:
        mode = _mode(given["m"], mode, directory=True, mask=call.shell.mask)
    status = 0
    for path in paths:
        try:
            if "p" in given:
                whole = posixpath.normpath(files.absolute(path))
                parts = whole.split("/")[1:]
                for end in range(1, len(parts)):
                    _make_missing(tree, "/" + "/".join(parts[:end]), 0o777 & ~call.shell.mask)
                _make_missing(tree, whole, mode)
            else:
                tree.make_directory(files.absolute(path), mode)
        except OSError as problem:
            call.complain(f"cannot create directory '{path}': {reason(problem)}")
            status = 1
    return status


def _make_missing(tree: Tree, path: str, mode: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        if tree.status(path).kind == "d":
            return
    tree.make_directory(path, mode)


@tree_tool("rmdir")
async def rmdir(call: Call) -> int:
    """Remove empty directories."""
    _, paths = scan_options(call.args, "")
    if not paths:
        raise UsageError("missing operand")
    return _each(call, paths, tree_of(call).remove_directory, "failed to remove")


def _each(call: Call, paths: list[str], act: object, what: str) -> int:
    status = 0
    for path in paths:
        try:
            act(call.shell.files.absolute(path))  # type: ignore[operator]
        except OSError as problem:
            call.complain(f"{what} '{path}': {reason(problem)}")
            status = 1
    return status


@tree_tool("rm")
async def rm(call: Call) -> int:
    """Remove files; with -r directories and what is in them."""
    long = {"recursive": "r", "force": "f"}
    options, paths = scan_options(call.args, "rRfiedv", long)
    letters = _letters(options)
    if letters & {"i", "d", "v"}:
        raise UsageError(f"-{min(letters & {'i', 'd', 'v'})}: not supported")
    if not paths and "f" not in letters:
        raise UsageError("missing operand")
    tree, files = tree_of(call), call.shell.files
    status = 0
    for path in paths:
        try:
            if posixpath.basename(path.rstrip("/")) in (".", ".."):
                raise UsageError(f"refusing to remove '.' or '..' directory: skipping '{path}'")
            if tree.status(files.absolute(path), follow=False).kind != "d":
                tree.remove(files.absolute(path))
            elif not letters & {"r", "R"}:
                call.complain(f"cannot remove '{path}': Is a directory")
                status = 1
            else:
                _remove_all(tree, files.absolute(path).rstrip("/") or "/")
        except FileNotFoundError as problem:
            if "f" not in letters:
                call.complain(f"cannot remove '{path}': {reason(problem)}")
                status = 1
        except OSError as problem:
            call.complain(f"cannot remove '{path}': {reason(problem)}")
            status = 1
    return status


def _remove_all(tree: Tree, path: str) -> None:
    for name in tree.names(path):
        below = f"{path}/{name}"
        if tree.status(below, follow=False).kind == "d":
            _remove_all(tree, below)
        else:
            tree.remove(below)
    tree.remove_directory(path)


def _pairs(call: Call, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Give each source with its target, which stands in the last operand if it is a directory."""
    if len(paths) < 2:
        missing = f" destination file operand after '{paths[0]}'" if paths else " file operand"
        raise UsageError(f"missing{missing}")
    *sources, target = paths
    into = call.shell.files.kind(target) == "d"
    if len(sources) > 1 and not into:
        raise UsageError(f"target '{target}': Not a directory")
    for source in sources:
        name = posixpath.basename(source.rstrip("/"))
        yield source, f"{target.rstrip('/')}/{name}" if into else target


@tree_tool("cp")
async def cp(call: Call) -> int:
    """Copy files; with -r directories and what is in them."""
    long = {"recursive": "r", "preserve": "p", "force": "f"}
    options, paths = scan_options(call.args, "rRpfah", long)
    letters = _letters(options)
    files = call.shell.files
    status = 0
    for source, target in _pairs(call, paths):
        try:
            kind = files.kind(source)
            if kind == "d" and not letters & {"r", "R", "a"}:
                call.complain(f"-r not specified; omitting directory '{source}'")
                status = 1
                continue
            if posixpath.normpath(files.absolute(source)) == posixpath.normpath(
                files.absolute(target)
            ):
                call.complain(f"'{source}' and '{target}' are the same file")
                status = 1
                continue
            await _copy(call, source, target, bool(letters & {"p", "a"}))
        except OSError as problem:
            at = source if not files.kind(source) else target
            what = "cannot stat" if at == source else "cannot create regular file"
            call.complain(f"{what} '{at}': {reason(problem)}")
            status = 1
    return status


async def _copy(call: Call, source: str, target: str, keep: bool) -> None:
    tree, files = tree_of(call), call.shell.files
    there = files.status(source)
    if there is None or source == "/dev/null":
        text, mode = await files.read(source), 0o644
        changed = None
    elif there.kind == "d":
        inside = posixpath.normpath(files.absolute(target))
        if f"{inside}/".startswith(posixpath.normpath(files.absolute(source)) + "/"):
            raise OSError(22, "Invalid argument")
        names = files.names(source)
        _make_missing(tree, files.absolute(target), there.mode)
        for name in names:
            await _copy(call, f"{source}/{name}", f"{target}/{name}", keep)
        return
    else:
        text, mode, changed = await files.read(source), there.mode, there.changed
    write = tree.open(files.absolute(target), mode & ~call.shell.mask)
    write(text)
    if keep and changed is not None:
        tree.change(files.absolute(target), mode=mode, changed=changed)


@tree_tool("mv")
async def mv(call: Call) -> int:
    """Give files another place."""
    _, paths = scan_options(call.args, "f")
    tree, files = tree_of(call), call.shell.files
    status = 0
    for source, target in _pairs(call, paths):
        try:
            tree.rename(files.absolute(source), files.absolute(target))
        except OSError as problem:
            missing = files.status(source, follow=False) is None
            what = f"cannot stat '{source}'" if missing else f"cannot move '{source}' to '{target}'"
            call.complain(f"{what}: {reason(problem)}")
            status = 1
    return status


@tree_tool("ln")
async def ln(call: Call) -> int:
    """Make symbolic links; other links are not emulated."""
    options, paths = scan_options(call.args, "sfn")
    letters = _letters(options)
    if "s" not in letters:
        raise UsageError("hard links are not emulated")
    tree, files = tree_of(call), call.shell.files
    status = 0
    for source, target in _pairs(call, [*paths, "."] if len(paths) == 1 else paths):
        try:
            if "f" in letters and files.status(target, follow=False) is not None:
                tree.remove(files.absolute(target))
            tree.link(source, files.absolute(target))
        except OSError as problem:
            call.complain(f"failed to create symbolic link '{target}': {reason(problem)}")
            status = 1
    return status


@tree_tool("touch")
async def touch(call: Call) -> int:
    """Make files, or set the time of their last change to now."""
    options, paths = scan_options(call.args, "acmt:r:d:")
    letters = _letters(options)
    if letters & {"t", "r", "d"}:
        raise UsageError(f"-{min(letters & {'t', 'r', 'd'})}: not supported")
    if not paths:
        raise UsageError("missing file operand")
    tree, files = tree_of(call), call.shell.files
    status = 0
    for path in paths:
        try:
            if files.status(path) is not None:
                tree.change(files.absolute(path), changed=call.shell.host.now())
            elif "c" not in letters:
                files.create(path)
        except OSError as problem:
            call.complain(f"cannot touch '{path}': {reason(problem)}")
            status = 1
    return status


_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=][rwxXst]*)+)")
_SHIFTS = {"u": 6, "g": 3, "o": 0}


def _mode(text: str, mode: int, *, directory: bool, mask: int) -> int:
    """Return a mode as chmod(1) changes it; raises UsageError."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8) & 0o7777
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise UsageError(f"invalid mode: '{text}'")
        who = "ugo" if "a" in match[1] or not match[1] else match[1]
        allowed = ~mask if not match[1] else 0o777
        for sign, letters in re.findall(r"([-+=])([rwxXst]*)", match[2]):
            bits = sum(bit for letter, bit in (("r", 4), ("w", 2), ("x", 1)) if letter in letters)
            if "X" in letters and (directory or mode & 0o111):
                bits |= 1
            for shift in {_SHIFTS[one] for one in who}:
                here = bits << shift & allowed
                if sign == "=":
                    mode = mode & ~(7 << shift) | here
                else:
                    mode = mode | here if sign == "+" else mode & ~here
    return mode


@tree_tool("chmod")
async def chmod(call: Call) -> int:
    """Change permission bits."""
    recursive = call.args[:1] == ["-R"]
    args = [arg for arg in call.args[int(recursive) :] if arg != "--"]
    if len(args) < 2:
        raise UsageError("missing operand")
    tree = tree_of(call)

    def change(path: str) -> None:
        status = tree.status(path)
        directory = status.kind == "d"
        mode = _mode(args[0], status.mode, directory=directory, mask=call.shell.mask)
        tree.change(path, mode=mode)
        if recursive and directory:
            for name in tree.names(path):
                change(f"{path.rstrip('/')}/{name}")

    return _each(call, args[1:], change, "cannot access")


@tree_tool("chown", "chgrp")
async def chown(call: Call) -> int:
    """Change owners and groups, by name."""
    _, args = scan_options(call.args, "")
    if len(args) < 2:
        raise UsageError("missing operand")
    owner, _, group = args[0].partition(":")
    if call.name == "chgrp":
        owner, group = "", args[0]
    if not re.fullmatch(r"\w*", owner) or not re.fullmatch(r"\w*", group):
        raise UsageError(f"invalid user: '{args[0]}'")
    tree = tree_of(call)
    return _each(
        call,
        args[1:],
        lambda path: tree.change(path, owner=owner or None, group=group or None),
        "cannot access",
    )


@tree_tool("tee")
async def tee(call: Call) -> int:
    """Copy standard input to standard output and to files."""
    options, paths = scan_options(call.args, "ai", {"append": "a"})
    status = 0
    outputs: list[tuple[str, FileOutput]] = []
    for path in paths:
        try:
            outputs.append((path, call.shell.files.create(path, append="a" in _letters(options))))
        except OSError as problem:
            call.complain(f"{path}: {reason(problem)}")
            status = 1
    while line := await call.stdin.readline():
        call.out(line)
        for _, output in outputs:
            output.write(line)
        await call.flush()
    for path, output in outputs:
        try:
            await output.drain()
        except Problem as problem:
            call.complain(f"{path}: {problem.text}")
            status = 1
    return status


@tree_tool("wc")
async def wc(call: Call) -> int:
    """Count lines, words and characters."""
    options, paths = scan_options(call.args, "lwcm")
    letters = _letters(options) or {"l", "w", "c"}
    readers, failed = await call.inputs(paths)
    totals = [0, 0, 0]

    def show(counts: list[int], name: str) -> None:
        shown = [
            f"{count:8d}" for count, of in zip(counts, ("l", "w", "cm"), strict=True)
            if letters & set(of)
        ]  # fmt: skip
        call.out("".join(shown) + (f" {name}" if name != "-" else "") + "\n")

    for name, source in readers:
        text = await source.read()
        size = len(text.encode("utf-8", "surrogateescape"))
        counts = [text.count("\n"), len(text.split()), len(text) if "m" in letters else size]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        show(counts, name)
    if len(readers) > 1:
        show(totals, "total")
    return int(failed)


@tree_tool("basename", "dirname")
async def parts_of_name(call: Call) -> int:
    """Show a part of a path."""
    if not call.args:
        raise UsageError("missing operand")
    path = call.args[0].rstrip("/") or "/"
    if call.name == "dirname":
        call.out(f"{posixpath.dirname(path) or '.'}\n")
        return 0
    name = posixpath.basename(path) or "/"
    if len(call.args) > 1 and name != call.args[1]:
        name = name.removesuffix(call.args[1])
    call.out(f"{name}\n")
    return 0


@tree_tool("vi", "view", "ed", "ex", "emacs", "awk", "nawk", "perl", "python", "find", "tar", "su")
async def refused(call: Call) -> int:
    """Refuse what such a system has and this emulation has not."""
    _log.warning(NotEmulated(command=" ".join([call.name, *call.args])))
    call.complain("not emulated")
    return 1
