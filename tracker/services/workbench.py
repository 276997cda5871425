"""What doing jobs takes: an installation, with its models."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.jobs import Defaults
from tracker.domain.report_orders import ReportFile, ReportOrder
from tracker.services.intake import Taken
from tracker.services.linking import Progress
from tracker.services.linking_ports import Others


class Reader(Protocol):
    """Reads files lazily: it asks for the next path once all that the one before holds was handed over."""

    def read(self, paths: Iterator[Path]) -> Iterator[IncomingDocument | ReadingError]: ...  # noqa: D102


class Workbench(Protocol):
    """What doing jobs takes: an installation, with its model."""

    def prepare(self) -> None:
        """See to it that a job can begin. Raises TrackerError where it cannot."""

    def prepare_anew(self) -> None:
        """The same for linking all anew, be it with another model than the one in use."""

    def reader(self, defaults: Defaults) -> Reader:
        """A reader of files. Raises ValueError for defaults that are none."""

    def take(self, one: IncomingDocument | ReadingError, before_storing: Callable[[str], None]) -> Taken:
        """Take one page in, see `IngestService.take`."""

    def waiting(self) -> Mapping[str, tuple[str, ...]]:
        """The statements that are stored but not linked yet, by document."""

    def link(self, progress: Progress, others: Others) -> None:
        """Link and compare all that is stored and not linked yet, save what others link."""

    def leave_linking(self) -> None:
        """Keep what linking has done, where it was broken off."""

    def embed(self, part: int, parts: int) -> Iterator[int]:
        """Embed one of so many parts of all statements; gives how many of it are embedded by then."""

    def relink(self, progress: Progress) -> None:
        """Link and compare all statements anew, with the models of now."""

    def report(self, order: ReportOrder, ending: str) -> ReportFile:
        """A report in one of its formats. Raises SettingsError, BusyError."""
