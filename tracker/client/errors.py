"""What can go wrong between a client and its server."""

from collections.abc import Mapping, Sequence
from typing import Any


class ClientError(Exception):
    """Root of all errors of the client."""


class UnreachableError(ClientError):
    """No answer came, however often it was tried."""


class ExportDamagedError(ClientError):
    """A file that was downloaded is not what its manifest says."""


class ApiError(ClientError):
    """The server answered with a problem (RFC 9457).

    `kind` is its stable name, such as `not-found`; `errors` are single faults of a request, each with
    `detail` and where it stands; `request_id` is what the server's log has it under.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.kind = str(problem.get("type", "about:blank")).rpartition(":")[2]
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors: Sequence[Mapping[str, str]] = problem.get("errors") or ()
        self.request_id: str | None = problem.get("request_id")
        super().__init__(f"{status} {self.kind}: {self.detail or self.title}")


class ChangedSinceReadError(ApiError):
    """What was to be judged has changed since it was read: read it again, and judge anew if need be."""
