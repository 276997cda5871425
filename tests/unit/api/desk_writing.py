"""What is behind the calls that change something, in memory: documents, answers, decisions, exports."""

import atexit
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.api.writing import WritingDesk
from tracker.domain.audit import START, AuditEntry
from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import Key, StaleError, stamp
from tracker.domain.documents import IncomingDocument
from tracker.domain.errors import DocumentChangedError, NotFoundError
from tracker.domain.repeats import Claim, KeptAnswer, KeyInUseError, KeyReusedError
from tracker.reading.posted import read_posted
from tracker.services.export_shelf import Shelved
from tracker.services.receiving import Received
from tracker.services.repeats import RepeatService

if TYPE_CHECKING:
    from desks import World

STATE = "5f1d0c3b7a92e684"
LINES = b'{"id": "n1"}\n{"id": "n2", "title": "\xd0\xbc\xd0\xb8\xd1\x80"}\n' * 50_000


@dataclass
class MemoryKeys:
    """A key book. `gone` are processes that have ended."""

    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def claim(
        self, token: str, key: str, fingerprint: str, *, holder: str, until: datetime
    ) -> Claim | KeptAnswer:
        del until
        row = self.rows.setdefault((token, key), {"print": fingerprint, "documents": [], "holder": None})
        if row["print"] != fingerprint:
            raise KeyReusedError("this key came with another request before")
        if "answer" in row:
            kept: KeptAnswer = row["answer"]
            return kept
        if row["holder"] is not None and row["holder"] not in self.gone:
            raise KeyInUseError("the request of this key is being answered just now")
        row["holder"] = holder
        return Claim(token, key, holder, tuple(row["documents"]))

    def note(self, claim: Claim, document: str) -> None:
        self.rows[claim.token, claim.key]["documents"].append(document)

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        self.rows[claim.token, claim.key]["answer"] = answer

    def drop(self, claim: Claim) -> None:
        del self.rows[claim.token, claim.key]


@dataclass
class MemoryDesk:
    """Takes documents in by their ids alone, and keeps judgements in the world."""

    world: "World"
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    taken: list[IncomingDocument] = field(default_factory=list)
    acts: list[tuple[str, str, str]] = field(default_factory=list)
    is_linked: bool = True
    fails_with: Exception | None = None
    before_the_act: Callable[[], None] = lambda: None

    def receive(
        self,
        record: Mapping[str, object],
        about_to_store: Callable[[str], None],
        earlier: tuple[str, ...] = (),
    ) -> Received:
        document = self.world.documents["english"]
        incoming = read_posted(record)
        about_to_store(document.id)
        if self.fails_with is not None:
            raise self.fails_with
        same = [one for one in self.taken if one.external_id == incoming.external_id]
        if same and same[0].text != incoming.text:
            raise DocumentChangedError(
                f"document {incoming.external_id} is already stored with other content"
            )
        if not same:
            self.taken.append(incoming)
        view = self.world.library.document(document.id)
        return Received((view,), not same or document.id in earlier, self.is_linked)

    def stamp(self, keys: Sequence[Key]) -> str:
        return stamp({key: str(self._conflict(key.id).judgement) for key in keys})

    def judge(
        self, conflicts: Sequence[str], judgement: Judgement, *, by: str, reason: str, seen: str
    ) -> AuditEntry | None:
        self.before_the_act()
        (wanted,) = conflicts
        key = Key("conflict", wanted, "judgement")
        if self.stamp([key]) != seen:
            raise StaleError({key: str(judgement)}, {key: "other"}, None)
        self.let_stand(wanted, judgement)
        self.acts.append((by, str(judgement), reason))
        return None

    def let_stand(self, conflict: str, judgement: Judgement) -> None:
        library = self.world.library
        changed = replace(self._conflict(conflict), judgement=judgement)
        library.conflicts = [changed if one.id == conflict else one for one in library.conflicts]

    def _conflict(self, conflict: str) -> Any:
        for one in self.world.library.conflicts:
            if one.id == conflict:
                return one
        raise NotFoundError(f"no conflict is stored under {conflict}")


@dataclass
class FolderShelf:
    """One export in a folder."""

    folder: Path
    fails_with: Exception | None = None

    def current(self) -> Shelved:
        if self.fails_with is not None:
            raise self.fails_with
        return self.at(STATE)

    def at(self, state: str) -> Shelved:
        if state != STATE:
            raise NotFoundError(f"no export of the state {state} is kept")
        return Shelved(self.folder, json.loads((self.folder / "manifest.json").read_text()))


class Watch:
    def now(self) -> datetime:
        return datetime.fromisoformat("2026-11-25T09:30:00+00:00")


def shelf_in(folder: Path) -> FolderShelf:
    """An export of two documents and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kind in ("documents", "statements", "events", "conflicts"):
        lines = LINES if kind == "documents" else b""
        (folder / f"{kind}.jsonl").write_bytes(lines)
        files[kind] = {
            "name": f"{kind}.jsonl",
            "rows": lines.count(b"\n"),
            "bytes": len(lines),
            "sha256": ("d" if lines else "e") * 64,
        }
    manifest = {
        "format": "counterclaim-export-1",
        "state": STATE,
        "tool": {"name": "counterclaim", "version": "1"},
        "model": None,
        "detectors": [],
        "audit": {"entries": 0, "seal": START},
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return FolderShelf(folder)


@cache
def _shelf_of_all_tests() -> FolderShelf:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return shelf_in(Path(folder.name) / "export")


def writing(world: "World", *, desk: MemoryDesk | None = None) -> WritingDesk:
    """All of it, over a world."""
    desk = desk or MemoryDesk(world)
    return WritingDesk(
        receive=desk.receive,
        repeats=RepeatService(desk.keys, Watch(), lambda: "one"),
        decisions=desk,  # type: ignore[arg-type] # as much as the calls ask for
        shelf=_shelf_of_all_tests(),  # type: ignore[arg-type] # the same
    )
