import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind


def killed(low: int, high: int | None) -> Figure:
    return Figure(FigureKind.KILLED, low, high, Span(0, 1))


@st.composite
def intervals(draw: st.DrawFn) -> Figure:
    low = draw(st.integers(0, 50))
    high = draw(st.none() | st.integers(low, 60))
    return killed(low, high)


def holds(figure: Figure, number: int) -> bool:
    return figure.low <= number and (figure.high is None or number <= figure.high)


@given(intervals(), intervals())
def test_two_intervals_are_disjoint_in_either_order(one: Figure, other: Figure) -> None:
    assert one.disjoint(other) == other.disjoint(one)


@given(intervals(), intervals())
def test_disjoint_intervals_are_those_that_no_number_lies_in_both_of(one: Figure, other: Figure) -> None:
    shared = any(holds(one, number) and holds(other, number) for number in range(62))
    assert one.disjoint(other) == (not shared)


@given(intervals())
def test_no_interval_is_disjoint_from_itself(figure: Figure) -> None:
    assert not figure.disjoint(figure)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (killed(12, 12), killed(30, 30), True),
        (killed(12, 12), killed(12, 12), False),
        (killed(10, None), killed(30, 30), False),
        (killed(31, None), killed(30, 30), True),
        (killed(10, None), killed(500, None), False),
        (killed(0, 5), killed(5, 9), False),
        (killed(0, 0), killed(1, None), True),
    ],
)
def test_figures_clash_only_where_their_ranges_cannot_both_hold(
    one: Figure, other: Figure, *, clash: bool
) -> None:
    assert one.disjoint(other) is clash


@pytest.mark.parametrize(
    ("figure", "words"),
    [(killed(12, 12), "12"), (killed(24, None), "at least 24"), (killed(2, 9), "2 to 9")],
)
def test_an_interval_is_described_as_a_reader_would_say_it(figure: Figure, words: str) -> None:
    assert figure.describe() == words


@pytest.mark.parametrize(("low", "high"), [(-1, None), (5, 4), (-3, -2)])
def test_an_interval_that_counts_backwards_or_below_nothing_is_refused(low: int, high: int | None) -> None:
    with pytest.raises(ValueError, match="no interval"):
        killed(low, high)
