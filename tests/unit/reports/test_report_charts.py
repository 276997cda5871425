"""Charts: well-formed, named, mirrored where the language is, and beside a table of the same numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from lxml import etree, html
from markupsafe import Markup

from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind
from tracker.reports import Period, WeeklyReport
from tracker.reports.charts import Charts
from tracker.reports.content import FigureEntry, FigureRow, TrendPoint
from tracker.reports.drawing import Drawing
from tracker.reports.rendering import wording_of

Select = Callable[..., WeeklyReport]
SVG = "{http://www.w3.org/2000/svg}"
TREND = (
    TrendPoint(date(2020, 5, 25), date(2020, 5, 31), 3, {ConflictType.CONTROL: 3}, {"LNA": 3, "GNA": 3}),
    TrendPoint(
        date(2020, 6, 1),
        date(2020, 6, 7),
        1_205,
        {ConflictType.CASUALTIES: 1_200, ConflictType.CONTROL: 5},
        {"LNA": 1_205, "GNA": 1_200, "TUR": 5},
    ),
)


def drawn(report: WeeklyReport, *, on_paper: bool = False) -> Charts:
    return Charts(report, wording_of(report), on_paper=on_paper)


def drawing_in(figure: Markup) -> etree._Element:
    """The SVG of a figure, read as strictly as a file of its own would be."""
    start, end = figure.index("<svg"), figure.index("</svg>") + len("</svg>")
    text = str(figure[start:end]).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return etree.fromstring(text.encode())


def cells(figure: Markup) -> list[list[str]]:
    return [
        [one.text_content() for one in row.iter("th", "td")]
        for row in html.fromstring(str(figure)).iter("tr")
    ]


def test_conflicts_are_drawn_by_type_and_by_party_with_their_numbers(select: Select) -> None:
    charts = drawn(replace(select(), trend=TREND))
    by_type, by_party = charts.trend_by_type(), charts.trend_by_party()
    assert cells(by_type) == [
        ["", "25 May – 31 May", "1 Jun – 7 Jun"],
        ["Control", "3", "5"],
        ["Casualties", "0", "1,200"],
    ]
    assert [row[1:] for row in cells(by_party)[1:]] == [["3", "1,205"], ["3", "1,200"], ["0", "5"]]
    words = ["".join(one.itertext()) for one in drawing_in(by_type).iter(f"{SVG}text")]
    assert {"Control", "3", "5", "1,200"} <= set(words)
    assert "0" not in words


@pytest.mark.parametrize("chart", ["trend_by_type", "trend_by_party", "timeline"])
def test_every_drawing_has_a_name_and_a_description(chart: str, select: Select) -> None:
    figure = getattr(drawn(replace(select(), trend=TREND)), chart)()
    svg = drawing_in(figure)
    named = [svg.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert all(one is not None and one.text for one in named)
    assert svg.get("aria-labelledby") == " ".join(str(one.get("id")) for one in named if one is not None)
    assert svg.get("role") == "img"
    assert html.fromstring(str(figure)).find(".//details/div/table") is not None


def test_drawings_of_one_report_share_no_id(select: Select) -> None:
    charts = drawn(replace(select(), trend=TREND))
    page = charts.trend_by_type() + charts.trend_by_party() + charts.timeline()
    ids = html.fromstring(f"<main>{page}</main>").xpath("//@id")
    assert len(ids) == len(set(ids)) == 6


def test_nothing_in_a_drawing_runs_or_is_styled_inline(select: Select) -> None:
    report = replace(select(), trend=TREND)
    for figure in (drawn(report).trend_by_type(), drawn(report).timeline()):
        assert "style=" not in figure
        assert "<script" not in figure
        assert "href" not in figure


def test_hostile_words_stay_words(select: Select) -> None:
    report = select()
    first = report.contested[0]
    hostile = replace(first, event=replace(first.event, title='</text><script>x</script>"&\u202e'))
    figure = drawn(replace(report, contested=(hostile,))).timeline()
    assert "<script" not in figure
    words = "".join(drawing_in(figure).itertext())
    assert "</text><script>" in words
    assert "\u202e" not in words


def bars_of(svg: etree._Element) -> list[tuple[float, float]]:
    """Where each bar begins and how wide it is, from the left."""
    return sorted((float(str(bar.get("x"))), float(str(bar.get("width")))) for bar in svg.iter(f"{SVG}rect"))


def places_of(svg: etree._Element) -> dict[str, str | None]:
    """Where each of the words is."""
    return {"".join(text.itertext()): text.get("x") for text in svg.iter(f"{SVG}text")}


def test_a_drawing_is_mirrored_where_the_language_is(select: Select) -> None:
    ltr = drawing_in(drawn(replace(select(), trend=TREND)).trend_by_type())
    rtl = drawing_in(drawn(replace(select(language="ar"), trend=TREND)).trend_by_type())
    width = float(str(ltr.get("width")))
    drawn_ltr, drawn_rtl = bars_of(ltr), bars_of(rtl)
    mirrored = sorted(width - x - wide for x, wide in drawn_ltr)
    assert [x for x, _ in drawn_rtl] == pytest.approx(mirrored)
    # The labels of rows begin at the edge where lines begin.
    assert places_of(ltr)["Control"] == "0"
    assert places_of(rtl)["السيطرة"] == ltr.get("width")
    assert {text.get("direction") for text in rtl.iter(f"{SVG}text")} == {"rtl"}
    assert {text.get("direction") for text in ltr.iter(f"{SVG}text")} == {"ltr"}


def test_words_lie_over_a_drawing_on_paper(select: Select) -> None:
    report = replace(select(language="ar"), trend=TREND)
    figure = drawn(report, on_paper=True).trend_by_type()
    assert not list(drawing_in(figure).iter(f"{SVG}text"))
    spans = html.fromstring(str(figure)).findall(".//div[@class='drawn']/span")
    assert "السيطرة" in [span.text_content() for span in spans]
    assert all("right:" in str(span.get("style")) or "left:" in str(span.get("style")) for span in spans)


def test_the_timeline_counts_every_statement_of_an_event_on_the_day_it_was_published(select: Select) -> None:
    report = select()
    table = cells(drawn(report).timeline())
    assert len(table) - 1 == len(report.contested)
    for row, section in zip(table[1:], report.contested, strict=True):
        assert sum(int(count) for count in row[1:]) == section.statements.count
    assert {"1 Jun", "7 Jun"} <= set(table[0])


@pytest.mark.parametrize("days", [1, 14, 15, 200])
def test_many_days_are_drawn_as_few_groups(days: int, select: Select) -> None:
    first = date(2020, 6, 1)
    period = Period(first, date.fromordinal(first.toordinal() + days - 1))
    report = select()
    spans = drawn(replace(report, scope=replace(report.scope, period=period)))._spans()
    assert len(spans) <= 14
    assert (spans[0][0], spans[-1][1]) == (period.first, period.last)
    for (_, last), (begin, _) in pairwise(spans):
        assert begin.toordinal() == last.toordinal() + 1


def figure_row(report: WeeklyReport, *figures: tuple[int, int | None, bool]) -> FigureRow:
    entries = tuple(
        FigureEntry(Figure(FigureKind.KILLED, low, high, Span(0, 1)), report.sources[0], superseded)
        for low, high, superseded in figures
    )
    return FigureRow(FigureKind.KILLED, None, None, figures[0][0], None, entries)


def test_ranges_stand_on_an_axis_from_nought(select: Select) -> None:
    report = select()
    svg = drawing_in(
        drawn(report).figures(figure_row(report, (10, 20, False), (40, None, False), (5, 5, True)))
    )
    bars = list(svg.iter(f"{SVG}rect"))
    assert [bar.get("class") for bar in bars] == ["is-hollow", "is-filled", "is-filled"]
    starts = [float(str(bar.get("x"))) for bar in bars[1:]]
    assert starts[0] < starts[1]
    assert len(list(svg.iter(f"{SVG}polygon"))) == 1
    words = {"".join(text.itertext()) for text in svg.iter(f"{SVG}text")}
    assert {"5", "10 to 20", "at least 40", "0"} <= words


def test_a_figure_of_nought_can_be_drawn(select: Select) -> None:
    report = select()
    assert drawing_in(drawn(report).figures(figure_row(report, (0, 0, False)))) is not None


def test_where_there_is_nothing_nothing_is_drawn(select: Select) -> None:
    charts = drawn(replace(select("2019-W02"), trend=()))
    assert charts.trend_by_type() == charts.trend_by_party() == charts.timeline() == ""


def test_numbers_are_written_short() -> None:
    drawing = Drawing(10, 10, "ltr", "name", "description", "d")
    drawing.line(0, 1 / 3, 10.0, 2)
    assert 'x1="0" y1="0.33" x2="10" y2="2"' in drawing.on_screen()
