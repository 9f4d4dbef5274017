"""Users of the console over the wire, with OpenSSH's client."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.served import Served, serve

LAB = Path(__file__).parent.parent / "labs" / "users.yaml"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("users"), str(LAB)) as one:
        yield one


def as_user(served: Served, user: str, password: str) -> Served:
    """The same console for another user."""
    return dataclasses.replace(served, user=user, password=password)


@pytest.mark.parametrize(
    ("user", "refused"),
    [
        ("operator", ["mkhmcusr -u x -a hmcviewer --passwd abcdefg", "rmlock -m good"]),
        ("hscpe", ["rmlock -m good", "chhmcusr -u off -t desc -v x"]),
        ("rep", ["chsyscfg -r lpar -m good -i name=web,auto_start=1", "rmhmcusr -u off"]),
        ("viewer", ["chsysstate -r lpar -m good -o shutdown --immed -n web", "hmcshutdown -t now"]),
    ],
)
def test_users_of_each_role_log_in_and_are_refused(
    served: Served, user: str, refused: list[str]
) -> None:
    session = as_user(served, user, "abc1234")
    assert session.ssh("whoami; lssyscfg -r sys -m good -F name").stdout == f"{user}\ngood\n"
    for line in refused:
        answer = session.ssh(line)
        assert (answer.returncode, answer.stdout[:8]) == (1, "HSCL350B"), line


@pytest.mark.parametrize("user", ["stale", "off", "local"])
def test_who_may_not_log_in_is_refused(served: Served, user: str) -> None:
    answer = as_user(served, user, "abc1234").ssh("echo in", options=("-o", "BatchMode=no"))
    assert (answer.returncode, answer.stdout) == (255, "")
    assert "Permission denied" in answer.stderr


def test_a_user_comes_changes_and_goes(served: Served) -> None:
    assert served.ssh("mkhmcusr -u guest -a hmcviewer --passwd abcdefg").returncode == 0
    guest = as_user(served, "guest", "abcdefg")
    assert guest.ssh("chhmcusr -u guest -t passwd -v hijklmn").returncode == 0
    assert guest.ssh("echo in").returncode == 255
    guest = as_user(served, "guest", "hijklmn")
    assert guest.ssh("echo in").stdout == "in\n"
    assert served.ssh("chhmcusr -i name=guest,remote_ssh_access=0").returncode == 0
    assert guest.ssh("echo in").returncode == 255
    assert served.ssh("chhmcusr -i name=guest,remote_ssh_access=1").returncode == 0
    assert guest.ssh("echo in").stdout == "in\n"
    assert served.ssh("rmhmcusr -u guest").returncode == 0
    assert guest.ssh("echo in").returncode == 255


def test_a_password_is_asked_for(served: Served) -> None:
    line = "mkhmcusr -u typed -a hmcviewer"
    answer = served.ssh(line, script="abcdefg\nabcdefg\n")
    assert answer.stdout == "Enter the new password:\nRetype the new password:\n"
    assert as_user(served, "typed", "abcdefg").ssh("whoami").stdout == "typed\n"


def test_a_restart_ends_sessions_and_the_console_comes_back(tmp_path: Path) -> None:
    with serve(tmp_path, str(LAB)) as served:
        answer = served.ssh("hmcshutdown -r -t now; sleep 3600; echo still here")
        assert answer.returncode == 255
        assert "still here" not in answer.stdout
        assert served.ssh("lshmc -n -F hostname").stdout == "hmc1\n"


def test_a_console_that_is_shut_down_stays_down(tmp_path: Path) -> None:
    with serve(tmp_path, str(LAB)) as served:
        assert served.ssh("hmcshutdown -t now; sleep 3600; echo still here").returncode == 255
        assert served.ssh("echo in").returncode == 255
