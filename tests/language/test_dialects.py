"""How the words of a command are read in the way of each system, and how it tells of faults."""

from __future__ import annotations

import pytest

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX, HMC, LINUX, VIOS, Dialect, Fault
from hmcsh.language.levels import Level
from hmcsh.language.messages import CATALOGUE, CommandExit
from hmcsh.language.options import Parsed, parse
from hmcsh.language.usage import usage

LEVEL = Level.of_release("6.1")


def letters(dialect: Dialect) -> Declaration:
    return Declaration(
        "rmdev",
        "Removes a device.",
        (
            Option("-R", "recursive"),
            Option("-d", "delete"),
            Option("-l", "name", "required", "Name"),
            Option("-a", "pairs", "required", "Attribute=Value", several=True),
            Option("--version", "version"),
            Option("Device", "devices", "operand", "Device", several=True),
        ),
        (Form({}, (), ("-R", "-d", "-l", "-a", "--version", "Device")),),
        dialect=dialect,
    )


def words(dialect: Dialect) -> Declaration:
    return Declaration(
        "chdev",
        "Changes a device.",
        (
            Option("-dev", "name", "required", "DeviceName"),
            Option("-attr", "pairs", "required", "Attribute=Value", several=True),
            Option("-perm", "perm"),
            Option("-all", "all"),
            Option("-mode", "mode", "required", choices=("on", "off")),
        ),
        (Form({}, ("-attr",), ("-perm", "-mode"), one_of=(("-dev", "-all"),)),),
        dialect=dialect,
    )


def shown(parsed: Parsed) -> dict[str, object]:
    names = ("recursive", "delete", "name", "pairs", "version", "devices", "perm", "all")
    return {name: value for name in names if (value := parsed.get(name)) is not None}


READ_LETTERS = [
    ("-R -d -l pci0", {"recursive": True, "delete": True, "name": "pci0"}),
    ("-Rdl pci0", {"recursive": True, "delete": True, "name": "pci0"}),
    ("-Rdlpci0", {"recursive": True, "delete": True, "name": "pci0"}),
    ("-l -d", {"name": "-d"}),
    ("-l a -l b", {"name": "b"}),
    ("-a x=1 -ay=2", {"pairs": ("x=1", "y=2")}),
    ("-d -- -R", {"delete": True, "devices": ("-R",)}),
    ("- x", {"devices": ("-", "x")}),
    ("--version", {"version": True}),
]


@pytest.mark.parametrize("dialect", [AIX, LINUX], ids=["aix", "linux"])
@pytest.mark.parametrize(("line", "values"), READ_LETTERS, ids=[row[0] for row in READ_LETTERS])
def test_letters_are_read_as_getopt_reads_them(
    dialect: Dialect, line: str, values: dict[str, object]
) -> None:
    assert shown(parse(letters(dialect), line.split(), LEVEL)) == values


def test_operands_end_the_options_of_aix_and_not_those_of_linux() -> None:
    line = ["x", "-d"]
    assert shown(parse(letters(AIX), line, LEVEL)) == {"devices": ("x", "-d")}
    assert shown(parse(letters(LINUX), line, LEVEL)) == {"devices": ("x",), "delete": True}


READ_WORDS = [
    ("-dev hdisk1 -attr a=1 b=2 -perm", {"name": "hdisk1", "pairs": ("a=1", "b=2"), "perm": True}),
    ("-attr a=1 -all", {"pairs": ("a=1",), "all": True}),
]


@pytest.mark.parametrize(("line", "values"), READ_WORDS, ids=[row[0] for row in READ_WORDS])
def test_words_are_options_of_a_virtual_io_server(line: str, values: dict[str, object]) -> None:
    assert shown(parse(words(VIOS), line.split(), LEVEL)) == values


FAULTS = [
    (letters(AIX), "-x", "rmdev: Not a recognized flag: x"),
    (letters(AIX), "-Rx", "rmdev: Not a recognized flag: x"),
    (letters(AIX), "-Rl", "rmdev: A flag requires a parameter: l"),
    (letters(LINUX), "-x", "rmdev: invalid option -- 'x'"),
    (letters(LINUX), "-l", "rmdev: option requires an argument -- 'l'"),
    (words(VIOS), "-devhdisk1 -attr a=1", 'Invalid option "-devhdisk1".'),
    (words(VIOS), "-dev -attr a=1", 'Option "-dev" requires a value.'),
    (words(VIOS), "-all -attr -perm", 'Option "-attr" requires a value.'),
    (words(VIOS), "-all -all -attr a=1", 'Option "-all" is specified more than once.'),
    (words(VIOS), "-all -attr a=1 -mode up", 'Invalid value of option "-mode".'),
    (words(VIOS), "-dev x -all -attr a=1", "Options -dev, -all cannot be specified together."),
    (words(VIOS), "-dev x", "Missing required option: -attr"),
    (words(VIOS), "x -dev x -attr a=1", 'Invalid argument "x".'),
]


@pytest.mark.parametrize(
    ("declaration", "line", "text"),
    FAULTS,
    ids=[f"{one.dialect.name}: {line}" for one, line, _ in FAULTS],
)
def test_faults_are_told_with_the_usage(declaration: Declaration, line: str, text: str) -> None:
    with pytest.raises(CommandExit) as caught:
        parse(declaration, line.split(), LEVEL)
    assert caught.value.status == declaration.dialect.status == 1
    assert caught.value.text == f"{text}\n{usage(declaration, LEVEL)}"


def test_the_usage_has_a_line_for_each_form() -> None:
    assert usage(words(VIOS), LEVEL) == (
        "Usage: chdev {-dev DeviceName | -all} -attr Attribute=Value... [-perm] [-mode mode]"
    )


@pytest.mark.parametrize("dialect", [HMC, VIOS, AIX, LINUX], ids=lambda dialect: dialect.name)
def test_every_fault_has_its_message(dialect: Dialect) -> None:
    assert {CATALOGUE[dialect.messages[fault]].key for fault in Fault}


@pytest.mark.parametrize(
    ("text", "later"), [("1.5.0.0", "2.1"), ("2.2.5.0", "2.2.10"), ("6.1", "7.1.0.0")]
)
def test_releases_are_ordered_by_their_numbers(text: str, later: str) -> None:
    assert Level.of_release(text) < Level.of_release(later)
    assert Level.of_release("2.2") == Level.of_release("2.2.0.0")
