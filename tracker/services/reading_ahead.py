"""Reading on while what was read before is embedded, stored and linked."""

from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import sha256

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.services.intake import Intake, ReadPage, Taken

Outcomes = Iterator[tuple[IncomingDocument | ReadingError, Taken]]


def outcomes_ahead(
    intake: Intake, incoming: Iterable[IncomingDocument | ReadingError], pages: int
) -> Outcomes:
    """Take in one after the other, in order, while up to so many `pages` that follow are read and embedded.

    What is stored is what would be stored without reading ahead.
    """
    waiting: deque[ReadPage | ReadingError] = deque()
    names: set[str] = set()

    def next_kept() -> tuple[IncomingDocument | ReadingError, Taken]:
        page = waiting.popleft()
        if isinstance(page, ReadingError):
            return page, Taken(failure=page.reason)
        names.difference_update(_names(page.incoming))
        return page.incoming, intake.keep(page)

    for one in incoming:
        if isinstance(one, ReadingError):
            waiting.append(one)
        else:
            own = _names(one)
            # Whether a page is known already shows only once an earlier one that may be the same is stored.
            while not names.isdisjoint(own):
                yield next_kept()
            names.update(own)
            waiting.append(intake.read(one))
        if len(waiting) > pages:
            yield next_kept()
    while waiting:
        yield next_kept()


def _names(page: IncomingDocument) -> tuple[str, ...]:
    """What two pages have in common if one is stored as the other."""
    digest = f"bytes {sha256(page.original).hexdigest()}"
    return (digest,) if page.external_id is None else (digest, f"id {page.external_id}")
