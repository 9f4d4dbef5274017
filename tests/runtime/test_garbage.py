"""When the collector of garbage makes full collections."""

import asyncio
import gc
from collections.abc import Generator

import pytest

from hmcsh.runtime import SECOND, Clock, garbage


def test_what_is_kept_is_not_walked() -> None:
    kept: list[object] = [[]]
    garbage.keep()
    try:
        assert all(known is not kept for known in gc.get_objects())
    finally:
        gc.unfreeze()
    assert any(known is kept for known in gc.get_objects())


@pytest.mark.parametrize("pace", ["instant", 1000.0])
def test_full_collections_are_rare_only_while_the_clock_runs(pace: float) -> None:
    usual, seen = gc.get_threshold(), []

    def work() -> Generator[int, None, None]:
        yield SECOND
        seen.append(gc.get_threshold())
        yield SECOND

    async def main() -> None:
        clock = Clock(pace)
        await clock.wait(clock.spawn(work()))
        await asyncio.sleep(0.01)
        assert gc.get_threshold() == usual
        await clock.close()

    asyncio.run(main())
    assert seen[0][:2] == usual[:2]
    assert seen[0][2] >= 10 * usual[2]
