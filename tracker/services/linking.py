"""Linking and comparing what is not yet linked, and anew where asked."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.conflicts.comparison import Comparator
from tracker.domain.conflicts import Conflict
from tracker.domain.documents import Document
from tracker.domain.errors import ModelMismatchError
from tracker.domain.events import Event, Linking, Membership
from tracker.domain.identifiers import statement_of_key, vector_key
from tracker.events.linking import Link, link_statements
from tracker.events.pairs import Linkable
from tracker.services.embedding import EmbeddingService
from tracker.services.ports import Store, VectorIndex

_BATCH = 1_200  # statements linked in one transaction
_NEIGHBOURS = 40
_LARGEST_EVENT = 80  # members of an older event that a new statement is measured against

Progress = Callable[[str, int, int], None]
"""Told the stage, how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class LinkingService:
    """Takes stored statements to events and conflicts, a batch a transaction; resumes where it stopped."""

    store: Store
    embeddings: EmbeddingService
    index: VectorIndex
    linker: Link
    comparator: Comparator

    def check_model(self) -> None:
        """Raise ModelMismatchError where the database holds another model's vectors."""
        stored, wanted = self.store.model(), self.embeddings.identity
        if stored is not None and stored != wanted:
            raise ModelMismatchError(str(stored), str(wanted))

    def link_pending(self, progress: Progress) -> None:
        """Link all statements that are stored but not linked yet, then save the index."""
        pending = self.store.unlinked()
        done = 0
        for start in range(0, len(pending), _BATCH):
            batch = pending[start : start + _BATCH]
            self._link_batch(batch)
            done += len(batch)
            progress("linking", done, len(pending))
        if pending:
            self.index.save()

    def relink(self, progress: Progress) -> None:
        """Embed all statements with the current model and link and compare them anew.

        What a person has judged stays as it is; an event keeps its id where its statements stay together.
        """
        statements = list(self.store.all_statements())
        for start in range(0, len(statements), _BATCH):
            self.embeddings.embed_stored(statements[start : start + _BATCH])
            progress("embedding", min(start + _BATCH, len(statements)), len(statements))
        former = {event.id: frozenset(event.statements) for event in self.store.all_events()}
        with self.store.writing() as session:
            session.set_model(self.embeddings.identity)
            session.clear_linking()
        self.index.replace([self.embeddings.stored_vectors([one.id for one in statements])])
        self.link_pending(progress)
        self._keep_ids(former)

    def _keep_ids(self, former: dict[str, frozenset[str]]) -> None:
        """Redirect the ids of events that are gone to the event that holds most of their statements."""
        current = {event.id for event in self.store.all_events()}
        redirects: dict[str, str] = {}
        for event, members in former.items():
            if event in current:
                continue
            now = list(self.store.events_of(sorted(members)).values())
            if now:
                redirects[event] = max(sorted(set(now)), key=now.count)
        if redirects:
            with self.store.writing() as session:
                session.apply_linking(Linking(events=(), redirects=redirects))

    def _link_batch(self, batch: Sequence[str]) -> None:
        keys, vectors = self.embeddings.stored_vectors(batch)
        around = self._neighbours(batch, vectors)
        self.index.upsert(keys, vectors)
        settled = self.store.events_of(around)
        members = self._members(settled)
        everyone = list(dict.fromkeys([*batch, *around, *members]))
        settled = self.store.events_of(everyone)
        linkables = self._linkables(everyone)
        linking = self._completed(link_statements(linkables, settled, self.linker), settled, everyone)
        conflicts = self._compare(linking.events)
        with self.store.writing() as session:
            session.apply_linking(linking)
            session.replace_conflicts([event.id for event in linking.events], conflicts)
            session.mark_linked(batch)

    def _neighbours(self, batch: Sequence[str], vectors: NDArray[np.float32]) -> list[str]:
        own = {vector_key(one) for one in batch}
        found = self.index.search(vectors, _NEIGHBOURS)
        keys = {key for row in found for key, _ in row} - own
        return [statement_of_key(key) for key in sorted(keys)]

    def _members(self, settled: dict[str, str]) -> list[str]:
        events = self.store.events(sorted(set(settled.values())))
        return [member for event in events for member in event.statements[:_LARGEST_EVENT]]

    def _completed(self, linking: Linking, settled: Mapping[str, str], seen: Sequence[str]) -> Linking:
        """The same events with those members of the settled ones that were not looked at."""
        looked_at = frozenset(seen)
        unseen: defaultdict[str, list[Membership]] = defaultdict(list)
        for former in self.store.events(sorted(set(settled.values()))):
            now = linking.redirects.get(former.id, former.id)
            unseen[now] += [member for member in former.members if member.statement not in looked_at]
        events = [replace(event, members=(*event.members, *unseen[event.id])) for event in linking.events]
        return replace(linking, events=tuple(events))

    def _linkables(self, ids: Sequence[str]) -> list[Linkable]:
        statements = self.store.statements(ids)
        documents = self.store.documents_of(ids)
        views = self.embeddings.views(statements)
        return [
            Linkable(
                statement=statement,
                published=_day(documents[statement.id]),
                context=views[statement.id].context,
                quote=views[statement.id].quote,
                heading=views[statement.id].heading,
            )
            for statement in statements
        ]

    def _compare(self, events: Sequence[Event]) -> list[Conflict]:
        conflicts: list[Conflict] = []
        for event in events:
            statements = self.store.statements(event.statements)
            views = self.embeddings.views(statements)
            members = [(statement, views[statement.id].quote) for statement in statements]
            conflicts += self.comparator.compare(event.id, members)
        return conflicts


def _day(document: Document) -> date | None:
    return document.published.date() if document.published else None
