"""Makes man/*.1, the pages that `man` shows on the host, from the declarations: `make docs`."""

from __future__ import annotations

from pathlib import Path

from hmcsh.commands.hmc import COMMANDS

from hmcsh import __version__, cli
from hmcsh.manual import commands, programs, roff

FOLDER = Path(__file__).parents[1] / "man"
SOURCE = f"hmcsh {__version__}"


def pages() -> dict[Path, str]:
    """Every page by its path. Those of a console's commands have a name of their own on a host."""
    own = {one.name: roff.write(one, section="1", source=SOURCE, title="hmcsh")
           for one in programs.pages(cli.parser())}  # fmt: skip
    emulated = {
        f"hmcsh-{name}": roff.write(
            commands.page(command),
            section="1",
            source=SOURCE,
            title="Commands of the emulated console",
            name=f"hmcsh-{name}",
        )
        for name, command in COMMANDS.items()
    }
    if both := own.keys() & emulated.keys():
        raise ValueError(f"two pages of one name: {', '.join(both)}")
    return {FOLDER / f"{name}.1": text for name, text in {**own, **emulated}.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for stale in set(FOLDER.glob("*.1")) - made.keys():
        stale.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
