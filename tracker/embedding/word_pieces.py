"""Cutting texts into the word pieces of our encoders.

Importing this module imports tokenizers, which takes a while: import it where a model is opened.
"""

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from tracker.embedding.packed_weights import Pieces

PREFIX = "query: "
"""What the base model was trained to see before a text that is compared with its like (Wang et al. 2024)."""

CHARACTERS_PER_PIECE = 16
"""More than any language of the model comes near.

Cutting into pieces takes time and memory for every character, and a document may hold millions."""


def tokenizer_of(pieces: Pieces, longest: int) -> Tokenizer:
    """The tokenizer of the base (Kudo 2018), for texts whose characters are replaced already."""
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces.texts, pieces.scores.tolist(), strict=True)), unk_id=pieces.unknown)
    )
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(
        [pieces.texts[one] for one in (pieces.begin, pieces.padding, pieces.end, pieces.unknown)]
    )
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, pieces.begin), (end, pieces.end)]
    )
    tokenizer.enable_truncation(longest)
    return tokenizer


def beginning(text: str, longest: int) -> str:
    """So many characters of a text at most.

    Runs of blanks make no pieces; they must not use up the characters that are read.
    """
    return text if len(text) <= longest else " ".join(text.split())[:longest]
