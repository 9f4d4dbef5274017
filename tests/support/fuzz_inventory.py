"""Odd inventories: no text makes the loader fail otherwise than with InventoryError."""

import re
from typing import Any

import yaml
from hypothesis import strategies as st

from hmcsh.model.inventory import InventoryError, load_text, resolve, schema, shipped
from hmcsh.model.inventory.decode import fields_of
from hmcsh.runtime import Clock

TEXTS = [resolve(name).read_text() for name in shipped()]
WORDS = sorted({word for text in TEXTS for word in text.split()} | set("[]{}&*!|>%@`,:?-#'\"\t\0"))


def read(text: str) -> None:
    """Load a text, or see it refused with problems of a line each."""
    try:
        load_text(text, Clock("manual"))
    except InventoryError as error:
        assert error.problems
        for problem in error.problems:
            assert "\n" not in str(problem)
            assert 0 <= problem.line <= len(re.split("\r\n|\r|\n", text))


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A shipped lab with lines removed, doubled or swapped, and words replaced."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 5)):
            case 0:
                del lines[at : at + draw(st.integers(1, 5))]
                lines = lines or [""]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                words = lines[at].split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS))
                lines[at] = " ".join(words)
            case 4:
                cut = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:cut] + draw(st.text(max_size=3)) + lines[at][cut:]
            case _:
                lines[at] = "  " * draw(st.integers(0, 3)) + lines[at].lstrip()
    return "\n".join(lines)


KEYS = sorted(
    {
        field
        for kind in (
            schema.Inventory,
            schema.Hmc,
            schema.System,
            schema.Partition,
            schema.Scsi,
            schema.Mover,
        )
        for field in fields_of(kind)
    }
)
SCALARS = st.sampled_from(
    [
        *("0", "1", "2", "-1", "0.1", "none", "", "yes", "2 GB", "0 MB", "3 s", "1 Gbit/s"),
        *("any", "vios", "lan", "a", "vioserver", "ded", "shared", "uncap"),
        *("Running", "Not Activated"),
    ]
)


def trees(depth: int) -> st.SearchStrategy[Any]:
    """Mappings with the schema's own keys in the wrong places."""
    if not depth:
        return SCALARS
    deeper = trees(depth - 1)
    keys = st.sampled_from([*KEYS, "vios", "a", "2", "3"])
    return st.one_of(
        SCALARS, st.dictionaries(keys, deeper, max_size=5), st.lists(deeper, max_size=3)
    )


PARTITIONS = st.dictionaries(
    st.sampled_from(["vios", "a", "b"]),
    st.dictionaries(st.sampled_from(sorted(fields_of(schema.Partition))), trees(2), max_size=6),
    max_size=3,
)
SYSTEMS = st.dictionaries(
    st.sampled_from(["left", "right"]),
    st.builds(
        lambda fields, partitions: {**fields, "partitions": partitions},
        st.dictionaries(st.sampled_from(sorted(fields_of(schema.System))), SCALARS, max_size=3),
        PARTITIONS,
    ),
    min_size=1,
    max_size=2,
)


INPUTS = st.one_of(
    mangled(),
    st.text(max_size=200),
    st.builds(
        lambda systems, others: yaml.safe_dump({**others, "systems": systems}),
        SYSTEMS,
        st.dictionaries(st.sampled_from(KEYS), trees(2), max_size=2),
    ),
)
