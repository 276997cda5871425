"""How far words are apart, against counting what stands between them anew."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.language.phrases import Words
from tracker.statements.spacing import BREAKS, Spacing

_TEXTS = st.lists(st.sampled_from(["12", "men", ",", ".", ":", " ", " and ", "U.N.", "killed", "«"])).map(
    " ".join
)


@given(text=_TEXTS, data=st.data())
def test_what_stands_between_two_words_is_counted(text: str, data: st.DataObject) -> None:
    words = Words.of(text)
    places = range(len(words.texts))
    numbers, clauses = (data.draw(st.sets(st.sampled_from(places))) if places else set() for _ in range(2))
    spacing = Spacing.of(words, numbers, clauses)
    for one in places:
        for other in places[one:]:
            gaps = [words.between(place, place + 1) for place in range(one, other)]
            assert spacing.commas_between(one, other) == sum(gap.count(",") for gap in gaps)
            assert spacing.breaks_between(one, other) == any(not BREAKS.isdisjoint(gap) for gap in gaps)
            assert spacing.numbers_within(one, other) == len(numbers & set(range(one, other)))
            if one > 0:
                ends = spacing.breaks_between(one - 1, other) or bool(clauses & set(range(one, other)))
                counts = spacing.commas_between(one - 1, other), spacing.numbers_within(one, other)
                assert spacing.within(one, other) == (None if ends else counts)


def test_nothing_stands_between_no_words() -> None:
    spacing = Spacing.of(Words.of(""), set(), ())
    assert spacing.numbers_within(0, 0) == 0
