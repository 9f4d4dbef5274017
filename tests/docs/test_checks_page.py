"""The page of checks is that of the table."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("checks_page", DOCS / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "checks.md").read_text() == module.page(), "`make docs` makes it anew"
