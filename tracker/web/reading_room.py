"""What the pages are given to read from; they know no database, index or model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.parties import Party
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.statements import NamedPlace
from tracker.domain.views import EventDetail
from tracker.services.conflict_lists_ports import ConflictLists
from tracker.services.decisions import DecisionService
from tracker.services.dossiers import DossierService
from tracker.services.event_desk_ports import EventDesk
from tracker.services.event_list_ports import DayBook, EventLists, Trail
from tracker.services.jobs import JobService
from tracker.services.places import PlaceService
from tracker.services.ports import Library
from tracker.services.registry import RegistryService
from tracker.services.search_ports import Search
from tracker.services.sources import SourceService
from tracker.services.tokens import TokenService
from tracker.web.report_desk import ReportDesk


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Everything the pages read.

    `library` gives what is stored; `search` the statements that a text finds among those that pass a
    filter, at most so many, best first, each with why it is there; `dispute` what is contested in an event,
    with ranges of figures by a policy. `event_lists` lists events with counts of what else there is,
    `conflict_lists` what people review one after the other, `day_book` what is new and what waits, `trail`
    what was changed. `decisions` is where people decide, `desk` what they noted and which events lie near.
    `dossiers`, `sources` and `gazetteer` tell of parties, outlets and places; `registry` is where parties
    are added, `jobs` where documents are handed in, `tokens` are those of the API, `reports` where weekly
    reports come from. `parties` stand in the order in which they are shown; `places` are the gazetteer.
    `model` names the embedding model. `notices` says, anew for each page, in which ways the program is
    degraded; each notice is one sentence for a person.
    """

    library: Library
    event_lists: EventLists
    day_book: DayBook
    trail: Trail
    conflict_lists: ConflictLists
    search: Search
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
    tokens: TokenService
    parties: Mapping[str, Party]
    model: str
    notices: Callable[[], Sequence[str]]
