"""Any order of migrations, faults, stops and recoveries keeps what must hold all the time."""

from hypothesis import settings
from support.migrations import Migrations

Migrations.TestCase.settings = settings(max_examples=80, stateful_step_count=28, derandomize=True)
TestMigrations = Migrations.TestCase
