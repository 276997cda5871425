"""One sentence that says what clashes in a pair, in the words that clash, and where they stand."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.conflicts.counted import Toll, TollPair
from tracker.conflicts.features import Pair, clashing_control
from tracker.domain.conflicts import ConflictType, Evidence
from tracker.domain.parties import MEDIA
from tracker.domain.statements import FigureKind

_COUNTED = {
    FigureKind.KILLED: "killed",
    FigureKind.INJURED: "injured",
    FigureKind.CAPTURED: "captured",
    FigureKind.DISPLACED: "displaced",
}
_STANCE = {
    Control.GAINED: "says it was taken",
    Control.HELD: "says it was held",
    Control.LOST: "says it was left",
    Control.DENIED: "denies that it changed hands",
}
_SUBJECT = {
    ConflictType.CONTROL: "who holds the place",
    ConflictType.CASUALTIES: "how many were hurt",
    ConflictType.RESPONSIBILITY: "who did it",
    ConflictType.OCCURRENCE: "whether it happened",
    ConflictType.INVOLVEMENT: "whether foreign forces or arms took part",
    ConflictType.AGREEMENT: "what was agreed or kept",
    ConflictType.OTHER: "what happened",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A sentence for readers, the words it rests on, and the name of the comparator that found them."""

    sentence: str
    comparator: str
    evidence: tuple[Evidence, ...]


def explain(pair: Pair, kind: ConflictType, by_stances: Callable[[], bool] = lambda: False) -> Explanation:
    """Why two statements contradict each other on a matter of this type.

    `by_stances` says whether it is because of the sides they take, which no word shows by itself. It is asked
    only where no comparator has found anything to name.
    """
    if kind is ConflictType.CASUALTIES and pair.toll_clash is not None:
        return _tolls(pair, pair.toll_clash)
    stances = clashing_control(pair) if kind is ConflictType.CONTROL else None
    if stances is not None:
        return _control(pair, stances)
    if pair.polarity_differs:
        return _denial(pair, kind)
    return _difference(pair, kind, by_stances=by_stances())


def _tolls(pair: Pair, clash: TollPair) -> Explanation:
    kind = _COUNTED[clash.one.figure.kind]
    sentence = (
        f"{_party(pair.one)} counts {clash.one.figure.describe()} {kind}{_of_whom(clash.one)}, "
        f"{_party(pair.other)} {clash.other.figure.describe()}{_of_whom(clash.other)}."
    )
    evidence = (
        Evidence(pair.one.statement.id, clash.one.figure.span),
        Evidence(pair.other.statement.id, clash.other.figure.span),
    )
    return Explanation(sentence, "figures", evidence)


def _of_whom(toll: Toll) -> str:
    return f" (“{toll.figure.counted}”)" if toll.figure.counted else ""


def _control(pair: Pair, stances: tuple[Control, Control]) -> Explanation:
    one, other = stances
    place = pair.one.statement.place or pair.other.statement.place
    where = f" on {place.place.name}" if place else ""
    said, answered = pair.one.control[one], pair.other.control[other]
    sentence = (
        f"The accounts{where} exclude each other: {_party(pair.one)} {_STANCE[one]} "
        f"(“{said.words}”), {_party(pair.other)} {_STANCE[other]} (“{answered.words}”)."
    )
    return Explanation(sentence, "control", _evidence((pair.one, said), (pair.other, answered)))


def _denial(pair: Pair, kind: ConflictType) -> Explanation:
    denier, claimant = (pair.one, pair.other) if pair.one.denies else (pair.other, pair.one)
    words = claimant.topics.get(kind) or next(iter(claimant.topics.values()), None)
    sentence = (
        f"{_party(denier)} denies{_quoted(denier.denial)} what {_party(claimant)} asserts{_quoted(words)}: "
        f"they differ on {_SUBJECT[kind]}."
    )
    return Explanation(sentence, "denial", _evidence((denier, denier.denial), (claimant, words)))


def _difference(pair: Pair, kind: ConflictType, *, by_stances: bool) -> Explanation:
    one, other = pair.one.topics.get(kind), pair.other.topics.get(kind)
    both = f"{_party(pair.one)}{_quoted(one)} and {_party(pair.other)}{_quoted(other)}"
    if by_stances:
        sentence = f"{both} seem to take different sides on {_SUBJECT[kind]}, which no word shows by itself."
    else:
        sentence = f"{both} give accounts that differ on {_SUBJECT[kind]}."
    evidence = _evidence((pair.one, one), (pair.other, other))
    return Explanation(sentence, "stance" if by_stances else "difference", evidence)


def _evidence(*said: tuple[Aspects, Telling | None]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one.statement.id, words.span) for one, words in said if words is not None)


def _quoted(said: Telling | None) -> str:
    return f" (“{said.words}”)" if said else ""


def _party(aspects: Aspects) -> str:
    party = aspects.statement.party
    return "the outlet" if party == MEDIA else party
