from collections.abc import Sequence
from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from event_examples import AIRFIELD, HARBOUR, PUBLISHED, REGION, linkable
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.documents import DatePrecision
from tracker.domain.statements import FigureKind, PlaceFound
from tracker.events.linkable import MOST_FIGURES, NOTHING, Coder, Columns, Linkable, event_day

MANY = [
    linkable("s1", place=HARBOUR, document="d1"),
    linkable("s2", vector=(0.0, 1.0), published=None, document="d1", start=70, story=1),
    linkable("s3", place=REGION, found=PlaceFound.TITLE, day=date(2020, 3, 8)),
    linkable("s4", place=AIRFIELD, figures=[(FigureKind.KILLED, 9)]),
]


def assert_same(one: Columns, other: Columns) -> None:
    for field in fields(Columns):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name)
        assert getattr(one, field.name).dtype == getattr(other, field.name).dtype, field.name


def test_the_day_of_publication_stands_in_for_a_vague_date() -> None:
    assert event_day(linkable("s1", day=date(2019, 5, 4))) == date(2019, 5, 4)
    assert event_day(linkable("s2", day=date(2019, 5, 1), precision=DatePrecision.MONTH)) == PUBLISHED
    assert event_day(linkable("s3", published=None)) is None


def test_columns_hold_a_row_for_each_statement_in_their_order() -> None:
    columns = Coder().columns(MANY)
    assert len(columns) == 4
    assert columns.context.tolist() == [one.context.tolist() for one in MANY]
    assert columns.day.tolist()[::3] == [PUBLISHED.toordinal()] * 2
    assert np.isnan(columns.day[1])
    assert columns.first[2] == columns.last[2] == columns.day[2] == date(2020, 3, 8).toordinal()
    assert columns.dated.tolist() == [False, False, True, False]
    assert columns.start.tolist() == [0, 70, 0, 0]
    assert columns.story.tolist() == [0, 1, 0, 0]
    assert columns.sure.tolist() == [True, False, False, True]


def test_a_vague_date_is_all_the_days_it_may_mean_and_none_is_that_of_publication() -> None:
    columns = Coder().columns(
        [
            linkable("s1", day=date(2019, 5, 1), precision=DatePrecision.MONTH),
            linkable("s2"),
            linkable("s3", published=None),
        ]
    )
    assert (columns.first[0], columns.last[0]) == (
        date(2019, 5, 1).toordinal(),
        date(2019, 5, 31).toordinal(),
    )
    assert columns.first[1] == columns.last[1] == PUBLISHED.toordinal()
    assert np.isnan([columns.first[2], columns.last[2]]).all()
    assert columns.dated.tolist() == [True, False, False]


def test_statements_of_one_language_have_one_code() -> None:
    arabic, english, also_english = (
        Coder().columns([linkable("s1", language="ar"), linkable("s2"), linkable("s3")]).language.tolist()
    )
    assert arabic != english == also_english


def test_a_day_keeps_its_number_in_the_columns() -> None:
    # Single precision holds every day of the calendar.
    last = Coder().columns([linkable("s1", published=date.max), linkable("s2", published=date(9999, 12, 30))])
    assert last.day.tolist() == [date.max.toordinal(), date.max.toordinal() - 1]


def test_the_same_text_has_the_same_code_and_another_text_another() -> None:
    columns = Coder().columns(MANY)
    harbour, none, region, airfield = columns.place.tolist()
    assert none == NOTHING
    assert len({harbour, none, region, airfield}) == 4
    assert columns.outer.tolist() == [region, NOTHING, NOTHING, NOTHING]
    assert columns.document[0] == columns.document[1]
    assert len({*columns.document.tolist()}) == 3


def test_codes_stay_the_same_from_one_call_to_the_next() -> None:
    coder = Coder()
    before = coder.columns(MANY)
    assert_same(coder.columns(MANY[::-1]), before.taken(np.array([3, 2, 1, 0])))


def test_a_figure_has_a_code_of_kind_and_bound_and_small_ones_none() -> None:
    killed, injured = FigureKind.KILLED, FigureKind.INJURED
    one, other, small = (
        Coder()
        .columns(
            [
                linkable("s1", figures=[(killed, 9), (injured, 9)]),
                linkable("s2", figures=[(injured, 9)]),
                linkable("s3", figures=[(killed, 2), (injured, 0)]),
            ]
        )
        .figures.tolist()
    )
    assert one[1] == other[0] != NOTHING
    assert one[0] not in {NOTHING, one[1]}
    assert small == [NOTHING] * MOST_FIGURES


def test_figures_past_the_most_that_are_compared_do_not_count() -> None:
    many = [(FigureKind.KILLED, 10 + number) for number in range(MOST_FIGURES + 3)]
    columns = Coder().columns([linkable("s1", figures=many)])
    assert columns.figures.shape == (1, MOST_FIGURES)
    assert NOTHING not in columns.figures


@settings(max_examples=30)
@given(st.lists(st.sampled_from(MANY), min_size=1, max_size=6), st.lists(st.sampled_from(MANY), min_size=1))
def test_joined_columns_are_those_of_all(ones: Sequence[Linkable], others: Sequence[Linkable]) -> None:
    coder = Coder()
    assert_same(coder.columns(ones).joined(coder.columns(others)), coder.columns([*ones, *others]))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_rows_taken_are_those_of_their_statements(rows: list[int]) -> None:
    coder = Coder()
    assert_same(
        coder.columns(MANY).taken(np.array(rows, dtype=np.intp)), coder.columns([MANY[row] for row in rows])
    )


@pytest.mark.parametrize("name", [field.name for field in fields(Columns)])
def test_no_statements_have_no_rows(name: str) -> None:
    columns = Coder().columns([])
    assert len(columns) == 0
    assert len(getattr(columns, name)) == 0
