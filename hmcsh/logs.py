"""The form of the server's log: one line a record, nothing in it that a terminal would act on."""

from __future__ import annotations

import copy
import logging

from hmcsh.language.secrets import escaped, masked_line

AUDIT = "hmcsh.audit"
_COMMAND_LINES = "hmcsh.shell"  # the arguments of its records are command lines


class Formatter(logging.Formatter):
    """Escapes control characters; a traceback keeps its lines. Masks passwords."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record."""
        if record.name.startswith(_COMMAND_LINES) and isinstance(record.args, tuple):
            record = copy.copy(record)
            record.args = tuple(
                masked_line(one) if isinstance(one, str) else one for one in record.args or ()
            )
        return "\n".join(escaped(line) for line in super().format(record).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the base
        """Give the first line."""
        return escaped(super().formatMessage(record))


def begin(*, verbose: bool) -> None:
    """Log to standard error: warnings, and who logs in and out; all that happens if `verbose`."""
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    logging.getLogger(AUDIT).setLevel(logging.INFO)
    # The library's own account of each packet and channel says nothing that ours does not.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
