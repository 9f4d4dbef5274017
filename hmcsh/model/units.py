"""Processing units, as whole hundredths, and how the console prints them.

Units are kept as integers so that sums are exact: 10 means 0.1 processing units.
"""

from __future__ import annotations

import re

UNIT = 100  # hundredths in one processor
MINIMUM_PER_PROCESSOR = 10  # POWER6: at least 0.1 units for each virtual processor


def format_units(hundredths: int) -> str:
    """Print hundredths as the console does: one decimal, two where needed (capture, V7R7.9).

    >>> format_units(30), format_units(200), format_units(125)
    ('0.3', '2.0', '1.25')
    """
    text = f"{hundredths // UNIT}.{hundredths % UNIT:02d}"
    return text[:-1] if text.endswith("0") else text


def parse_units(text: str) -> int:
    """Read processing units such as `0.5` or `2` into hundredths.

    Raises ValueError for anything that is not a plain number with at most two decimals.
    """
    found = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is not a number of processing units")
    return int(found[1]) * UNIT + int((found[2] or "").ljust(2, "0"))
