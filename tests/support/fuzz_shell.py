"""Odd input of the shell: whatever is typed, it answers, in time."""

from __future__ import annotations

import asyncio
import random
import re
from pathlib import Path

from hypothesis import strategies as st
from support.bareshell import Session

from hmcsh.shell import Limits
from hmcsh.shell.registry import BUILTINS, TOOLS

LIMITS = Limits(
    steps=2000, busy=0.4, depth=60, held=60_000, value=20_000, variables=100_000, fields=2000,
    processes=24, regex=0.02,
)  # fmt: skip
TEXT = (Path(__file__).parents[1] / "shell" / "oracle.txt").read_text()
SNIPPETS = [block.partition("\n")[2] for block in re.split(r"(?m)^== ", TEXT)[1:]]
NAMES = [*BUILTINS, *TOOLS]
TOKENS = [
    "if", "then", "else", "elif", "fi", "for", "in", "do", "done", "while", "until", "case", "esac",
    "{", "}", "(", ")", "((", "))", "[[", "]]", "[", "]", "!", "|", "||", "&&", "&", ";", ";;",
    "\n", "  ", "\t", "$", "${", "$(", "$((", "`", "'", '"', "\\", "<", "<<", "<<<", "<(", ">",
    "2>&1", ">&", "#", "*", "?", "~", "x", "y", "1", "0", "-1", "x=", "x+=", "a[1]=", "a=(", "$x",
    "$1", "$@", "$*", "$?", "$#", "${x", "${#x}", "${x:-", "${x/", "${x##", "${x:1", "${a[@]}",
    "${!x}", "{1..3}", "{a,b}", "-n", "-e", "=", "==", "=~", "-eq", "+", "-", "/", "%", "<<E\n",
    "E\n", "$'", "\0", "é", "\udc80", "function", "f()", "return", "time", "99999999999999999999",
]  # fmt: skip
ARGUMENTS = [
    "-a", "-b", "-c", "-d", "-e", "-f", "-i", "-k", "-n", "-o", "-p", "-r", "-s", "-t", "-u", "-v",
    "-w", "-x", "-E", "-F", "-1", "-0", "--", "-", "--help", "0", "1", "-5", "2,3", "1-", "a-z",
    "''", "'*'", "'[a'", "'\\('", "'(a|b)*'", "'a\\{2'", "'s/a/b/g'", "'/a/,$d'", "'2!p'", "'y/a/'",
    "%d", "%s", "'%*.*f'", "'%q%b'", "x", "x=1", "'a[1]'", "1x", "/dev/fd/0", "/dev/stdin", "names",
    "/proc", "nothing", "'é'", ",", ":", "+%N", "99999999999999999999", "\\(", "\\)", ":", "+", "'",
]  # fmt: skip


def tokens(chance: random.Random) -> str:
    count = chance.randint(1, 25)
    return "".join(chance.choice(TOKENS + NAMES) + chance.choice(["", " "]) for _ in range(count))


def characters(chance: random.Random) -> str:
    pick = [lambda: chance.randint(0, 127), lambda: chance.randint(0, 0x2FF),
            lambda: 0xDC80 + chance.randint(0, 127)]  # fmt: skip
    return "".join(chr(chance.choice(pick)()) for _ in range(chance.randint(1, 60)))


def calls(chance: random.Random) -> str:
    """A builtin or tool with arguments that were not made for it."""
    arguments = " ".join(chance.choice(ARGUMENTS) for _ in range(chance.randint(0, 5)))
    source = chance.choice(["printf 'a b\\n1,2\\n\\n' | ", "", "f() { ", "for i in 1; do "])
    end = {"f() { ": "; }; f", "for i in 1; do ": "; done"}.get(source, "")
    return f"{source}{chance.choice(NAMES)} {arguments}{end}"


def mutated(chance: random.Random) -> str:
    text = chance.choice(SNIPPETS)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + chance.randint(1, 5) :]
        elif kind == 1:
            text = text[:at] + chance.choice(TOKENS) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at : at + 20] + text[at:]
        else:
            other = chance.choice(SNIPPETS)
            text = text[:at] + other[chance.randrange(len(other)) :]
    return text


GENERATORS = (tokens, characters, calls, mutated)
INPUTS = st.tuples(
    st.booleans(), st.one_of(*(st.randoms().map(generator) for generator in GENERATORS))
)


def run(given: tuple[bool, str]) -> None:
    """Run an input as an exec request, or as a script on standard input."""
    asyncio.run(_run(*given))


async def _run(as_script: bool, text: str) -> None:
    one = Session(limits=LIMITS, stdin=text if as_script else "in 1\nin 2\n")
    work = one.shell.run_script() if as_script else one.shell.run_string(text)
    status = await asyncio.wait_for(work, 10)
    assert 0 <= status <= 255
    assert "internal error" not in one.err.text
    assert asyncio.all_tasks() == {asyncio.current_task()}
