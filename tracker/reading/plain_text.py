"""Plain text files: the whole file is one document."""

import re
from itertools import islice, pairwise

from tracker.domain.documents import IncomingDocument
from tracker.reading.encoding import decode
from tracker.reading.outcomes import check_text

_LONGEST_TITLE = 150
_WORDS_OF_A_TITLE = 4
_LINES = 20
"""Lines at the beginning, blank ones not counted, among which the title is looked for."""

_CLOSING = "\"'”’»)]"
# A heading may end in a question or exclamation mark; these end a sentence or cut one off.
_NO_HEADING = (".", "۔", "…", ",", "،", ";", "؛", ":")
_LINE = re.compile(r"[^\r\n]+")
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n|\r[ \t]*\r")


def read_text(data: bytes, origin: str) -> IncomingDocument:
    """The document in the bytes of a text file. Raises ReadingError."""
    text = decode(data, origin).text
    check_text(text, origin)
    return IncomingDocument(
        origin=origin, original=data, media_type="text/plain", text=text, title=title_of(text)
    )


def title_of(text: str) -> str | None:
    """The line that looks like the heading of a text: short, no sentence, more text after it.

    That is the first line, unless one of the next few stands in the text twice: saved pages begin with
    scraps of their menus, and repeat their title.
    """
    lines = [match for match in islice(_LINE.finditer(text), _LINES) if not match.group().isspace()]
    headings = [
        (line.group().strip(), number == 0)
        for number, (line, following) in enumerate(pairwise(lines))
        if _is_heading(line, following, text)
    ]
    for title, _ in headings:
        if title.count(" ") + 1 >= _WORDS_OF_A_TITLE and len(re.findall(_alone(title), text)) > 1:
            return title
    return next((title for title, is_first in headings if is_first), None)


def _is_heading(line: re.Match[str], following: re.Match[str], text: str) -> bool:
    title = line.group().strip()
    if len(title) > _LONGEST_TITLE or title.rstrip(_CLOSING).endswith(_NO_HEADING):
        return False
    # Text wrapped at a fixed width: the sentence goes on in the very next line.
    blank_line = _BLANK_LINE.search(text, line.end(), following.start() + 1)
    return blank_line is not None or not following.group().lstrip()[:1].islower()


def _alone(title: str) -> str:
    return rf"(?m)^[ \t]*{re.escape(title)}[ \t]*\r?$"
