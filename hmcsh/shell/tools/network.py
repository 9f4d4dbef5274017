"""``ping``: whether a host of the console's networks answers (ping(8) of iputils)."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call, UsageError, count_of, scan_options
from hmcsh.shell.registry import tool

_SUPPORTED = "cinqW"
_ALL = "c:i:W:w:s:t:I:p:Q:l:S:M:F:T:nqabdfhrvALRUVBD"
_ROUND_TRIP = "0.210"  # ms, inferred: a host on the console's own network
_MOST = 10_000
_LONGEST = 3600.0


@tool("ping")
async def ping(call: Call) -> int:
    """Send echo requests, a second of the console's time apart; status 1 if none is answered.

    Without ``-c`` it would never end, which is refused.
    """
    options, operands = scan_options(call.args, _ALL, status=2)
    values = dict(options)
    for letter, _ in options:
        if letter not in _SUPPORTED:
            raise UsageError(f"-{letter}: not supported", 2)
    if "c" not in values:
        raise UsageError("without -c: not supported", 2)
    count = count_of(values["c"], "number of packets to transmit", 2)
    if not 1 <= count <= _MOST:
        raise UsageError("bad number of packets to transmit.", 2)
    if len(operands) != 1:
        raise UsageError("one host is needed", 2)
    found = call.shell.host.reach(operands[0])
    if found is None:
        call.shell.stderr.write(f"ping: unknown host {operands[0]}\n")
        return 2
    return await _exchange(call, operands[0], *found, count, values)


async def _exchange(
    call: Call, name: str, address: str, answers: bool, count: int, values: dict[str, str]
) -> int:
    interval, patience = _seconds(values.get("i", "1")), _seconds(values.get("W", "10"))
    call.out(f"PING {name} ({address}) 56(84) bytes of data.\n")
    for number in range(1, count + 1):
        if number > 1:
            await call.shell.host.sleep(interval)
        if answers and "q" not in values:
            call.out(f"64 bytes from {address}: icmp_seq={number} ttl=64 time={_ROUND_TRIP} ms\n")
        await call.flush()
    if not answers:
        await call.shell.host.sleep(patience)
    received, lost = (count, 0) if answers else (0, 100)
    took = round((count - 1) * interval * 1000)
    call.out(
        f"\n--- {name} ping statistics ---\n{count} packets transmitted, {received} received, "
        f"{lost}% packet loss, time {took}ms\n"
    )
    times = "/".join([_ROUND_TRIP] * 3)
    call.out(f"rtt min/avg/max/mdev = {times}/0.000 ms\n" if answers else "\n")
    return 0 if answers else 1


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,9}(\.\d{0,9})?", text):
        raise UsageError(f"bad timing interval: '{text}'", 2)
    return min(float(text), _LONGEST)
