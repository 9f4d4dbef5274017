"""A console over a lab: run a command line through the shell, get status and output."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from support.console import Console


@pytest.fixture(scope="session")
def console() -> Callable[..., Console]:
    """Make a console over a shipped lab, or over the text of an inventory."""

    def make(
        lab: str = "redbook", user: str = "hscroot", files: Mapping[str, str] | None = None
    ) -> Console:
        return Console(lab, user, files or {})

    return make
