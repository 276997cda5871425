"""What a page says about itself: when it was published, in which language, for which site."""

import json
from collections.abc import Iterator

from tracker.reading.dates import parse_published_loosely
from tracker.reading.paragraphs import Element

# In the order of trust. Names are compared without case.
_DATE_NAMES = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date_published",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "date",
)
_LANGUAGE_NAMES = ("og:locale", "content-language")
_ARTICLES = ("Article", "NewsArticle", "ReportageNewsArticle", "LiveBlogPosting", "BlogPosting", "Report")
_DEEPEST = 8


def published_on(tree: Element) -> str | None:
    """The date of publication in a page's metadata, in ISO 8601; None where it states none.

    Dates in the text or beside a copyright mark are not looked at: they often are others.
    """
    for written in (*_linked_data_dates(tree), *_meta_dates(tree), *_marked_times(tree)):
        moment = parse_published_loosely(written)
        if moment is not None:
            return moment.isoformat()
    return None


def language_claimed(tree: Element) -> str | None:
    """The tag of the language that a page claims to be in, as written there."""
    claims = [tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    claims += [meta.get("content") for meta in tree.iter("meta") if _name(meta) in _LANGUAGE_NAMES]
    return next((claim.strip() for claim in claims if claim and claim.strip()), None)


def _meta_dates(tree: Element) -> Iterator[str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content") or meta.get("datetime")
        if content:
            found.setdefault(_name(meta), content)
    yield from (found[name] for name in _DATE_NAMES if name in found)


def _marked_times(tree: Element) -> Iterator[str]:
    for time in tree.iter("time"):
        written = time.get("datetime")
        marked = (time.get("itemprop") or "").lower() == "datepublished" or time.get("pubdate") is not None
        if written and marked:
            yield written


def _name(meta: Element) -> str:
    return str(
        meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
    ).lower()


def _linked_data_dates(tree: Element) -> Iterator[str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            # Broken JSON-LD is common; the page's other metadata still count.
            continue
        yield from _article_dates(data, 0)


def _article_dates(data: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _article_dates(entry, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        written = data.get("datePublished")
        if isinstance(written, str) and any(kind in _ARTICLES for kind in kinds):
            yield written
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _article_dates(data.get(key), depth + 1)
