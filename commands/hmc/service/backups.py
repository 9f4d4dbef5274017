"""Files with profile data: where a console keeps them."""

from __future__ import annotations

import posixpath

from hmcsh.language.declarations import Option
from hmcsh.model.frame import Frame

FOLDER = "/var/hsc/profiles"  # below it one folder for each system, by serial number (recalled)


def path_of(frame: Frame, name: str) -> str:
    """The absolute path of a backup file; without a folder it is one of the system's own."""
    return posixpath.normpath(posixpath.join(FOLDER, frame.serial_number, name))


def backup_file(text: str, source: str) -> Option:
    """The option that names a backup file."""
    return Option("-f", "file", "required", "backup file", text, source=source)
