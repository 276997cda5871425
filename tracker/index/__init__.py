"""Nearest vectors: a cache that the database can rebuild."""
