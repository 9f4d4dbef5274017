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
_MOST_DIGITS = 16

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


@lru_cache(maxsize=512)
def probability(rate: int, duration: int) -> int:
    """Give the chance, as a 64-bit fraction, that a page is written at least once.

    `rate` is in writes a second in units of 2^-64, `duration` in ns; writes come independently,
    so that the chance is 1 - exp(-rate x duration).
    """
    expected = rate * duration // 1_000_000_000
    return ONE - exp2_negative(expected * _LOG2_E >> 64)


@lru_cache(maxsize=512)
def _digits(chance: int, number: int) -> int:
    """Give how many binary digits of `chance` are used to draw 64 x `number` bits.

    Enough that rounding adds at most an eighth to the variance of the number of bits that are set
    (a half in the worst case, where 16 digits are not enough).
    """
    variance = chance * (ONE - chance) >> 64
    wanted = ((128 * number << 64) // max(variance, 1)).bit_length()
    return min(_MOST_DIGITS, (wanted + 1) // 2)


def random_words(source: np.random.SFC64, chance: int, number: int) -> Words | None:
    """Draw 64 x `number` bits, each set with probability `chance` (a 64-bit fraction).

    None stands for no bit at all. The chance is first rounded to a few binary digits, up or down
    by a draw that makes every bit's probability exact (the bits of one call share that draw, see
    `_digits`); one random word a digit follows.
    """
    if chance >= _CERTAIN:
        return np.full(number, _ALL)
    places = _digits(chance, number)
    rest = 64 - places
    digits, fraction = chance >> rest, chance & (1 << rest) - 1
    if fraction and int(source.random_raw()) >> places < fraction:
        digits += 1
    if digits <= 0:
        return None
    if digits >> places:
        return np.full(number, _ALL)
    # From the lowest digit that is 1 up: or-ing takes p to (1 + p) / 2, and-ing takes it to p / 2.
    lowest = (digits & -digits).bit_length() - 1
    planes = source.random_raw((places - lowest) * number).reshape(-1, number)
    chosen: Words = planes[0].copy()  # not a view, which would keep all planes alive
    digits >>= lowest
    for plane in planes[1:]:
        digits >>= 1
        if digits & 1:
            chosen |= plane
        else:
            chosen &= plane
    return chosen
