"""Statements of one event to conflicts: what clashes, of which kind, and why."""
