"""Weekly reports of one week, held in memory."""

from datetime import date

from tracker.domain.errors import SettingsError
from tracker.web.report_desk import ReportDesk, WeekRow

WEEKS = (
    WeekRow("2020-W23", date(2020, 6, 1), date(2020, 6, 7), documents=3, statements=1_234),
    WeekRow("2020-W22", date(2020, 5, 25), date(2020, 5, 31), documents=1, statements=2),
)


def render(week: str, ending: str) -> str:
    if week not in {row.week for row in WEEKS}:
        raise SettingsError(f"{week!r} names no week: write the year and the week, such as 2020-W23")
    if ending == "md":
        return f"# Week {week}\n"
    return f"<!doctype html><title>{week}</title><style>\nh1 {{ color: navy; }}\n</style><h1>Week {week}</h1>"


REPORTS = ReportDesk(weeks=lambda: WEEKS, render=render)
