"""The state machine of configurations, for a long time and over more labs (`make soak`)."""

from hypothesis import HealthCheck, settings
from support.configuration import Configurations, makers

Configurations.makers = makers(
    ["basic", "every-attribute", "pools", "physical", "cli-examples", "modern"]
)
Configurations.TestCase.settings = settings(
    max_examples=1000,
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)
TestConfigurations = Configurations.TestCase
