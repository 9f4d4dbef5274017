"""What `hmcsh serve` is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from hmcsh.language.levels import Level


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve, where and how fast.

    A `state` file that is there counts, and the inventory does not; `of_a_new_state` are the
    options that were given and count only for a new one.
    """

    inventory: str
    state: Path | None = None
    of_a_new_state: Sequence[str] = ()
    address: str
    port: int
    pace: float | str
    seed: int | None
    level: Level | None
    ready_file: Path | None
    control: Path | None
    insecure: bool
    verbose: bool
    max_sessions: int | None = None
    limits: Sequence[tuple[str, float]] = ()
    old_clients: bool = False
    log_format: str = "text"
    metrics: tuple[str, int] | None = None
