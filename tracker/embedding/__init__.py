"""Texts to vectors, always through sentence-transformers."""
