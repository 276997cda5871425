"""What the API needs of the rest of the program, handed in once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.api.tokens import Token
from tracker.domain.questions import Dispute, RangePolicy
from tracker.domain.views import StatementFilter, StatementView
from tracker.services.ports import Library

Search = Callable[[str, int, StatementFilter], list[StatementView]]
"""Text, how many, filter → statements with their score, best first, ties in a fixed order."""


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """The services behind the API.

    `dispute` says what is contested in an event, by its id, with ranges of figures by a policy; it raises
    NotFoundError. `authenticate` takes a whole token and returns None for one that is unknown, revoked or
    expired.
    `ready` returns, for each part of the program, "ok" or the reason why it cannot serve.
    """

    library: Library
    search: Search
    dispute: Callable[[str, RangePolicy], Dispute]
    model_name: str
    model_revision: str
    authenticate: Callable[[str], Token | None]
    ready: Callable[[], Mapping[str, str]]
