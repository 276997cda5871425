"""Links to words on the page that they were taken from, by text fragments, which most browsers follow."""

import re
from typing import Final
from urllib.parse import quote

from tracker.domain.addresses import web_address
from tracker.domain.documents import Document
from tracker.domain.statements import Statement

DIRECTIVE: Final = ":~:text="

_AT_EITHER_END = 5
"""Words by which a longer passage is found: enough to be alone on a page, few enough to outlast an edit."""

_WORD = re.compile(r"\S+")
_LINE_BREAK = re.compile(r"[\r\n]")


def live_address(document: Document, statement: Statement) -> str | None:
    """Where the words of a statement stand on the live page; None where the document has no web address."""
    address = web_address(document.url) if document.url else None
    if address is None:
        return None
    page, _, fragment = address.partition("#")
    # A fragment of the page's own comes first, as the draft has it.
    return f"{page}#{fragment}{DIRECTIVE}{text_fragment(statement.quote)}"


def text_fragment(words: str) -> str:
    """The words as a text directive has them: whole where they are few, else how they begin and end."""
    found = [match[0] for match in _WORD.finditer(words)]
    if len(found) <= 2 * _AT_EITHER_END and not _LINE_BREAK.search(words.strip()):
        return _encoded(" ".join(found))
    start, end = found[:_AT_EITHER_END], found[-_AT_EITHER_END:]
    if len(found) <= 2 * _AT_EITHER_END:
        # A match in one piece may not run over the edge of a paragraph, one in two may.
        start, end = found[: len(found) // 2 or 1], found[len(found) // 2 :]
    return f"{_encoded(' '.join(start))},{_encoded(' '.join(end))}"


def _encoded(words: str) -> str:
    # Hyphens, commas and ampersands mean something in a directive; `quote` leaves the first as it is.
    return quote(words, safe="").replace("-", "%2D")
