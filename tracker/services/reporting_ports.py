"""Where reports come from."""

from typing import Protocol

from tracker.domain.reporting import Stored, Wanted


class ReportSource(Protocol):
    """The database as reports read it, in one state throughout."""

    def read(self, wanted: Wanted) -> Stored:
        """What is stored about some days. A fixed number of queries, each in chunks of ids."""
