"""Contested questions as a table: a row for each question, a column for each party."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.parties import Party
from tracker.domain.questions import Position
from tracker.domain.views import StatementView
from tracker.web.disputes import PositionCard, QuestionCard
from tracker.web.party_labels import PartyLabel, in_registry_order, labels_by_code


@dataclass(frozen=True, slots=True)
class Held:
    """A position as one party holds it: with its own words, in the first of `statements` statements."""

    position: Position
    statement: str
    statements: int
    view: StatementView = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class GridCell:
    """What one party answers: nothing where it is silent; two answers where its statements differ."""

    party: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A question and the answers to it, in the order of the columns."""

    question: str
    cells: tuple[GridCell, ...]
    card: QuestionCard = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class QuestionGrid:
    """`parties` are those that answer any of the questions."""

    parties: tuple[PartyLabel, ...]
    rows: tuple[GridRow, ...]


def lay_out_grid(cards: Sequence[QuestionCard], parties: Mapping[str, Party]) -> QuestionGrid:
    """Put the positions of all questions into the columns of those who hold them."""
    speaking = {code for card in cards for held in card.positions for code in held.parties}
    codes = in_registry_order(speaking, parties)
    label = labels_by_code(parties)
    rows = tuple(
        GridRow(
            question=card.question.id,
            cells=tuple(GridCell(party=code, held=tuple(_held_by(code, card.positions))) for code in codes),
            card=card,
        )
        for card in cards
    )
    return QuestionGrid(parties=tuple(label(code) for code in codes), rows=rows)


def _held_by(code: str, positions: Iterable[PositionCard]) -> Iterable[Held]:
    for card in positions:
        if code not in card.parties:
            continue
        own = [card.leading] if card.leading.statement.party == code else []
        own += [view for party, views in card.others if party == code for view in views]
        if own:
            yield Held(
                position=card.position, statement=own[0].statement.id, statements=len(own), view=own[0]
            )
