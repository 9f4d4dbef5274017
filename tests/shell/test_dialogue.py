"""The dialogue at a prompt."""

from __future__ import annotations

import asyncio

import pytest

from hmcsh.shell import Interrupted

PROMPT = "hscroot@hmc1:~> "


def talk(session, *lines: object, **keywords: object) -> tuple[int, str, str, list[str]]:
    """Type lines (Interrupted for Ctrl-C); return status, output, errors, prompts."""
    one = session(**keywords)
    left = list(lines)
    prompts: list[str] = []

    async def read_line(prompt: str) -> str | None:
        prompts.append(prompt)
        line = left.pop(0) if left else None
        if line is Interrupted:
            raise Interrupted
        return line

    status = asyncio.run(one.shell.interact(read_line))
    return status, one.out.text, one.err.text, prompts


def test_prompts_and_status(session) -> None:
    status, out, err, prompts = talk(session, "echo hi", "nope", "echo $?", "exit 3")
    assert (status, out, err) == (3, "hi\n127\n", "bash: nope: command not found\n")
    assert prompts == [PROMPT] * 4


def test_the_shell_calls_itself_by_its_base_name_at_the_prompt(session) -> None:
    assert talk(session, "nope", "echo $0", name="/bin/bash")[1:3] == (
        "bash\n",
        "bash: nope: command not found\n",
    )
    assert session(name="/bin/bash").string("nope")[2] == "/bin/bash: nope: command not found\n"


def test_end_of_input_ends_with_the_last_status(session) -> None:
    assert talk(session, "false")[0] == 1


@pytest.mark.parametrize(
    "lines",
    [
        ["for i in 1 2", "do echo $i", "done"],
        ["echo 'a", "b'"],
        ["cat <<E", "body", "E"],
        ["echo a \\", "b"],
        ["true &&", "echo x"],
        ["echo a |", "cat"],
        ["x=(a", "b)"],
        ["f() {", "echo f", "}"],
        ["case x in", "x) echo y;;", "esac"],
        ["echo $(echo a", ")"],
        ["[[ a == a &&", "b == b ]]"],
        ["echo `echo a", "`"],
        ["echo ${x:-a", "}"],
        ["echo $((1 +", "2))"],
    ],
    ids=lambda lines: lines[0],
)
def test_incomplete_lines_get_the_second_prompt(lines, session) -> None:
    _, _, err, prompts = talk(session, *lines)
    assert prompts == [PROMPT, *["> "] * (len(lines) - 1), PROMPT]
    assert err == ""


def test_interrupt_at_a_prompt_drops_the_line(session) -> None:
    _, out, _, prompts = talk(session, "if true", Interrupted, "echo $?")
    assert out == "130\n"
    assert prompts == [PROMPT, "> ", PROMPT, PROMPT]


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        (r"PS1=\[ssh-expect\]#", "[ssh-expect]#"),
        (r"PS1='\u@\h \$ '", "hscroot@hmc1 $ "),
        (r"PS1='[PEXPECT]\$ '", "[PEXPECT]$ "),
        (r"PS1='\H \w \W \t> '", "hmc1.example.com ~ ~ 09:30:15> "),
        ("PS1=", ""),
        ("unset PS1", ""),
    ],
)
def test_prompt_strings(line, prompt, session) -> None:
    assert talk(session, line, "true")[3][1:] == [prompt, prompt]


def test_syntax_error_is_one_line_and_status_2(session) -> None:
    _, out, err, _ = talk(session, "echo )", "echo $?")
    assert (out, err) == ("2\n", "bash: syntax error near unexpected token `)'\n")


def test_the_sequence_of_a_test_suite(session) -> None:
    """What op-test sends when it has logged in."""
    _, out, err, _ = talk(
        session,
        "which bash && exec bash --norc --noprofile",
        r"PS1=\[ssh-expect\]#",
        "which stty && stty cols 300;which stty && stty rows 30",
        "export LANG=C",
        "",
        "date",
        "which whoami && whoami",
        "echo $?",
    )
    assert err == ""
    assert out.splitlines() == [
        "Mon Mar  2 09:30:15 UTC 2009", "/usr/bin/whoami", "hscroot", "0",
    ]  # fmt: skip


def test_jobs_are_announced(session) -> None:
    _, out, err, _ = talk(session, "sleep 5 &", "jobs; wait", "echo $!")
    number = out.splitlines()[-1]
    assert err.startswith(f"[1] {number}\n")
    assert "sleep 5" in out + err


def test_aliases_count_at_the_prompt_only(session) -> None:
    _, out, _, _ = talk(session, "alias ll='echo listed' e=echo", "ll x; e y", "alias ll")
    assert out == "listed x\ny\nalias ll='echo listed'\n"
    assert session().string("alias ll='echo x'\nll")[0] == 127


def test_unset_variable_does_not_end_the_dialogue(session) -> None:
    _, out, _, _ = talk(session, "set -u", "echo $nothing", "echo still $?")
    assert out == "still 1\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ([], "")),
        ("lssy", ([], "lssy")),
        ("lssyscfg ", (["lssyscfg"], "")),
        ("lssyscfg -r sys -m 'my sys", (["lssyscfg", "-r", "sys", "-m"], "my sys")),
        ("echo a; lssyscfg -r", (["lssyscfg"], "-r")),
        ("x=$(lssyscfg -m a\\ b", (["lssyscfg", "-m"], "a b")),
        ("LANG=C lssyscfg -", (["lssyscfg"], "-")),
        ("a | if lssyscfg ", (["lssyscfg"], "")),
    ],
)
def test_words_for_completion(line, words, session) -> None:
    assert session().shell.words_for_completion(line + "ignored", len(line))[:2] == words


@pytest.mark.parametrize(
    ("line", "typed", "quote"),
    [
        ("ls -m Sys\\ A", "Sys\\ A", ""),
        ("ls -m 'Sys A", "'Sys A", "'"),
        ('ls;ls --filter "a=b c', '"a=b c', '"'),
        ("ls 'a b' ", "", ""),
        ("ls $(x", "x", ""),
    ],
)
def test_where_the_typed_word_starts_and_its_open_quote(line, typed, quote, session) -> None:
    _, _, start, opened = session().shell.words_for_completion(line, len(line))
    assert (line[start:], opened) == (typed, quote)


def test_command_names(session) -> None:
    names = session({"lssyscfg": None}).shell.command_names
    assert {"lssyscfg", "grep", "read"} <= set(names)
    assert names == sorted(names)
