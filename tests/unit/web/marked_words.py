"""Finds words of the interface that nobody marked for translation.

The pages are rendered in a language that puts every message between ⟦ and ⟧. Whatever letters then stand
outside of them, and are no words of others, were forgotten.
"""

import re
from collections.abc import Iterator

from lxml import html

OPEN, CLOSE = "⟦", "⟧"

ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "aria-description")

# Names: of the program, of a standard, of a time zone, of a page elsewhere, of a side of the globe.
_NAMES = re.compile(
    r"\b(Counterclaim|SHA-256|UTC|CSV|XLSX|JSON Lines|ClaimReview|JSON-LD)\b|https?://\S+|°[NSEW]"
)
_LETTER = re.compile(r"[^\W\d_]")

_OF_OTHERS = {"bdi", "code", "kbd", "time", "abbr", "script", "style", "textarea"}
"""Elements that hold names, dates and codes."""


class Brackets:
    """A catalogue whose translation of each message is the message in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}" if _LETTER.search(message) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        del context
        return self.gettext(message)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        del context
        return self.ngettext(singular, plural, num)


def unmarked_words(page: html.HtmlElement, names: tuple[str, ...] = ()) -> list[str]:
    """The words of a page that are in no message. `names` are codes and names that may stand anywhere.

    The page must have been asked for in a language other than English, so that the program's English
    sentences, which carry their language, are told from words of the interface.
    """
    known = re.compile("|".join([_NAMES.pattern, *(rf"\b{re.escape(name)}\b" for name in names)]))
    forgotten = []
    depth = 0
    for words, ours in _texts(page, page.get("lang")):
        outside, depth = _outside(words, depth)
        if ours and _LETTER.search(known.sub("", outside)):
            forgotten.append(" ".join(outside.split()))
    for element in page.iter():
        for attribute in ATTRIBUTES:
            written = element.get(attribute)
            if written and element.tag != "abbr" and _LETTER.search(known.sub("", _outside(written, 0)[0])):
                forgotten.append(f"{attribute}: {written}")
    return forgotten


def _texts(element: html.HtmlElement, language: str, *, ours: bool = True) -> Iterator[tuple[str, bool]]:
    """Every text in order, and whether it is the interface's."""
    if not isinstance(element.tag, str):
        return
    if element.tag == "title":
        yield _title(element.text_content()), ours
        return
    inner = ours and element.tag not in _OF_OTHERS and element.get("lang", language) == language
    yield element.text or "", inner
    for child in element:
        yield from _texts(child, language, ours=inner)
        yield child.tail or "", inner


def _title(words: str) -> str:
    """A page's title without the name of the thing shown, which comes first where there is one."""
    parts = words.split(" · ")
    return " · ".join(parts[1:] if len(parts) > 2 else parts)


def _outside(words: str, depth: int) -> tuple[str, int]:
    kept = []
    for letter in words:
        depth += (letter == OPEN) - (letter == CLOSE)
        if depth == 0 and letter != CLOSE:
            kept.append(letter)
    return "".join(kept), depth
