"""The entries of an RSS or Atom feed, by feedparser. Runs in the worker process only."""

import html
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser
from trafilatura import load_html

from tracker.reading.isolation import Message, WorkFailedError
from tracker.reading.limits import MOST_ENTRIES
from tracker.reading.paragraphs import HTML_BLOCKS, HTML_DROPPED, one_line, paragraphs_of
from tracker.reading.references import without_impossible

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_UTF_8 = '<?xml version="1.0" encoding="utf-8"?>'
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
# feedparser reports these, but they concern the envelope only.
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def extract_feed(argument: Message) -> Message:
    """From `xml`, already decoded, to `outlet`, `language`, `fault` (None if well-formed) and `entries`.

    An entry has `url`, `title`, `published` (ISO 8601), `text`, `language`, `outlet`, and `source`:
    what the feed says of it.
    Raises WorkFailedError for anything but a feed.
    """
    words = without_impossible(_DECLARATION.sub("", argument["xml"].lstrip(), count=1))
    # As a stream: feedparser would take a string or bytes for the name of a file to open.
    feed = feedparser.parse(io.BytesIO((_UTF_8 + words).encode("utf-8")))
    if not feed.get("version") and not feed.entries:
        raise WorkFailedError("not an RSS or Atom feed")
    if len(feed.entries) > MOST_ENTRIES:
        raise WorkFailedError(f"more than {MOST_ENTRIES} entries, too many for a feed")
    fault = feed.get("bozo_exception") if feed.get("bozo") else None
    return {
        "outlet": _title(feed.feed),
        "language": feed.feed.get("language"),
        "fault": None if fault is None or isinstance(fault, _HARMLESS) else one_line(str(fault)),
        "entries": [_entry(entry) for entry in feed.entries],
    }


def _entry(entry: Mapping[str, Any]) -> Message:
    content = _longest_content(entry)
    return {
        "url": entry.get("link"),
        "title": _title(entry),
        "published": _published(entry),
        "text": _plain(content.get("value") or "", content.get("type") or ""),
        "language": content.get("language"),
        "outlet": _title(entry["source"]) if "source" in entry else None,
        "source": {
            "id": entry.get("id"),
            "link": entry.get("link"),
            "title": entry.get("title"),
            "published": entry.get("published"),
            "updated": entry.get("updated"),
            "content": content.get("value"),
        },
    }


def _longest_content(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    contents: list[Mapping[str, Any]] = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    return max(contents, key=lambda content: len(content.get("value") or ""))


def _title(thing: Mapping[str, Any]) -> str | None:
    detail = thing.get("title_detail") or {}
    text = _plain(detail.get("value") or thing.get("title") or "", detail.get("type") or "text/plain")
    return one_line(text) or None


def _plain(written: str, kind: str) -> str:
    if kind not in _HTML_TYPES:
        return written.strip()
    if not _TAG.search(written):
        # No markup: a plain text that the feed calls HTML, with its entities and its lines.
        return html.unescape(written).strip()
    tree = load_html(f"<html><body>{written}</body></html>")
    return paragraphs_of(tree, HTML_BLOCKS, HTML_DROPPED) if tree is not None else ""


def _published(entry: Mapping[str, Any]) -> str | None:
    # Atom demands the time of the last change only; most entries are never changed.
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat()
    except ValueError:
        return None
