"""What was fetched from the web, as documents: by the very readers of files, each with where it came from."""

import io
from collections.abc import Iterator
from dataclasses import replace

from tracker.domain.documents import IncomingDocument, Retrieval
from tracker.reading.feed import read_feed
from tracker.reading.fetching import FEED_TYPES, TEXT_TYPES, Fetched
from tracker.reading.html import PageReader
from tracker.reading.isolation import IsolatedWorker
from tracker.reading.outcomes import Outcome
from tracker.reading.plain_text import read_text
from tracker.reading.standard_input import sniffed


def read_fetched(
    fetched: Fetched, origin: str, pages: PageReader, worker: IsolatedWorker
) -> Iterator[Outcome]:
    """The documents in a page, feed or text, or errors in their places. Raises ReadingError."""
    retrieval = Retrieval(fetched.address, fetched.at)
    for outcome in _outcomes(fetched, origin, pages, worker):
        yield replace(outcome, retrieval=retrieval) if isinstance(outcome, IncomingDocument) else outcome


def _outcomes(fetched: Fetched, origin: str, pages: PageReader, worker: IsolatedWorker) -> Iterator[Outcome]:
    if fetched.media_type in TEXT_TYPES:
        yield replace(read_text(fetched.body, origin, fetched.charset), url=fetched.address)
        return
    # Feeds are served as HTML and pages as XML: how it begins decides, then what the server calls it.
    suffix, _ = sniffed(io.BytesIO(fetched.body))
    if suffix == ".xml" or (suffix != ".html" and fetched.media_type in FEED_TYPES):
        yield from read_feed(fetched.body, origin, worker)
    else:
        yield pages.read(fetched.body, origin, url=fetched.address, charset=fetched.charset)
