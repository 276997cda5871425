"""The tracker command."""

from tracker.cli.command import main

__all__ = ["main"]
