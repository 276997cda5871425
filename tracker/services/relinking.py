"""Linking all statements anew: in parts as far as it is embedding, and so that it can be broken off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.domain.events import Linking
from tracker.domain.identifiers import vector_key
from tracker.events.linking import NO_ORIGIN, Origin
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import EmbeddingService, linking_texts
from tracker.services.ports import Store

_EMBEDDED = 400  # statements embedded in one transaction


@dataclass(frozen=True, slots=True)
class Former:
    """The statements of each event before all began to be linked anew; no events while nothing is."""

    events: Mapping[str, frozenset[str]]

    def origin(self, store: Store) -> Origin:
        """Where each statement stood. The ids of events that have members again have been given again."""
        if not self.events:
            return NO_ORIGIN
        given = frozenset(event.id for event in store.all_events())
        return Origin({one: event for event, members in self.events.items() for one in members}, given)

    def end(self, store: Store) -> None:
        """Once all is linked: let ids of events that are gone lead to where most of their statements are."""
        if not self.events or store.unlinked():
            return
        current = {event.id for event in store.all_events()}
        redirects: dict[str, str] = {}
        for event, members in self.events.items():
            if event in current:
                continue
            now = list(store.events_of(sorted(members)).values())
            if now:
                redirects[event] = max(sorted(set(now)), key=now.count)
        with store.writing() as session:
            session.apply_linking(Linking(events=(), redirects=redirects))
            session.forget_former_events()


def embed_part(
    store: Store, embeddings: EmbeddingService, comparing: ComparisonVectors, part: int, parts: int
) -> Iterator[int]:
    """Embed one of so many parts of all statements with the models of now; gives how many are by then.

    Parts are counted from 0; to which a statement belongs follows from its id. What was embedded before is
    not embedded again. The vectors are kept beside those in use, which stay so until all is linked anew.
    """
    ids = [one for one in store.statement_ids() if vector_key(one) % parts == part]
    for start in range(0, len(ids), _EMBEDDED):
        statements = store.statements(ids[start : start + _EMBEDDED])
        embeddings.texts.of(linking_texts(statements))
        comparing.keep(statements)
        yield start + len(statements)
