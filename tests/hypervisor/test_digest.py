"""Digests of sets of pages: equal for equal sets, however they were made."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor.digest import digest
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PageSet

PAGES = 3 * CHUNK_PAGES + 100
SETS = st.sets(st.integers(0, PAGES - 1), max_size=30)


def of(pages: PageSet) -> str:
    steps = digest(pages)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def made(members: list[int], pages: int = PAGES) -> PageSet:
    found = PageSet(pages)
    for page in members:
        found.add_page(page)
    return found


@given(one=SETS, two=SETS)
@settings(max_examples=60, derandomize=True)
def test_equal_sets_have_equal_digests_and_others_do_not(one: set[int], two: set[int]) -> None:
    assert of(made(sorted(one))) == of(made(sorted(one, reverse=True)))
    assert (of(made(sorted(one))) == of(made(sorted(two)))) == (one == two)


def test_a_chunk_that_is_whole_is_the_same_as_all_its_pages() -> None:
    whole = PageSet(2 * CHUNK_PAGES)
    whole.add_whole(np.array([1]))
    assert of(whole) == of(made(list(range(CHUNK_PAGES, 2 * CHUNK_PAGES)), 2 * CHUNK_PAGES))


def test_the_size_of_the_partition_counts() -> None:
    assert of(PageSet(10)) != of(PageSet(11))


def test_a_long_one_is_made_in_parts() -> None:
    pages = PageSet(1000 * CHUNK_PAGES)
    for chunk in range(1000):
        pages.add_page(chunk * CHUNK_PAGES + 7)
    assert len(list(digest(pages))) > 10
