"""What cannot be asked of a report."""

from tracker.domain.errors import SettingsError


class ReportOptionError(SettingsError):
    """There is no such format, party, place or language. The message says which there are."""
