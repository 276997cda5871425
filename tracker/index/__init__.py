"""Nearest vectors: a cache that the database can rebuild."""

from tracker.index.faiss_index import FaissIndex
from tracker.index.verification import Verification, verify

__all__ = ["FaissIndex", "Verification", "verify"]
