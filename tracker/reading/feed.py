"""RSS and Atom feeds: one document an entry."""

import json
import re
from collections.abc import Iterator

from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.dates import parse_published
from tracker.reading.detection import confirmed_language
from tracker.reading.encoding import declared_encoding, decode
from tracker.reading.isolation import IsolatedWorker, Message, WorkFailedError
from tracker.reading.limits import FEED_SECONDS
from tracker.reading.outcomes import Outcome, check_text, shown
from tracker.reading.records import RECORD_MEDIA_TYPE, is_web_address

_LONGEST_FAULT = 120
_END = re.compile(rb"</(?:rss|feed|rdf:rdf)\s*>", re.IGNORECASE)
_TRAILER = 4_096
"""Bytes at the end of a feed in which its last tag stands, with some room for comments after it."""


def read_feed(data: bytes, origin: str, worker: IsolatedWorker) -> Iterator[Outcome]:
    """A document or an error for each entry, in the order of the feed.

    The original of an entry is what the feed says of it, as JSON: a feed that has grown by an entry
    still gives the same documents for the others. A feed that is not well-formed gives an error after
    its entries; where it breaks off, its last entry is left out, since it may be half of one. Raises
    ReadingError for bytes that are no text.
    """
    # The library falls back to Western letters where a declaration is wrong or missing.
    words = decode(data, origin, declared_encoding(data)).text
    check_text(words, origin)
    try:
        feed = worker.run("feed", {"xml": words}, seconds=FEED_SECONDS)
    except WorkFailedError as error:
        yield ReadingError(origin, str(error))
        return
    entries = feed["entries"]
    breaks_off = bool(feed["fault"]) and _END.search(data, max(0, len(data) - _TRAILER)) is None
    for number, entry in enumerate(entries[:-1] if breaks_off else entries, start=1):
        place = f"{origin}, entry {number}"
        try:
            yield _document(entry, feed, place)
        except ReadingError as error:
            yield error
    if breaks_off:
        yield ReadingError(origin, f"the feed breaks off in or after entry {len(entries)}")
    elif feed["fault"]:
        fault = shown(str(feed["fault"]), _LONGEST_FAULT)
        yield ReadingError(origin, f"not well-formed, so entries may be missing: {fault}")
    elif not entries:
        yield ReadingError(origin, "holds no entries")


def _document(entry: Message, feed: Message, origin: str) -> IncomingDocument:
    text = entry["text"]
    check_text(text, origin)
    url = entry["url"]
    published = entry["published"]
    claimed = entry["language"] or feed["language"]
    return IncomingDocument(
        origin=origin,
        original=json.dumps(entry["source"], ensure_ascii=False, sort_keys=True).encode(
            "utf-8", "surrogatepass"
        ),
        media_type=RECORD_MEDIA_TYPE,
        text=text,
        url=url if url and is_web_address(url) else None,
        title=entry["title"],
        outlet=entry["outlet"] or feed["outlet"],
        published=parse_published(published) if published else None,
        published_found=DateFound.METADATA if published else None,
        language=confirmed_language(text, claimed),
    )
