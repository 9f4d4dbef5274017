"""`hmcsh status --check`: whether a served console is well, as one who asks can see it."""

from __future__ import annotations

import dataclasses
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hmcsh import remote
from hmcsh.control import HealthRequest
from hmcsh.health import Health, Listening
from hmcsh.language.secrets import escaped
from hmcsh.socketfile import ControlError

LONGEST_ANSWER = 1.0  # real seconds; a loop that comes to a request later than that is not well

_LOOKS = 3
_PAUSE = 0.05  # real seconds between two looks
_GREETING = b"SSH-2.0-"  # RFC 4253 4.2
_GREETING_LIMIT = 255  # bytes with its end (RFC 4253 4.2)
# What stands for all addresses can be reached at the machine's own.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found; `answer_seconds` is the longest of some answers, None if there was none."""

    ok: bool
    problems: tuple[str, ...]
    answer_seconds: float | None = None
    health: Health | None = None

    @property
    def line(self) -> str:
        """The same in one line."""
        if not self.ok:
            return escaped("failed: " + "; ".join(self.problems))
        seen, answer = self.health, self.answer_seconds
        if seen is None or answer is None:
            raise TypeError("what was not seen is not well")
        where = ", ".join(
            f"{one.console} on {one.address} port {one.port}" for one in seen.listening
        )
        state = f"state in {seen.state_file}" if seen.state_file else "no state kept"
        text = f"ok {where}; sessions {seen.sessions}; {state}; answer in {answer * 1000:.0f} ms"
        return escaped(text)


def check(control: Path | None, timeout: float) -> Findings:
    """Look whether a console answers, greets, writes its state and is not late.

    All of it together takes at most `timeout` real seconds.
    """
    deadline = time.monotonic() + timeout
    longest = 0.0
    try:
        path = remote.locate(control)
        for look in range(_LOOKS):
            if look:
                time.sleep(min(_PAUSE, _left(deadline)))
            began = time.monotonic()
            answers = remote.ask(path, HealthRequest(), patience=_left(deadline))
            (seen,) = [msgspec.convert(item, Health) for item in answers]
            longest = max(longest, time.monotonic() - began)
    except (ControlError, ValueError) as error:
        return Findings(ok=False, problems=(str(error),))
    problems = [*_problems(seen, deadline)]
    if longest > LONGEST_ANSWER:
        problems.append(f"the server is late: it took {longest:.1f} s to answer")
    return Findings(
        ok=not problems, problems=tuple(problems), answer_seconds=round(longest, 4), health=seen
    )


def _left(deadline: float) -> float:
    """Real seconds; a little where there are none, so that what waits for them says so itself."""
    return max(0.001, deadline - time.monotonic())


def _problems(seen: Health, deadline: float) -> Iterator[str]:
    if seen.state_problem:
        yield seen.state_problem
    if not seen.listening:
        yield "no console listens"
    for one in seen.listening:
        problem = _greeting_problem(one, deadline)
        if problem:
            yield f"{one.console}, {one.address} port {one.port}: {problem}"


def _greeting_problem(one: Listening, deadline: float) -> str:
    """What is wrong with how a console greets an ssh client; "" if nothing is."""
    address = (_LOOPBACK.get(one.address, one.address), one.port)
    try:
        with socket.create_connection(address, timeout=_left(deadline)) as client:
            read = b""
            while b"\n" not in read:
                client.settimeout(_left(deadline))
                received = client.recv(_GREETING_LIMIT - len(read))
                if not received:
                    return "the connection ends before a greeting"
                read += received
    except TimeoutError:
        return "no greeting in time"
    except OSError as error:
        return error.strerror or str(error)
    return "" if read.startswith(_GREETING) else "the greeting is not that of ssh"
