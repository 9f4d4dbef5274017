"""One target of odd input for a time, guided by coverage: inputs that reach new code are mutated.

atheris (libFuzzer) makes bytes, hypothesis makes an example of them. It needs a process of its
own, which it also ends. Faults are told as they are found, each kind once; the status is then 1.

usage: python tests/soak/guided.py TARGET SECONDS CORPUS     (with tests in PYTHONPATH)
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable
from types import FunctionType
from typing import Any

import atheris
from hmcsh.commands.hmc import COMMANDS
from hypothesis import HealthCheck, given, settings
from support.fuzz import TARGETS

FAULT = "FAULT"  # begins a line of the output


def _instrument() -> int:
    """Count the branches of every function of the project; gives how many functions."""
    for name in COMMANDS:
        COMMANDS[name]  # is loaded now
    ours = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and (one.__module__ or "").startswith("hmcsh")
    ]
    for function in ours:
        atheris.instrument_func(function)
    return len(ours)


def _telling(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """Tell a fault with what led to it, and go on."""
    known: set[tuple[object, ...]] = set()

    def checked(example: Any) -> None:
        try:
            check(example)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            places = [(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)]
            kind = type(error), *places[-2:]
            if kind not in known:
                known.add(kind)
                print(f"{FAULT} {example!r}\n{traceback.format_exc()}", flush=True)

    return checked


def main() -> None:
    """Fuzz; libFuzzer ends the process."""
    name, seconds, corpus = sys.argv[1:]
    target = TARGETS[name]
    with target.session() as check:
        checked = _telling(check)

        @settings(max_examples=1, database=None, suppress_health_check=list(HealthCheck))
        @given(target.strategy)
        def run(example: object) -> None:
            checked(example)

        print(f"{name}: {_instrument()} functions", flush=True)
        options = ["-print_final_stats=1", "-len_control=0", "-max_len=8192", "-timeout=60"]
        options += [f"-max_total_time={seconds}", corpus]
        atheris.Setup([sys.argv[0], *options], run.hypothesis.fuzz_one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
