"""The steps of both kinds of migration, in their order, with what each of them needs.

An automatic rollback must reach what has taken part in the transfer; before that, the movers let
go of each other by themselves. Sources: SG24-7460 2.4.3, 2.5.4, 6.2; who waits for whom, and which
phases go on without the console, is inferred.
"""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.migration import definition, movement
from hmcsh.migration.components import CONNECTION, SYSTEMS, Component
from hmcsh.migration.run import Run, Step
from hmcsh.model.states import MigrationKind

_C = Component


def _always(*components: Component) -> Callable[[Run], tuple[Component, ...]]:
    return lambda _: components


_STEPS_OF_BOTH = {
    "start": Step(
        "start",
        definition.announce,
        definition.unlock,
        needs=_always(*SYSTEMS, _C.CONSOLE),
        contacts=(_C.CONSOLE, _C.SOURCE_SYSTEM),
        configures=(_C.SOURCE_SYSTEM,),
    ),
    "shell": Step(
        "shell",
        definition.make_shell,
        definition.remove_shell,
        needs=_always(*SYSTEMS, _C.CONSOLE),
        contacts=(_C.MADE_SHELL,),
        configures=(_C.MADE_SHELL,),
    ),
    "profiles": Step("profiles", definition.copy_profiles, needs=_always(*SYSTEMS, _C.CONSOLE)),
    "cleanup": Step(
        "cleanup",
        definition.leave_source,
        needs=_always(*SYSTEMS, _C.CONSOLE, _C.SOURCE_HOSTS),
        configures=(_C.SOURCE_SYSTEM, _C.SOURCE_HOSTS),
    ),
}
_MAKING_ADAPTERS = (_C.DESTINATION_HOSTS, _C.TARGETS)


def _adapters(*also: Component) -> Step:
    return Step(
        "adapters",
        definition.make_adapters,
        definition.remove_made_adapters,
        needs=_always(*SYSTEMS, _C.CONSOLE, *_MAKING_ADAPTERS, *also),
        contacts=(_C.MADE_HOSTS,),
        configures=(_C.MADE_HOSTS,),
    )


_INACTIVE = (
    _STEPS_OF_BOTH["start"],
    _STEPS_OF_BOTH["shell"],
    _STEPS_OF_BOTH["profiles"],
    _adapters(),
    Step(
        "complete",
        definition.arrive_inactive,
        needs=_always(_C.DESTINATION_SYSTEM, _C.CONSOLE),
    ),
    _STEPS_OF_BOTH["cleanup"],
)

_ACTIVE = (
    _STEPS_OF_BOTH["start"],
    _STEPS_OF_BOTH["shell"],
    _STEPS_OF_BOTH["profiles"],
    Step(
        "movers",
        movement.configure_movers,
        movement.release_movers,
        needs=_always(*SYSTEMS, _C.CONSOLE, *CONNECTION),
    ),
    Step(
        "prepare",
        movement.prepare,
        movement.undo_prepare,
        needs=_always(*SYSTEMS, _C.CONSOLE, *CONNECTION, _C.PARTITION, _C.CONSENT),
        contacts=(_C.PARTITION,),
    ),
    _adapters(*CONNECTION),
    Step(
        "copy",
        movement.copy,
        needs=_always(*SYSTEMS, *CONNECTION),
        contacts=(_C.SOURCE_MOVER, _C.DESTINATION_MOVER),
        patience="mover_timeout",
        detour=movement.take_second_movers,
    ),
    Step(
        "suspend",
        movement.suspend,
        needs=_always(*SYSTEMS, *CONNECTION, _C.CONSOLE, _C.CONSENT),
        patience="suspend_timeout",
    ),
    Step(
        "final",
        movement.final,
        needs=_always(*SYSTEMS, *CONNECTION, _C.CONSOLE),
        patience="suspend_timeout",
    ),
    Step(
        "resume",
        movement.resume,
        needs=_always(_C.DESTINATION_SYSTEM, _C.DESTINATION_MOVER),
        configures=(_C.DESTINATION_SYSTEM,),
        patience="suspend_timeout",
    ),
    Step(
        "pull",
        movement.pull,
        needs=movement.needs_of_pull,
        essential=True,
        patience="pull_timeout",
        decisive=frozenset(SYSTEMS),
        detour=movement.take_other_movers,
    ),
    Step(
        "complete",
        movement.complete,
        needs=_always(_C.DESTINATION_SYSTEM, _C.CONSOLE, _C.PARTITION),
    ),
    _STEPS_OF_BOTH["cleanup"],
)

STEPS: dict[MigrationKind, tuple[Step, ...]] = {
    MigrationKind.INACTIVE: _INACTIVE,
    MigrationKind.ACTIVE: _ACTIVE,
}
