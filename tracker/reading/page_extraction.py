"""The article on a page of HTML, by trafilatura. Runs in the worker process only."""

import re
from urllib.parse import urlsplit

from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document, use_config

from tracker.reading.isolation import Message, WorkFailedError
from tracker.reading.page_metadata import language_claimed, published_on
from tracker.reading.paragraphs import one_line, paragraphs_of
from tracker.reading.references import without_impossible

# Below its usual 250 letters the library takes the whole page, menus and all; news flashes are shorter.
_CONFIGURATION = use_config()
_CONFIGURATION.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")
# The tags of trafilatura's own tree.
_BLOCKS = frozenset(("body", "code", "div", "fw", "head", "item", "lb", "list", "p", "quote", "row", "table"))
_DROPPED = frozenset({"graphic"})
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)


def extract_page(argument: Message) -> Message:
    """From `html` and `url` (may be None) to `text`, `title`, `outlet`, `url`, `language`, `published`.

    Paragraphs are parted by one blank line. Raises WorkFailedError where no article is found.
    """
    page = without_impossible(argument["html"])
    # The library refuses fragments, which browsers show like any page.
    tree = load_html(page if _PAGE.search(page) else f"<html><body>{page}</body></html>")
    if tree is None:
        # Also what the parser says where it runs out of memory.
        raise WorkFailedError("could not be parsed as HTML")
    published, language = published_on(tree), language_claimed(tree)
    article = bare_extraction(
        tree,
        url=argument["url"],
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},
        config=_CONFIGURATION,
    )
    found = article.as_dict() if isinstance(article, Document) else {}
    body = found.get("body")
    text = paragraphs_of(body, _BLOCKS, _DROPPED) if body is not None else ""
    if not text:
        raise WorkFailedError("no article found on the page")
    return {
        "text": text,
        "title": one_line(found.get("title") or "") or None,
        "outlet": _outlet(found),
        "url": argument["url"] or found.get("url"),
        "language": language,
        "published": published,
    }


def _outlet(found: Message) -> str | None:
    site = one_line(found.get("sitename") or "").removeprefix("@")
    host = found.get("hostname") or _host(found.get("url") or "")
    return site or host.removeprefix("www.") or None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        # What a page or an archive gives as its address may be none.
        return ""
