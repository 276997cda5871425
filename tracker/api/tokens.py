"""Bearer tokens as the API sees them: who holds one, and what it may do.

A token reads `cc_<id>_<secret>`. The id finds its row; only the SHA-256 of the whole token is stored, which
is enough for a secret of 128 bits or more.
"""

from dataclasses import dataclass
from typing import Final

READ: Final = "read"
ADMIN: Final = "admin"

_IMPLIED_READ: Final = frozenset({"review", "ingest"})
_LONGEST_TOKEN: Final = 256
_PREFIX: Final = "cc"


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was recognised: the name it was created under, and its scopes.

    `key` tells it from others of the same name.
    """

    name: str
    scopes: frozenset[str]
    key: str = ""

    def allows(self, scope: str) -> bool:
        """Whether this token may do what needs `scope`; review and ingest imply read, admin everything."""
        if scope in self.scopes or ADMIN in self.scopes:
            return True
        return scope == READ and not self.scopes.isdisjoint(_IMPLIED_READ)


def has_token_shape(text: str) -> bool:
    """Whether `text` could be a token at all, so that other words never reach the database."""
    if len(text) > _LONGEST_TOKEN or not text.isascii() or not text.isprintable():
        return False
    prefix, _, rest = text.partition("_")
    identifier, _, secret = rest.partition("_")
    return prefix == _PREFIX and bool(identifier) and bool(secret)
