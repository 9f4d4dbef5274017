"""Fixtures of the migration tests."""

import copy
from collections.abc import Callable

import pytest
from support.lab import Lab, load_lab

from hmcsh.model.partition import Partition


@pytest.fixture
def redbook() -> Lab:
    return load_lab("redbook")


def _definition(partition: Partition) -> object:
    """Everything that a migration that is taken back must leave as it was."""
    fields = (
        "lpar_id",
        "name",
        "default_profile",
        "running_profile",
        "state",
        "current",
        "pending",
        "adapters",
        "profiles",
        "max_virtual_slots",
        "vios",
        "migration",
        "activated_before",
    )
    return copy.deepcopy({name: getattr(partition, name) for name in fields})


@pytest.fixture
def picture() -> Callable[[Lab], object]:
    """Makes a comparable picture of all definitions of a lab."""

    def take(lab: Lab) -> object:
        return {
            name: (
                list(frame.listing_order),
                frame.memory_available,
                frame.processors_available,
                len(frame.migrations),
                {i: _definition(p) for i, p in frame.partitions.items()},
            )
            for name, frame in lab.datacenter.frames.items()
        }

    return take
