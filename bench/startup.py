"""How long it takes to begin: one command as a whole process, and a server until it listens.

Prints medians and, beside them, the ratio to an empty Python program in the same run.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 9

# As a user has it: compiled once, at the run that does not count.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def median(measure: Callable[[], float]) -> float:
    """Median of some runs, after one that does not count."""
    measure()
    return statistics.median(measure() for _ in range(RUNS))


def process(*words: str) -> Callable[[], float]:
    """Measures the wall time of a whole process, in seconds."""

    def measure() -> float:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT
        )
        return time.perf_counter() - started

    return measure


def until_listening() -> float:
    """Seconds from the start of a server to the file that says it accepts connections."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready")
        started = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "hmcsh", "serve", "--listen", "127.0.0.1:0"]
            + ["--ready-file", str(ready)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**ENVIRONMENT, "XDG_STATE_HOME": str(Path(tempfile.gettempdir(), "hmcsh-bench"))},
        )
        while not ready.exists():
            if server.poll() is not None:
                raise SystemExit("the server does not start")
            time.sleep(0.002)
        elapsed = time.perf_counter() - started
        server.send_signal(signal.SIGTERM)
        server.wait()
        return elapsed


def main() -> None:
    """Measure and print."""
    empty = median(process("-c", "pass"))
    rows = {
        "python -c pass": empty,
        "hmcsh run 'lssyscfg -r sys -F name'": median(
            process("-m", "hmcsh", "run", "lssyscfg -r sys -F name")
        ),
        "hmcsh serve, until it listens": median(until_listening),
    }
    for name, seconds in rows.items():
        print(f"{name:40s} {seconds * 1000:8.1f} ms {seconds / empty:6.1f} x an empty program")


if __name__ == "__main__":
    main()
