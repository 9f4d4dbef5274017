"""Scripts on standard input and texts of exec requests, as clients of an HMC send them."""

from __future__ import annotations

import asyncio

import pytest

from hmcsh.shell import Invocation

LPARS = {"web": "aixlinux", "vio1": "vioserver", "db": "aixlinux"}


class Consoles:
    """Commands with the shape of an HMC's, and what they were asked."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.refuse: set[str] = set()

    async def show(self, call: Invocation) -> int:
        args = call.args
        self.calls.append(" ".join([call.name, *args]))
        if "sys" in args:
            call.stdout.write("1,1\n")
        elif "--filter" in args:
            name = args[args.index("--filter") + 1].split("=")[1]
            call.stdout.write(LPARS[name] + "\n" if "lpar_env" in args else "Not Migrating\n")
        else:
            call.stdout.write("".join(f"{name}\n" for name in LPARS))
        return 0

    async def move(self, call: Invocation) -> int:
        self.calls.append(" ".join([call.name, *call.args]))
        operation = call.args[call.args.index("-o") + 1]
        name = call.args[call.args.index("-p") + 1]
        return int(f"{operation} {name}" in self.refuse)

    @property
    def table(self):
        return {"lssyscfg": self.show, "lslparmigr": self.show, "migrlpar": self.move}

    def moves(self) -> list[str]:
        return [call for call in self.calls if call.startswith("migrlpar")]


# The shape of SG24-7460 example 5-1: capabilities, a loop over partitions, validate, move, recover.
EVACUATE = r"""
FROM=left TO=right
#
# what both ends can do
#
HAVE=$(lssyscfg -r sys -m $FROM \
-F active_lpar_mobility_capable,inactive_lpar_mobility_capable)
WANT=$(lssyscfg -r sys -m $TO \
-F active_lpar_mobility_capable,inactive_lpar_mobility_capable)

if [ $HAVE = $WANT ] && [ $HAVE = "1,1" ]
then
    # one partition after the other
    for P in $(lslparmigr -r lpar -m $FROM -F name)
    do
        KIND=$(lssyscfg -r lpar -m $FROM \
--filter lpar_names=$P -F lpar_env)
        if [ $KIND = "aixlinux" ]
        then
            STATE=$(lslparmigr -r lpar -m $FROM --filter lpar_names=$P -F migration_state)
            if [ "$STATE" = "Not Migrating" ]
            then
                migrlpar -o v -m $FROM -t $TO -p $P
                RC=$?
                if [ $RC -ne 0 ]
                then
                    echo "$P cannot move"
                else
                    echo "moving $P: $FROM to $TO"
                    migrlpar -o m -m $FROM -t $TO -p $P
                    RC=$?
                    if [ $RC -ne 0 ]
                    then
                        echo "failed with RC = $RC . Recovering"
                        migrlpar -o r -m $FROM -p $P
                        break
                    fi
                fi
            fi
        fi
    done
fi
"""


def test_evacuation_script_moves_every_client_partition(session) -> None:
    consoles = Consoles()
    status, out, err = session(consoles.table, stdin=EVACUATE).script()
    assert (status, err) == (0, "")
    assert out == "moving web: left to right\nmoving db: left to right\n"
    assert [call.split()[2] for call in consoles.moves()] == ["v", "m", "v", "m"]


def test_evacuation_script_stops_and_recovers(session) -> None:
    consoles = Consoles()
    consoles.refuse = {"m web"}
    status, out, _ = session(consoles.table, stdin=EVACUATE).script()
    assert status == 0
    assert out == "moving web: left to right\nfailed with RC = 1 . Recovering\n"
    assert consoles.moves()[-1] == "migrlpar -o r -m left -p web"


def test_evacuation_script_with_a_fi_missing_runs_only_what_was_complete(session) -> None:
    consoles = Consoles()
    broken = EVACUATE.replace("            fi\n        fi\n    done", "            fi\n    done")
    status, out, err = session(consoles.table, stdin=broken).script()
    assert (status, out) == (2, "")
    assert "syntax error near unexpected token `done'" in err
    assert len(consoles.calls) == 2  # the two assignments before the big "if"


def test_migrations_in_parallel(session) -> None:
    consoles = Consoles()
    consoles.refuse = {"m db"}
    text = (
        "migrlpar -o m -p web & a=$!\nmigrlpar -o m -p db & b=$!\n"
        "wait $a; echo $?; wait $b; echo $?\n"
    )
    assert session(consoles.table).string(text)[1] == "0\n1\n"
    assert len(consoles.moves()) == 2


SCRIPTS = {
    "read takes the next line of the script": (
        "read x\nthe line\necho \"<$x>\"\n", 0, "<the line>\n", ""),
    "cat takes the rest of the script": ("cat\nrest 1\necho 2\n", 0, "rest 1\necho 2\n", ""),
    "head takes one line": ("head -1\none\necho two\n", 0, "one\ntwo\n", ""),
    "exit ends it": ("exit 4\necho never\n", 4, "", ""),
    "the last status is its status": ("true\nfalse\n", 1, "", ""),
    "empty": ("", 0, "", ""),
    "comments only": ("# one\n\n# two", 0, "", ""),
    "no newline at the end": ("echo a", 0, "a\n", ""),
    "a syntax error ends it with 2": (
        "echo a\necho )\necho never\n", 2, "a\n",
        "bash: line 2: syntax error near unexpected token `)'\nbash: line 2: `echo )'\n"),
    "an unfinished if": (
        "echo a\nif true\n", 2, "a\n", "bash: line 3: syntax error: unexpected end of file\n"),
    "an unfinished quote": (
        "echo 'a\n", 2, "", "bash: line 1: unexpected EOF while looking for matching `''\n"),
    "an unfinished here-document": ("cat <<E\ntext\n", 0, "text\n", ""),
    "a function over lines": ("f() {\n echo in $1\n}\nf x\n", 0, "in x\n", ""),
    "a trap at the end": ("trap 'echo bye' EXIT\necho hi\n", 0, "hi\nbye\n", ""),
    "a missing command has its line": (
        "echo a\n\nfoo\n", 127, "a\n", "bash: line 3: foo: command not found\n"),
    "set -e ends it": ("set -e\nfalse\necho never\n", 1, "", ""),
    "source reads a home file": (
        "source profile.sh\ngreet $COLOUR\n. names\n", 127, "hello blue\n",
        "names: line 1: pear: command not found\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(name, session) -> None:
    text, status, out, err = SCRIPTS[name]
    got = session(stdin=text).script()
    assert got[:2] == (status, out)
    if "source" not in name:
        assert got[2] == err


def test_script_commands_run_as_they_arrive(session) -> None:
    """The second command is sent only after the first one has answered."""
    one = session()
    seen: list[str] = []

    lines = ["echo first\n", "if true\n", "then echo second; fi\n", ""]

    class Slow:
        async def readline(self) -> str:
            seen.append(one.out.text)
            return lines.pop(0)

        async def read(self) -> str:
            raise AssertionError("nothing asks for the rest")

    from hmcsh.shell import Shell

    shell = Shell(host=one.host, commands={}, stdin=Slow(), stdout=one.out, stderr=one.err)
    assert asyncio.run(shell.run_script()) == 0
    assert seen == ["", "first\n", "first\n", "first\nsecond\n"]


async def list_systems(call: Invocation) -> int:
    call.stdout.write("sys one\nsys2\n" if call.args[-1] == "name" else "V7 " + call.args[-1])
    return 0


async def complain(call: Invocation) -> int:
    call.stderr.write("HSCL0000 no\n")
    return 1


async def environment(call: Invocation) -> int:
    call.stdout.write(f"{call.environment.get('LANG')},{call.environment.get('LC_ALL')}\n")
    return 0


async def copy(call: Invocation) -> int:
    call.stdout.write(await call.read_file(call.args[0]) if call.args else await call.stdin.read())
    return 0


CLIENTS = {
    "status behind a semicolon": ("complain; echo Rc=$?", "Rc=1\n"),
    "export in front": ("export LANG=en_US.UTF-8;environment", "en_US.UTF-8,None\n"),
    "assignments in front": ("LC_ALL=en_US LANG=C environment; environment",
                             "C,en_US\nNone,None\n"),
    "blanks around": ("  list  -F   name  2>&1 ", "sys one\nsys2\n"),
    "backquotes in an argument": ("list `list -F name | tail -1`", "V7 sys2"),
    "loop over names": ("for s in $(list -F name); do echo -n $s,; done", "sys,one,sys2,"),
    "loop over lines": ("list -F name | while read s; do echo \"<$s>\"; done",
                        "<sys one>\n<sys2>\n"),
    "process substitution": (
        "while read s; do\n  echo -n \"$s;\"\ndone < <(list -F name 2>&1)\n", "sys one;sys2;"),
    "standard error in a pipe": ("complain 2>&1 | sort -f", "HSCL0000 no\n"),
    "replacement in a variable": ("x=$(list -F name); echo ${x// /-}", "sys-one sys2\n"),
    "lines counted by sed": ("list -F name | sed -n '$='", "2\n"),
    "which before exec": ("which bash && exec bash --norc --noprofile; echo $?", "1\n"),
    "which before a name": ("which list && list -F x; which nothing; echo $?",
                            "/opt/hsc/bin/list\nV7 x1\n"),
    "a file": ("copy names; copy /dev/stdin < names; copy <(echo sub); copy < names",
               "pear\napple\nfig\n" * 2 + "sub\n" + "pear\napple\nfig\n"),
    "a proc file": ("cat /proc/uptime", "350.21 600.02\n"),
    "a pattern of files": ("ls; echo n*s /proc/*", "names\nprofile.sh\nnames /proc/uptime\n"),
    "nested quotes": ("list \"\\\"a=1,2\\\",b=3\"", 'V7 "a=1,2",b=3'),
    "head of an endless command": ("while :; do list -F name; done | head -1", "sys one\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CLIENTS)
def test_client_line(name, session) -> None:
    text, out = CLIENTS[name]
    commands = {
        "list": list_systems, "complain": complain, "environment": environment, "copy": copy,
    }  # fmt: skip
    assert session(commands).string(text)[1] == out


def test_messages_of_an_exec_request_carry_no_line(session) -> None:
    one = session(name="/bin/bash")
    status, _, err = one.string("last")
    assert (status, err) == (127, "/bin/bash: last: command not found\n")


def test_outputs_are_separate(session) -> None:
    one = session({"complain": complain})
    assert one.string("echo out; complain") == (1, "out\n", "HSCL0000 no\n")
