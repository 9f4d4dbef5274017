"""Makes docs/checks.md from the table of checks: `make docs`."""

from __future__ import annotations

import string
from pathlib import Path

from hmcsh.language.messages import CATALOGUE
from hmcsh.migration.checks import CHECKS, Check, Severity

PAGE = Path(__file__).with_name("checks.md")

HEAD = """\
# Checks of a migration

`migrlpar -o v`, and `migrlpar -o m` before it begins, run every check below in this order and list
everything that they find (SG24-7460 2.5.3). An error makes the status 1; warnings alone do not.
A dash means that the rule does not hold for that kind of migration. Words in `<>` are filled in.

Where an option is named, 1 makes errors of all findings and 2 makes warnings of them, at the levels
that have it.

This page is made by `make docs` from the table in `hmcsh/migration/checks.py`.

| check | active | inactive | option | source | messages |
| --- | --- | --- | --- | --- | --- |
"""


def _severity(severity: Severity | None) -> str:
    return "-" if severity is None else severity.value


def _message(key: str) -> str:
    message = CATALOGUE[key]
    text = "".join(
        literal + (f"`<{field}>`" if field else "")
        for literal, field, *_ in string.Formatter().parse(message.text)
    )
    return f"{message.code} {text}" if message.code else text


def _row(check: Check) -> str:
    cells = (
        check.name,
        _severity(check.active),
        _severity(check.inactive),
        f"`--{check.option}`" if check.option else "",
        check.source,
        "<br>".join(_message(key).replace("|", "\\|") for key in check.messages),
    )
    return f"| {' | '.join(cells)} |\n"


def page() -> str:
    """Give the text of the page."""
    notes = [f"- **{check.name}**: {check.note}\n" for check in CHECKS if check.note]
    head = "\n## Where passages of the source disagree\n\n"
    return HEAD + "".join(map(_row, CHECKS)) + head + "".join(notes)


if __name__ == "__main__":
    PAGE.write_text(page())
