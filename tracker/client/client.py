"""The client: one method a call."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

from tracker.client.errors import ApiError, ExportDamagedError
from tracker.client.exchanged import IngestAnswer, Manifest, NewDocument
from tracker.client.objects import (
    Comparison,
    ConflictWithStatements,
    Document,
    Event,
    Judgement,
    ListedDocument,
    ListedEvent,
    Mode,
    Party,
    SearchAnswer,
    SimilarAnswer,
    StatementAnswer,
)
from tracker.client.transport import Query, Transport

API = "/api/v1"

_OUTCOMES: Mapping[int, Literal["new", "known", "waiting"]] = {201: "new", 200: "known", 202: "waiting"}
_BLOCK = 1 << 16
_MOST_ROWS = 200
_NOT_FOUND = 404
_STATES_TRIED = 3


@dataclass(frozen=True)
class Ingested:
    """What became of a document that was sent.

    `outcome` is `new`, `known` (it was stored before), or `waiting` (it is stored, and its statements will
    be linked in a while). `location` is where it can be read.
    """

    outcome: Literal["new", "known", "waiting"]
    location: str
    answer: IngestAnswer

    @property
    def ids(self) -> list[str]:
        """The ids of what was stored."""
        return [document["id"] for document in self.answer["documents"]]


class Client:
    """Speaks to a server. Filters go by the names of the API's parameters; a list gives several values.

    All methods raise ApiError for what the server refuses, and UnreachableError where it does not answer.
    What the server asks to send later is sent later, at most `retries` times.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = 60.0,
        retries: int = 5,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        further = {} if sleep is None else {"sleep": sleep}
        self._transport = Transport(base_url, token, timeout=timeout, retries=retries, **further)

    def search(self, text: str, *, k: int = 10, mode: Mode = "hybrid", **filters: object) -> SearchAnswer:
        """Statements that say something similar to a text, in any language, best first.

        Filters: `parties`, `languages`, `events`, `places`, `polarities` (lists), `published_from`,
        `published_to` (days).
        """
        body = {"text": text, "k": k, "mode": mode}
        body |= {name: _plain(value) for name, value in filters.items() if value is not None}
        answer = self._transport.request("POST", f"{API}/search", body=body)
        return cast("SearchAnswer", answer.json())

    def statement(self, statement_id: str) -> StatementAnswer:
        """One statement."""
        return cast("StatementAnswer", self._get(f"/statements/{_step(statement_id)}"))

    def similar(self, statement_id: str, *, k: int = 10, **filters: object) -> SimilarAnswer:
        """The neighbours of a statement by meaning, nearest first. Filters as of `statements`."""
        path = f"/statements/{_step(statement_id)}/similar"
        return cast("SimilarAnswer", self._get(path, {"k": k, **filters}))

    def statements(self, **filters: object) -> Iterator[StatementAnswer]:
        """All statements that pass the filters, the newest publication first."""
        return cast("Iterator[StatementAnswer]", self._rows("statements", filters))

    def events(self, **filters: object) -> Iterator[ListedEvent]:
        """All events that pass the filters."""
        return cast("Iterator[ListedEvent]", self._rows("events", filters))

    def event(self, event_id: str) -> Event:
        """One event; the id of one that was merged leads on."""
        return cast("Event", self._get(f"/events/{_step(event_id)}"))

    def comparison(self, event_id: str, **choices: object) -> Comparison:
        """What is contested in an event."""
        return cast("Comparison", self._get(f"/events/{_step(event_id)}/comparison", choices))

    def conflicts(self, **filters: object) -> Iterator[ConflictWithStatements]:
        """All conflicts that pass the filters, the surest first."""
        return cast("Iterator[ConflictWithStatements]", self._rows("conflicts", filters))

    def conflict(self, conflict_id: str) -> ConflictWithStatements:
        """One conflict with both its statements."""
        return cast("ConflictWithStatements", self._get(f"/conflicts/{_step(conflict_id)}"))

    def documents(self, **filters: object) -> Iterator[ListedDocument]:
        """All documents that pass the filters, without their texts."""
        return cast("Iterator[ListedDocument]", self._rows("documents", filters))

    def document(self, document_id: str) -> Document:
        """One document with its text, by our id or yours."""
        return cast("Document", self._get(f"/documents/{_step(document_id)}"))

    def parties(self) -> Iterator[Party]:
        """The parties of the registry."""
        return cast("Iterator[Party]", self._rows("parties", {}))

    def ingest(self, document: NewDocument, *, key: str | None = None) -> Ingested:
        """Send a document in. It may be sent as often as need be: it is stored once.

        `key` is the Idempotency-Key of the request, made up where none is given; with the same one, and the
        same document, the same answer comes for 24 hours.
        """
        headers = {"Idempotency-Key": json.dumps(key or str(uuid.uuid4()))}
        answer = self._transport.request("POST", f"{API}/documents", body=document, headers=headers)
        outcome = _OUTCOMES.get(answer.status, "known")
        return Ingested(outcome, answer.headers.get("location", ""), answer.json())

    def review(
        self, conflict_id: str, judgement: Judgement, reason: str = "", *, if_match: str | None = None
    ) -> ConflictWithStatements:
        """Judge a conflict as it was read: by the ETag `if_match`, or as it stands now.

        Raises ChangedSinceReadError where somebody has judged it since.
        """
        path = f"{API}/conflicts/{_step(conflict_id)}"
        if if_match is None:
            if_match = self._transport.request("GET", path).headers.get("etag", "")
        body = {"judgement": judgement, "reason": reason}
        # With the condition it cannot be carried out twice. Sent again after its answer was lost, it fails
        # by it, which is not to be taken for a refusal: so it is sent once.
        answer = self._transport.request(
            "POST", f"{path}/review", body=body, headers={"If-Match": if_match}, is_safe=False
        )
        return cast("ConflictWithStatements", answer.json())

    def manifest(self, state: str | None = None) -> Manifest:
        """What an export of the present state holds, or of one that is still kept."""
        return cast("Manifest", self._get("/export/manifest", {"state": state}))

    def export(
        self,
        folder: str | Path,
        kinds: Sequence[str] = ("documents", "statements", "events", "conflicts"),
    ) -> Manifest:
        """Download lists of one state as JSON Lines, and their manifest, into a folder.

        Each file is checked against the manifest before it takes its place. Raises ExportDamagedError.
        """
        home = Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _STATES_TRIED + 1):
            answer = self._transport.request("GET", f"{API}/export/manifest")
            manifest = cast("Manifest", answer.json())
            try:
                for kind in kinds:
                    self._download(manifest, kind, home)
            except ApiError as error:
                # The server keeps no state for ever: begin again with the present one.
                if error.status != _NOT_FOUND or attempt == _STATES_TRIED:
                    raise
                continue
            _put(home / "manifest.json", answer.body)
            break
        return manifest

    def _download(self, manifest: Manifest, kind: str, home: Path) -> None:
        described = manifest["files"][kind]
        part = home / f"{kind}.jsonl.part"
        digest, size = hashlib.sha256(), 0
        path, query = f"{API}/export/{kind}.jsonl", {"state": manifest["state"]}
        with self._transport.opened("GET", path, query=query) as response, part.open("wb") as file:
            while block := response.read(_BLOCK):
                digest.update(block)
                size += file.write(block)
        if (size, digest.hexdigest()) != (described["bytes"], described["sha256"]):
            part.unlink()
            raise ExportDamagedError(
                f"{kind}.jsonl came with {size} bytes and the hash {digest.hexdigest()[:12]}, "
                f"not {described['bytes']} and {described['sha256'][:12]}"
            )
        part.replace(home / f"{kind}.jsonl")

    def _rows(self, name: str, filters: Query) -> Iterator[Any]:
        """The rows of all pages of a list."""
        query: dict[str, Any] = {"limit": _MOST_ROWS, **filters}
        while True:
            page = self._get(f"/{name}", query)
            yield from page[name]
            if page.get("next") is None:
                return
            query["cursor"] = page["next"]

    def _get(self, path: str, query: Query | None = None) -> Any:  # noqa: ANN401 # any JSON
        return self._transport.request("GET", f"{API}{path}", query=query).json()


def _step(name: str) -> str:
    """An id as a step of a path, its slashes escaped."""
    return quote(name, safe="")


def _plain(value: object) -> object:
    """What JSON can hold: a day as it is written."""
    return value if isinstance(value, str | int | float | list | tuple) else str(value)


def _put(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
