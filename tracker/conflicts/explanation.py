"""Of which kind a conflict is, and one sentence that says what clashes, in the words that clash."""

from tracker.conflicts.aspects import Aspects, Control
from tracker.conflicts.features import Pair, clashing_control, clashing_figures
from tracker.domain.conflicts import ConflictType
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
# The more telling a topic is, the earlier it stands: every attack speaks of responsibility.
_ORDER = (
    ConflictType.AGREEMENT,
    ConflictType.INVOLVEMENT,
    ConflictType.CONTROL,
    ConflictType.RESPONSIBILITY,
    ConflictType.CASUALTIES,
)


def explain(pair: Pair) -> tuple[ConflictType, str, str]:
    """The type of a conflict, a sentence for readers, and the name of the comparator it rests on."""
    figures = clashing_figures(pair)
    if figures is not None:
        one, other = figures
        kind = _COUNTED[one.kind]
        text = f"{_party(pair.one)} counts {one.describe()} {kind}, {_party(pair.other)} {other.describe()}."
        return ConflictType.CASUALTIES, text, "figures"
    control = clashing_control(pair)
    if control is not None and ConflictType.CONTROL in pair.shared_topics and not _only_denial(pair):
        return ConflictType.CONTROL, _control_sentence(pair, control), "control"
    kind = _type(pair)
    if pair.polarity_differs:
        return kind, _denial_sentence(pair, kind), "denial"
    return kind, _difference_sentence(pair, kind), "difference"


def _only_denial(pair: Pair) -> bool:
    """Whether the pair is about foreign involvement or an agreement that is denied, not about control."""
    return pair.polarity_differs and bool({ConflictType.INVOLVEMENT} & set(pair.shared_topics))


def _type(pair: Pair) -> ConflictType:
    for topic in _ORDER:
        if topic in pair.shared_topics:
            return topic
    return ConflictType.OCCURRENCE if pair.polarity_differs else ConflictType.OTHER


def _control_sentence(pair: Pair, control: tuple[Control, Control]) -> str:
    one, other = control
    place = pair.one.statement.place or pair.other.statement.place
    where = f" on {place.place.name}" if place else ""
    return (
        f"The accounts{where} exclude each other: {_party(pair.one)} {_STANCE[one]} "
        f"(“{pair.one.control[one]}”), {_party(pair.other)} {_STANCE[other]} "
        f"(“{pair.other.control[other]}”)."
    )


def _denial_sentence(pair: Pair, kind: ConflictType) -> str:
    denier, asserter = (pair.one, pair.other) if pair.one.denies else (pair.other, pair.one)
    words = f" (“{denier.denial}”)" if denier.denial else ""
    return (
        f"{_party(denier)} denies{words} what {_party(asserter)} asserts{_telling(asserter, kind)}: "
        f"they differ on {_SUBJECT[kind]}."
    )


def _difference_sentence(pair: Pair, kind: ConflictType) -> str:
    return (
        f"{_party(pair.one)}{_telling(pair.one, kind)} and {_party(pair.other)}"
        f"{_telling(pair.other, kind)} give accounts that differ on {_SUBJECT[kind]}."
    )


def _telling(aspects: Aspects, kind: ConflictType) -> str:
    words = aspects.topics.get(kind)
    return f" (“{words}”)" if words else ""


def _party(aspects: Aspects) -> str:
    party = aspects.statement.party
    return "the outlet" if party == "MEDIA" else party
