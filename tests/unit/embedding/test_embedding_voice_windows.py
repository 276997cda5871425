"""Cutting stories into windows: every sentence is read once for good, and every piece is where it stands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.voices import Telling
from tracker.embedding.packed_weights import Pieces
from tracker.embedding.voice_windows import Windower
from tracker.embedding.word_pieces import WordPieces, sentencepiece_model

MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
LETTERS = [*"abcdefi"]
PIECES = [*MARKS, *LETTERS, "▁"]
REPLACED = {ord("ﬁ"): "fi", ord("­"): "", ord("\t"): " "}
LONGEST = 512


def windower() -> Windower:
    """A piece for each letter."""
    pieces = Pieces(tuple(PIECES), np.zeros(len(PIECES), dtype=np.float32), 0, 2, 1, 3, REPLACED)
    return Windower(WordPieces(sentencepiece_model(pieces), REPLACED))


CUT = windower()

STORIES = st.lists(st.tuples(st.text("abc ﬁ­\t", max_size=400), st.booleans()), max_size=14).map(
    lambda told: Telling(
        "dab",
        "cab",
        tuple(sentence for sentence, _ in told),
        tuple(sum(opens for _, opens in told[: number + 1]) for number in range(len(told))),
    )
)


@given(STORIES)
def test_every_sentence_is_read_for_good_in_one_window_that_is_not_too_long(telling: Telling) -> None:
    pieces = CUT.pieces(telling.sentences)
    windows = list(CUT.windows(CUT.head(telling), pieces, telling.paragraphs))
    read = [number for window in windows for number, _, _ in window.sentences if number >= window.first]
    assert read == list(range(len(telling.sentences)))
    for window in windows:
        assert len(window.ids) <= LONGEST
        assert window.ids[0] == 0
        assert window.ids[-1] == 2
        for number, begin, end in window.sentences:
            assert window.ids[begin:end] == pieces[number].ids
        before = [end - begin for number, begin, end in window.sentences if number < window.first]
        assert sum(before) <= 160


@given(st.text("abc ﬁ­\t\ud800", max_size=300))
def test_pieces_stand_where_their_letters_stand(sentence: str) -> None:
    [found] = CUT.pieces([sentence])
    assert len(found.ids) == len(found.starts) == len(found.ends) <= 256
    assert list(found.starts) == sorted(found.starts)
    assert list(found.ends) == sorted(found.ends)
    for number, start, end in zip(found.ids, found.starts, found.ends, strict=True):
        letter, under = PIECES[number], sentence[start:end]
        # The blank of a word is the blank before it, or stands on its first letter where there is none.
        if letter == "<unk>":
            assert set(under) - {"\u00ad"} == {"\ud800"}
        elif letter != "▁":
            assert under in {letter, "ﬁ"}


def test_what_opens_a_paragraph_stands_behind_an_end() -> None:
    telling = Telling("", "", ("ab", "cd", "ef"), (0, 0, 1))
    pieces = CUT.pieces(telling.sentences)
    [window] = CUT.windows((), pieces, telling.paragraphs)
    blank, a, b, c, d, e, f = (PIECES.index(piece) for piece in "▁abcdef")
    assert window.ids == (0, 2, blank, a, b, blank, c, d, 2, blank, e, f, 2)


def test_the_head_names_outlet_and_heading() -> None:
    head = CUT.head(Telling("dab", "cab", (), ()))
    assert PIECES[head[-1]] == "b"
    assert len(CUT.head(Telling("a" * 1000, "b", (), ()))) == 48
    assert len(CUT.head(Telling("", "", (), ()))) < len(head)
