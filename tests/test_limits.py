"""The table of limits, and the options that set them."""

import pytest

from hmcsh import limits
from hmcsh.cli import main
from hmcsh.ssh.service import Settings


def test_every_limit_says_what_it_is_and_what_ends() -> None:
    names = [one.name for one in limits.TABLE]
    assert len(set(names)) == len(names) > 30
    for one in limits.TABLE:
        assert one.what, one.name
        assert one.unit, one.name
        assert not one.message or one.ends, one.name


@pytest.mark.parametrize("one", limits.TABLE, ids=lambda one: one.name)
def test_each_can_be_set(one: limits.Limit) -> None:
    name, value = limits.parse(f"{one.name}=7")
    server, shell = limits.apply([(name, value)])
    holder = shell if name.startswith("shell.") else server
    assert getattr(holder, name.removeprefix("shell.")) == 7
    assert (server == Settings()) is name.startswith("shell.")


@pytest.mark.parametrize(
    "text",
    ["nosuch=1", "max_line", "max_line=x", "max_line=1.5", "idle_time=nan", "max_line=-1"]
    + ["version=x"],
)
def test_a_limit_that_cannot_be_set(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--limit", text])
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err


def test_limits_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["limits"]) == 0
    listed = capsys.readouterr().out
    assert all(one.name in listed for one in limits.TABLE)
