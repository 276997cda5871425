"""When what was stored is linked: by how many pages came."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.services.intake import Taken
from tracker.services.rounds import Rounds


def page(number: int, *, stored_before: bool = False) -> Taken:
    document = f"d{number}"
    return Taken(known=(document,)) if stored_before else Taken(new=(document,))


def test_a_round_comes_every_so_many_pages_if_there_is_something_to_link() -> None:
    rounds = Rounds(2, {})
    new = [rounds.took(page(number)) for number in range(5)]
    assert new == [False, True, False, True, False]
    known = [rounds.took(page(number, stored_before=True)) for number in range(5, 10)]
    assert known == [True, False, False, False, False], "one new page was left"


def test_pages_that_came_before_count() -> None:
    rounds = Rounds(4, {}, before=3)
    assert rounds.took(page(0))


def test_what_waits_is_linked_no_sooner_than_its_document_comes_again() -> None:
    rounds = Rounds(2, {"d1": ("s1", "s2"), "d3": ("s3",)})
    assert list(rounds.later()) == ["s1", "s2", "s3"]
    assert [rounds.took(page(number, stored_before=True)) for number in (0, 1)] == [False, True]
    assert list(rounds.later()) == ["s3"]


@given(st.integers(1, 5), st.integers(0, 30), st.integers(0, 30))
def test_whatever_page_it_breaks_off_at_the_rounds_are_the_same(size: int, pages: int, at: int) -> None:
    unbroken = Rounds(size, {})
    expected = [number for number in range(pages) if unbroken.took(page(number))]
    stored = min(at, pages)
    begun = Rounds(size, {})
    linked = [number for number in range(stored) if begun.took(page(number))]
    done = linked[-1] + 1 if linked else 0
    again = Rounds(size, {f"d{number}": (f"s{number}",) for number in range(done, stored)})
    later = [n for n in range(pages) if again.took(page(n, stored_before=n < stored))]
    assert linked + later == expected
