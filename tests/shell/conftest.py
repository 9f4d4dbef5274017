"""A console for shells under test."""

from __future__ import annotations

import pytest
from support.bareshell import Session


@pytest.fixture
def session() -> type[Session]:
    return Session
