"""What the pages are given to read from; they know no database, index or model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.parties import Party
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import NamedPlace
from tracker.domain.views import EventDetail, StatementFilter, StatementView
from tracker.services.conflict_lists_ports import ConflictLists
from tracker.services.decisions import DecisionService
from tracker.services.dossiers import DossierService
from tracker.services.event_desk_ports import EventDesk
from tracker.services.event_list_ports import DayBook, EventLists, Trail
from tracker.services.jobs import JobService
from tracker.services.places import PlaceService
from tracker.services.ports import Library
from tracker.services.registry import RegistryService
from tracker.services.sources import SourceService
from tracker.web.report_desk import ReportDesk


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Everything the pages read.

    `event_lists` lists events with counts of what else there is, `day_book` knows what is new and what waits,
    `trail` is the history of what was changed, `conflict_lists` are what people review one after the other.
    `search` takes a text, how many statements are wanted at most, and a filter; it answers best first, each
    view with its score. `dispute` says what is contested in an event that was read, with ranges of figures
    by a policy. `decisions` is where people decide, `desk` what they noted and which events lie near,
    `reports` where weekly reports come from; `dossiers`, `sources` and `gazetteer` tell of parties, outlets
    and places, `registry` is where parties are added, `jobs` where documents are handed in.
    `parties` stand in the order in which they are shown; `places` are the gazetteer. `model` names the embedding model. `notices` says, anew for each page, in which
    ways the program is degraded ("the index is older than the database"); each notice is one sentence for a
    person.
    """

    library: Library
    event_lists: EventLists
    day_book: DayBook
    trail: Trail
    conflict_lists: ConflictLists
    search: Callable[[str, int, StatementFilter], list[StatementView]]
    dispute: Callable[[EventDetail, RangePolicy], Dispute]
    decisions: DecisionService
    desk: EventDesk
    places: Sequence[NamedPlace]
    reports: ReportDesk
    dossiers: DossierService
    sources: SourceService
    gazetteer: PlaceService
    registry: RegistryService
    jobs: JobService
    parties: Mapping[str, Party]
    model: str
    notices: Callable[[], Sequence[str]]
