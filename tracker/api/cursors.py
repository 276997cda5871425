"""Cursors as callers see them: opaque, signed, and good for the list and the filters they came from alone."""

import base64
import hashlib
import hmac
from typing import Final

from pydantic import BaseModel

from tracker.api.problems import ProblemError, ProblemKind

LONGEST_CURSOR: Final = 1_000
_SEAL: Final = 18
"""Bytes of the signature: enough that nobody guesses one, and a whole number of characters."""


class Cursors:
    """Signs places in lists with a key of their own, derived from the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"cursors of the api", hashlib.sha256)

    def sign(self, place: str, name: str, asked: BaseModel) -> str:
        """The cursor for a place in the list of an operation, held to the parameters that were asked for."""
        # How many rows are wanted may change from page to page.
        filters = asked.model_dump_json(exclude={"cursor", "limit"})
        signed = "\n".join((name, filters, place))
        seal = hmac.digest(self._key, signed.encode(), hashlib.sha256)[:_SEAL]
        return base64.urlsafe_b64encode(seal + place.encode()).decode("ascii").rstrip("=")

    def place(self, cursor: str, name: str, asked: BaseModel) -> str:
        """The place that a cursor stands for. Raises ProblemError (400) for one not signed for this."""
        place = _place_in(cursor)
        if not hmac.compare_digest(cursor.encode(), self.sign(place, name, asked).encode()):
            detail = (
                "this list did not give out this cursor, or did for other parameters: "
                "ask with it as it stands in `next`, with the parameters of that request"
            )
            errors = [{"parameter": "cursor", "detail": detail}]
            raise ProblemError(ProblemKind.CURSOR, f"cursor: {detail}", errors=errors)
        return place


def _place_in(cursor: str) -> str:
    """What a cursor says, whoever wrote it; empty where it says nothing."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)[_SEAL:].decode()
    except ValueError:
        return ""
