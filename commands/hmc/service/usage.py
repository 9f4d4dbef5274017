"""What the console itself uses of its memory and processors, and the files that tell it."""

from __future__ import annotations

MEMORY_KILOBYTES = 1058721792 // 1024  # the *SZ of lshmc -v (capture, V7R3.1)
USED_MEMORY = MEMORY_KILOBYTES * 82 // 100
BUFFERS = 99568
CACHED = 408320
SWAP = 2040244
USED_SWAP = 42836
PROCESSORS = ((0.3, 0.1), (0.0, 0.1))  # percent of the time for users and for the system
_TICKS = 100  # in a second (proc(5): USER_HZ)


def files(uptime: float) -> dict[str, str]:
    """The files of /proc that collectors read, by path, after seconds of uptime.

    They agree with monhmc; their forms are those of proc(5).
    """
    amounts = {
        "MemTotal": MEMORY_KILOBYTES,
        "MemFree": MEMORY_KILOBYTES - USED_MEMORY,
        "Buffers": BUFFERS,
        "Cached": CACHED,
        "SwapTotal": SWAP,
        "SwapFree": SWAP - USED_SWAP,
    }
    rows = []
    for user, system in PROCESSORS:
        total = round(uptime * _TICKS)
        used = [round(total * share / 100) for share in (user, 0.0, system)]
        rows.append([*used, total - sum(used), 0, 0, 0])
    lines = [("cpu ", [sum(column) for column in zip(*rows, strict=True)])]
    lines += [(f"cpu{number}", row) for number, row in enumerate(rows)]
    return {
        "/proc/uptime": f"{uptime:.2f} {uptime:.2f}\n",
        "/proc/meminfo": "".join(f"{n + ':':<16}{kb:>8} kB\n" for n, kb in amounts.items()),
        "/proc/stat": "".join(f"{name} {' '.join(map(str, row))}\n" for name, row in lines),
    }
