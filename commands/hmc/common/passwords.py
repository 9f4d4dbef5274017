"""Passwords checked and hashed in threads: others do not wait for the work that they make."""

from __future__ import annotations

import asyncio
import functools
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.model import passwords
from hmcsh.model.users import User, check_password

_T = TypeVar("_T")
_MOST_THREADS = 4
_MOST_PROVEN = 1024
_KEY = os.urandom(32)  # of this process; never written down
_under_way: set[asyncio.Future[Any]] = set()
_proven: OrderedDict[str, bytes] = OrderedDict()  # by record: what proves its password again


@functools.cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "passwords")


async def _work(function: Callable[..., _T], *args: object) -> _T:
    """Call a function in a thread."""
    work = asyncio.get_running_loop().run_in_executor(
        _workers(), functools.partial(function, *args)
    )
    _under_way.add(work)
    work.add_done_callback(_under_way.discard)
    return await work


def busy() -> bool:
    """Whether a password is being hashed: who turns a clock by hand waits for it."""
    return bool(_under_way)


def _proof(record: str, password: str) -> bytes:
    return hmac.digest(_KEY, f"{record}\0{password}".encode(errors="surrogatepass"), "sha256")


def _known(record: str | None, password: str) -> bool:
    proof = _proven.get(record or "")
    return proof is not None and hmac.compare_digest(proof, _proof(record or "", password))


async def opens(user: User, password: str, *, again: bool = False) -> bool:
    """Whether this is the user's password; takes as long if it is not, or if he has none.

    A password of an inventory is a hash from then on. `again` takes what has opened before at
    once, for programs that log in for each command: only where the answer will be yes, so that
    the time tells nothing that the answer does not.
    """
    if again and _known(user.password, password):
        return True
    while True:
        record = user.password
        found = await _work(passwords.verify, record, password)
        if user.password is record:
            break  # else it was changed meanwhile, if only by another log-in
    if found is not None and found != record:
        user.password = found
    if found is not None:
        _proven[found] = _proof(found, password)
        if len(_proven) > _MOST_PROVEN:
            _proven.popitem(last=False)
    return found is not None


async def kept(password: str, level: Level) -> str:
    """The record of a new password; one that the rules refuse as it is, for who refuses it."""
    try:
        check_password(password, level)
    except HmcError:
        return password
    return await _work(passwords.hashed, password)


async def protect(users: Iterable[User]) -> None:
    """Hash the passwords that an inventory gave."""
    for user in users:
        record = user.password
        if record is not None and not passwords.is_hashed(record):
            made = await _work(passwords.hashed, record)
            if user.password is record:
                user.password = made


def stop() -> None:
    """Give up what waits for a thread, so that a server can end."""
    if _workers.cache_info().currsize:
        _workers().shutdown(wait=False, cancel_futures=True)
        _workers.cache_clear()
