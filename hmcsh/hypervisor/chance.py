"""Random page sets that are the same on every machine.

Only raw 64-bit words of a pinned bit generator (SFC64) and integer arithmetic decide anything
here: no float, whose last digit may differ between C libraries, and none of numpy's
distributions, whose streams may change between its versions. Source: inferred, a design of this
project; random streams are keyed by name so that one migration never shifts another's draws.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from hmcsh.hypervisor.pageset import Words

ONE = 1 << 64  # 1.0 in the fixed-point numbers of this module
_FRACTION = ONE - 1
_LN2 = 12_786_308_645_202_655_660  # ln 2
_LOG2_E = 26_613_026_195_688_644_983  # 1 / ln 2

# Probabilities closer than this to 1 are 1: it concerns one page in 10^12.
_CERTAIN = ONE - (1 << 24)
_PLANES = 16

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def stream(*names: int | str) -> np.random.SFC64:
    """Give the bit generator that belongs to `names`, for example (seed, uuid, 3, "writes")."""
    digest = hashlib.sha256(repr(names).encode()).digest()
    return np.random.SFC64(np.random.SeedSequence(int.from_bytes(digest, "big")))


def exp2_negative(x: int) -> int:
    """Give 2 to the power -x as a 64-bit fraction; x >= 0 in units of 2^-64."""
    shift, fraction = x >> 64, x & _FRACTION
    if shift > 64:
        return 0
    t = fraction * _LN2 >> 64
    total = term = ONE
    n = 0
    while term:
        n += 1
        term = (term * t >> 64) // n
        total += -term if n % 2 else term
    return total >> shift


def log2(n: int) -> int:
    """Give the logarithm to base 2 of `n` >= 1, in units of 2^-64, exact to about 2^-40."""
    whole = n.bit_length() - 1
    mantissa = (n << 64) >> whole
    result = whole << 64
    for place in range(63, 23, -1):
        mantissa = mantissa * mantissa >> 64
        if mantissa >= 2 * ONE:
            mantissa >>= 1
            result |= 1 << place
    return result


@lru_cache(maxsize=4096)
def probability(rate: int, duration: int) -> int:
    """Give the chance, as a 64-bit fraction, that a page is written at least once.

    `rate` is in writes a second in units of 2^-64, `duration` in ns; writes come independently,
    so that the chance is 1 - exp(-rate x duration).
    """
    expected = rate * duration // 1_000_000_000
    return ONE - exp2_negative(expected * _LOG2_E >> 64)


def random_words(source: np.random.SFC64, chance: int, number: int) -> Words | None:
    """Draw 64 x `number` bits, each set with probability `chance` (a 64-bit fraction).

    None stands for no bit at all. The binary digits of the chance are compared with as many
    random bits from the highest digit down, for all pages at once; what 16 digits leave
    undecided (one page in 65,536) is decided one by one.
    """
    if chance <= 0:
        return None
    if chance >= _CERTAIN:
        return np.full(number, _ALL)
    drawn = source.random_raw(_PLANES * number).reshape(_PLANES, number)
    # Plane by plane a page stays undecided (random bit = digit) or is decided by the first bit
    # that differs from the digit: below the chance if the digit is 1.
    undecided = drawn[0]
    chosen = np.zeros(number, np.uint64)
    if chance >> 63 & 1:
        chosen = ~undecided
    for place in range(1, _PLANES):
        if chance >> (63 - place) & 1:
            undecided_still = np.bitwise_and(undecided, drawn[place], out=drawn[place])
            undecided ^= undecided_still
            chosen |= undecided
            undecided = undecided_still
        else:
            undecided &= drawn[place]
    rest = chance & (1 << 64 - _PLANES) - 1
    if rest:
        _decide(source, chosen, undecided, rest << _PLANES)
    return chosen


def _decide(source: np.random.SFC64, chosen: Words, undecided: Words, chance: int) -> None:
    for index in np.flatnonzero(undecided).tolist():
        bits, kept = int(undecided[index]), 0
        while bits:
            lowest = bits & -bits
            if int(source.random_raw()) < chance:
                kept |= lowest
            bits ^= lowest
        chosen[index] |= np.uint64(kept)
