"""Page sets against a Python set of page numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor.pageset import CHUNK_PAGES, PageSet, bit_positions, bit_range, lowest_bits

SIZES = st.sampled_from([1, 63, 64, 65, 4096, CHUNK_PAGES, CHUNK_PAGES + 1, 3 * CHUNK_PAGES - 5])

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "range", "whole", "discard", "update", "take"]),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
    ),
    max_size=25,
)


@settings(max_examples=120)
@given(SIZES, OPERATIONS)
def test_a_page_set_is_a_set_of_numbers(pages, operations):
    actual, model = PageSet(pages), set()
    for name, a, b in operations:
        page, other = int(a * pages), int(b * pages)
        chunk = page // CHUNK_PAGES
        base, size = chunk * CHUNK_PAGES, actual.chunk_pages(chunk)
        first, last = sorted((page - base, min(other % CHUNK_PAGES, size)))
        span = set(range(base + first, base + last))
        if name == "add":
            actual.add_page(page)
            model.add(page)
        elif name == "range":
            actual.add(chunk, bit_range(first, last))
            model |= span
        elif name == "whole":
            if not actual.has_chunk(chunk):
                actual.add_whole(np.array([chunk]))
                model |= set(range(base, base + size))
        elif name == "discard":
            actual.discard(chunk, bit_range(first, last))
            model -= span
        elif name == "update":
            more = PageSet(pages)
            more.add(chunk, bit_range(first, last))
            if (page + other) % 2 and not more.has_chunk(0):
                more.add_whole(np.array([0]))
                span = span | set(range(more.chunk_pages(0)))
            actual.update(more)
            model |= span
        else:
            check_take(actual, model, page, 1 + other)
        assert actual.count == len(model)
        assert bool(actual) == bool(model)
    assert actual.positions() == sorted(model)
    assert (page in actual) == (page in model) if operations else True
    if model:
        assert actual.last_page() == max(model)


def check_take(actual, model, start, limit):
    """Whatever is taken is the lowest from `start`, and at least one page if there is any."""
    taken = actual.take(start, limit, 2)
    pages = taken.positions()
    above = sorted(page for page in model if page >= start)
    assert len(pages) <= limit
    assert pages == above[: len(pages)]
    assert bool(pages) == bool(above)
    assert len(taken.words) <= 2
    model -= set(pages)


@given(st.lists(st.integers(0, CHUNK_PAGES - 1), max_size=200), st.integers(0, 220))
def test_lowest_bits(positions, number):
    words = np.zeros(CHUNK_PAGES // 64, np.uint64)
    for position in positions:
        words |= bit_range(position, position + 1)
    assert bit_positions(words) == sorted(set(positions))
    assert bit_positions(lowest_bits(words, number)) == sorted(set(positions))[:number]


def test_an_empty_set_has_no_last_page():
    with pytest.raises(ValueError, match="empty"):
        PageSet(5).last_page()


def test_no_set_without_pages():
    with pytest.raises(ValueError, match="at least one page"):
        PageSet(0)
