"""Texts to vectors, always through sentence-transformers."""

from tracker.embedding.loading import DEFAULT_MODEL, QUESTION_MODEL, STANCE_MODEL, load_embedder
from tracker.embedding.sentence_transformer import SentenceTransformerEmbedder

__all__ = [
    "DEFAULT_MODEL",
    "QUESTION_MODEL",
    "STANCE_MODEL",
    "SentenceTransformerEmbedder",
    "load_embedder",
]
