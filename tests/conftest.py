"""Options of the whole suite, and what every test leaves as it found it."""

import logging
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="rewrite the golden transcripts with what the console answers now, for review",
    )


@pytest.fixture(autouse=True)
def _levels_of_logs() -> Iterator[None]:
    """The program sets how much is logged; a test that calls it must not pass that on."""
    logs = [logging.getLogger(name) for name in ("", "hmcsh", "asyncssh")]
    before = [log.level for log in logs]
    yield
    for log, level in zip(logs, before, strict=True):
        log.setLevel(level)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test sent may be no text; what is told of a test that fails has to be."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report
