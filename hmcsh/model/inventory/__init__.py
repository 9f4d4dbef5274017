"""Inventories: YAML files that declare a datacenter, and the labs that are shipped.

An inventory is data only. Everything that is wrong with one is told at once, with its line.

An inventory that was exported holds a state instead, which `state.inventories` reads.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib.resources
import stat
from collections.abc import Iterator
from pathlib import Path

from hmcsh.language.levels import Level
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import checks, complete, decode, reader
from hmcsh.model.inventory.builder import build
from hmcsh.model.inventory.problems import InventoryError, Problem, Problems, suggestion
from hmcsh.model.inventory.schema import Inventory
from hmcsh.runtime import Clock

__all__ = [
    "DEFAULT_LAB",
    "Document",
    "InventoryError",
    "Problem",
    "build_document",
    "check",
    "check_document",
    "load",
    "load_text",
    "open_document",
    "read",
    "resolve",
    "shipped",
]

DEFAULT_LAB = "redbook"
MAX_BYTES = 4 * 1024 * 1024
MAX_STATE_BYTES = 32 * 1024 * 1024  # of a state that somebody has edited
MAX_EXPORTED_BYTES = 1024 * 1024 * 1024  # of one that is as it was exported, a line for each object
_HEAD = 4096  # bytes in which a state is told from another inventory


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """An inventory as YAML; `root` is None if it is empty."""

    root: reader.Node | None
    problems: Problems


def shipped() -> list[str]:
    """Names of the labs that come with the program, the default one first."""
    files = importlib.resources.files("hmcsh.fixtures").iterdir()
    names = [file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")]
    return sorted(names, key=lambda name: (name != DEFAULT_LAB, name))


def resolve(name_or_path: str | Path) -> Path:
    """Find an inventory by the name of a shipped lab or by path; a bare name means a lab first.

    Raises InventoryError if there is neither.
    """
    name = str(name_or_path)
    labs = shipped()
    if name in labs:
        return Path(str(importlib.resources.files("hmcsh.fixtures") / f"{name}.yaml"))
    path = Path(name)
    try:
        path.stat()
    except (OSError, ValueError) as error:
        if "/" in name or name.endswith((".yaml", ".yml")):
            reason = getattr(error, "strerror", None) or "not a file name"
            raise InventoryError([Problem(name, 0, f"cannot be read: {reason}")]) from None
        text = f"no such inventory{suggestion(name, labs)}; shipped labs: {', '.join(labs)}"
        raise InventoryError([Problem(name, 0, text)]) from None
    return path


def _read(path: Path) -> str:
    def fail(text: str, line: int = 0) -> InventoryError:
        return InventoryError([Problem(str(path), line, text)])

    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise fail("is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise fail("is not a regular file")
        most = MAX_BYTES
        if status.st_size > most:
            with path.open("rb") as file:
                head = file.read(_HEAD).decode("utf-8-sig", "replace")
            most = MAX_STATE_BYTES if reader.is_state(head) else MAX_BYTES
        if status.st_size > most:
            raise fail(f"is larger than {most // 1024 // 1024} MB")
        data = path.read_bytes()
    except OSError as error:
        raise fail(f"cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("is not UTF-8 text", data.count(b"\n", 0, error.start) + 1) from None


def read(text: str, file: str) -> Inventory:
    """Read a YAML text, complete and check. Raises InventoryError with everything that is wrong."""
    return _read_document(_document(text, file))


def _document(text: str, file: str) -> Document:
    problems = Problems(file)
    return Document(reader.read_nodes(text, problems), problems)


def open_document(name_or_path: str | Path) -> Document:
    """Read the YAML of a shipped lab or of an inventory file. Raises InventoryError."""
    path = resolve(name_or_path)
    with without_collector():
        return _document(_read(path), str(path))


def _read_document(document: Document) -> Inventory:
    problems = document.problems
    inventory = decode.decode(document.root, problems)
    if inventory is None:
        raise problems.fail()
    complete.complete(inventory, problems)
    checks.check(inventory, problems)
    problems.raise_if_any()
    return inventory


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector from walking again and again through what is being made.

    Hardly anything of a large inventory becomes garbage; walking it costs more than making it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load_text(
    text: str, clock: Clock, *, file: str = "<text>", seed: int | None = None
) -> Datacenter:
    """Make the model that a YAML text declares. Raises InventoryError."""
    with without_collector():
        return build(read(text, file), clock, seed)


def load(
    name_or_path: str | Path,
    clock: Clock,
    *,
    seed: int | None = None,
    level: Level | None = None,
) -> Datacenter:
    """Make the model of a shipped lab or of an inventory file.

    `seed` replaces that of the inventory, `level` that of every console. Raises InventoryError.
    """
    return build_document(open_document(name_or_path), clock, seed=seed, level=level)


def build_document(
    document: Document, clock: Clock, *, seed: int | None = None, level: Level | None = None
) -> Datacenter:
    """Make the model that a document declares. Raises InventoryError."""
    with without_collector():
        datacenter = build(_read_document(document), clock, seed)
    if level is not None:
        for console in datacenter.consoles:
            console.level = level
    return datacenter


def check(name_or_path: str | Path) -> list[Problem]:
    """Everything that is wrong with an inventory, in file order; empty if it can be used."""
    try:
        check_document(open_document(name_or_path))
    except InventoryError as error:
        return error.problems
    return []


def check_document(document: Document) -> None:
    """Raises InventoryError with everything that is wrong with a document."""
    _read_document(document)
