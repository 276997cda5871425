"""What those calls need of the rest of the program that change something, or hand out everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tracker.services.decisions import DecisionService
from tracker.services.export_shelf import ExportShelf
from tracker.services.receiving import Received
from tracker.services.repeats import RepeatService


class Receive(Protocol):
    """Takes one document in, given as the fields of a line of JSON Lines."""

    def __call__(
        self,
        record: Mapping[str, object],
        about_to_store: Callable[[str], None],
        earlier: tuple[str, ...] = (),
    ) -> Received:
        """See `ReceivingService.receive`. Raises ReadingError, DocumentChangedError."""


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """The services behind the calls that change something, and behind the export."""

    receive: Receive
    repeats: RepeatService
    decisions: DecisionService
    shelf: ExportShelf
