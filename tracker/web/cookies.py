"""What our cookies are called: over TLS a name that no other host, and nothing without TLS, can set."""

from flask import request


def cookie_name(name: str) -> str:
    """The name of a cookie in the present request."""
    return f"__Host-{name}" if request.is_secure else name
