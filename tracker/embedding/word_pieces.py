"""Cutting texts into the word pieces of our encoders.

Importing this module imports sentencepiece: import it where a model is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sentencepiece import SentencePieceProcessor

from tracker.embedding.packed_weights import Pieces

PREFIX = "query: "
"""What the base model was trained to see before a text that is compared with its like (Wang et al. 2024)."""

CHARACTERS_PER_PIECE = 16
"""More than any language of the model comes near.

Cutting into pieces takes time and memory for every character, and a document may hold millions."""

# Whoever asks works on as many cores as are theirs to use.
_THREADS = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A word piece, and the characters of the text that it stands for."""

    id: int
    start: int
    end: int


class WordPieces:
    """Cuts texts by the pieces of the base and how likely each is (Kudo 2018).

    Safe to use from several threads. No text can bring forth the pieces that stand for the beginning, the end
    and what fills up, and blanks at the end of a text make none.
    """

    def __init__(self, model: bytes, replaced: Mapping[int, str]) -> None:
        """`model` is one of sentencepiece; `replaced` says what stands for a character before a text is cut.

        Raises RuntimeError for what is no such model.
        """
        self._processor = SentencePieceProcessor()
        self._processor.LoadFromSerializedProto(model)
        self.model, self.replaced = model, dict(replaced)
        self.begin = self._processor.bos_id()
        self.end = self._processor.eos_id()
        self.padding = self._processor.pad_id()
        if min(self.begin, self.end, self.padding) < 0:
            raise RuntimeError("the word pieces lack one for the beginning, the end or what fills up")

    def __len__(self) -> int:
        """How many pieces there are."""
        return self._processor.get_piece_size()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of the pieces of each text."""
        found: list[list[int]] = self._processor.encode(self._cuttable(texts), num_threads=_THREADS)
        return found

    def placed(self, text: str) -> list[Piece]:
        """The pieces of a text, and where each stands in it as it was given."""
        [cuttable] = self._cuttable([text])
        found = self._processor.encode(cuttable, return_type="offset_mapping")
        # Where each character of what is cut comes from: one may stand for none or several.
        origin = [place for place, one in enumerate(text) for _ in self.replaced.get(ord(one), one)]
        return [
            # A blank that the text lacks can stand before it; it gets the first character.
            Piece(number, origin[begin], origin[max(begin, end - 1)] + 1)
            for number, (begin, end) in zip(found["ids"], found["offsets"], strict=True)
        ]

    def _cuttable(self, texts: Sequence[str]) -> list[str]:
        return [text.translate(self.replaced) for text in texts]


def sentencepiece_model(pieces: Pieces) -> bytes:
    """The pieces of the base as a model of sentencepiece, for texts whose characters are replaced already."""
    from sentencepiece.sentencepiece_model_pb2 import ModelProto  # noqa: PLC0415 - needed once in a home

    kinds = ModelProto.SentencePiece
    model = ModelProto()
    for text, score in zip(pieces.texts, pieces.scores.tolist(), strict=True):
        model.pieces.add(piece=text, score=score)
    for number in (pieces.begin, pieces.end, pieces.padding):
        model.pieces[number].type = kinds.CONTROL
    model.pieces[pieces.unknown].type = kinds.UNKNOWN
    trained = model.trainer_spec
    trained.unk_id, trained.bos_id, trained.eos_id, trained.pad_id = (
        pieces.unknown,
        pieces.begin,
        pieces.end,
        pieces.padding,
    )
    # Names by which it finds the four: other models call them otherwise.
    trained.unk_piece, trained.bos_piece, trained.eos_piece, trained.pad_piece = (
        pieces.texts[number] for number in (pieces.unknown, pieces.begin, pieces.end, pieces.padding)
    )
    model.normalizer_spec.name = "identity"
    return bytes(model.SerializeToString(deterministic=True))


def beginning(text: str, longest: int) -> str:
    """So many characters of a text at most.

    Runs of blanks make no pieces; they must not use up the characters that are read.
    """
    return text if len(text) <= longest else " ".join(text.split())[:longest]
