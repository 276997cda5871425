"""Linking and comparing what is not yet linked, and anew where asked."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from tracker.conflicts.comparison import Comparator
from tracker.domain.conflicts import Conflict
from tracker.domain.decisions import DecidedMeanwhileError
from tracker.domain.errors import BusyError, ModelMismatchError
from tracker.domain.events import Event, Linking, Membership
from tracker.domain.identifiers import statement_of_key, vector_key
from tracker.events.clustering import NEIGHBOURS
from tracker.events.constraints import Constraints
from tracker.events.description import describe_event
from tracker.events.linkable import Linkable, event_day
from tracker.events.linking import Origin, link_statements
from tracker.events.pair_model import Likeness
from tracker.events.pairs import LONGEST_GAP
from tracker.events.window import Group, OpenWindow
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import EmbeddingService
from tracker.services.linking_days import day_of, span_around
from tracker.services.linking_ports import Alone, Others, Turn, Turns
from tracker.services.ports import Store, VectorIndex
from tracker.services.relinking import Former

_BATCH = 400  # statements linked in one transaction
_LARGEST_EVENT = 80  # members of an older event that a new statement is measured against
_EMBEDDED = 1_200  # statements embedded in one transaction
_PATIENCE = 15.0  # seconds that whoever decided something waits for its consequences

Progress = Callable[[str, int, int], None]
"""Told the stage, how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class LinkingService:
    """Takes stored statements to events and conflicts, a batch a transaction; resumes where it stopped.

    Of all threads and processes that link, one does at a time (`turns`). Whoever links much lets others go
    first after each batch, and then looks anew at what is stored.
    """

    store: Store
    embeddings: EmbeddingService
    comparing: ComparisonVectors
    index: VectorIndex
    model: Likeness
    comparator: Comparator
    turns: Turns = field(default_factory=Alone)

    def check_model(self) -> None:
        """Raise ModelMismatchError where the database holds another model's vectors."""
        stored, wanted = self.store.model(), self.embeddings.identity
        if stored is not None and stored != wanted:
            raise ModelMismatchError(str(stored), str(wanted))

    def link_pending(self, progress: Progress, others: Others = tuple) -> None:
        """Link all statements that are stored but not linked yet, save what `others` link; save the index."""
        with self.turns.take() as turn:
            self._link_pending(progress, turn, others)

    def waiting(self) -> dict[str, tuple[str, ...]]:
        """The statements that are stored but not linked yet, by document."""
        by_document: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.store.statements(self.store.unlinked()):
            by_document[one.document].append(one.id)
        return {document: tuple(statements) for document, statements in by_document.items()}

    def link(self, statements: Sequence[str], patience: float) -> None:
        """Link these statements, as far as they wait for it, and save the index.

        Others that wait are linked along, unless they are many. Raises BusyError where others link for
        longer than so many seconds: whoever does then links these, too, before leaving off.
        """
        with self.turns.take(patience) as turn:
            among, everyone = frozenset(statements), self.store.unlinked()
            waiting = [one for one in everyone if len(everyone) <= _BATCH or one in among]
            former = self._relinked()
            self._link_waiting(waiting, lambda *_: None, former, turn, beside=frozenset(everyone))
            former.end(self.store)

    def _link_pending(
        self, progress: Progress, turn: Turn, others: Others = tuple, former: Former | None = None
    ) -> None:
        former = self._relinked() if former is None else former
        while True:
            beside = frozenset(others())
            waiting = [one for one in self.store.unlinked() if one not in beside]
            self._link_waiting(waiting, progress, former, turn, beside=beside)
            # What was stored meanwhile may have nobody else to link it.
            if not waiting:
                former.end(self.store)
                return

    def _relinked(self) -> Former:
        """What all was before it began to be linked anew, where that was broken off."""
        former = Former(self.store.former_events())
        if former.events:
            # What the index holds on the disk is of before.
            self.index.replace(self.store.all_vectors())
        return former

    def _link_waiting(
        self,
        waiting: list[str],
        progress: Progress,
        former: Former,
        turn: Turn,
        *,
        beside: frozenset[str] = frozenset(),
    ) -> None:
        """Link these, batch by batch; those `beside` them wait for others to link them."""
        self._refresh()
        self.index.reload_if_changed()
        total = len(waiting)
        mark, window = self._window()
        origin = former.origin(self.store)
        while waiting:
            new = self._linkables(waiting[:_BATCH])
            days = [one.published for one in new if one.published is not None]
            if days:
                window.let_go(before=day_of(min(days).toordinal() - LONGEST_GAP))
            near = self._neighbours(new) | {one.statement.id for one in new}
            self._open(window, near, waiting=beside | frozenset(waiting))
            try:
                linked = self._link(window, new, origin, mark)
            except DecidedMeanwhileError:
                # What is in the window stood before the decision: this batch begins again without it.
                mark, window = self._window()
                continue
            origin = origin.without(event.id for event in linked)
            waiting = waiting[_BATCH:]
            progress("linking", total - len(waiting), total)
            if waiting and turn.give_way(self.index.save):
                self.index.reload_if_changed()
                still = frozenset(self.store.unlinked())
                waiting = [one for one in waiting if one in still]
                mark, window = self._window()
        if total:
            self.index.save()

    def _window(self) -> tuple[int, OpenWindow]:
        """An empty window bound by what people have decided, and the mark of those decisions."""
        mark = self.store.decision_mark()
        return mark, OpenWindow(self.model, Constraints.of(self.store.link_decisions()))

    def refresh(self) -> None:
        """Describe and compare anew the events that wait for it because a person decided something.

        No statement changes its event. Where others link for long, it is left to them.
        """
        with suppress(BusyError), self.turns.take(_PATIENCE):
            self._refresh()

    def _refresh(self) -> None:
        while due := self.store.due_events():
            mark = self.store.decision_mark()
            linking = Linking(tuple(map(self._described, self.store.events(due))), {})
            conflicts = self._compare(linking.events)
            try:
                self._write(linking, conflicts, [], mark)
            except DecidedMeanwhileError:
                continue

    def _described(self, event: Event) -> Event:
        return describe_event(self._linkables(event.statements), event.members, event.id)

    def relink(self, progress: Progress) -> None:
        """Embed all statements with the current model and link and compare them anew.

        What a person has judged stays as it is; an event keeps its id where its statements stay together.
        """
        ids = self.store.statement_ids()
        for start in range(0, len(ids), _EMBEDDED):
            self.embeddings.embed_stored(self.store.statements(ids[start : start + _EMBEDDED]))
            progress("embedding", min(start + _EMBEDDED, len(ids)), len(ids))
        # Nobody else may link meanwhile: statements would lose the event that they come from.
        with self.turns.take():
            with self.store.writing() as session:
                session.set_model(self.embeddings.identity)
                session.clear_linking()
            self.index.replace(self.store.all_vectors())
            self._link_pending(progress, Alone(), former=Former(self.store.former_events()))

    def _link(
        self, window: OpenWindow, new: Sequence[Linkable], origin: Origin, mark: int
    ) -> tuple[Event, ...]:
        batch = [one.statement.id for one in new]
        everyone = [*window.row_of, *batch]
        settled = self.store.events_of(everyone)
        linking = self._completed(link_statements(window, new, settled, origin), settled, everyone)
        self._write(linking, self._compare(linking.events), batch, mark)
        return linking.events

    def _write(
        self, linking: Linking, conflicts: Sequence[Conflict], linked: Sequence[str], mark: int
    ) -> None:
        with self.store.writing() as session:
            session.require_mark(mark)
            session.apply_linking(linking)
            session.replace_conflicts([event.id for event in linking.events], conflicts)
            session.mark_linked(linked)

    def _open(self, window: OpenWindow, near: set[str], waiting: frozenset[str]) -> None:
        """Take stored statements into the window, with their events and all that people decided about them.

        What is in it already stays as it is; what waits to be linked comes in its turn.
        """
        inside = waiting | set(window.row_of)
        constraints, reached = window.constraints, set(near)
        near = near - inside
        while True:
            settled = self.store.events_of(sorted(near))
            events = self.store.events(sorted(set(settled.values())))
            reached |= {one for event in events for one in event.statements}
            decided = constraints.about(reached) - inside - near
            if not decided:
                break
            near |= decided
            reached |= decided
        # Of a large event, those that somebody decided about come first, then those that were asked for.
        bound = constraints.about(reached)
        outside = [
            sorted(set(event.statements) - inside, key=lambda one: (one not in bound, one not in near, one))
            for event in events
        ]
        opened = [members[:_LARGEST_EVENT] for members in outside]
        opened += [[one] for one in sorted(near - set(settled))]
        found = {one.statement.id: one for one in self._linkables([one for group in opened for one in group])}
        beside = [event.statements for event in events] + [()] * len(opened)
        whole = [len(members) for members in outside] + [1] * len(opened)
        window.settle(
            Group([found[one] for one in group], known, cut=len(group) < count)
            for group, known, count in zip(opened, beside, whole, strict=False)
        )

    def _neighbours(self, new: Sequence[Linkable]) -> set[str]:
        """The nearest stored statements about days near those of the new ones, which the index then holds."""
        by_span: defaultdict[tuple[date, date] | None, list[Linkable]] = defaultdict(list)
        for one in new:
            by_span[span_around(event_day(one))].append(one)
        near: set[str] = set()
        for span, ones in sorted(by_span.items(), key=lambda item: item[0] or (date.min, date.min)):
            vectors = np.stack([one.context for one in ones])
            allowed = None if span is None else self.store.keys_about(*span)
            for row in self.index.search(vectors, NEIGHBOURS, allowed):
                near.update(statement_of_key(key) for key, _ in row)
        keys = np.array([vector_key(one.statement.id) for one in new], dtype=np.int64)
        self.index.upsert(keys, np.stack([one.context for one in new]))
        return near

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
        published = self.store.published_of(ids)
        contexts, quotes = self.embeddings.contexts(statements), self.embeddings.quotes(statements)
        return [
            Linkable(
                statement=statement,
                published=published[statement.id],
                context=contexts[statement.id],
                quote=quotes[statement.id],
            )
            for statement in statements
        ]

    def _compare(self, events: Sequence[Event]) -> list[Conflict]:
        every = self.store.statements([one for event in events for one in event.statements])
        published = self.store.published_of([one.id for one in every])
        members = {one.statement.id: one for one in self.comparing.members(every, published)}
        return [
            conflict
            for event in events
            for conflict in self.comparator.compare(event.id, [members[one] for one in event.statements])
        ]
