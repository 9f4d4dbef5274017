"""The state machine of tests/properties, for a long time (`make soak`)."""

from hypothesis import HealthCheck, settings
from support.migrations import Migrations

Migrations.TestCase.settings = settings(
    max_examples=3000,
    stateful_step_count=60,
    suppress_health_check=list(HealthCheck),
)
TestMigrations = Migrations.TestCase
