"""What the pages are given to read from; they know no database, index or model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.parties import Party
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import StatementFilter, StatementView
from tracker.services.ports import Library


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Everything the pages read.

    `search` takes a text, how many statements are wanted at most, and a filter; it answers best first, each
    view with its score. `dispute` says what is contested in an event, by its id, with ranges of figures by a
    policy; it raises NotFoundError. `parties` stand in the order in which they are shown. `model` names the
    embedding model. `notices` says, anew for each page, in which ways the program is degraded ("the index is
    older than the database"); each notice is one sentence for a person.
    """

    library: Library
    search: Callable[[str, int, StatementFilter], list[StatementView]]
    dispute: Callable[[str, RangePolicy], Dispute]
    parties: Mapping[str, Party]
    model: str
    notices: Callable[[], Sequence[str]]
