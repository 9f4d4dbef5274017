"""Sessions on a terminal, as scripted dialogues see them."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import asyncssh
import pytest

Dialogue = Callable[..., Any]
PROMPT = "hscroot@hmc1:~> "
NO_ECHO = {asyncssh.PTY_ECHO: 0}


def test_a_line_is_echoed_once_and_answered(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        assert await terminal.line("echo hello") == "echo hello\r\nhello\r\n"
        assert await terminal.line("") == "\r\n"
        assert await terminal.line("nosuch 2>&1; echo Rc=$?") == (
            "nosuch 2>&1; echo Rc=$?\r\nbash: nosuch: command not found\r\nRc=127\r\n"
        )

    dialogue(talk)


def test_without_echo_only_the_answer_comes(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        assert await terminal.line("echo hello; echo Rc=$?") == "hello\r\nRc=0\r\n"

    dialogue(talk, term_modes=NO_ECHO)


def test_a_hidden_line_is_not_shown(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("secret\r")
        assert await terminal.until("Secret:") == "secret\r\nSecret:"
        terminal.send("abc\x7fd\r")
        assert await terminal.until(PROMPT) == "\r\n'abd\\n'\r\n" + PROMPT
        terminal.send("secret\r")
        await terminal.until("Secret:")
        terminal.send("half\x03")
        assert "half" not in await terminal.until(PROMPT)
        assert await terminal.line("echo seen") == "echo seen\r\nseen\r\n"

    dialogue(talk)


@pytest.mark.parametrize("size", [(80, 24), (0, 0), (1000, 1000), (1, 1)], ids=str)
def test_a_long_line_is_echoed_plainly_at_any_size(
    dialogue: Dialogue, size: tuple[int, int]
) -> None:
    word = "x" * 300

    async def talk(terminal: Any) -> None:
        assert await terminal.line(f"echo {word}") == f"echo {word}\r\n{word}\r\n"
        terminal.process.change_terminal_size(0, 0)
        terminal.process.change_terminal_size(1000, 1000)
        assert await terminal.line("echo ok") == "echo ok\r\nok\r\n"

    dialogue(talk, term_size=size)


@pytest.mark.parametrize("term", ["vt100", "xterm-256color", "dumb", "nosuch"])
def test_no_escape_is_ever_sent(dialogue: Dialogue, term: str) -> None:
    async def talk(terminal: Any) -> str:
        seen = str(await terminal.line("echo a\x01\x05\x02\x7f\x1b[A\x1b[B\x15echo b"))
        seen += await terminal.line("lss\t\x15")
        seen += await terminal.line("nap 0.01 escape")
        terminal.send("\x1b[A\x1b[A\x03")
        seen += await terminal.until("^C\r\n" + PROMPT)
        return seen

    assert "\x1b" not in dialogue(talk, term_type=term)


def test_64_kib_in_one_line(dialogue: Dialogue) -> None:
    word = "y" * 65_536

    async def talk(terminal: Any) -> None:
        assert await terminal.line(f"echo {word}") == f"echo {word}\r\n{word}\r\n"

    dialogue(talk)


@pytest.mark.parametrize("newline", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
def test_a_pasted_block_runs_line_by_line(dialogue: Dialogue, newline: str) -> None:
    async def talk(terminal: Any) -> str:
        terminal.send(f"nap 0.05 paste{newline}echo one{newline}echo two{newline}exit 3{newline}")
        seen = str(await terminal.rest())
        assert (await terminal.process.wait()).exit_status == 3
        return seen

    assert dialogue(talk) == (
        f"nap 0.05 paste\r\n{PROMPT}echo one\r\none\r\n"
        f"{PROMPT}echo two\r\ntwo\r\n{PROMPT}exit 3\r\n"
    )


def test_much_type_ahead_is_held_back_and_not_lost(dialogue: Dialogue) -> None:
    word = "z" * 2000

    async def talk(terminal: Any) -> None:
        lines = "".join(f"echo {number} {word}\r" for number in range(300))
        terminal.send(f"nap 0.3 paste\r{lines}echo the last\r")
        seen = await terminal.until(f"\r\nthe last\r\n{PROMPT}")
        answers = [line for line in seen.split("\r\n") if line.endswith(word)]
        assert [line for line in answers if not line.startswith(PROMPT)] == [
            f"{number} {word}" for number in range(300)
        ]

    dialogue(talk)


def test_an_interrupt_at_the_prompt_gives_up_the_line(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("echo never\x03")
        assert await terminal.until(PROMPT) == f"echo never^C\r\n{PROMPT}"
        assert await terminal.line("echo $?") == "echo $?\r\n130\r\n"

    dialogue(talk)


@pytest.mark.parametrize("command", ["nap 60 ctrl-c", "read x", "cat", "while true; do :; done"])
def test_an_interrupt_stops_a_running_command(
    dialogue: Dialogue, served: Any, command: str
) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send(f"{command}\r")
        await terminal.until(f"{command}\r\n")
        if "nap" in command:
            await served.happens("ctrl-c started")
        terminal.send("\x03")
        assert await terminal.until(PROMPT) == f"^C\r\n{PROMPT}"
        assert await terminal.line("echo st=$?") == "echo st=$?\r\nst=130\r\n"

    dialogue(talk)


def test_an_interrupt_typed_right_behind_a_line_stops_it(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("nap 60 typed-ahead\r\x03")
        await terminal.until(f"^C\r\n{PROMPT}")
        assert await terminal.line("echo ok") == "echo ok\r\nok\r\n"

    dialogue(talk)


def test_an_interrupt_throws_type_ahead_away(dialogue: Dialogue, served: Any) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("nap 60 flush\r")
        await served.happens("flush started")
        terminal.send("echo never\r")
        terminal.send("\x03")
        assert "never" not in (await terminal.until(f"^C\r\n{PROMPT}"))
        assert await terminal.line("echo ok") == "echo ok\r\nok\r\n"

    dialogue(talk)


def test_the_signal_int_is_an_interrupt(dialogue: Dialogue, served: Any) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("nap 60 signal-int\r")
        await served.happens("signal-int started")
        terminal.process.send_signal("INT")
        await served.happens("signal-int cancelled")
        await terminal.until(PROMPT)
        assert await terminal.line("echo $?") == "echo $?\r\n130\r\n"

    dialogue(talk)


def test_end_of_file_leaves_with_the_last_status(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> int | None:
        await terminal.line("false")
        terminal.send("\x04")
        await terminal.rest()
        status: int | None = (await terminal.process.wait()).exit_status
        return status

    assert dialogue(talk) == 1


def test_a_command_reads_the_terminal(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        terminal.send("read x\r")
        await terminal.until("read x\r\n")
        assert await terminal.line("an swer\x7f\x7fER") == "an swer\b \b\b \bER\r\n"
        assert await terminal.line("echo $x") == "echo $x\r\nan swER\r\n"
        terminal.send("cat\r")
        await terminal.until("cat\r\n")
        terminal.send("a\rb\r\x04")
        assert "a\r\nb\r\n" in await terminal.until(PROMPT)

    dialogue(talk)


def test_history_is_kept_per_user(dialogue: Dialogue) -> None:
    async def first(terminal: Any) -> None:
        await terminal.line("echo remembered")

    async def second(terminal: Any) -> None:
        assert "remembered\r\nremembered\r\n" in await terminal.line("\x1b[A")

    dialogue(first)
    dialogue(second)


def test_tab_completes_within_one_write(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> None:
        assert (await terminal.line("echo lssy\t-r sys")).startswith("echo lssyscfg -r sys\r\n")
        terminal.send("lsh\t\t")
        await terminal.until(f"lshmc    lshwres\r\n{PROMPT}lsh")
        terminal.send("\x03")

    dialogue(talk)


def test_a_command_on_a_terminal_has_merged_streams(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> str:
        seen = str(await terminal.rest())
        result = await terminal.process.wait()
        assert result.exit_status == 3
        return seen

    assert dialogue(talk, command="both") == (
        "out 0\r\nerr 0\r\nout 1\r\nerr 1\r\nout 2\r\nerr 2\r\n"
    )


def test_an_interrupt_stops_a_command_on_a_terminal(dialogue: Dialogue, served: Any) -> None:
    async def talk(terminal: Any) -> int | None:
        await served.happens("on-tty started")
        terminal.send("\x03")
        status: int | None = (await terminal.process.wait()).exit_status
        return status

    assert dialogue(talk, command="nap 60 on-tty") == 130


def test_newlines_stay_plain_if_the_terminal_says_so(dialogue: Dialogue) -> None:
    async def talk(terminal: Any) -> str:
        return str(await terminal.rest())

    assert dialogue(talk, command="echo a", term_modes={asyncssh.PTY_ONLCR: 0}) == "a\n"


def test_terminals_have_names_that_are_used_again(served: Any) -> None:
    async def work() -> None:
        async with served.connect() as connection:
            two = [await connection.create_process(term_type="vt100") for _ in range(2)]
            for process in two:
                await process.stdout.readuntil(PROMPT)
            names = [opened["tty"] for opened in served.console.opened[-2:]]
            assert names == ["pts/0", "pts/1"]
            two[0].stdin.write("exit\r")
            await two[0].wait()
            three = await connection.create_process(term_type="vt100")
            await three.stdout.readuntil(PROMPT)
            assert served.console.opened[-1]["tty"] == "pts/0"
            for process in (two[1], three):
                process.close()
                await process.wait_closed()

    asyncio.run(work())


def test_a_lost_terminal_cancels_what_runs(served: Any) -> None:
    async def work() -> None:
        async with served.connect() as connection:
            process = await connection.create_process(term_type="vt100")
            await process.stdout.readuntil(PROMPT)
            process.stdin.write("nap 60 hang-up\r")
            await served.happens("hang-up started")
            process.close()
            await served.happens("hang-up cancelled")

    asyncio.run(work())


def test_a_line_beyond_the_limit_is_refused_whole(start: Callable[..., Any]) -> None:
    server = start(max_line=1000)

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process(term_type="vt100")
            await process.stdout.readuntil(PROMPT)
            process.stdin.write("echo " + "x" * 2000 + "\recho ok\r")
            seen = await process.stdout.readuntil(f"\r\nok\r\n{PROMPT}")
            assert "hmcsh: line longer than 1000 characters\r\n" in seen
            assert seen.count("x") <= 2000, "the line was not run"
            process.close()

    asyncio.run(work())


def test_noise_on_a_terminal_does_no_harm(served: Any) -> None:
    noise = random.Random(7)

    async def work() -> None:
        async with served.connect() as connection:
            for size in (10, 1000, 100_000):
                process = await connection.create_process(term_type="vt100", encoding=None)
                process.stdin.write(noise.randbytes(size))
                process.stdin.write(b"\x03\rexit\r")
                process.stdin.write_eof()
                async with asyncio.timeout(15):
                    seen = await process.stdout.read()
                    await process.wait_closed()
                assert b"Traceback" not in seen
                assert b"internal error" not in seen
            assert (await connection.run("echo ok")).stdout == "ok\n"

    asyncio.run(work())


def test_the_dialogue_of_op_test(dialogue: Dialogue) -> None:
    mark = "[ssh-expect]#"

    async def talk(terminal: Any) -> None:
        await terminal.line("which bash && exec bash --norc --noprofile")
        assert (await terminal.line("PS1=\\[ssh-expect\\]#", mark)).endswith("\r\n")
        await terminal.line("which stty && stty cols 300;which stty && stty rows 30", mark)
        terminal.process.change_terminal_size(1000, 1000)
        await terminal.line("export LANG=C", mark)
        assert await terminal.line("", mark) == "\r\n"
        answer = await terminal.line("which whoami && whoami", mark)
        status = await terminal.line("echo $?", mark)
        assert "root" in answer
        assert int(status.split("\r\n")[-2]) == 0

    dialogue(talk)
