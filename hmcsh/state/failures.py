"""Failed log-ins in a state file: whoever guesses has no more tries after a restart."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

from hmcsh.state.file import StateFile, StateFileError

_log = logging.getLogger("hmcsh")
_LONGEST = 256  # characters; no user has such a name, and the address is kept besides


class KeptFailures:
    """The failures of one door, such as the log-ins of a console, by its name."""

    def __init__(self, file: StateFile, door: str) -> None:
        self._file = file
        self._start = f"failed {json.dumps(door)} "

    def known(self) -> Iterator[tuple[str, str, int, float]]:
        """Kind, key, count and last of all that were kept, as with `hmcsh.ssh.guard.Ledger`."""
        for key, value in self._file.all_meta(self._start):
            kind, name = json.loads(key.removeprefix(self._start))
            count, last = json.loads(value)
            yield kind, name, count, last

    def keep(self, kind: str, key: str, count: int, last: float) -> None:
        """Keep a count; where that cannot be, it holds for this process."""
        if len(key) > _LONGEST:
            return
        value = json.dumps([count, last]) if count else None
        try:
            self._file.set_meta(self._start + json.dumps([kind, key]), value)
        except StateFileError as error:
            _log.error("%s", error)
