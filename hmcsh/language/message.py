"""What a message of the console is, and how far a fact about the console can be trusted."""

import string
from dataclasses import dataclass
from enum import StrEnum

from hmcsh.language.levels import ALWAYS, Span


class Trust(StrEnum):
    """Where the knowledge of a text, an option or an attribute comes from, best first."""

    CAPTURE = "capture"
    """Recorded from a real console."""
    DOCUMENT = "document"
    """A manual page, help text or book."""
    SCRIPT = "script"
    """A program that is known to work against real consoles depends on it."""
    RECALLED = "recalled"
    """Field knowledge without a source at hand."""
    INFERRED = "inferred"
    """Concluded from other facts."""
    INVENTED = "invented"
    """The project's own; the real console says something else, or nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the catalogue.

    ``text`` holds ``{name}`` fields. ``code`` is IBM's number, or None where the console prints
    none or where none is known: the project makes up no numbers. ``trust`` and ``source`` speak
    of the text; where only the number is known, the text is inferred from what is recorded of
    its meaning, and ``source`` says so. A text for the ``screen`` goes to a terminal as it stands,
    with its blanks and line ends.
    """

    key: str
    code: str | None
    text: str
    trust: Trust
    source: str
    span: Span = ALWAYS
    screen: bool = False

    def __post_init__(self) -> None:
        if self.trust is Trust.INVENTED and self.code is not None:
            raise ValueError(f"{self.key}: an invented message bears no code")

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that the text wants."""
        parts = string.Formatter().parse(self.text)
        return frozenset(name for _, name, _, _ in parts if name is not None)
