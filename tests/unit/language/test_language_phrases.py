from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.folding import fold
from tracker.language.phrases import Phrases, Words


def found(phrases: dict[str, str], text: str) -> list[tuple[str, str]]:
    """What is found in a text: meaning, and the words as written."""
    return [(match.meaning, match.span.of(text)) for match in Phrases(phrases.items()).find(Words.of(text))]


def test_a_phrase_is_found_however_it_is_spelled() -> None:
    assert found({"said": "report"}, "He SAID so.") == [("report", "SAID")]
    assert found({"sözcü": "office"}, "SÖZCÜ geldi") == [("office", "SÖZCÜ")]
    assert found({"أعلن": "report"}, "اعلَن الجيش") == [("report", "اعلَن")]


def test_the_longest_phrase_at_a_word_wins() -> None:
    phrases = {"put": "verb", "put the toll": "toll", "toll": "noun"}
    assert found(phrases, "They put the toll at ten and put out.") == [
        ("toll", "put the toll"),
        ("verb", "put"),
    ]


def test_words_are_matched_whole() -> None:
    assert found({"port": "place"}, "They report an airport; the port.") == [("place", "port")]


def test_a_starred_word_stands_for_any_ending_wherever_it_is_in_the_phrase() -> None:
    assert found({"заявил*": "report"}, "Министр заявила, что заявление готово.") == [("report", "заявила")]
    assert found({"ele geçir*": "gain"}, "Kenti ele geçirdiklerini söyledi.") == [
        ("gain", "ele geçirdiklerini")
    ]


@pytest.mark.parametrize("word", ["والجيش", "بالجيش", "للجيش", "الجيش", "وبالجيش", "جيش", "فالجيش"])
def test_arabic_conjunctions_prepositions_and_the_article_need_not_be_written(word: str) -> None:
    assert found({"جيش": "army"}, f"{word} دخل") == [("army", word)]


def test_an_arabic_word_that_merely_begins_like_a_preposition_is_left_whole() -> None:
    assert found({"حر": "free"}, "بحر واسع") == []


def test_the_article_of_a_later_word_need_not_be_written() -> None:
    assert found({"وقف إطلاق النار": "truce"}, "ووقف اطلاق النار ثابت") == [("truce", "ووقف اطلاق النار")]


def test_initials_match_with_and_without_full_stops() -> None:
    assert found({"U.N.": "UN"}, "The UN and the U.N. met.") == [("UN", "UN"), ("UN", "U.N.")]
    assert found({"UN": "UN"}, "The U.N. met.") == [("UN", "U.N.")]


def test_an_empty_phrase_matches_nothing() -> None:
    assert found({"": "nothing", "...": "dots"}, "... and so on") == []


def test_contains_tells_whether_anything_is_found() -> None:
    phrases = Phrases([("no one", True)])
    assert phrases.contains(Words.of("And no one came."))
    assert not phrases.contains(Words.of("One said no."))


@given(st.text(alphabet=st.characters()))
def test_words_stand_in_order_inside_the_text_and_do_not_overlap(text: str) -> None:
    words = Words.of(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(words.starts, words.ends, strict=True))
    pairs = zip(words.folded_starts, words.folded_ends, strict=True)
    edges = [0, *(edge for pair in pairs for edge in pair), len(words.folded.text)]
    assert edges == sorted(edges)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab. ,ﬁقَ٣"))))
def test_words_and_the_gaps_around_them_make_up_the_folded_text(text: str) -> None:
    words, folded = Words.of(text), fold(text)
    written = [folded[slice(*edges)] for edges in zip(words.folded_starts, words.folded_ends, strict=True)]
    assert tuple(word.replace(".", "") for word in written) == words.texts
    assert "".join(chain(*zip(words.gaps, [*written, ""], strict=True))) == folded
    assert all(words.between(at - 1, at) == words.gaps[at] for at in range(1, len(written)))
    assert all(word in fold(words.span(at, at + 1).of(text)) for at, word in enumerate(written))


def test_the_words_of_a_vocabulary_are_told_from_its_numbers() -> None:
    words = Words.of("3 ships, ٤ tanks, 3 ships and 5th fleet")
    assert words.vocabulary == {"3", "ships", "4", "tanks", "and", "5th", "fleet"}
    assert words.spelled == {"ships", "tanks", "and", "fleet"}


def test_a_capital_is_what_is_written_as_one() -> None:
    words = Words.of("The İzmir port")
    assert [words.is_capital(index) for index in range(3)] == [True, True, False]


@given(st.text(alphabet="ab *."), st.lists(st.text(alphabet="ab *", max_size=4), max_size=5))
def test_matches_never_overlap_and_cover_the_words_they_say(text: str, phrases: list[str]) -> None:
    words = Words.of(text)
    matches = Phrases((phrase, phrase) for phrase in phrases).find(words)
    assert all(one.end <= other.first for one, other in pairwise(matches))
    for match in matches:
        assert match.span == words.span(match.first, match.end)


def naive(listed: list[str], words: Words) -> list[tuple[str, int, int]]:
    """Every phrase tried at every word: the longest wins, of equals one without a star, then the first."""
    patterns = [(phrase, phrase.split()) for phrase in listed if phrase.split()]
    texts, matches, index = words.texts, [], 0
    while index < len(texts):
        fitting = [
            (phrase, len(pattern))
            for phrase, pattern in patterns
            if len(pattern) <= len(texts) - index
            and all(
                text.startswith(part[:-1]) if part.endswith("*") else text == part
                for part, text in zip(pattern, texts[index:], strict=False)
            )
        ]
        length = max((size for _, size in fitting), default=0)
        if length:
            matches.append(
                (next(phrase for phrase, size in fitting if size == length), index, index + length)
            )
        index += length or 1
    return matches


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "ba", "aa", "c"]), max_size=30),
    st.lists(
        st.lists(st.sampled_from(["a", "b", "ab", "a*", "b*"]), min_size=1, max_size=4).map(" ".join),
        max_size=8,
    ),
)
def test_what_is_found_is_what_trying_every_phrase_at_every_word_would_find(
    text: list[str], listed: list[str]
) -> None:
    words = Words.of(" ".join(text))
    phrases = Phrases((phrase, phrase) for phrase in listed)
    for _ in range(2):  # the second search walks what the first has remembered
        found = phrases.find(words)
        expected = naive(listed, words)
        assert [(one.first, one.end) for one in found] == [(first, end) for _, first, end in expected]
        assert phrases.contains(words) == bool(expected)


def test_a_set_of_phrases_remembers_only_so_many_words() -> None:
    phrases = Phrases([("in the lead", "lead")])
    for number in range(5):
        phrases.find(Words.of(" ".join(f"in w{number}x{count}" for count in range(10_000))))
    assert phrases.remembered < 25_000
    assert [match.meaning for match in phrases.find(Words.of("They are in the lead."))] == ["lead"]


def test_a_phrase_may_begin_with_a_number() -> None:
    known = Phrases([("17 February", "a day"), ("force", "a body")])
    found = known.find(Words.of("the 17 February force of 900"))
    assert [one.meaning for one in found] == ["a day", "a body"]
