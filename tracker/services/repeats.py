"""Answering a request once, however often it is sent."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.domain.repeats import KEPT_FOR, Claim, KeptAnswer
from tracker.services.ports import Clock


class KeyBook(Protocol):
    """The keys that callers sent, shared by all processes. All methods raise DatabaseError."""

    def claim(
        self, token: str, key: str, fingerprint: str, *, holder: str, until: datetime
    ) -> Claim | KeptAnswer:
        """The answer that is kept of this request, or the right to answer it.

        `fingerprint` tells one request from another; the key is kept `until` then. Raises KeyReusedError,
        KeyInUseError.
        """

    def note(self, claim: Claim, document: str) -> None:
        """Remember, before it is stored, a document that is stored for this request."""

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer."""

    def drop(self, claim: Claim) -> None:
        """Forget the key: the request was not answered, and may come again."""


@dataclass(frozen=True, slots=True)
class RepeatService:
    """Keeps answers by token and key. `process` names the process that asks, as job workers are named."""

    book: KeyBook
    clock: Clock
    process: Callable[[], str]

    def claim(self, token: str, key: str, fingerprint: str) -> Claim | KeptAnswer:
        """The answer that is kept of this request, or the right to answer it.

        A right whose process has ended passes on. Raises KeyReusedError, KeyInUseError.
        """
        holder = f"{self.process()}:{secrets.token_hex(4)}"
        until = self.clock.now() + KEPT_FOR
        return self.book.claim(token, key, fingerprint, holder=holder, until=until)

    def note(self, claim: Claim, document: str) -> None:
        """Remember, before it is stored, a document that is stored for this request."""
        self.book.note(claim, document)

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer, to be given again."""
        self.book.keep(claim, answer)

    def drop(self, claim: Claim) -> None:
        """Forget the key: the request was not answered, and may come again."""
        self.book.drop(claim)
