import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# The small world of the API's tests serves the report's as well.
sys.path.insert(0, str(TESTS / "api"))

from desks import World, make_world  # noqa: E402

from tracker.reports import Week, WeeklyReport, select_week  # noqa: E402


@pytest.fixture
def templates() -> Path:
    return TESTS.parents[1] / "templates"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def select(world: World) -> Callable[..., WeeklyReport]:
    """The report of a week (23 of 2020 unless told otherwise) over the world as it now is."""

    def report(week: str = "2020-W23", **options: object) -> WeeklyReport:
        return select_week(world.library, Week.parse(week), model="test-model r1", **options)

    return report
