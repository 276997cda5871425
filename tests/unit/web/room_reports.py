"""Reports of two weeks, held in memory."""

from datetime import date

from tracker.domain.errors import BusyError, SettingsError
from tracker.domain.report_orders import ReportFile, ReportOrder
from tracker.web.report_desk import Counted, ReportDesk, ReportedEvent, ReportSummary, WeekRow

WEEKS = (
    WeekRow("2020-W23", date(2020, 6, 1), date(2020, 6, 7), documents=3, statements=1_234),
    WeekRow("2020-W22", date(2020, 5, 25), date(2020, 5, 31), documents=1, statements=2),
)
SPAN = "2020-06-01--2020-06-10"
BUSY_PLACE = "busy"


def summary(order: ReportOrder) -> ReportSummary:
    check(order)
    return ReportSummary(
        name=order.name,
        first=date(2020, 6, 1),
        last=date(2020, 6, 7),
        as_of=order.as_of or date(2020, 7, 2),
        place_name=order.place,
        counts={"documents": Counted(1_203, 2), "conflicts": Counted(0, 5)},
        contested=(
            ReportedEvent("e1", "جسر <b>الوادي</b>", "ar", conflicts=4, statements=9, constructed=True),
        ),
        sources=12,
    )


def render(order: ReportOrder, ending: str) -> ReportFile:
    check(order)
    text = f"{order.name} {order.language} {order.parties} {order.place} {order.as_of} {order.base}"
    if ending == "html":
        text = f"<!doctype html><title>{text}</title><style>\nh1 {{ color: navy; }}\n</style><h1>{text}</h1>"
    return ReportFile(f"counterclaim-{order.name}.{ending}", text.encode())


def check(order: ReportOrder) -> None:
    if order.name not in {*(row.week for row in WEEKS), SPAN}:
        raise SettingsError(f"{order.name!r} names no week: write the year and the week, such as 2020-W23")
    if order.place == BUSY_PLACE:
        raise BusyError("other reports are being made")


REPORTS = ReportDesk(weeks=lambda: WEEKS, summary=summary, render=render)
