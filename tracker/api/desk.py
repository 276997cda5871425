"""What the API needs of the rest of the program, handed in once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.api.cursors import Cursors
from tracker.api.rate_limits import RateLimits
from tracker.api.tokens import Token
from tracker.api.writing import WritingDesk
from tracker.domain.operating import Vitals
from tracker.domain.parties import Party
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import StatementFilter, StatementView
from tracker.services.dossiers import DossierService
from tracker.services.ports import Library
from tracker.services.reading_ports import ReadingLists
from tracker.services.search_ports import Search

Similar = Callable[[str, int, StatementFilter], Sequence[StatementView]]
"""The id of a statement, how many, filter → its neighbours by meaning, nearest first, itself left out."""


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """The services behind the API.

    `dispute` says what is contested in an event, by its id, with ranges of figures by a policy; it raises
    NotFoundError. `parties` are those of the registry by code. `authenticate` takes a whole token and returns
    None for one that is unknown, revoked or expired. `ready` returns, for each part of the program, "ok" or
    the reason why it cannot serve. `cursors` signs the places that lists are read on from.
    `writing` is behind the calls that change something, and the export. `vitals` are for the metrics,
    which can do without.
    """

    library: Library
    lists: ReadingLists
    search: Search
    similar: Similar
    dispute: Callable[[str, RangePolicy], Dispute]
    parties: Mapping[str, Party]
    dossiers: DossierService
    model_name: str
    model_revision: str
    authenticate: Callable[[str], Token | None]
    ready: Callable[[], Mapping[str, str]]
    cursors: Cursors
    writing: WritingDesk
    limits: RateLimits = field(default_factory=lambda: RateLimits({}))
    vitals: Callable[[], Vitals] | None = None
    recall: Callable[[], float | None] = lambda: None
