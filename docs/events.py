"""Write docs/events.md: every event of the log of a served console.

usage: python docs/events.py     (`make docs` runs it; a test compares the page with its output)
"""

from __future__ import annotations

import typing
from pathlib import Path

from hmcsh.events import EVENTS, Event

_HEAD = """# Events of the log

<!-- Written by docs/events.py. -->

A record of an event has its name as `event` and these fields, beside `time`, `logger`, `level` and
`message`, in the log that `hmcsh serve --log-format json` writes. [Operating](operating.md) says
more. Fields are text, but for `status` and `records` (whole numbers) and `duration` (seconds);
those with a question mark may be null.

| event | fields | what |
| --- | --- | --- |
"""


def _row(kind: type[Event]) -> str:
    hints = typing.get_type_hints(kind)
    fields = (
        f"`{name}`{'?' if type(None) in typing.get_args(hints[name]) else ''}"
        for name in kind.__struct_fields__
    )
    what = " ".join((kind.__doc__ or "").split())
    return f"| `{kind.event}` | {', '.join(fields)} | {what} |\n"


def page() -> str:
    """The text of the page."""
    return _HEAD + "".join(map(_row, EVENTS.values()))


if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(page())
