"""Passwords as they are kept: their scrypt (RFC 7914), as text in the PHC string format.

An inventory may give a password as such. It is kept so until somebody logs in with it, or until
:func:`hashed` has been applied to it; the inventory's file holds it anyway.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import hmac
import os
import re

_LOG_N, _R, _P = 14, 8, 1  # 16 MiB; some 50 ms
_LOG_N_QUICK = 12  # some 12 ms
_SALT, _LENGTH = 16, 32  # bytes
_MAX_MEMORY = 256 << 20
_START = "$scrypt$"
_FORM = re.compile(
    r"\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9])\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})"
)


class Record(str):
    """A record that was made here, told apart from what somebody typed."""

    __slots__ = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _Scrypt:
    log_n: int
    r: int
    p: int
    salt: bytes
    digest: bytes = b""

    @classmethod
    def parse(cls, record: str) -> _Scrypt:
        """Raises ValueError for what is no such text, or needs more than 256 MiB."""
        found = _FORM.fullmatch(record)
        if found is None:
            raise ValueError("not $scrypt$ln=...,r=...,p=...$SALT$HASH")
        log_n, r, p = (int(text) for text in found.groups()[:3])
        if not (log_n and r and p) or 128 * r * ((1 << log_n) + p + 2) > _MAX_MEMORY:
            raise ValueError("the parameters of scrypt are out of bounds")
        try:
            salt, digest = (
                base64.b64decode(f"{t}{'=' * (-len(t) % 4)}") for t in found.groups()[3:]
            )
        except binascii.Error:
            raise ValueError("salt and hash must be base64") from None
        return cls(log_n, r, p, salt, digest)

    def of(self, password: str) -> _Scrypt:
        digest = hashlib.scrypt(
            password.encode(errors="surrogatepass"),
            salt=self.salt,
            n=1 << self.log_n,
            r=self.r,
            p=self.p,
            maxmem=_MAX_MEMORY + (1 << 20),
            dklen=_LENGTH,
        )
        return dataclasses.replace(self, digest=digest)

    def __str__(self) -> str:
        salt, digest = (
            base64.b64encode(data).decode().rstrip("=") for data in (self.salt, self.digest)
        )
        return f"{_START}ln={self.log_n},r={self.r},p={self.p}${salt}${digest}"


def _fresh(log_n: int = _LOG_N) -> _Scrypt:
    return _Scrypt(log_n, _R, _P, os.urandom(_SALT))


def is_hashed(record: str) -> bool:
    """Whether a record is a hash, and not the password itself."""
    return record.startswith(_START)


def problem(record: str) -> str | None:
    """What is wrong with a password of an inventory: only a hash can be malformed."""
    if is_hashed(record):
        try:
            _Scrypt.parse(record)
        except ValueError as error:
            return str(error)
    return None


def hashed(password: str, *, quick: bool = False) -> Record:
    """The record of a new password, with a salt of its own. Takes some 50 ms of one processor.

    One that is `quick` is checked in a quarter of that: where others have to wait for it.
    """
    return Record(_fresh(_LOG_N_QUICK if quick else _LOG_N).of(password))


def verify(record: str | None, password: str) -> str | None:
    """The record to keep if the password is right, else None.

    Takes as long whatever the record is, None for an account that no password opens too. That of
    an inventory becomes a hash.
    """
    known = _Scrypt.parse(record) if record is not None and is_hashed(record) else None
    computed = (known or _fresh()).of(password)
    if known is not None:
        right = hmac.compare_digest(known.digest, computed.digest)
    else:
        right = _same(record, password)
    return str(computed) if right else None


def opens(record: str | None, password: str) -> bool:
    """Whether the password is right; quick where the record is the password itself."""
    if record is not None and is_hashed(record):
        return verify(record, password) is not None
    return _same(record, password)


def _same(record: str | None, password: str) -> bool:
    expected, given = ((text or "").encode(errors="surrogatepass") for text in (record, password))
    return hmac.compare_digest(expected, given) and record is not None
