"""The vocabulary: frozen dataclasses and rules that every other layer speaks in.

Nothing here imports more than the standard library.
"""
