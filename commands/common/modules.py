"""The commands of a package: one module each, which bears the command's name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

C = TypeVar("C")


class Modules(Mapping[str, C], Generic[C]):
    """Commands by name; a command's module is loaded when it is first asked for.

    `path` is the `__path__` of the package `package`; each module of it has its `COMMAND`.
    """

    def __init__(self, package: str, path: Iterable[str]) -> None:
        self._package = package
        self._names = frozenset(m.name for m in pkgutil.iter_modules(list(path)) if not m.ispkg)

    def __getitem__(self, name: str) -> C:
        if name not in self._names:
            raise KeyError(name)
        command: C = importlib.import_module(f"{self._package}.{name}").COMMAND
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)
