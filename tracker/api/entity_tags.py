"""ETags: strong ones, of the very bytes of an answer, and the conditions that name them.

An answer that was compressed has a tag of its own, the same with "-gzip" at its end.
"""

import hashlib
from typing import Final

from pydantic import BaseModel
from werkzeug.datastructures import ETags

_DIGITS: Final = 32
GZIP: Final = "-gzip"


def tag_of(body: bytes) -> str:
    """The tag of an answer, without quotes: from its bytes as they are before any compression."""
    return hashlib.sha256(body).hexdigest()[:_DIGITS]


def tag_of_model(answer: BaseModel) -> str:
    """The tag that a GET of this answer bears, without quotes."""
    return tag_of(answer.model_dump_json().encode())


def is_current(wanted: ETags, tag: str) -> bool:
    """Whether an If-Match names the present version: its tag, plain or compressed, or `*`.

    Weak tags never match, as the strong comparison of RFC 9110 has it.
    """
    return wanted.contains(tag) or wanted.contains(tag + GZIP)
