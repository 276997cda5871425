"""A conflict laid out to be judged: both quotes, what differs in them, and who decided what stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.domain.audit import AuditEntry
from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import Action, Aspect, Key, SubjectKind, Value, changes_of, stamp
from tracker.domain.documents import Span
from tracker.domain.statements import Statement
from tracker.domain.views import ConflictView, StatementView
from tracker.services.acts import judgement_key
from tracker.services.remembering import Remembered, Same
from tracker.web.clashes import lay_out_clashes
from tracker.web.differences import Differences, Mark, MarkedPiece, differences, mark_pieces
from tracker.web.reading_room import ReadingRoom

KEPT_IN_VIEW = 200
"""How many of the last entries about a conflict are looked through."""

_KEPT = 200
"""How many conflicts are kept laid out, each for as long as the database gives the very same view of it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two statements. `only_here` are the words, span by span, that differ from the other."""

    view: StatementView
    pieces: tuple[MarkedPiece, ...]
    only_here: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Who judged a conflict as it stands, when and why."""

    by: str
    at: datetime
    reason: str
    entry: int


@dataclass(frozen=True, slots=True)
class ConflictBody:
    """A conflict with its sides in the order of the registry.

    `is_compared` says whether the quotes were compared word by word; `is_one_language` whether they could
    be. `decided` is None where nobody judged it, or where that was before the trail was kept. `seen` is the
    stamp of the judgement, for forms.
    """

    conflict: Conflict
    left: Side
    right: Side
    event_title: str
    event_title_language: str
    is_one_language: bool
    is_compared: bool
    decided: Decided | None
    seen: str

    @property
    def has_evidence(self) -> bool:
        """Whether any word of the quotes is one that the explanation names."""
        return any(Mark.EVIDENCE in piece.marks for side in (self.left, self.right) for piece in side.pieces)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note that stands. `aspect` is what withdrawing it asks for."""

    aspect: str
    text: str
    author: str
    at: datetime


def history_of(room: ReadingRoom, conflict_id: str) -> list[AuditEntry]:
    """The last entries of the trail about a conflict, the latest first."""
    subject = (str(SubjectKind.CONFLICT), conflict_id)
    return room.decisions.decisions.history(subject=subject, size=KEPT_IN_VIEW)


def stamp_of(conflict: Conflict) -> str:
    """The stamp of a conflict's judgement as it is shown: what has become of it since makes another."""
    return stamp({judgement_key(conflict.id): str(conflict.judgement)})


_LAID_OUT: Final[Remembered[ConflictBody]] = Remembered(_KEPT)


def lay_out_body(view: ConflictView, room: ReadingRoom, history: Sequence[AuditEntry]) -> ConflictBody:
    """A conflict with its quotes compared. `history` holds its entries of the trail, the latest first.

    The same body again for the same view, so that what is rendered of it can be kept, too.
    """
    decided = _decided(view.conflict, history)
    key = (Same(view), decided, tuple(room.parties))
    return _LAID_OUT.of(key, lambda: _lay_out(view, room, decided))


def _lay_out(view: ConflictView, room: ReadingRoom, decided: Decided | None) -> ConflictBody:
    laid_out = lay_out_clashes([view], room.parties)
    (clash,) = (*laid_out.standing, *laid_out.rejected)
    left, right = clash.left.statement, clash.right.statement
    is_one_language = left.language == right.language
    compared = differences(left.quote, right.quote) if is_one_language else None
    found = compared or Differences((), ())
    return ConflictBody(
        conflict=view.conflict,
        left=_side(clash.left, view.conflict, found.one),
        right=_side(clash.right, view.conflict, found.other),
        event_title=view.event_title,
        event_title_language=view.event_title_language,
        is_one_language=is_one_language,
        is_compared=compared is not None,
        decided=decided,
        seen=stamp_of(view.conflict),
    )


def _side(view: StatementView, conflict: Conflict, only: tuple[Span, ...]) -> Side:
    statement = view.statement
    marks = [(Mark.EVIDENCE, span) for span in _evidence(statement, conflict)]
    marks += [(Mark.ONLY, span) for span in only]
    return Side(
        view=view,
        pieces=mark_pieces(statement.quote, marks),
        only_here=tuple(span.of(statement.quote) for span in only),
    )


def _evidence(statement: Statement, conflict: Conflict) -> Iterator[Span]:
    """The words of a quote that the explanation names, as spans of the quote."""
    for evidence in conflict.verdict.evidence:
        start = max(evidence.span.start, statement.span.start)
        if evidence.statement == statement.id and start < evidence.span.end:
            yield Span(start, evidence.span.end).shifted(-statement.span.start)


def _decided(conflict: Conflict, history: Sequence[AuditEntry]) -> Decided | None:
    """The last act that made the judgement what it is. Taking a later one back does not count as that."""
    if conflict.judgement is Judgement.SUGGESTED:
        return None
    key = judgement_key(conflict.id)
    for entry in history:
        if entry.action not in {Action.JUDGE, Action.REDO}:
            continue
        if any(one.key == key and one.after == str(conflict.judgement) for one in changes_of(entry)):
            return Decided(entry.actor, entry.at, entry.reason, entry.id)
    return None


def notes_of(annotations: Mapping[str, Value]) -> tuple[NoteLine, ...]:
    """The notes among what stands on a conflict, the oldest first."""
    notes = [
        NoteLine(
            aspect=aspect,
            text=str(value["text"]),
            author=str(value["author"]),
            at=datetime.fromisoformat(str(value["at"])),
        )
        for aspect, value in annotations.items()
        if aspect.startswith(f"{Aspect.NOTE}:") and isinstance(value, dict)
    ]
    return tuple(sorted(notes, key=lambda note: note.at))


def assignee_key(conflict_id: str) -> Key:
    """Whom a conflict is assigned to."""
    return Key(SubjectKind.CONFLICT, conflict_id, Aspect.ASSIGNEE)


def assignee_of(annotations: Mapping[str, Value]) -> str | None:
    """Who looks after a conflict."""
    value = annotations.get(Aspect.ASSIGNEE)
    return None if value is None else str(value)
