"""How words from elsewhere stand in a report: hidden characters, addresses."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from tracker.domain.addresses import web_address
from tracker.language.hidden import name_hidden

_SPACES: Final = re.compile("[ \t\r\n\u2028\u2029]+")
_STRONG: Final = {"ltr": frozenset({"R", "AL", "AN"}), "rtl": frozenset({"L"})}
"""For each direction the classes of letters that run against it, and of the numbers among them."""
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"


def visible(text: str) -> str:
    """A text on one line, each hidden character in it written as its code point: "[U+202E]"."""
    return name_hidden(_SPACES.sub(" ", text).strip(" "))


def isolated(text: str, direction: str = "ltr") -> str:
    """A text for the middle of a line of a direction: with letters against it, kept apart by isolates."""
    if any(unicodedata.bidirectional(character) in _STRONG[direction] for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def quoted_address(url: str | None) -> str | None:
    """An address that a reader may follow, fit for any markup, else None."""
    address = web_address(url)
    # Everything that addresses may hold stays, an escape that is there already included.
    return quote(address, safe="%:/?#[]@!$&'*+,;=~") if address else None
