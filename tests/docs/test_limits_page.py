"""The page of limits is that of the table."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("limits_page", DOCS / "limits.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "limits.md").read_text() == module.page(), "`make docs` makes it anew"
