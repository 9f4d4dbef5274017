"""Fixed-point arithmetic and random bits."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.hypervisor.chance import ONE, exp2_negative, log2, probability, random_words, stream
from hmcsh.hypervisor.pageset import popcount


@given(st.floats(0, 70))
def test_exp2_negative(x):
    """Against decimals: two floats of about 1 may differ by 2**-53 when both are rounded well."""
    with localcontext(prec=50):
        error = exp2_negative(int(x * ONE)) - Decimal(2) ** -Decimal(x) * ONE
    assert abs(error) < 32


@given(st.integers(1, 2**40))
def test_log2(n):
    assert log2(n) / ONE == pytest.approx(math.log2(n), abs=2**-38)


@given(st.floats(1e-9, 1e4), st.integers(0, 10**12))
def test_probability(rate, duration):
    rate = int(rate * ONE)
    expected = -math.expm1(-rate / ONE * duration / 1e9)
    assert probability(rate, duration) / ONE == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_a_stream_is_the_same_everywhere():
    """Raw words of SFC64 seeded by name: a change would change every result of every lab."""
    assert stream(7, "uuid", 1, "writes").random_raw(2).tolist() == [
        8304563154793699727,
        15333918922196145143,
    ]


def test_streams_of_other_names_are_others():
    names = [(1, "a", 1), (1, "a", 2), (2, "a", 1), (1, "b", 1), ("1", "a", 1)]
    assert len({int(stream(*name).random_raw()) for name in names}) == len(names)


@pytest.mark.parametrize(
    "p", [1e-7, 2**-16, 1e-4, 0.003, 0.01, 1 / 3, 0.5, 0.75, 0.99, 1 - 1e-4], ids=str
)
def test_bits_are_set_as_often_as_the_chance_says(p):
    source = stream("bits", str(p))
    words, calls = 512, 300
    drawn = [random_words(source, int(p * ONE), words) for _ in range(calls)]
    counts = sum(popcount(bits) for bits in drawn if bits is not None)
    number = words * 64 * calls
    sigma = math.sqrt(number * p * (1 - p) * 1.2)
    assert abs(counts - number * p) <= 4 * sigma + 1
    places = np.zeros(64)
    for bits in drawn:
        if bits is not None:
            places += [
                int(np.count_nonzero(bits >> np.uint64(i) & np.uint64(1))) for i in range(64)
            ]
    expected = number * p / 64
    assert np.abs(places - expected).max() <= 5 * math.sqrt(expected * (1 - p) * 1.2) + 3


def test_certain_and_impossible():
    source = stream(1)
    assert random_words(source, 0, 4) is None
    assert popcount(random_words(source, ONE, 4)) == 256
    assert popcount(random_words(source, ONE - 1, 4)) == 256
