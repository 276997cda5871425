"""Contested questions as a page shows them: positions side by side, who is silent, and what clashes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.questions import Position, Question
from tracker.domain.views import EventDetail, StatementView
from tracker.services.ports import Library
from tracker.web.clashes import Clash, choose_representative
from tracker.web.party_labels import camps_of, in_registry_order
from tracker.web.reading_room import ReadingRoom

OPEN_CONFLICTS = 6
"""How many conflicts of a question are shown as soon as they are asked for; the rest wait once more."""


@dataclass(frozen=True, slots=True)
class PositionCard:
    """One answer. `leading` is the statement that speaks for the rest, `others` the rest of them by party.

    `across` is true where parties hold it that no alliance joins: corroboration across sides.
    """

    position: Position
    parties: tuple[str, ...]
    leading: StatementView
    others: tuple[tuple[str, tuple[StatementView, ...]], ...]
    across: bool

    @property
    def further(self) -> int:
        """How many statements stand behind the leading one."""
        return sum(len(views) for _, views in self.others)


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question with its answers. `conflicts` are shown first of those between them, `later` after these."""

    question: Question
    positions: tuple[PositionCard, ...]
    silent: tuple[str, ...]
    conflicts: tuple[Clash, ...]
    later: tuple[Clash, ...]

    @property
    def statements(self) -> int:
        """How many statements answer it."""
        return sum(1 + card.further for card in self.positions)


class StatementsOf:
    """Finds the statements that a dispute names, most of them in the event that was already read."""

    def __init__(self, detail: EventDetail, library: Library) -> None:
        self._read = {view.statement.id: view for view in detail.statements}
        self._library = library

    def __call__(self, statement: str) -> StatementView:
        """Raises NotFoundError for a statement that is not stored."""
        # An event that grew between the two readings may name one that was not there at the first.
        return self._read.get(statement) or self._library.statement(statement)


def lay_out_questions(
    questions: Sequence[Question], standing: Iterable[Clash], find: StatementsOf, room: ReadingRoom
) -> tuple[tuple[QuestionCard, ...], tuple[Clash, ...]]:
    """The questions in their order, and the conflicts that belong to none of them.

    `standing` are the conflicts of the event that nobody rejected, most certain first.
    """
    clashes = {clash.conflict.id: clash for clash in standing}
    camps = camps_of(room.parties)
    cards = []
    taken: set[str] = set()
    for question in questions:
        wanted = set(question.conflicts) - taken
        first, later = choose_representative(
            [clash for name, clash in clashes.items() if name in wanted], OPEN_CONFLICTS
        )
        taken |= wanted
        cards.append(
            QuestionCard(
                question=question,
                positions=tuple(_position(row, find, room, camps) for row in question.positions),
                silent=in_registry_order(question.silent, room.parties),
                conflicts=first,
                later=later,
            )
        )
    return tuple(cards), tuple(clash for name, clash in clashes.items() if name not in taken)


def _position(
    position: Position, find: StatementsOf, room: ReadingRoom, camps: Mapping[str, str]
) -> PositionCard:
    leading, *rest = (find(name) for name in position.statements)
    by_party: defaultdict[str, list[StatementView]] = defaultdict(list)
    for view in rest:
        by_party[view.statement.party].append(view)
    return PositionCard(
        position=position,
        parties=in_registry_order(position.parties, room.parties),
        leading=leading,
        others=tuple((code, tuple(by_party[code])) for code in in_registry_order(by_party, room.parties)),
        across=len({camps[code] for code in position.parties if code in camps}) > 1,
    )
