import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# The small world of the API's tests serves the report's as well.
sys.path.insert(0, str(TESTS / "api"))

from desks import World, make_world  # noqa: E402
from report_world import FakeReportSource, selecting  # noqa: E402

from tracker.reports import WeeklyReport  # noqa: E402


@pytest.fixture
def templates() -> Path:
    return TESTS.parents[1] / "templates"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def source(world: World) -> FakeReportSource:
    return FakeReportSource(world)


@pytest.fixture
def select(source: FakeReportSource) -> Callable[..., WeeklyReport]:
    """The report of a week (23 of 2020 unless told otherwise) over the world as it now is."""
    return selecting(source)
