"""The pages of commands and of coverage are those of the declarations."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pages_are_current() -> None:
    spec = importlib.util.spec_from_file_location("command_pages", DOCS / "commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages = module.pages()
    stale = [
        path.name
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "`make docs` makes them anew"
    assert set((DOCS / "commands").glob("*.md")) <= set(pages), "a page of no command"
