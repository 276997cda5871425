"""The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): one answer for one request."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Request
from pydantic import BaseModel

from tracker.api.operation import Call, Header, Reply
from tracker.api.problems import ProblemError, ProblemKind
from tracker.domain.repeats import LONGEST_KEY, Claim, KeptAnswer, KeyInUseError, KeyReusedError
from tracker.services.repeats import RepeatService

NAME: Final = "Idempotency-Key"
REPLAYED: Final = Header(
    "Idempotent-Replayed", "`true` where this answer was given before to the same key.", "true"
)
KEY: Final = Header(
    NAME,
    "A key of your own for this request, such as a UUID, best in double quotes. Sent again within 24 hours "
    "with the same token and body, it gets the same answer and changes nothing more.",
    '"6f1c0d7a-2f0e-4a77-9a57-5f0b8c1d2e3f"',
)

_KEPT_HEADERS: Final = ("Location", "ETag")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_IN_A_MOMENT: Final = "1"  # second

Noted = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to answer a request. `earlier` are documents that a broken off one was about to store."""

    about_to_store: Noted
    earlier: tuple[str, ...] = ()


def once(repeats: RepeatService, call: Call, answer: Callable[[Attempt], Reply]) -> Reply:
    """Answer a request that may bear a key. Only what went well is kept: all else may be tried again.

    Raises ProblemError: 400 for what is no key, 422 for one that came with another request, 409 for one
    whose request is being answered.
    """
    key = _key_of(call.request)
    if key is None:
        return answer(Attempt(lambda _: None))
    claim = _claimed(repeats, call, key)
    if isinstance(claim, KeptAnswer):
        headers = {**claim.headers, REPLAYED.name: "true"}
        return Reply(claim.body, status=claim.status, headers=headers)
    try:
        reply = answer(Attempt(lambda document: repeats.note(claim, document), claim.documents))
        body = reply.body if isinstance(reply.body, bytes) else reply.body.model_dump_json().encode()
        repeats.keep(claim, KeptAnswer(reply.status, body, _kept(reply.headers)))
    except BaseException:
        repeats.drop(claim)
        raise
    return Reply(body, status=reply.status, headers=reply.headers)


def _claimed(repeats: RepeatService, call: Call, key: str) -> Claim | KeptAnswer:
    token = call.token
    if token is None:
        raise TypeError("a call without a token keeps no answers")
    try:
        return repeats.claim(token.key or token.name, key, _fingerprint(call))
    except KeyReusedError as error:
        raise ProblemError(ProblemKind.KEY_REUSED, str(error)) from None
    except KeyInUseError as error:
        headers = {"Retry-After": _IN_A_MOMENT}
        raise ProblemError(ProblemKind.CONFLICTING, str(error), headers=headers) from None


def _fingerprint(call: Call) -> str:
    """What tells one request from another: the call and what was sent, however it was spaced."""
    sent = call.body.model_dump_json() if isinstance(call.body, BaseModel) else ""
    words = f"{call.request.method} {call.request.path}\n{sent}"
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in _KEPT_HEADERS}


def _key_of(request: Request) -> str | None:
    """The key of a request: a quoted string (RFC 8941), or the bare words that many clients send."""
    given = request.headers.getlist(NAME)
    if not given:
        return None
    written = given[0].strip()
    quoted = _QUOTED.fullmatch(written)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else written
    fits = 0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()
    if len(given) > 1 or not fits or (not quoted and '"' in key):
        detail = f"{NAME} is one string of 1 to {LONGEST_KEY} printable ASCII characters"
        raise ProblemError(ProblemKind.PARAMETER, detail, errors=[{"parameter": NAME, "detail": detail}])
    return key
