"""What an operating system takes as a name of its host."""

from __future__ import annotations

import re

from hmcsh.language.messages import Refusal

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", re.ASCII)


def checked(name: str, status: int, message: str) -> str:
    """Refuse what cannot be a host name, with a message of the catalogue that may show it."""
    if not _NAME.fullmatch(name):
        raise Refusal(status, message, name=name)
    return name
