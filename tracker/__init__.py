"""Counterclaim: who says what happened in Libya, and what clashes."""

__version__ = "0.1.0"
