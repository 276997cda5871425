"""What doing jobs takes, over an installation."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from datetime import time as time_of_day

from tracker.bootstrap import Installation
from tracker.cli.reports_at_hand import report_desk
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.domain.jobs import Defaults
from tracker.domain.report_orders import ReportFile, ReportOrder
from tracker.reading.reader import FileReader
from tracker.registry.loading import Registry
from tracker.services.intake import Taken
from tracker.services.linking import Progress
from tracker.services.linking_ports import Others
from tracker.services.relinking import embed_part
from tracker.services.workbench import Reader


class Bench:
    """What doing jobs takes, over an installation that stays open from one job to the next.

    `shared`: others do jobs, too. They wait while one links, so all that linking takes is reckoned before.
    """

    def __init__(self, installed: Installation, *, shared: bool = False) -> None:
        self._installed, self._shared = installed, shared
        self._copied: Registry | None = None

    def prepare(self) -> None:
        """Take over what others have changed since, and open the model. Raises TrackerError."""
        self._installed.linking.check_model()
        self._installed.index.reload_if_changed()
        self.prepare_anew()

    def prepare_anew(self) -> None:
        """The same where it does not matter which model was used so far. Raises TrackerError."""
        registry = self._installed.registry.now(at_once=True)
        if registry is not self._copied:
            self._installed.update_registry()
            self._copied = registry
        self._installed.embedder.load()

    def reader(self, defaults: Defaults) -> Reader:
        """A reader of files. Raises ValueError for a language that is none."""
        day = defaults.published
        published = None if day is None else datetime.combine(day, time_of_day(), UTC)
        return FileReader(outlet=defaults.outlet, published=published, language=defaults.language)

    def take(self, one: IncomingDocument | ReadingError, before_storing: Callable[[str], None]) -> Taken:
        """Take one page in."""
        return self._installed.ingest.take(one, before_storing, ahead=self._shared)

    def waiting(self) -> Mapping[str, tuple[str, ...]]:
        """The statements that are stored but not linked yet, by document."""
        return self._installed.linking.waiting()

    def link(self, progress: Progress, others: Others) -> None:
        """Link and compare all that is stored and not linked yet, save what others link."""
        self._installed.linking.link_pending(progress, others)

    def leave_linking(self) -> None:
        """Keep what the index holds by now."""
        self._installed.index.save()

    def embed(self, part: int, parts: int) -> Iterator[int]:
        """Embed one of so many parts of all statements; gives how many of it are embedded by then."""
        linking = self._installed.linking
        yield from embed_part(linking.store, linking.embeddings, linking.comparing, part, parts)

    def relink(self, progress: Progress) -> None:
        """Link and compare all statements anew, with the models of now."""
        self._installed.linking.relink(progress)

    def report(self, order: ReportOrder, ending: str) -> ReportFile:
        """A report in one of its formats. Raises SettingsError, BusyError."""
        return report_desk(self._installed).render(order, ending)
