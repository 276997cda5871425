"""How words from elsewhere stand in a report: direction, language, hidden characters, addresses."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_SPACES: Final = re.compile("[ \t\r\n\u2028\u2029]+")
# Controls, halves of surrogate pairs, and the marks that force a direction on others' words (embeddings,
# overrides, isolates). The marks that only help letters to their place, such as U+200F, stay.
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RIGHT_TO_LEFT_CLASSES: Final = frozenset({"R", "AL", "AN"})
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"


def language_tag(language: str) -> str:
    """The value of a `lang` attribute: empty ("unknown") where it is no plausible BCP 47 code."""
    return language if language != "und" and _LANGUAGE_TAG.fullmatch(language) else ""


def direction(language: str) -> str:
    """The value of a `dir` attribute; "auto" only where the language is not known."""
    if not language_tag(language):
        return "auto"
    return "rtl" if language.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def visible(text: str) -> str:
    """A text on one line, each hidden character in it written as its code point: "[U+202E]"."""
    on_one_line = _SPACES.sub(" ", text).strip(" ")
    return _HIDDEN.sub(lambda hidden: f"[U+{ord(hidden[0]):04X}]", on_one_line)


def isolated(text: str) -> str:
    """A text for the middle of an English line: with right-to-left letters in it, kept apart by isolates."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT_CLASSES for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def web_address(url: str | None) -> str | None:
    """An address that a reader may follow, fit for any markup: http or https with a host, else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    # Everything that addresses may hold stays, an escape that is there already included.
    return quote(url, safe="%:/?#[]@!$&'*+,;=~")
