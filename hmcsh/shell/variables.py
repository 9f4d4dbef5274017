"""Variables and arrays of a shell, and what ``local`` hides: bash(1) PARAMETERS."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hmcsh.shell.errors import LimitExceeded, ReadOnly

RESTRICTED = ("BASH_ENV", "ENV", "PATH", "SHELL")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable; an array if ``elements`` is given. Replaced, never changed."""

    value: str | None = None
    elements: dict[int, str] | None = None
    exported: bool = False
    readonly: bool = False
    integer: bool = False


_NOTHING = Variable()


class Variables:
    """The variables of one shell; a subshell gets a copy that costs little."""

    __slots__ = ("_environment", "_frames", "_limit", "_owned", "_size", "_table")

    def __init__(self, limit: int) -> None:
        self._table: dict[str, Variable] = {}
        self._limit = limit
        self._size = 0
        self._frames: list[dict[str, Variable | None]] = []
        self._owned: set[str] = set()  # arrays that no other shell shares
        self._environment: dict[str, str] | None = None

    def fork(self) -> Variables:
        """Return a copy for a subshell."""
        copy = Variables(self._limit)
        copy._table = self._table.copy()
        copy._size = self._size
        copy._frames = [frame.copy() for frame in self._frames]
        copy._environment = self.environment()
        self._owned.clear()
        return copy

    # ------------------------------------------------------------------------------- reading

    def get(self, name: str) -> str | None:
        """Return the value (of an array, its element 0), None if it is unset."""
        variable = self._table.get(name)
        if variable is None:
            return None
        if variable.elements is not None:
            return variable.elements.get(0)
        return variable.value

    def find(self, name: str) -> Variable | None:
        """Return the variable itself."""
        return self._table.get(name)

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(self._table)

    def elements(self, name: str) -> dict[int, str]:
        """Return the elements of an array, of a plain variable as element 0; not to be changed."""
        variable = self._table.get(name)
        if variable is None:
            return {}
        if variable.elements is not None:
            return variable.elements
        return {} if variable.value is None else {0: variable.value}

    def environment(self) -> dict[str, str]:
        """Return the exported variables; not to be changed."""
        if self._environment is None:
            self._environment = {
                name: variable.value
                for name, variable in self._table.items()
                if variable.exported and variable.value is not None
            }
        return self._environment

    # ------------------------------------------------------------------------------ changing

    def _writable(self, name: str) -> Variable:
        variable = self._table.get(name, _NOTHING)
        if variable.readonly:
            raise ReadOnly(f"{name}: readonly variable")
        return variable

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > self._limit:
            self._size -= by
            raise LimitExceeded(f"limit exceeded: {self._limit} characters of variables")

    def begin(self, table: dict[str, Variable]) -> None:
        """Have these variables, where there are none yet; LimitExceeded if they are too large."""
        self._grow(sum(len(variable.value or "") for variable in table.values()))
        self._table = table

    def set(self, name: str, value: str) -> None:
        """Assign a value; raises ReadOnly for a read-only variable."""
        variable = self._writable(name)
        if variable.elements is not None:
            self.set_element(name, 0, value)
            return
        self._grow(len(value) - len(variable.value or ""))
        if variable is _NOTHING:
            self._table[name] = Variable(value)
            return
        if variable.exported:
            self._environment = None
        self._table[name] = Variable(
            value, None, variable.exported, variable.readonly, variable.integer
        )

    def set_element(self, name: str, index: int, value: str) -> None:
        """Assign one element of an array, making the variable an array if it is none."""
        variable = self._writable(name)
        elements = variable.elements
        if elements is None:
            elements = {} if variable.value is None else {0: variable.value}
            self._table[name] = replace(variable, value=None, elements=elements)
            self._owned.add(name)
        elif name not in self._owned:
            elements = dict(elements)
            self._table[name] = replace(variable, elements=elements)
            self._owned.add(name)
        self._grow(len(value) + 16 - len(elements.get(index, "")))
        if index not in elements and elements and index < next(reversed(elements)):
            elements[index] = value
            ordered = sorted(elements.items())
            elements.clear()
            elements.update(ordered)
        else:
            elements[index] = value

    def set_elements(self, name: str, elements: dict[int, str]) -> None:
        """Make the variable an array of ``elements``, which must be in order."""
        variable = self._writable(name)
        self._grow(sum(len(text) + 16 for text in elements.values()))
        self._table[name] = replace(variable, value=None, elements=elements)
        self._owned.add(name)

    def mark(
        self,
        name: str,
        *,
        exported: bool | None = None,
        readonly: bool | None = None,
        integer: bool | None = None,
        array: bool = False,
    ) -> None:
        """Change what kind of variable it is; None leaves a property as it is."""
        variable = self._table.get(name, _NOTHING)
        if variable.readonly and (readonly is False or (array and variable.elements is None)):
            raise ReadOnly(f"{name}: readonly variable")
        if array and variable.elements is None:
            elements = {} if variable.value is None else {0: variable.value}
            variable = replace(variable, value=None, elements=elements)
            self._owned.add(name)
        self._table[name] = replace(
            variable,
            exported=variable.exported if exported is None else exported,
            readonly=variable.readonly if readonly is None else readonly,
            integer=variable.integer if integer is None else integer,
        )
        self._environment = None

    def unset(self, name: str) -> None:
        """Remove a variable; raises ReadOnly for a read-only one."""
        variable = self._writable(name)
        if variable is not _NOTHING:
            del self._table[name]
            self._size -= len(variable.value or "")
            if variable.elements:
                self._size -= sum(len(text) + 16 for text in variable.elements.values())
            self._environment = None

    def unset_element(self, name: str, index: int) -> None:
        """Remove one element of an array."""
        elements = self.elements(name)
        if index in elements:
            self.set_element(name, index, "")
            del self.elements(name)[index]

    # -------------------------------------------------------------------------------- scopes

    def push(self) -> None:
        """Enter a function, or the reach of an assignment in front of a command."""
        self._frames.append({})

    def hide(self, name: str, *, keep: bool = False) -> None:
        """Make a variable local to the innermost frame; unset unless ``keep``."""
        frame = self._frames[-1]
        if name not in frame:
            old = self._table.get(name)
            if old is not None and old.readonly:
                raise ReadOnly(f"{name}: readonly variable")
            frame[name] = old
            if not keep and old is not None:
                self._table[name] = Variable(exported=old.exported)
                self._environment = None

    def pop(self) -> None:
        """Leave the innermost frame: what it hid comes back."""
        frame = self._frames.pop()
        for name, old in frame.items():
            now = self._table.get(name)
            self._size += len((old.value if old else "") or "")
            self._size -= len((now.value if now else "") or "")
            if old is None:
                self._table.pop(name, None)
            else:
                self._table[name] = old
            self._owned.discard(name)
        if frame:
            self._environment = None
