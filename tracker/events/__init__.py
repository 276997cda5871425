"""Statements to events: which of them speak of the same happening."""
