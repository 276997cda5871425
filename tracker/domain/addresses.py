"""Addresses that came with documents, and which of them a reader may follow."""

from urllib.parse import urlsplit


def web_address(url: str | None) -> str | None:
    """The address if a reader may follow it: http or https with a host and nothing hidden, else None."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
