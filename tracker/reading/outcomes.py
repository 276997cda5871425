"""What reading yields, and the tests that every text has to pass before it counts as one."""

import re
from typing import TypeAlias

from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import ReadingError

Outcome: TypeAlias = IncomingDocument | ReadingError
"""A document, or why there is none in its place."""

NO_TEXT = "holds no text"
NOT_TEXT = "not a text file"

# Tab, line feed, vertical tab, form feed and carriage return do occur in texts.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROLS_TOLERATED = 0.005


def fault_of(text: str) -> str | None:
    """Why these words cannot be stored as a text, None if they can.

    Half a surrogate pair has no UTF-8, and databases refuse NUL; neither occurs in real text.
    """
    if not text or text.isspace():
        return NO_TEXT
    if (null := text.find("\x00")) >= 0:
        return f"{NOT_TEXT}: NUL at character {null}"
    if half := _SURROGATE.search(text):
        return f"{NOT_TEXT}: half a surrogate pair at character {half.start()}"
    controls = sum(1 for _ in _CONTROLS.finditer(text))
    if controls > max(1, _CONTROLS_TOLERATED * len(text)):
        return f"{NOT_TEXT}: {controls} control characters in {len(text)}"
    return None


def check_text(text: str, origin: str) -> None:
    """Raise a ReadingError where `fault_of` finds a fault."""
    if fault := fault_of(text):
        raise ReadingError(origin, fault)


def shown(words: str, most: int = 40) -> str:
    """Words out of a file as they may stand in a message: shortened, U+FFFD for what cannot be printed."""
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in words[:most])
    return printable + "…" if len(words) > most else printable
