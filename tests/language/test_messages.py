"""The catalogue of messages, and that the whole program uses it rightly."""

import ast
import functools
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmcsh.language.dialect import AIX, HMC, LINUX, VIOS
from hmcsh.language.message import Message
from hmcsh.language.messages import CATALOGUE, HmcError, Trust, render


def _sources() -> Iterator[Path]:
    """The modules of the program, found without being imported."""
    for package in ("hmcsh", "hmcsh.commands"):
        found = importlib.util.find_spec(package)
        assert found is not None
        for folder in found.submodule_search_locations or ():
            yield from Path(folder).rglob("*.py")


SOURCES = sorted(set(_sources()))


@pytest.mark.parametrize(
    ("key", "fields", "text"),
    [
        ("no_results", {}, "No results were found."),
        (
            "missing_or_invalid",
            {"parameters": ["-m"]},
            "The command entered is either missing a required parameter or a parameter value is "
            "invalid. The parameters that are missing or have an invalid value are -m. Please "
            "check your entry and retry the command.",
        ),
        (
            "invalid_attribute",
            {"name": "bogus_attr_xyz"},
            "An invalid attribute was entered.  The invalid attribute is bogus_attr_xyz.  Please "
            "correct your entry and retry the command.",
        ),
        (
            "lpar_not_found",
            {"name": "zz-no-such-lpar"},
            "HSCL8012 The partition named zz-no-such-lpar was not found.  Please check your "
            "entry and retry the command.",
        ),
        ("lpar_id_not_found", {"id": 77}, 'HSCL8011 The partition ID "77" was not found.'),
        (
            "wrong_state",
            {},
            "HSCL05DF The partition is not in a state under which this operation can be "
            "performed. Check the state of the partition.",
        ),
        ("power6_only", {}, "HSCL8022 This command is only supported for POWER6 servers."),
    ],
)
def test_texts_that_are_known_to_the_letter(key: str, fields: dict[str, object], text: str) -> None:
    assert render(key, **fields) == text


@pytest.mark.parametrize(
    ("key", "fragment"),
    [
        ("bad_configuration_data", "The format of the configuration data is invalid."),
        ("invalid_parameter", "invalid parameter was entered"),
        ("no_authority", "HSCL350B The user does not have the appropriate authority"),
        ("not_lmb_multiple", "of the memory region size for the managed system."),
        ("system_wrong_state", "Standby or Operating state"),
        ("virtual_remove_failed", "HSCL294D Dynamic remove of virtual I/O resources failed"),
        ("no_rmc", "HSCL2957 "),
        ("os_shutdown_no_rmc", "HSCL0DB4 "),
        ("already_on", "HSCL3681 "),
        ("already_off", "HSCL1558 "),
        ("system_not_found", "HSCL8018 "),
        ("lpm_no_rmc", "HSCLA246 The management console cannot communicate with partition "),
    ],
)
def test_what_clients_look_for_in_a_message(key: str, fragment: str) -> None:
    assert fragment in render(key, **dict.fromkeys(CATALOGUE[key].fields, "X"))


@pytest.mark.parametrize("message", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_message_is_whole(message: Message) -> None:
    text = render(message.key, **dict.fromkeys(message.fields, "<value>"))
    assert text.count("<value>") >= len(message.fields)
    assert "{" not in text
    assert message.screen or text == text.strip()
    assert message.source
    if message.code is not None:
        assert re.fullmatch(r"HSCL[0-9A-F]{4}", message.code)
        assert text.startswith(message.code + " ")
    assert (message.trust is Trust.INVENTED) <= (message.code is None)


def test_one_code_has_one_message() -> None:
    codes = [message.code for message in CATALOGUE.values() if message.code is not None]
    assert len(set(codes)) == len(codes)


def test_an_invented_message_cannot_bear_a_code() -> None:
    with pytest.raises(ValueError, match="bears no code"):
        Message("own", "HSCL0001", "Text.", Trust.INVENTED, "own")


def test_fields_are_text_not_templates() -> None:
    assert "{key} {0}" in render("lpar_not_found", name="{key} {0}")
    assert "-p, --id" in render("mutually_exclusive", names=("-p", "--id"))


def test_an_error_bears_its_message_text_and_status() -> None:
    error = HmcError("lpar_not_found", name="x")
    assert error.message is CATALOGUE["lpar_not_found"]
    assert error.text == str(error) == render("lpar_not_found", name="x")
    assert error.status == 1


def test_an_unknown_key_or_a_missing_field_is_found_where_it_is_made() -> None:
    with pytest.raises(KeyError):
        HmcError("no_such_key")
    with pytest.raises(KeyError):
        HmcError("lpar_not_found")


@functools.cache
def _nodes(path: Path) -> list[ast.AST]:
    """All there is in a module."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in _nodes(path):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("HmcError", "render") and node.args:
                yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_program_fills_in_what_its_messages_want(path: Path) -> None:
    for call in _calls(path):
        key = call.args[0]
        if not isinstance(key, ast.Constant):
            continue
        assert isinstance(key.value, str)
        assert key.value in CATALOGUE, f"line {call.lineno}: no message {key.value}"
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:
            missing = CATALOGUE[key.value].fields - given
            assert not missing, f"line {call.lineno}: {key.value} wants {missing}"


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if not path.name.startswith("messages_")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_no_message_text_stands_outside_the_catalogue(path: Path) -> None:
    texts = [m.text.split("{")[0] for m in CATALOGUE.values()]
    starts = tuple(text for text in texts if len(text) > 40)
    for node in _nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.match(r"HSCL[0-9A-F]{4} ", node.value), f"line {node.lineno}"
            assert not node.value.startswith(starts), f"line {node.lineno}"


def _texts() -> Iterator[str]:
    """A pattern for every text in the program outside the catalogue that could make a key."""
    for path in SOURCES:
        if path.name.startswith("messages_"):
            continue
        for node in _nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z]+"
                    for part in node.values
                )


def test_every_message_is_used() -> None:
    used = re.compile("|".join(sorted(text for text in set(_texts()) if len(text) < 80)))
    told = {key for dialect in (HMC, VIOS, AIX, LINUX) for key in dialect.messages.values()}
    assert [key for key in CATALOGUE if key not in told and not used.fullmatch(key)] == []


COMMANDS = [path for path in SOURCES if "commands" in path.parts]
_DECLARED = ("Declaration", "Option", "Form")  # help, notes and examples
_EXPLAINED = ("source", "help", "notes", "examples")


def _spoken(path: Path) -> Iterator[ast.Constant]:
    """Texts of a module that are neither documentation nor part of a declaration."""
    silent: set[int] = set()
    for node in _nodes(path):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if (
            (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or name in _DECLARED
            or (isinstance(node, ast.keyword) and node.arg in _EXPLAINED)
            or (isinstance(node, ast.Assign) and "NOTE" in ast.unparse(node.targets[0]))
        ):
            silent.update(map(id, ast.walk(node)))
    for node in _nodes(path):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in silent:
            yield node


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_command_speaks_in_sentences_of_its_own(path: Path) -> None:
    for node in _spoken(path):
        sentence = re.match(r"\W*[A-Z][a-z]+ [^|]*\w[.!?]\s*$", node.value)
        assert not sentence or len(node.value.split()) < 4, f"line {node.lineno}: {node.value}"
