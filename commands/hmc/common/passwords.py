"""Passwords checked and hashed in threads: others do not wait for the work that they make."""

from __future__ import annotations

import asyncio
import functools
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.model import passwords
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.partition import DEFAULT_PASSWORD
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


def _prove(record: str, password: str) -> None:
    """Remember that a password opens."""
    _proven[record] = _proof(record, password)
    if len(_proven) > _MOST_PROVEN:
        _proven.popitem(last=False)


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
        _prove(found, password)
    return found is not None


async def kept(password: str, level: Level) -> str:
    """The record of a new password; one that the rules refuse as it is, for who refuses it."""
    try:
        check_password(password, level)
    except HmcError:
        return password
    return await _work(passwords.hashed, password)


async def fits(record: str, password: str) -> bool:
    """Whether this is the password of a service processor."""
    return await _work(passwords.opens, record, password)


def fits_at_once(record: str, password: str) -> bool:
    """Whether this is the password of an operating system.

    What happens in a partition happens in its turn, whatever other sessions do meanwhile: this
    computes a scrypt there, if a quick one.
    """
    right = _known(record, password) or passwords.opens(record, password)
    if right and passwords.is_hashed(record):
        _prove(record, password)
    return right


async def protect(datacenter: Datacenter) -> None:
    """Hash the passwords that an inventory gave: none stands in a state or an export as such.

    Operating systems with the same password share its hash; that which each has unless another
    one is given is no secret.
    """
    for console in datacenter.consoles:
        for user in console.users.values():
            await _protect(user, "password", {})
    made: dict[str, str] = {DEFAULT_PASSWORD: DEFAULT_PASSWORD}
    for frame in list(datacenter.frames.values()):
        await _protect(frame, "access_password", {})
        for partition in list(frame.partitions.values()):
            if partition.operating_system is not None:
                await _protect(partition.operating_system, "password", made, quick=True)


async def _protect(owner: object, field: str, made: dict[str, str], *, quick: bool = False) -> None:
    """Let a field hold a hash; `made` are the hashes of passwords that were made before."""
    record: str | None = getattr(owner, field)
    if record is None or passwords.is_hashed(record):
        return
    if record not in made:
        made[record] = await _work(functools.partial(passwords.hashed, quick=quick), record)
    if getattr(owner, field) is record and made[record] != record:
        setattr(owner, field, made[record])


def stop() -> None:
    """Give up what waits for a thread, so that a server can end."""
    if _workers.cache_info().currsize:
        _workers().shutdown(wait=False, cancel_futures=True)
        _workers.cache_clear()
