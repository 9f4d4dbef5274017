"""The host key: made once, private, and refused with one line when it is unusable."""

import stat
from pathlib import Path

import pytest

from hmcsh.ssh.hostkey import HostKeyError, default_path, load_or_create


def test_a_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "hmcsh" / "key"
    first = load_or_create(path)
    assert first.get_algorithm() == "ssh-ed25519"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]
    assert load_or_create(path).public_data == first.public_data


def test_the_path_is_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "hmcsh" / "ssh_host_ed25519_key"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/invalid")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_path().parent == tmp_path / ".local" / "state" / "hmcsh"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"not a key\n", "not a usable private key", id="text"),
        pytest.param(b"\x00\xff" * 100, "not a usable private key", id="binary"),
        pytest.param(
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            "not a usable private key",
            id="truncated",
        ),
    ],
)
def test_a_bad_key_is_one_line_and_is_left_alone(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(HostKeyError) as caught:
        load_or_create(path)
    assert str(path) in str(caught.value)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    load_or_create(path)
    path.chmod(0o644)
    with pytest.raises(HostKeyError, match="others may read it"):
        load_or_create(path)


def test_a_folder_in_place_of_the_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError, match="Is a directory"):
        load_or_create(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hmcsh").write_text("")
    with pytest.raises(HostKeyError, match=r"host key .*hmcsh/key"):
        load_or_create(tmp_path / "hmcsh" / "key")
