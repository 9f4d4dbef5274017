"""The manual pages are those of the declarations, and roff that prints what was meant."""

import asyncio
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from hmcsh.commands.hmc import COMMANDS
from hypothesis import given
from hypothesis import strategies as st
from support.console import enter

from hmcsh import cli
from hmcsh.console import ConsoleService
from hmcsh.language.levels import Level
from hmcsh.manual import Bullets, Listing, Page, Paragraph, Section, Table, commands, roff, text
from hmcsh.state.inventories import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manual_pages", ROOT / "docs" / "manpages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current(made: ModuleType) -> None:
    pages = made.pages()
    stale = [
        path.name
        for path, written in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != written
    ]
    assert not stale, "`make docs` makes them anew"
    assert set((ROOT / "man").glob("*")) == set(pages), "a page of no command"


def test_every_program_and_every_command_has_a_page(made: ModuleType) -> None:
    names = {path.stem for path in made.pages()}
    (programs,) = [one for one in cli.parser()._actions if one.dest == "program"]
    assert programs.choices is not None
    assert names >= {"hmcsh", *(f"hmcsh-{name}" for name in (*programs.choices, *COMMANDS))}


def rendered(page: Path) -> str:
    """What groff prints, without its escape sequences."""
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        [groff, "-man", "-ww", "-Tutf8", "-P-cbou", str(page)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", ["hmcsh", "hmcsh-serve", "hmcsh-fault", "hmcsh-lslparmigr"])
def test_groff_has_nothing_to_warn_of(name: str) -> None:
    shown = rendered(ROOT / "man" / f"{name}.1")
    assert shown.startswith(f"{name.upper()}(1)")
    assert f"{name} - " in shown


NASTY = r".dot 'quote -dash \e \fBbold\fR ~ ^ ` \" \\ %s .TH"


def test_groff_prints_every_character_to_the_letter(tmp_path: Path) -> None:
    blocks = (
        Paragraph(NASTY),
        Listing(f"{NASTY}\n.SH NO\n\n'br\n\\&"),
        Bullets((NASTY,)),
        Table(("a", "b"), ((f"`{NASTY.replace('`', '')}`", NASTY),)),
    )
    page = tmp_path / "page"
    written = roff.write(
        Page("na-me", NASTY, (Section(NASTY, blocks),)), section="1", source=NASTY, title=NASTY
    )
    page.write_text(written)
    lines = rendered(page).splitlines()
    flat = " ".join(" ".join(lines).split())
    assert flat.count(NASTY) >= 4  # the name, the paragraph, the listing, the bullet
    assert f"b: {NASTY}" in flat
    assert {"       .SH NO", "       'br", r"       \&"} <= {line.rstrip() for line in lines}


_ESCAPED = re.compile(r"\\\[u([0-9A-F]{4,6})\]|\\\((..)|\\(-)|\\(&)")
_NAMED = {"rs": "\\", "aq": "'", "ga": "`", "ha": "^", "ti": "~", "dq": '"'}


def read_roff(written: str) -> str:
    """What roff prints for text without requests (groff_char(7), man(7))."""

    def one(match: re.Match[str]) -> str:
        code, name, dash, _ = match.groups()
        return chr(int(code, 16)) if code else _NAMED[name] if name else dash or ""

    return _ESCAPED.sub(one, written)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_escaped_text_is_no_request_and_reads_as_it_was(meant: str) -> None:
    written = roff.escape(meant)
    assert written.isascii()
    assert not any(line.startswith((".", "'")) for line in written.split("\n"))
    assert all(one == "\n" or one.isprintable() for one in written)
    shown = "".join(one if one.isprintable() or one == "\n" else " " for one in meant)
    assert read_roff(written) == shown


# -- on the console ------------------------------------------------------------------------------


def typed(line: str, level: Level | None = None) -> tuple[int, str]:
    """Status and output of a command line on a console."""
    service = ConsoleService(load("basic", "manual", level=level).datacenter)
    return asyncio.run(enter(service, line))


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        ("man lssyscfg | head -4 | tail -1", 0, "       lssyscfg - Lists managed systems"),
        (r"man lssyscfg | grep -c -e '\[--osrefresh\]'", 1, "0\n"),
        ("man 1 lssyscfg | head -1", 0, "Hardware Management Console"),
        ("man nosuch", 16, "No manual entry for nosuch\n"),
        ("man lssyscfg nosuch | tail -1; echo ${PIPESTATUS[0]}", 0, "16\n"),
        ("man 8 lssyscfg", 16, "No manual entry for lssyscfg in section 8\n"),
        ("man asmmenu", 16, "No manual entry for asmmenu\n"),
        ("man", 1, "What manual page do you want?\n"),
        ("man 1", 1, "What manual page do you want?\n"),
        ("man -k lpar", 1, "man: -k: not supported\n"),
        ("which man; type -t man", 0, "/usr/bin/man\nfile\n"),
    ],
    ids=lambda value: value if isinstance(value, str) and "man" in value else "",
)
def test_man_on_the_console(line: str, status: int, told: str) -> None:
    ended, printed = typed(line)
    assert ended == status
    assert told in printed
    assert "`" not in printed


def test_a_page_is_that_of_the_level_of_the_console() -> None:
    assert "--osrefresh" in typed("man lssyscfg", Level.parse("V10R3"))[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_of_one_level_names_what_it_has_and_fits(name: str) -> None:
    level = Level.parse("V10R3")
    declaration = COMMANDS[name].declaration
    shown = text.write(commands.page(COMMANDS[name], level), section="1", title="console")
    for option in declaration.options:
        if option.value != "operand":
            found = re.search(rf"^ {{7}}{re.escape(option.flag)}\b", shown, re.MULTILINE)
            assert bool(found) == option.span.covers(level), option.flag
    assert not any(line != line.rstrip() for line in shown.split("\n"))
