"""Declarations: the parser, the usage text and the completion that they drive."""

import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.levels import V7R3_2, V7R7_9, V10R3, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.options import (
    Declaration,
    Form,
    HelpRequested,
    Option,
    Parsed,
    UsageRequested,
    complete,
    parse,
    usage,
)

SYSTEM = Option(
    "-m", "system", "required", metavar="managed system", kind="system",
    help="the name of the managed system",
)  # fmt: skip
LIST = Declaration(
    "lslist",
    "Lists things.",
    (
        Option(
            "-r", "type", "required", choices=("lpar", "prof", "sys", "frame"),
            choice_help=("partitions", "profiles", "managed systems", "frames"),
            help="the type of resources to be listed",
        ),
        SYSTEM,
        Option("--filter", "filter", "required", metavar="filter data", kind="filter"),
        Option("-F", "names", "optional", metavar="attribute names", kind="attributes"),
        Option("--header", "header"),
        Option("--osrefresh", "refresh", span=Span(since=V7R7_9)),
    ),
    (
        Form(
            {"-r": ("lpar", "prof")},
            required=("-m",),
            optional=("--filter", "-F", "--header", "--osrefresh"),
        ),
        Form({"-r": ("sys",)}, optional=("-m", "-F", "--header")),
        Form({"-r": ("frame",)}, optional=("-F", "--header"), span=Span(until=V10R3)),
    ),
)  # fmt: skip
MOVE = Declaration(
    "mvthing",
    "Moves things.",
    (
        Option("-o", "operation", "required", choices=("m", "v", "s"), help="the operation"),
        SYSTEM,
        Option("-t", "target", "required", metavar="managed system", kind="system"),
        Option("-p", "name", "required", metavar="partition name", kind="partition"),
        Option("--id", "id", "required", metavar="partition ID", minimum=1),
        Option("-f", "file", "required", metavar="input data file", kind="file"),
        Option("-i", "data", "required", metavar="input data", kind="data"),
        Option("-d", "detail", "required", metavar="detail level", minimum=0, maximum=5),
        Option("-v", "verbose"),
        Option("-a", "add", "required", metavar="key", aliases=("--add",)),
    ),
    (
        Form(
            {"-o": ("m", "v")},
            required=("-m", "-t"),
            optional=("-d", "-v"),
            one_of=(("-p", "--id"),),
            at_most_one=(("-f", "-i"),),
        ),
        Form({"-o": ("s",)}, required=("-m",), optional=("-v",), one_of=(("-p", "--id"),)),
        Form({"-a": ()}),
    ),
)
STATE = Declaration(
    "chthing",
    "Changes things.",
    (
        Option("-r", "type", "required", choices=("lpar", "sys")),
        Option("-o", "operation", "required", choices=("on", "off", "rebuild")),
        SYSTEM,
        Option("-h", "hardware"),
    ),
    (
        Form({"-r": ("lpar",), "-o": ("on",)}, required=("-m",)),
        Form({"-r": ("sys",), "-o": ("on", "off", "rebuild")}, required=("-m",), optional=("-h",)),
    ),
)
DECLARATIONS = (LIST, MOVE, STATE)


def values(parsed: Parsed, declaration: Declaration) -> dict[str, object]:
    dests = [option.dest for option in declaration.options]
    return {dest: parsed.get(dest) for dest in dests if dest in parsed}


@pytest.mark.parametrize(
    ("declaration", "argv", "expected"),
    [
        pytest.param(
            LIST,
            ["-r", "lpar", "-m", "s", "--filter", "a=b"],
            {"type": "lpar", "system": "s", "filter": "a=b"},
            id="separate-values",
        ),
        pytest.param(
            LIST,
            ["-rlpar", "-m9117-MMA*10", "-Fname,state"],
            {"type": "lpar", "system": "9117-MMA*10", "names": "name,state"},
            id="joined-values",
        ),
        pytest.param(
            LIST, ["-F", "-r", "sys"], {"names": "", "type": "sys"}, id="F-before-an-option"
        ),
        pytest.param(
            LIST,
            ["-F", "name", "state", "-r", "sys"],
            {"names": "name state", "type": "sys"},
            id="F-with-several-words",
        ),
        pytest.param(
            LIST, ["-F", "-rsys"], {"names": "", "type": "sys"}, id="F-before-a-joined-option"
        ),
        pytest.param(
            LIST,
            ["-r", "sys", "--header", "-F"],
            {"type": "sys", "header": True, "names": ""},
            id="F-at-the-end",
        ),
        pytest.param(
            LIST, ["-r", "sys", "-F", ""], {"type": "sys", "names": ""}, id="F-with-empty-word"
        ),
        pytest.param(
            LIST,
            ["-r", "lpar", "-m", "-x", "--filter", "-y=1"],
            {"type": "lpar", "system": "-x", "filter": "-y=1"},
            id="value-with-a-dash-that-is-no-option",
        ),
        pytest.param(
            LIST, ["-r", "sys", "-m", "my system"], {"type": "sys", "system": "my system"},
            id="blank-in-a-value",
        ),
        pytest.param(
            MOVE,
            ["-v", "-o", "s", "--id", "7", "-m", "s"],
            {"operation": "s", "system": "s", "id": "7", "verbose": True},
            id="any-order",
        ),
        pytest.param(MOVE, ["--add", "k e y"], {"add": "k e y"}, id="alias"),
        pytest.param(
            MOVE,
            ["-o", "m", "-m", "a", "-t", "b", "-p", "c", "-i", ""],
            {"operation": "m", "system": "a", "target": "b", "name": "c", "data": ""},
            id="empty-data-is-for-the-record-parser",
        ),
        pytest.param(
            STATE,
            ["-r", "sys", "-o", "off", "-m", "s", "-h"],
            {"type": "sys", "operation": "off", "system": "s", "hardware": True},
            id="declared-h-is-not-help",
        ),
    ],
)  # fmt: skip
def test_what_is_accepted(
    declaration: Declaration, argv: list[str], expected: dict[str, object]
) -> None:
    assert values(parse(declaration, argv, V7R3_2), declaration) == expected


MISSING = "missing_or_invalid"


@pytest.mark.parametrize(
    ("declaration", "line", "key", "named"),
    [
        pytest.param(LIST, "-r lpar -F uuid,name", MISSING, "-m", id="required-capture"),
        pytest.param(LIST, "-r bogus", MISSING, "-r", id="choice"),
        pytest.param(LIST, "-m s", MISSING, "-r", id="form-option"),
        pytest.param(LIST, "-r lpar -m", MISSING, "-m", id="value-at-the-end"),
        pytest.param(LIST, "-r lpar -m -F name", MISSING, "-m", id="value-is-an-option"),
        pytest.param(LIST, "-r lpar -m s -x", "invalid_parameter", "-x", id="unknown"),
        pytest.param(LIST, "-r lpar -m s --head", "invalid_parameter", "--head", id="abbreviation"),
        pytest.param(
            LIST, "-r lpar -m s --filter=a=b", "invalid_parameter", "--filter=a=b", id="equals"
        ),
        pytest.param(
            LIST, "-r lpar -m s --osrefresh", "invalid_parameter", "--osrefresh", id="later-level"
        ),
        pytest.param(
            LIST,
            "-r lpar -m s -F name --osrefresh",
            "invalid_parameter",
            "--osrefresh",
            id="later-level-behind-F",
        ),
        pytest.param(LIST, "-r sys -F name -x", "invalid_parameter", "-x", id="unknown-behind-F"),
        pytest.param(LIST, "-r lpar -m s more", "invalid_parameter", "more", id="operand"),
        pytest.param(LIST, "-r lpar -m s --", "invalid_parameter", "--", id="dashes"),
        pytest.param(LIST, "-r lpar -m s -", "invalid_parameter", "-", id="dash"),
        pytest.param(LIST, "-r sys -r sys", "repeated_parameter", "-r", id="repeated"),
        pytest.param(LIST, "-r sys -rlpar", "repeated_parameter", "-r", id="repeated-joined"),
        pytest.param(LIST, "-r sys --header", "header_needs_F", "-F", id="header-without-F"),
        pytest.param(LIST, "-r sys --filter a=b", "invalid_parameter", "--filter", id="stray"),
        pytest.param(
            MOVE, "-o m -m a -t b -p c --id 1", "mutually_exclusive", "-p, --id", id="one-of"
        ),
        pytest.param(MOVE, "-o m -m a -t b", MISSING, "-p, --id", id="one-of-none"),
        pytest.param(
            MOVE, "-o m -m a -t b -p c -f x -i y=1", "mutually_exclusive", "-f, -i",
            id="at-most-one",
        ),
        pytest.param(MOVE, "-o m -p c", MISSING, "-m, -t", id="all-missing-in-declared-order"),
        pytest.param(MOVE, "-o s -m a -p c -t b", "invalid_parameter", "-t", id="other-form"),
        pytest.param(MOVE, "-o s -m a --id 0", MISSING, "--id", id="below-minimum"),
        pytest.param(MOVE, "-o m -m a -t b -p c -d 6", MISSING, "-d", id="above-maximum"),
        pytest.param(MOVE, "-o s -m a --id x", MISSING, "--id", id="not-a-number"),
        pytest.param(MOVE, "-o s -m a --id -1", MISSING, "--id", id="negative"),
        pytest.param(MOVE, "-o s -m a --id 1٣", MISSING, "--id", id="foreign-digits"),
        pytest.param(MOVE, "-o s -m a --id " + "9" * 5000, MISSING, "--id", id="huge"),
        pytest.param(MOVE, "-o x --id y", MISSING, "-o, --id", id="all-invalid-values"),
        pytest.param(MOVE, "-a x --add y", "repeated_parameter", "-a", id="repeated-by-alias"),
        pytest.param(MOVE, "-vv", "invalid_parameter", "-vv", id="no-clusters"),
        pytest.param(STATE, "-r lpar -m s", MISSING, "-o", id="second-form-option"),
        pytest.param(STATE, "-o on -m s", MISSING, "-r", id="first-form-option"),
        pytest.param(STATE, "-h", MISSING, "-r, -o, -m", id="all-form-options"),
        pytest.param(STATE, "-r lpar -o off -m s", MISSING, "-o", id="values-that-never-meet"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(declaration: Declaration, line: str, key: str, named: str) -> None:
    with pytest.raises(HmcError) as caught:
        parse(declaration, line.split(" "), V7R3_2)
    assert caught.value.message.key == key
    assert re.search(rf" {re.escape(named)}[. ]", caught.value.text)
    assert caught.value.status == 1


LIMITED = [
    pytest.param(declaration, option, id=f"{declaration.name}{option.flag}")
    for declaration in DECLARATIONS
    for option in declaration.options
    if option.limits is not None
]


@pytest.mark.parametrize(("declaration", "option"), LIMITED)
def test_an_option_accepts_and_refuses_the_examples_of_its_limits(
    declaration: Declaration, option: Option
) -> None:
    assert option.limits is not None
    grammar = declaration.at(V7R3_2)
    assert all(grammar.accepts(option, value) for value in option.limits.accepts)
    assert option.limits.refuses
    for value in option.limits.refuses:
        with pytest.raises(HmcError) as caught:
            parse(declaration, [option.flag, value], V7R3_2)
        assert caught.value.message.key == MISSING
        assert f" {option.flag}. " in caught.value.text


def test_an_empty_value_is_no_value() -> None:
    with pytest.raises(HmcError) as caught:
        parse(LIST, ["-r", "lpar", "-m", ""], V7R3_2)
    assert caught.value.text.count(" -m. ") == 1


def test_the_level_decides() -> None:
    assert parse(LIST, ["-r", "frame"], V7R7_9).get("type") == "frame"
    with pytest.raises(HmcError) as caught:
        parse(LIST, ["-r", "frame"], V10R3)
    assert " are -r. " in caught.value.text
    line = ["-r", "lpar", "-m", "s", "--osrefresh"]
    assert parse(LIST, line, V7R7_9).has("--osrefresh")


def test_choices_are_those_of_the_forms_that_take_the_option() -> None:
    kind = Option("-r", "type", "required", choices=("a", "b"))
    forms = (
        Form({"-r": ("a",)}),
        Form({"-r": ("b",)}, span=Span(until=V10R3)),
        Form({"-m": ()}),
    )
    declaration = Declaration("x", "X.", (kind, SYSTEM), forms)
    assert declaration.at(V7R3_2).choices(kind) == ("a", "b")
    assert declaration.at(V10R3).choices(kind) == ("a",)


def test_the_most_specific_form_applies() -> None:
    options = (
        Option("-r", "type", "required", choices=("lpar",)),
        Option("-o", "operation", "required", choices=("apply",)),
        Option("-i", "data", "required", kind="data"),
    )
    plain = Form({"-r": ("lpar",)}, required=("-i",))
    apply = Form({"-r": ("lpar",), "-o": ("apply",)})
    for forms in ((plain, apply), (apply, plain)):
        declaration = Declaration("x", "X.", options, forms)
        assert parse(declaration, ["-r", "lpar", "-o", "apply"], V7R3_2).form is apply
        assert parse(declaration, ["-r", "lpar", "-i", "a=1"], V7R3_2).form is plain


def test_the_parsed_values() -> None:
    parsed = parse(MOVE, ["-o", "m", "-m", "a", "-t", "b", "--id", "007", "-v"], V7R3_2)
    assert parsed.form is MOVE.forms[0]
    assert parsed.has("-v")
    assert not parsed.has("-d")
    assert parsed.get("verbose") is True
    assert parsed.get("detail") is None
    assert parsed.text("target") == parsed.required("target") == "b"
    assert parsed.number("id") == 7
    assert parsed.number("detail") is None
    with pytest.raises(KeyError):
        parsed.required("name")
    with pytest.raises(TypeError):
        parsed.text("verbose")


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("argv", [["--help"], ["-m", "--help"], ["-x", "--help", "more"]])
def test_help_is_given_wherever_it_is_asked_for(declaration: Declaration, argv: list[str]) -> None:
    with pytest.raises(HelpRequested) as caught:
        parse(declaration, argv, V7R3_2)
    assert caught.value.status == 0
    assert caught.value.text == usage(declaration, V7R3_2)


def test_h_is_help_where_an_option_is_expected() -> None:
    with pytest.raises(HelpRequested):
        parse(LIST, ["-r", "sys", "-h"], V7R3_2)


def test_without_arguments_the_usage_is_printed() -> None:
    with pytest.raises(UsageRequested) as caught:
        parse(LIST, [], V7R3_2)
    assert caught.value.status == 1
    assert (
        caught.value.text
        == """\
Usage: lslist -r lpar | prof | sys | frame
              [-m <managed system>]
              [--filter "<filter data>"]
              [-F [<attribute names>]]
              [--header]
              [--help]

Lists things.

    -r                       - the type of resources to be listed:
                                 lpar  - partitions
                                 prof  - profiles
                                 sys   - managed systems
                                 frame - frames
    -m                       - the name of the managed system
    --filter                 - filter data
    -F                       - attribute names
    --header                 - header
    --help                   - prints this text"""
    )


def test_the_usage_shows_alternatives_and_levels() -> None:
    lines = usage(MOVE, V7R3_2).splitlines()
    synopsis = [line.removeprefix("Usage: mvthing").strip() for line in lines[: lines.index("")]]
    assert synopsis == [
        "[-o m | v | s]",
        "[-m <managed system>]",
        "[-t <managed system>]",
        "[-p <partition name> | --id <partition ID>]",
        '[-f <input data file> | -i "<input data>"]',
        "[-d <detail level>]",
        "[-v]",
        "[-a | --add <key>]",
        "[--help]",
    ]
    assert "-m <managed system>\n" in usage(STATE, V7R3_2)
    assert "[-m" not in usage(STATE, V7R3_2)
    assert "--osrefresh" not in usage(LIST, V7R3_2)
    assert "--osrefresh" in usage(LIST, V10R3)
    assert "frame" not in usage(LIST, V10R3)


@pytest.mark.parametrize(
    ("options", "forms", "reason"),
    [
        pytest.param((SYSTEM, SYSTEM), (Form({}),), "declared twice", id="same-flag"),
        pytest.param((SYSTEM, Option("-s", "system")), (Form({}),), "one dest", id="same-dest"),
        pytest.param((SYSTEM,), (), "at least one form", id="no-form"),
        pytest.param((SYSTEM,), (Form({}, optional=("-x",)),), "not declared: -x", id="stray"),
        pytest.param((SYSTEM,), (Form({"-m": ("x",)}),), "cannot be x", id="no-choice"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(
    options: tuple[Option, ...], forms: tuple[Form, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Declaration("x", "X.", options, forms)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Option("name", "name"), id="no-dash"),
        pytest.param(lambda: Option("--a=b", "name"), id="equals"),
        pytest.param(lambda: Option("-a", "a", choices=("x",)), id="choices-without-value"),
        pytest.param(
            lambda: Option("-a", "a", "required", choices=("x", "y"), choice_help=("z",)),
            id="help-for-some-choices",
        ),
    ],
)
def test_an_option_that_contradicts_itself_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=r"-|option"):
        make()


def names(kind: str, words: Sequence[str]) -> list[str]:
    known = {
        "system": ["s1", "s2 x"],
        "partition": ["p1"],
        "attributes": ["name", "state", "lpar_id"],
        "filter": ["lpar_names", "lpar_ids"],
        "filter:lpar_names": ["p1", "p2"],
        "data": ["mappings", "dest_id"],
    }
    if kind == "attributes" and "frame" in words:
        return ["frame_num"]
    return known.get(kind, [])


@pytest.mark.parametrize(
    ("declaration", "words", "current", "expected"),
    [
        (LIST, [], "", ["--filter", "--header", "--help", "-F", "-m", "-r"]),
        (LIST, [], "--h", ["--header", "--help"]),
        (LIST, ["-r"], "", ["frame", "lpar", "prof", "sys"]),
        (LIST, ["-r"], "p", ["prof"]),
        (LIST, ["-r", "frame"], "-", ["--header", "--help", "-F"]),
        (LIST, ["-rsys", "-m", "s1"], "-", ["--header", "--help", "-F"]),
        (LIST, ["-m"], "s", ["s1", "s2 x"]),
        (LIST, ["-m"], "-", []),
        (LIST, ["-F"], "n", ["name"]),
        (LIST, ["-F"], "name,", ["name,lpar_id", "name,name", "name,state"]),
        (LIST, ["-F"], "name:s", ["name:state"]),
        (LIST, ["-r", "frame", "-F"], "", ["--header", "--help", "frame_num"]),
        (LIST, ["--filter"], "lpar_n", ["lpar_names="]),
        (LIST, ["--filter"], "lpar_names=", ["lpar_names=p1", "lpar_names=p2"]),
        (
            LIST, ["--filter"], "lpar_names=p1,",
            ["lpar_names=p1,lpar_ids=", "lpar_names=p1,p1", "lpar_names=p1,p2"],
        ),
        (MOVE, ["-o", "m", "-p", "x"], "-", ["--help", "-d", "-f", "-i", "-m", "-t", "-v"]),
        (MOVE, ["-i"], "m", ["mappings="]),
        (MOVE, ["-f"], "", []),
        (MOVE, ["-a", "x"], "--a", []),
        (LIST, ["nonsense", "-zz"], "--fi", ["--filter"]),
    ],
)  # fmt: skip
def test_completion(
    declaration: Declaration, words: list[str], current: str, expected: list[str]
) -> None:
    assert complete(declaration, words, current, V7R3_2, names) == expected


def test_completion_knows_the_level() -> None:
    assert "frame" not in complete(LIST, ["-r"], "", V10R3, names)
    assert complete(LIST, [], "--o", V10R3, names) == ["--osrefresh"]


words = st.sampled_from(
    ["-r", "lpar", "sys", "-rsys", "-m", "s", "-F", "--header", "-o", "m", "-p", "x", "--id", "3"]
)


@given(st.sampled_from(DECLARATIONS), st.lists(words, min_size=1, max_size=9))
def test_the_order_of_options_is_free(declaration: Declaration, argv: list[str]) -> None:
    try:
        parsed = parse(declaration, argv, V7R3_2)
    except (HmcError, HelpRequested):
        return
    pairs: list[list[str]] = []
    for option in declaration.options:
        value = parsed.get(option.dest)
        if value is not None:
            pairs.append([option.flag] + ([value] if isinstance(value, str) and value else []))
    for order in (pairs, pairs[::-1]):
        again = parse(declaration, [word for pair in order for word in pair], V7R3_2)
        assert values(again, declaration) == values(parsed, declaration)


def test_random_arguments_are_read_or_refused() -> None:
    chance = random.Random(5)
    read = 0
    for _ in range(4000):
        declaration = chance.choice(DECLARATIONS)
        flags = [option.flag for option in declaration.options]
        choices = [choice for option in declaration.options for choice in option.choices]
        pool = [*flags, *choices, "s", "1", "", "-", "--", "-F", "-rlpar", "--x", "é", "\udc80 "]
        argv = chance.choices(pool, k=chance.randrange(1, 8))
        if chance.random() < 0.5:
            argv = []
            for option in chance.sample(declaration.options, 4):
                argv.append(option.flag)
                if option.value != "none":
                    argv.append(chance.choice(option.choices or ("s", "1")))
        complete(declaration, argv[:-1], argv[-1], V7R3_2, names)
        try:
            parse(declaration, argv, V7R3_2)
        except HmcError as error:
            assert error.message.key.split("_")[0] in {
                "missing", "invalid", "repeated", "mutually", "header",
            }  # fmt: skip
            continue
        read += 1
    assert 40 < read < 3900  # both happen often


LAST = Declaration(
    "keys",
    "Adds keys.",
    (
        Option("-a", "add", "last", "key", aliases=("--add",)),
        Option("-r", "remove", "last", "key"),
        Option("-u", "user", "required", "user"),
    ),
    (Form({}, optional=("-u",), one_of=(("-a", "-r"),)),),
)


@pytest.mark.parametrize(
    "words",
    [["-a", "K", "-u", "U"], ["-u", "U", "-a", "K"], ["-a", "-u", "U", "K"], ["--add", "-uU", "K"]],
    ids=" ".join,
)
def test_a_last_value_stands_behind_its_option_or_at_the_end(words: list[str]) -> None:
    parsed = parse(LAST, words, V7R3_2)
    assert (parsed.text("add"), parsed.text("user")) == ("K", "U")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["-a"], "missing_or_invalid"),
        (["-a", "-u", "U"], "missing_or_invalid"),
        (["-a", "K", "L"], "invalid_parameter"),
        (["-a", "-u", "U", "K", "L"], "invalid_parameter"),
        (["-a", "-u", "U", "-r", "K"], "missing_or_invalid"),
    ],
    ids=str,
)
def test_what_a_last_value_is_not(words: list[str], key: str) -> None:
    with pytest.raises(HmcError) as caught:
        parse(LAST, words, V7R3_2)
    assert caught.value.message.key == key


def test_a_command_that_needs_no_option_can_be_called_without() -> None:
    listing = Declaration("list", "Lists.", (Option("-a", "all"),), (Form({}, optional=("-a",)),))
    assert "all" not in parse(listing, [], V7R3_2)
    with pytest.raises(UsageRequested):
        parse(LAST, [], V7R3_2)
