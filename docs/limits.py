"""Write docs/limits.md: every limit of a served console.

usage: python docs/limits.py     (`make docs` runs it; a test compares the page with its output)
"""

from __future__ import annotations

from pathlib import Path

from hmcsh.limits import TABLE

_HEAD = """# Limits

<!-- Written by docs/limits.py. -->

What one client, one session or one command line may use of a served console. `hmcsh serve --limit
NAME=NUMBER` sets a limit, as often as needed; `--max-sessions N` is short for one of them; `hmcsh
limits` lists them. At a limit there is one message, what the last column names ends, and the server
goes on. Where that column is empty, nothing ends: somebody waits. The values are the project's own,
but for those of sshd_config(5).

| limit | default | of | message | what ends |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The text of the page."""
    rows = (
        f"| `{one.name}` | {one.shown} | {one.what} | {f'`{one.message}`' if one.message else ''}"
        f" | {one.ends} |\n"
        for one in TABLE
    )
    return _HEAD + "".join(rows).replace("|  |", "| |").replace("|  |", "| |")


if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(page())
