"""The server's host key: made once, kept private, the same at every start."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncssh import SSHKey

_FOLDER_MODE = 0o700
_SIZES = {"ssh-rsa": {"key_size": 3072}}


class HostKeyError(OSError):
    """The host key can be neither read nor made."""


def default_path() -> Path:
    """Return where the host key lives (XDG Base Directory Specification, state files)."""
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return base / "hmcsh" / "ssh_host_ed25519_key"


def rsa_path(path: Path) -> Path:
    """Return where the key for old clients lives: beside the other."""
    kind = "ed25519"
    return path.with_name(
        path.name.replace(kind, "rsa") if kind in path.name else f"{path.name}_rsa"
    )


def load_or_create(path: Path, algorithm: str = "ssh-ed25519") -> "SSHKey":
    """Return the private key at `path`, made now (mode 0600) if there is none.

    Raises HostKeyError with one line that says which file and why.
    """
    import asyncssh

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _create(path, algorithm)
    except OSError as error:
        raise HostKeyError(f"host key {path}: {error.strerror}") from error
    if not data.strip():
        raise HostKeyError(f"host key {path}: the file is empty")
    if path.stat().st_mode & 0o077:
        raise HostKeyError(f"host key {path}: others may read it; its mode must be 0600")
    try:
        return asyncssh.import_private_key(data)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise HostKeyError(f"host key {path}: not a usable private key ({error})") from error


def _create(path: Path, algorithm: str) -> "SSHKey":
    import asyncssh

    key = asyncssh.generate_private_key(algorithm, comment="hmcsh", **_SIZES.get(algorithm, {}))
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent)  # mkstemp(3): mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(key.export_private_key())
            os.link(scratch, path)  # fails if another server has made one meanwhile
        finally:
            os.unlink(scratch)
    except FileExistsError:
        return load_or_create(path)
    except OSError as error:
        raise HostKeyError(f"host key {path}: cannot be made: {error.strerror}") from error
    return key
