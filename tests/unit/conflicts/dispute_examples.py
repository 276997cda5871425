"""What is said in one event, made of the few things that a test about its questions needs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from conflict_examples import SIRTE, said

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.conflicts.counted import Toll
from tracker.conflicts.questions import Said, contested_questions
from tracker.domain.conflicts import Comparison, Conflict, ConflictType, Evidence, Relation, Verdict
from tracker.domain.documents import Span
from tracker.domain.identifiers import conflict_id
from tracker.domain.questions import Position, Question
from tracker.domain.statements import Place, Polarity

EVENT = "e1"


def voice(
    name: str,
    party: str,
    *tolls: Toll,
    denies: bool = False,
    control: Sequence[Control] = (),
    named: Sequence[str] = (),
    place: Place | None = SIRTE,
) -> Aspects:
    """A statement that is already read; its id is `name`."""
    statement = replace(
        said(party, "words", *(one.figure for one in tolls), name=name, place=place),
        document=f"document of {name}",
        polarity=Polarity.DENIES if denies else Polarity.ASSERTS,
    )
    here = Telling("words", Span(0, 5))
    return Aspects(statement, {}, dict.fromkeys(control, here), frozenset(named), None, tolls)


def clash(
    one: str,
    other: str,
    kind: ConflictType = ConflictType.CONTROL,
    *evidence: tuple[str, Toll],
    event: str = EVENT,
) -> Conflict:
    """A conflict of two statements, resting on these figures."""
    first, second = sorted((one, other))
    words = tuple(Evidence(statement, toll.figure.span) for statement, toll in evidence)
    verdict = Verdict(kind, 0.9, "They clash.", "figures" if words else "control", words)
    return Conflict(conflict_id(one, other), event, first, second, verdict, "rules 1")


def clash_of_tolls(one: Aspects, other: Aspects, first: int = 0, second: int = 0) -> Conflict:
    """A conflict over a toll of each, chosen by their places among its tolls."""
    names = one.statement.id, other.statement.id
    tolls = one.tolls[first], other.tolls[second]
    return clash(*names, ConflictType.CASUALTIES, *zip(names, tolls, strict=True))


def agreement(one: str, other: str) -> Comparison:
    """Two statements that agree."""
    first, second = sorted((one, other))
    return Comparison(first, second, Relation.AGREES, 0.8)


def in_event(
    voices: Iterable[Aspects], conflicts: Sequence[Conflict], comparisons: Sequence[Comparison] = ()
) -> Said:
    """What is said in the event."""
    return Said(EVENT, {one.statement.id: one for one in voices}, conflicts, comparisons)


def questions_of(
    voices: Iterable[Aspects], conflicts: Sequence[Conflict], comparisons: Sequence[Comparison] = ()
) -> tuple[Question, ...]:
    """The questions of the event."""
    return contested_questions(in_event(voices, conflicts, comparisons))


def only_question(
    voices: Iterable[Aspects], conflicts: Sequence[Conflict], comparisons: Sequence[Comparison] = ()
) -> Question:
    """The one question of the event."""
    (question,) = questions_of(voices, conflicts, comparisons)
    return question


def sides(question: Question) -> set[frozenset[str]]:
    """The statements of each position."""
    return {frozenset(position.statements) for position in question.positions}


def position_of(question: Question, statement: str) -> Position:
    """The one position that a statement takes."""
    (position,) = (one for one in question.positions if statement in one.statements)
    return position
