"""The forms of the server's log: lines of text, or a line of JSON for each record.

Both are made from one account of a record, in which passwords are masked. Nothing in a line is
such that a terminal would act on it, and nobody who is logged makes a line of his own.
"""

from __future__ import annotations

import copy
import datetime
import json
import logging
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TextIO

from msgspec.structs import asdict, replace

from hmcsh.events import Event, LogInterrupted
from hmcsh.language.secrets import escaped, masked_line

if TYPE_CHECKING:
    from types import TracebackType

AUDIT = "hmcsh.audit"
_LONGEST = 1000  # characters of a value that are shown

_log = logging.getLogger("hmcsh")


def _shown(value: object) -> object:
    """A value as it may be written down."""
    if not isinstance(value, str):
        return value
    text = masked_line(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


class Formatter(logging.Formatter):
    """Lines of text: control characters are escaped, a traceback keeps its lines."""

    def __init__(self, form: str = "%(asctime)s %(name)s %(levelname)s %(message)s") -> None:
        super().__init__(form)

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record."""
        record, _ = account(record)
        return "\n".join(escaped(line) for line in super().format(record).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the base
        """Give the first line."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of the base
        """Give a traceback. An error may quote what a user sent."""
        return "\n".join(map(masked_line, super().formatException(ei).split("\n")))  # type: ignore[arg-type]


class JsonFormatter(Formatter):
    """One object of JSON in each line, in ASCII: time, logger, level, message, what is known.

    A record of an event has its name and its fields, one of an error its traceback. A byte that is
    not UTF-8 stands as ``\\udcff`` would in a program.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        record, fields = account(record)
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds"),
            "logger": record.name,
            "level": record.levelname,
            "message": record.msg,
            **fields,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps({name: _encodable(value) for name, value in line.items()}, default=str)


def account(record: logging.LogRecord) -> tuple[logging.LogRecord, Mapping[str, object]]:
    """A record whose message is whole and masked, and the fields of its event if it has one."""
    told = copy.copy(record)
    told.exc_text = None  # another formatter may have left its own
    fields: dict[str, object] = {}
    if isinstance(record.msg, Event):
        shown = {name: _shown(value) for name, value in asdict(record.msg).items()}
        event = replace(record.msg, **shown)
        fields = {"event": event.event, **shown}
        told.msg = str(event)
    else:
        if isinstance(record.args, Mapping):
            told.args = {name: _shown(value) for name, value in record.args.items()}
        elif record.args:
            told.args = tuple(map(_shown, record.args))
        text = told.getMessage()
        ours = record.name.partition(".")[0] == _log.name
        told.msg = text if ours else "\n".join(map(masked_line, text.split("\n")))
    told.args = ()
    return told, fields


def _encodable(value: object) -> object:
    """Without lone surrogates, which readers of JSON refuse (RFC 8259 8.2)."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


FORMATS: Mapping[str, Callable[[], Formatter]] = {"text": Formatter, "json": JsonFormatter}


class Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream that may fail for a while, as on a full disk, and then tells of it."""

    _failed = 0  # records that it did not take since it last took one

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; before it, how many are missing."""
        if failed := self._failed:
            gap = LogInterrupted(records=failed)
            super().emit(_log.makeRecord(_log.name, logging.WARNING, "", 0, gap, (), None))
            if self._failed > failed:  # it takes none, this one neither
                return
            self._failed = 0
        super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record, on a line of its own where half of another may stand."""
        return (self.terminator if self._failed else "") + super().format(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the base
        """Count a record that the stream did not take; other errors are faults, and shown."""
        if isinstance(sys.exc_info()[1], OSError):
            self._failed += 1
        else:
            super().handleError(record)


def begin(*, verbose: bool, form: str = "text") -> None:
    """Log to standard error: warnings, and who logs in and out; all that happens if `verbose`."""
    handler = Handler()
    handler.setFormatter(FORMATS[form]())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    logging.getLogger(AUDIT).setLevel(logging.INFO)
    # The library's own account of each packet and channel says nothing that ours does not.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    # What Python itself would write there is a record as well.
    logging.captureWarnings(True)
    sys.excepthook, sys.unraisablehook = _uncaught, _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("the program failed", exc_info=(kind, error, trace))


def _unraisable(fault: sys.UnraisableHookArgs) -> None:
    _log.error("%s: %r", fault.err_msg or "ignored in", fault.object, exc_info=fault.exc_value)
