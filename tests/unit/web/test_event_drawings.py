"""What the page of an event draws: timeline, ranges, coverage, map, and the table of questions."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from room_desk import GAZETTEER
from room_stories import BridgeStory, bridge_story
from rooms import BRIDGE, PARTIES, Reader

from tracker.domain.documents import Span
from tracker.domain.questions import LedgerEntry, LedgerRow, RangePolicy
from tracker.domain.statements import Figure, FigureKind, Place
from tracker.domain.views import StatementView
from tracker.web.coverage import count_coverage
from tracker.web.maps import HEIGHT, WIDTH, draw_map, project
from tracker.web.range_charts import draw_range
from tracker.web.timelines import draw_timeline


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def views(story: BridgeStory) -> list[StatementView]:
    return list(story.shelf.library.event(story.event.id).statements)


@pytest.fixture
def page(story: BridgeStory, read: Reader) -> html.HtmlElement:
    return read(f"/events/{story.event.id}")


@cache
def any_view() -> StatementView:
    story = bridge_story()
    return story.shelf.library.event(story.event.id).statements[0]


def published(view: StatementView, day: datetime | None) -> StatementView:
    return replace(view, document=replace(view.document, published=day))


def test_lanes_stand_in_registry_order_and_denials_apart(views: list[StatementView]) -> None:
    timeline = draw_timeline(views, PARTIES)
    assert [lane.party.code for lane in timeline.lanes] == ["LNA", "GNA", "TUR", "UN", "RUS", "CIV"]
    (lna, gna, *_) = timeline.lanes
    assert [(mark.day.day, mark.denies, mark.statements) for mark in lna.marks] == [(5, False, 3)]
    assert [(mark.day.day, mark.denies, mark.statements) for mark in gna.marks] == [
        (5, False, 1),
        (5, True, 2),
        (7, False, 1),
    ]
    assert sum(mark.statements for lane in timeline.lanes for mark in lane.marks) == len(views)


def test_days_lie_on_the_axis_as_far_apart_as_they_are(views: list[StatementView]) -> None:
    days = [datetime(2020, 6, day, 12) for day in (1, 2, 5)]  # noqa: DTZ001
    timeline = draw_timeline([published(view, day) for view, day in zip(views, days, strict=False)], PARTIES)
    shares = sorted({mark.share for lane in timeline.lanes for mark in lane.marks})
    assert shares == [0.0, 0.25, 1.0]
    assert [tick.day.day for tick in timeline.ticks] == [1, 2, 3, 4, 5]


def test_a_single_day_lies_in_the_middle(views: list[StatementView]) -> None:
    timeline = draw_timeline(views[:1], PARTIES)
    assert [mark.share for lane in timeline.lanes for mark in lane.marks] == [0.5]
    assert [tick.share for tick in timeline.ticks] == [0.5]


def test_documents_without_a_day_are_counted_and_not_drawn(views: list[StatementView]) -> None:
    timeline = draw_timeline([published(view, None) for view in views], PARTIES)
    assert (timeline.lanes, timeline.ticks, timeline.undated) == ((), (), len(views))


@given(st.sets(st.dates(date(2011, 1, 1), date(2026, 12, 31)), min_size=1, max_size=12))
def test_ticks_begin_and_end_with_the_days_and_never_crowd(days: set[date]) -> None:
    chosen = [published(any_view(), datetime(day.year, day.month, day.day)) for day in days]  # noqa: DTZ001
    ticks = draw_timeline(chosen, PARTIES).ticks
    assert ticks[0].day == min(days)
    assert ticks[-1].day == max(days)
    assert len(ticks) <= 5
    gaps = [later.share - earlier.share for earlier, later in pairwise(ticks)]
    assert all(gap > 0.1 for gap in gaps)


def test_the_timeline_has_a_table_that_says_the_same(page: html.HtmlElement) -> None:
    section = page.get_element_by_id("timeline")
    names = [svg.get("aria-label") for svg in section.xpath(".//svg[@role='img']")]
    assert names[0] == "Libyan National Army: statements on 1 day; the table below lists them"
    rows = [[words(cell) for cell in row] for row in section.xpath(".//tbody/tr")]
    assert ["5 June 2020", "GNA", "denies: 2"] in [row[:3] for row in rows]
    anchors = [link.get("href") for link in section.xpath(".//tbody//a")]
    assert all(page.get_element_by_id(anchor[1:]) is not None for anchor in anchors)


def entry(party: str, low: int, high: int | None, *, superseded: bool = False) -> LedgerEntry:
    figure = Figure(FigureKind.KILLED, low, high, Span(0, 1))
    return LedgerEntry("s1", party, figure, date(2020, 6, 5), superseded=superseded)


def row(*entries: LedgerEntry, high: int | None) -> LedgerRow:
    low = min(one.figure.low for one in entries)
    return LedgerRow(FigureKind.KILLED, None, None, entries, RangePolicy.EVERY_FIGURE, low, high)


def test_figures_are_intervals_on_one_axis_from_nought() -> None:
    chart = draw_range(
        row(entry("GNA", 0, 50), entry("LNA", 100, 100), entry("LNA", 100, 100), high=100), PARTIES
    )
    assert [lane.party.code for lane in chart.lanes] == ["LNA", "GNA"]
    (lna,), (gna,) = (lane.bars for lane in chart.lanes)
    assert (gna.start, gna.end) == (0.0, pytest.approx(lna.start / 2, abs=1e-3))
    assert lna.statements == 2
    assert (chart.low, chart.high) == (0.0, lna.start)
    assert [number.number for number in chart.numbers] == [0, 20, 40, 60, 80, 100]


def test_an_open_figure_leads_on_to_the_end_of_the_axis() -> None:
    chart = draw_range(row(entry("CIV", 9, None), entry("LNA", 2, 2, superseded=True), high=None), PARTIES)
    bars = [bar for lane in chart.lanes for bar in lane.bars]
    assert [(bar.end, bar.superseded) for bar in bars] == [(bars[0].start, True), (1.0, False)]
    assert bars[1].start < 1.0
    assert chart.high == 1.0


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6) | st.none()), min_size=1, max_size=8))
def test_everything_lies_on_the_axis_in_order(figures: list[tuple[int, int | None]]) -> None:
    entries = [entry("LNA", low, None if more is None else low + more) for low, more in figures]
    chart = draw_range(row(*entries, high=None), PARTIES)
    for bar in chart.lanes[0].bars:
        assert 0 <= bar.start <= bar.end <= 1
    shares = [number.share for number in chart.numbers]
    assert shares[0] == 0
    assert shares == sorted(set(shares))
    assert 1 <= len(shares) <= 7


def test_a_table_of_several_figures_is_drawn_and_one_figure_is_not(page: html.HtmlElement) -> None:
    blocks = page.find_class("ledger-block")
    assert [len(block.find_class("range-chart")) for block in blocks] == [1, 0]
    assert len(page.find_class("point")) == 3
    assert len(page.xpath("//*[contains(@class, 'point') and contains(@class, 'is-superseded')]")) == 1


def test_coverage_counts_statements_documents_outlets_and_languages(views: list[StatementView]) -> None:
    coverage = count_coverage(views, PARTIES)
    assert coverage.languages == ("en", "ar", "ru", "tr")
    (lna, *_) = coverage.rows
    assert (lna.party.code, lna.statements, lna.documents, lna.outlets) == ("LNA", 3, 2, 2)
    assert lna.languages == (2, 1, 0, 0)
    assert max(row.share for row in coverage.rows) == 1.0
    assert coverage.statements == len(views) == sum(row.statements for row in coverage.rows)


def test_coverage_is_a_table_with_bars_beside_its_numbers(page: html.HtmlElement) -> None:
    section = page.get_element_by_id("coverage")
    heads = [words(cell) for cell in section.xpath(".//thead//th")]
    assert heads == ["Party", "Statements", "Documents", "Outlets", "English", "Arabic", "Russian", "Turkish"]
    assert [words(cell) for cell in section.xpath(".//tbody/tr[1]/*")] == [
        "LNA",
        "3",
        "2",
        "2",
        "2",
        "1",
        "0",
        "0",
    ]
    assert section.xpath(".//tbody/tr[1]//rect/@width") == ["75.00%"]


def test_north_is_up_and_west_is_left() -> None:
    west, south = project(10.0, 20.0)
    east, north = project(20.0, 30.0)
    assert west < east
    assert north < south


def test_a_place_in_libya_is_on_the_map_and_one_abroad_is_not() -> None:
    drawn = draw_map(BRIDGE, GAZETTEER)
    assert drawn is not None
    assert drawn.point is not None
    assert 0 < drawn.point.x < WIDTH
    assert 0 < drawn.point.y < HEIGHT
    assert [town.name for town in drawn.towns] == ["Tripoli"]
    abroad = draw_map(Place("x", "Ankara", "city", 39.9, 32.9), GAZETTEER)
    assert abroad is not None
    assert abroad.point is None
    assert draw_map(None, GAZETTEER) is None


def test_a_town_is_not_drawn_twice_where_it_is_the_place() -> None:
    tripoli = next(one.place for one in GAZETTEER if one.place.name == "Tripoli")
    drawn = draw_map(tripoli, GAZETTEER)
    assert drawn is not None
    assert drawn.towns == ()


@pytest.mark.parametrize(("name", "left"), [("A camp", ["Tripoli"]), ("A camp of seasonal workers", [])])
def test_a_town_gives_way_to_a_name_that_would_be_written_across_its_own(name: str, left: list[str]) -> None:
    tripoli = next(one.place for one in GAZETTEER if one.place.name == "Tripoli")
    beside = Place("x", name, "camp", tripoli.latitude + 0.35, tripoli.longitude - 4)
    drawn = draw_map(beside, GAZETTEER)
    assert drawn is not None
    assert [town.name for town in drawn.towns] == left


def test_the_map_is_named_and_described_and_loads_nothing(page: html.HtmlElement) -> None:
    (drawing,) = page.find_class("map")
    title, description = (page.get_element_by_id(key) for key in drawing.get("aria-labelledby").split())
    assert words(title) == "Wadi Sidra bridge on a map of Libya"
    assert "is marked with a ring" in words(description)
    assert not drawing.xpath(".//*[@href or @src]")
    assert "31.250°N 16.500°E" in words(page.get_element_by_id("map"))


def test_an_event_without_a_place_has_no_map_and_says_so(story: BridgeStory, read: Reader) -> None:
    library = story.shelf.library
    event = library.all_events[story.quiet_event.id]
    library.all_events[event.id] = replace(event, place=None)
    section = read(f"/events/{event.id}").get_element_by_id("map")
    assert not section.find_class("map")
    assert words(section) == "Where No statement names a place that the gazetteer knows."


def test_questions_are_rows_and_parties_columns(page: html.HtmlElement) -> None:
    grid = page.get_element_by_id("grid")
    assert [words(cell) for cell in grid.xpath(".//thead//th")][:3] == ["Question", "LNA", "GNA"]
    rows = grid.xpath(".//tbody/tr")
    assert len(rows) == 3
    assert words(rows[0].find("th")) == "Who holds Wadi Sidra bridge?"
    assert page.get_element_by_id(rows[0].find("th/a").get("href")[1:]) is not None
    silent = [words(cell) for cell in rows[0].xpath("td") if "silent" in words(cell)]
    assert silent
    for link in grid.xpath(".//td//a"):
        assert page.get_element_by_id(link.get("href")[1:]) is not None


def test_an_event_without_a_question_has_no_table_of_them(story: BridgeStory, read: Reader) -> None:
    assert not read(f"/events/{story.quiet_event.id}").xpath("//*[@id='grid']")
