"""What is written down of a command line."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.secrets import escaped, masked, masked_line

LINES = {
    "lssyscfg -r sys": None,
    "mkhmcusr -u a -a b --passwd sesame -d 'x y'": "mkhmcusr -u a -a b --passwd ***** -d 'x y'",
    "mkhmcusr -u a --passwd 's e sesame'": "mkhmcusr -u a --passwd *****",
    "mkhmcusr -u a --passwd=sesame": "mkhmcusr -u a --passwd*****",
    "mkhmcusr -u a --passwdsesame": "mkhmcusr -u a --passwd*****",
    "mkhmcusr -i 'name=a,passwd=sesame,pwage=1'": "mkhmcusr -i name=a,passwd=*****",
    'mkhmcusr -i "name=a,\\"passwd=ses,sesame\\""': "mkhmcusr -i name=a,passwd=*****",
    "chhmcusr -u x -t passwd -v sesame": "chhmcusr -u x -t passwd -v *****",
    "chhmcusr -v sesame -u x -t passwd": "chhmcusr -v ***** -u x -t passwd",
    "chhmcusr -u x -t passwd -vsesame": "chhmcusr -u x -t passwd -v*****",
    "chhmcusr -u x -t desc -v sesame": None,
    "echo sesame | chhmcusr -u x -t passwd": "***** | chhmcusr -u x -t passwd",
    "P=sesame; mkhmcusr -u x --passwd $P": "*****; *****",
    "mkhmcusr -u x --pa''sswd sesame; lshmc": "mkhmcusr -u x --pa''sswd *****; *****",
    "mkhmcusr -u x --passwd $(echo sesame)": "*****",
    "chhmcusr -u x -t passwd <<E\nsesame\nsesame\nE": "*****\n*****\n*****\n*****",
    "mkhmcusr -u x --passwd 'sesame": "mkhmcusr -u x --passwd *****",
    "mkhmcusr -u 'x --passwd sesame": "mkhmcusr -u *****",
    'eval "chhmcusr -v sesame -t passwd"': "eval *****",
    "mkauthkeys --ip h -u u --passwd sesame": "mkauthkeys --ip h -u u --passwd *****",
}  # fmt: skip


@pytest.mark.parametrize(("line", "shown"), LINES.items(), ids=range(len(LINES)))
def test_a_line_is_written_down_without_its_passwords(line: str, shown: str | None) -> None:
    assert masked_line(line) == (line if shown is None else shown)


WORDS = st.lists(
    st.sampled_from(["-u", "x", "-t", "passwd", "-v", "--passwd", "a b", "name=x", "desc"])
)


@given(WORDS, WORDS, st.sampled_from(["--passwd {}", "-t passwd -v {}", "-i name=a,passwd={}"]))
def test_a_password_is_masked_wherever_it_stands(
    before: list[str], after: list[str], form: str
) -> None:
    words = [*before, *form.format("Sesame#1").split(), *after]
    if before and before[-1] in ("-v", "--passwd"):
        words.insert(len(before), "x")
    assert "Sesame#1" not in " ".join(masked(words))
    assert "Sesame#1" not in masked_line(shlex.join(["chhmcusr", *words]))


@given(st.text())
def test_any_line_is_written_down_in_printable_characters(text: str) -> None:
    shown = escaped(masked_line(text))
    assert shown.isprintable()
    if "pass" not in text.lower() and text.isprintable():
        assert shown == text
