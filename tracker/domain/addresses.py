"""Addresses that came with documents, and which of them a reader may follow."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_CREDENTIALS = re.compile(r"(://)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address to be fetched, as somebody wrote it: not checked yet."""

    url: str


def looks_like_address(text: str) -> bool:
    """Whether a text is meant for an address and not for a path."""
    return _SCHEME.match(text) is not None


def without_credentials(url: str) -> str:
    """An address as it may stand in messages: no name and password, nothing that cannot be printed."""
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in url)
    return _CREDENTIALS.sub(r"\1…@", printable)


def web_address(url: str | None) -> str | None:
    """The address if a reader may follow it: http or https with a host and nothing hidden, else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
