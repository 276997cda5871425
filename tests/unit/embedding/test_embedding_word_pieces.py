"""Word pieces: which a text is cut into, and where each of them stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.embedding.packed_weights import Pieces
from tracker.embedding.word_pieces import Piece, WordPieces, sentencepiece_model

TEXTS = ("<s>", "<pad>", "</s>", "<unk>", "▁har", "bour", "▁", "<", "s", ">", "/", "fi", "مي", "ناء")
SCORES = np.array([0, 0, 0, 0, -1, -2, -3, -9, -9, -9, -9, -4, -4, -4], dtype=np.float32)
REPLACED = {ord("ﬁ"): "fi", ord("\u00a0"): " ", ord("\u00ad"): ""}
BASE = Pieces(TEXTS, SCORES, begin=0, end=2, padding=1, unknown=3, replaced=REPLACED)


@pytest.fixture(scope="module")
def cutter() -> WordPieces:
    return WordPieces(sentencepiece_model(BASE), REPLACED)


def texts_of(cutter: WordPieces, text: str) -> list[str]:
    [ids] = cutter.ids([text])
    return [TEXTS[one] for one in ids]


def test_the_likeliest_pieces_are_taken(cutter: WordPieces) -> None:
    assert texts_of(cutter, "harbour") == ["▁har", "bour"]
    assert texts_of(cutter, "ميناء har") == ["▁", "مي", "ناء", "▁har"]
    assert texts_of(cutter, "") == []
    assert len(cutter) == len(TEXTS)


def test_blanks_in_a_row_are_one_and_those_at_either_end_none(cutter: WordPieces) -> None:
    assert texts_of(cutter, " \u00a0 har  \u00a0bour ") == texts_of(cutter, "har bour")


def test_what_is_known_of_no_piece_is_unknown(cutter: WordPieces) -> None:
    assert texts_of(cutter, "harЖЖ") == ["▁har", "<unk>"]


@pytest.mark.parametrize("text", ["<s>", "</s>", "<pad>", "<unk>", "har</s>bour"])
def test_no_text_brings_forth_what_stands_for_beginning_and_end(cutter: WordPieces, text: str) -> None:
    assert not {cutter.begin, cutter.end, cutter.padding} & set(cutter.ids([text])[0])


def test_pieces_stand_where_their_characters_stood(cutter: WordPieces) -> None:
    text = "har\u00adbour \u00a0ﬁs"
    found = cutter.placed(text)
    assert [(TEXTS[one.id], text[one.start : one.end]) for one in found] == [
        ("▁har", "har"),
        ("bour", "bour"),
        ("▁", " \u00a0"),
        ("fi", "ﬁ"),
        ("s", "s"),
    ]


def test_a_blank_that_the_text_lacks_stands_on_its_first_character(cutter: WordPieces) -> None:
    assert cutter.placed("ميناء") == [Piece(6, 0, 1), Piece(12, 0, 2), Piece(13, 2, 5)]


@given(st.text("harbou ﬁ\u00a0\u00ad\u0000\n\U0001f6a2ميناءЖ<s>▁", max_size=200))
def test_places_lie_inside_the_text_in_order(cutter: WordPieces, text: str) -> None:
    found = cutter.placed(text)
    assert [one.id for one in found] == cutter.ids([text])[0]
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert [one.end for one in found] == sorted(one.end for one in found)


def test_what_is_no_model_is_refused() -> None:
    model = sentencepiece_model(BASE)
    for damaged in (b"", b"no model", model[: len(model) // 2]):
        with pytest.raises(RuntimeError):
            WordPieces(damaged, REPLACED)


def test_a_model_without_a_beginning_is_refused() -> None:
    from sentencepiece.sentencepiece_model_pb2 import ModelProto  # noqa: PLC0415

    model = ModelProto.FromString(sentencepiece_model(BASE))
    model.trainer_spec.bos_piece = "<other>"
    with pytest.raises(RuntimeError, match="lack one for the beginning"):
        WordPieces(model.SerializeToString(), REPLACED)
