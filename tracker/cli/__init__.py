"""The tracker command."""
