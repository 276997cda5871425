"""Who may make a call: the token of a request, its scope, and how many calls it has left."""

import logging
from typing import Final

from flask import g, request

from tracker.api.desk import ApiDesk
from tracker.api.operation import Operation
from tracker.api.problems import ProblemError, ProblemKind
from tracker.api.tokens import Token, has_token_shape
from tracker.domain.tracing import SECURITY, note

_REALM: Final = 'Bearer realm="counterclaim"'


def admit(desk: ApiDesk, operation: Operation) -> Token | None:
    """The token of the present request, None where the call needs none.

    Raises ProblemError: 401 without a token that works, 403 for one that may not do this, 429 for one, or
    for an address that sent too many that do not work, that has to wait.
    """
    if operation.scope is None:
        return None
    token = _recognised(desk)
    g.token_id = token.key or token.name
    _count(desk, "token", token.key or token.name)
    if not token.allows(operation.scope):
        note(SECURITY, logging.WARNING, "token lacks scope", token=g.token_id, scope=operation.scope)
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{operation.scope}"'}
        detail = f"the token {token.name!r} lacks the scope {operation.scope}"
        raise ProblemError(ProblemKind.SCOPE_MISSING, detail, headers=headers)
    return token


def _recognised(desk: ApiDesk) -> Token:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text:
        detail = "send a token: Authorization: Bearer cc_…"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": _REALM})
    token = desk.authenticate(text) if has_token_shape(text) else None
    if token is None:
        # Only failures count here, so that whoever shares the address of one who guesses is not shut out.
        note(SECURITY, logging.WARNING, "token refused", address=request.remote_addr)
        _count(desk, "failures", request.remote_addr or "")
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        detail = "the token is unknown, revoked or expired"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers=headers)
    return token


def _count(desk: ApiDesk, policy: str, whose: str) -> None:
    standing = desk.limits.take(policy, whose)
    if standing is None:
        return
    g.rate_limit = standing
    if not standing.is_refused:
        return
    note(SECURITY, logging.WARNING, "too many calls", policy=policy, address=request.remote_addr)
    what = "this token" if policy == "token" else "this address, with tokens that do not work"
    detail = f"too many requests by {what}: {standing.words}; try again in {standing.retry_after} s"
    raise ProblemError(ProblemKind.TOO_MANY, detail, headers={"Retry-After": str(standing.retry_after)})
