"""The ssh keys of consoles: public keys of users, and the one that a user of a console has there.

What a console has as its own key is made of its name and nothing else: nobody has its private
part, which migrations between consoles of one process do not need.
"""

from __future__ import annotations

import base64
import hashlib

_KEY_BITS = 2048
_EXPONENT = 65537


def _blob(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def own_key(console: str, user: str) -> str:
    """The public key of a user at a console, as one line: type, base64, comment."""
    modulus = int.from_bytes(
        b"".join(
            hashlib.sha512(f"{console}/{user}/{part}".encode()).digest()
            for part in range(_KEY_BITS // 512)
        ),
        "big",
    )
    modulus |= 1 | 1 << (_KEY_BITS - 1)
    while pow(2, modulus - 1, modulus) == 1:  # of a prime everybody would have the private part
        modulus += 2
    blob = _blob(b"ssh-rsa", _integer(_EXPONENT), _integer(modulus))
    return f"ssh-rsa {base64.b64encode(blob).decode()} {user}@{console}"


def is_key_line(line: str) -> bool:
    """Whether a text can be one line of a file of keys, be it a key or not (sshd(8))."""
    return bool(line.strip()) and line.isprintable()


def comment(line: str) -> str:
    """What stands behind the key in its line, "" if nothing does."""
    fields = line.split(" ", 2)
    return fields[2] if len(fields) > 2 else ""
