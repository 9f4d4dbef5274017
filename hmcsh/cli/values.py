"""How the values of arguments are read. Each raises ArgumentTypeError with what is wrong."""

from __future__ import annotations

import argparse
import math

from hmcsh.language.levels import Level

_LONGEST = 1e9  # virtual seconds; some thirty years
_LONGEST_INTERVAL = 3600.0  # real seconds


def pace(text: str) -> float | str:
    """Virtual seconds per real second, or "instant"."""
    if text == "instant":
        return text
    number = _number(text)
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a positive number nor 'instant'")
    return number


def seed(text: str) -> int:
    """Any whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def level(text: str) -> Level:
    """The level of a console."""
    try:
        return Level.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def listen(text: str) -> tuple[str, int]:
    """Where to listen: address and port."""
    address, colon, port = text.rpartition(":")
    if not colon or not address or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not ADDRESS:PORT")
    return address.strip("[]"), int(port)


def metrics(text: str) -> tuple[str, int]:
    """Where to answer requests for metrics: a port, of this machine alone unless it says more."""
    try:
        return listen(text if ":" in text else f"127.0.0.1:{text}")
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not [ADDRESS:]PORT") from None


def percent(text: str) -> int:
    """A percentage."""
    if not (text.isascii() and text.isdigit() and int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage, 0 to 100")
    return int(text)


def seconds(text: str) -> int:
    """Virtual seconds, as ns."""
    time = _number(text)
    if not (math.isfinite(time) and 1e-9 <= time <= _LONGEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return round(time * 1e9)


def interval(text: str) -> float:
    """Real seconds, of which there are a few."""
    time = _number(text)
    if not (math.isfinite(time) and 0.1 <= time <= _LONGEST_INTERVAL):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds, 0.1 to {_LONGEST_INTERVAL:g}"
        )
    return time


def count(text: str) -> int:
    """A whole number from 1."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def limit(text: str) -> tuple[str, float]:
    """A limit of a served console, by name, and its value."""
    from hmcsh import limits

    try:
        return limits.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
