"""Fixtures for tests with real client programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.served import Served, serve


@pytest.fixture
def redbook(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path, "redbook") as served:
        yield served
