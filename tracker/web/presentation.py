"""Filters of the templates: what markup needs to know about a value. Words stay in the templates."""

import re
from collections.abc import Callable
from datetime import datetime, time
from urllib.parse import urlsplit

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa"})
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_UNDETERMINED = "und"


def language_tag(language: str) -> str:
    """The value of a `lang` attribute: empty ("unknown") where it is no plausible BCP 47 code."""
    if language == _UNDETERMINED or not _LANGUAGE_TAG.fullmatch(language):
        return ""
    return language


def direction(language: str) -> str:
    """The value of a `dir` attribute; "auto" only where the language is not known."""
    if not language_tag(language):
        return "auto"
    primary, *rest = language.lower().split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]  # noqa: PLR2004 (ISO 15924)
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


def web_address(url: str | None) -> str | None:
    """The address if a reader may follow it: http or https with a host, else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def has_time_of_day(moment: datetime) -> bool:
    """Whether a moment says more than a day. Sources that give a day only come as midnight."""
    return moment.time() != time(0)


def grouped(number: int) -> str:
    """A count with its thousands set apart."""
    return f"{number:,}"


def two_places(share: float) -> str:
    """A score or confidence from 0 to 1, to two places."""
    return f"{share:.2f}"


FILTERS: dict[str, Callable[..., object]] = {
    "language_tag": language_tag,
    "direction": direction,
    "web_address": web_address,
    "grouped": grouped,
    "two_places": two_places,
}

TESTS: dict[str, Callable[..., bool]] = {"timed": has_time_of_day}
