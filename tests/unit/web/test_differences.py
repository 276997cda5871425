"""Two quotes word by word: what only one of them has, and how it is marked."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.documents import Span
from tracker.web.differences import LONGEST, Differences, Mark, MarkedPiece, differences, mark_pieces

WORDS = st.lists(
    st.sampled_from(["bridge", "BRIDGE", "taken", "not", "9", "٩", "جسر", "جِسْر", "–", "on"]), max_size=12
)


def words(one: str, other: str) -> tuple[list[str], list[str]] | None:
    found = differences(one, other)
    if found is None:
        return None
    return [span.of(one) for span in found.one], [span.of(other) for span in found.other]


def test_words_that_only_one_has_are_found_on_both_sides() -> None:
    assert words(
        "Our forces took the bridge at dawn and lost two men.", "Our forces left the bridge at dawn."
    ) == (["took", "and lost two men"], ["left"])


def test_case_signs_digits_and_punctuation_do_not_count() -> None:
    assert words("The Bridge – is “ours”: 9 men", "the bridge is ours, ٩ men") == ([], [])
    assert words("القوّات دخلت الجسر", "القوات دخلت الجسر") == ([], [])


def test_a_word_with_signs_on_it_is_one_word() -> None:
    assert words("دخلت القُوَّاتُ الجسر", "دخلت الشرطة الجسر") == (["القُوَّاتُ"], ["الشرطة"])


def test_the_order_of_words_counts() -> None:
    assert words("Tobruk struck Sirte today", "Sirte struck Tobruk today") == (
        ["struck Sirte"],
        ["Sirte struck"],
    )


def test_quotes_with_hardly_a_word_in_common_are_not_compared() -> None:
    assert words("The bridge is ours", "Nine bodies were counted by a nurse") is None
    assert words("", "anything") is None
    assert words("…", "!") is None


def test_what_is_too_long_is_not_compared() -> None:
    assert words("word " * LONGEST, "word " * LONGEST) == ([], [])
    assert words("word " * (LONGEST + 1), "word") is None


@given(WORDS, WORDS)
def test_without_the_words_that_only_one_has_both_say_the_same(one: list[str], other: list[str]) -> None:
    ours, theirs = " ".join(one), " ".join(other)
    found = differences(ours, theirs)
    if found is None:
        return

    def rest(text: str, spans: tuple[Span, ...]) -> str:
        for span in reversed(spans):
            text = text[: span.start] + text[span.end :]
        return text

    again = differences(rest(ours, found.one), rest(theirs, found.other))
    assert again == Differences((), ())
    assert all(span.start < span.end for span in (*found.one, *found.other))


def test_pieces_are_the_quote_with_both_kinds_of_marks() -> None:
    quote = "They lost two men and no ground"
    pieces = mark_pieces(
        quote, [(Mark.ONLY, Span(5, 17)), (Mark.EVIDENCE, Span(10, 13)), (Mark.EVIDENCE, Span(22, 24))]
    )
    assert pieces == (
        MarkedPiece("They ", ()),
        MarkedPiece("lost ", (Mark.ONLY,)),
        MarkedPiece("two", (Mark.EVIDENCE, Mark.ONLY)),
        MarkedPiece(" men", (Mark.ONLY,)),
        MarkedPiece(" and ", ()),
        MarkedPiece("no", (Mark.EVIDENCE,)),
        MarkedPiece(" ground", ()),
    )


def test_marks_that_reach_out_of_the_quote_are_cut() -> None:
    assert mark_pieces("abc", [(Mark.EVIDENCE, Span(1, 9)), (Mark.ONLY, Span(7, 9))]) == (
        MarkedPiece("a", ()),
        MarkedPiece("bc", (Mark.EVIDENCE,)),
    )
    assert mark_pieces("", []) == ()


@given(
    st.text(max_size=12),
    st.lists(st.tuples(st.sampled_from(Mark), st.integers(0, 14), st.integers(0, 5)), max_size=5),
)
def test_pieces_always_add_up_to_the_quote(quote: str, marks: list[tuple[Mark, int, int]]) -> None:
    pieces = mark_pieces(quote, [(mark, Span(start, start + length)) for mark, start, length in marks])
    assert "".join(piece.words for piece in pieces) == quote
    assert all(piece.words for piece in pieces)
