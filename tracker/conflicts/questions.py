"""From the conflicts of an event to its contested questions: which answers there are, and who gives each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.conflicts.aspects import Aspects, Control
from tracker.conflicts.counted import Toll
from tracker.domain.conflicts import Comparison, Conflict, ConflictType, Relation
from tracker.domain.identifiers import question_id
from tracker.domain.questions import Position, Question
from tracker.domain.statements import FigureKind

_Answers = list[list[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What the questions of an event are made of: its statements by id, and how they stand to each other.

    `conflicts` are those that stand; `comparisons` are all that were made.
    """

    event: str
    aspects: Mapping[str, Aspects]
    conflicts: Sequence[Conflict]
    comparisons: Sequence[Comparison]

    def party(self, statement: str) -> str:
        """Who puts a statement forward."""
        return self.aspects[statement].statement.party


def contested_questions(said: Said) -> tuple[Question, ...]:
    """The questions of an event, those with the most conflicts first.

    Conflicts of one type that share a statement are about one question, those over tolls only where they are
    over one kind of fate.
    """
    questions = [_question(said, kind, found) for kind, found in _grouped(said)]
    return tuple(sorted(questions, key=lambda one: (-len(one.conflicts), one.id)))


def _grouped(said: Said) -> Iterable[tuple[tuple[ConflictType, FigureKind | None], list[Conflict]]]:
    """Conflicts by question."""
    by_kind: defaultdict[tuple[ConflictType, FigureKind | None], list[Conflict]] = defaultdict(list)
    for conflict in said.conflicts:
        if conflict.one not in said.aspects or conflict.other not in said.aspects:
            continue  # judged once, and one of the two now stands in another event
        by_kind[conflict.verdict.type, _fate(said, conflict)].append(conflict)
    for kind, conflicts in by_kind.items():
        leader: dict[object, object] = {}

        def first(one: object, leader: dict[object, object] = leader) -> object:
            while leader.setdefault(one, one) != one:
                one = leader[one]
            return one

        ends = {conflict.id: _ends(said, conflict) for conflict in conflicts}
        for one, other in ends.values():
            leader[first(other)] = first(one)
        together: defaultdict[object, list[Conflict]] = defaultdict(list)
        for conflict in conflicts:
            together[first(ends[conflict.id][0])].append(conflict)
        for found in together.values():
            yield kind, sorted(found, key=lambda one: one.id)


def _ends(said: Said, conflict: Conflict) -> tuple[object, object]:
    """What a conflict is between: two figures, or two statements."""
    tolls = _tolls_in_question(said, conflict) if conflict.verdict.type is ConflictType.CASUALTIES else {}
    if len(tolls) < 2:  # noqa: PLR2004
        return conflict.one, conflict.other
    return (conflict.one, tolls[conflict.one].figure.span), (
        conflict.other,
        tolls[conflict.other].figure.span,
    )


def _fate(said: Said, conflict: Conflict) -> FigureKind | None:
    """What befell those that a conflict over tolls is about."""
    if conflict.verdict.type is not ConflictType.CASUALTIES:
        return None
    tolls = _tolls_in_question(said, conflict)
    return tolls[conflict.one].figure.kind if len(tolls) == 2 else None  # noqa: PLR2004


def _tolls_in_question(said: Said, conflict: Conflict) -> dict[str, Toll]:
    """The toll of each statement that the evidence of a conflict points to."""
    spans = {(one.statement, one.span) for one in conflict.verdict.evidence}
    return {
        statement: toll
        for statement in (conflict.one, conflict.other)
        for toll in said.aspects[statement].tolls
        if (statement, toll.figure.span) in spans
    }


def _question(
    said: Said, kind: tuple[ConflictType, FigureKind | None], conflicts: Sequence[Conflict]
) -> Question:
    subject, fate = kind
    tolls = _tolls_by_statement(said, conflicts) if fate else {}
    positions = _by_interval(said, conflicts, tolls) if tolls else _by_side(said, conflicts)
    speaking = {party for position in positions for party in position.parties}
    everyone = {one.statement.party for one in said.aspects.values()}
    return Question(
        id=question_id(said.event, subject, conflicts[0].id),
        event=said.event,
        type=subject,
        about=_about(said, conflicts, tolls),
        counts=fate,
        positions=positions,
        conflicts=tuple(one.id for one in conflicts),
        silent=tuple(sorted(everyone - speaking)),
    )


def _tolls_by_statement(said: Said, conflicts: Sequence[Conflict]) -> dict[str, Toll]:
    """Of each statement the toll that stands in question: one that none of its opponents gives."""
    found: dict[str, Toll] = {}
    against = _opponents(conflicts)
    for conflict in conflicts:
        for statement, toll in _tolls_in_question(said, conflict).items():
            given = {_interval(found[other]) for other in against[statement] if other in found}
            if statement not in found and _interval(toll) not in given:
                found[statement] = toll
    return found if set(found) == set(_statements_of(conflicts)) else {}


def _interval(toll: Toll) -> tuple[int, int | None]:
    return toll.figure.low, toll.figure.high


def _opponents(conflicts: Sequence[Conflict]) -> defaultdict[str, set[str]]:
    against: defaultdict[str, set[str]] = defaultdict(set)
    for conflict in conflicts:
        against[conflict.one].add(conflict.other)
        against[conflict.other].add(conflict.one)
    return against


def _by_interval(
    said: Said, conflicts: Sequence[Conflict], tolls: Mapping[str, Toll]
) -> tuple[Position, ...]:
    """One position for each interval that is given, the least first."""
    held: defaultdict[tuple[int, int | None], list[str]] = defaultdict(list)
    for statement in _statements_of(conflicts):
        held[_interval(tolls[statement])].append(statement)
    intervals = sorted(held, key=lambda one: (one[0], one[1] is None, one[1] or 0))
    answers = [held[interval] for interval in intervals]
    fate = next(iter(tolls.values())).figure.kind

    def gives(one: str, place: int) -> bool:
        return {_interval(toll) for toll in said.aspects[one].tolls if toll.figure.kind is fate} == {
            intervals[place]
        }

    _with_supporters(said, answers, gives)
    return tuple(
        _position(said, _telling_first(said, answer, conflicts), interval, tolls)
        for interval, answer in zip(intervals, answers, strict=True)
    )


def _by_side(said: Said, conflicts: Sequence[Conflict]) -> tuple[Position, ...]:
    """Positions such that no two statements of one are in conflict; as few as that takes."""
    against = _opponents(conflicts)
    answers: _Answers = []
    for one in _outward(against):
        fitting = [answer for answer in answers if not against[one] & set(answer)]
        best = max(fitting, key=lambda answer: _kinship(said, one, answer, against), default=None)
        if best is None:
            answers.append([one])
        else:
            best.append(one)
    leading = [answer[0] for answer in answers]
    _with_supporters(
        said, answers, lambda one, place: said.aspects[one].denies == said.aspects[leading[place]].denies
    )
    return tuple(_position(said, _telling_first(said, answer, conflicts), None, {}) for answer in answers)


def _telling_first(said: Said, answer: Sequence[str], conflicts: Sequence[Conflict]) -> list[str]:
    """The statements of an answer; first those that speak of the matter and stand in most conflicts."""
    subject = conflicts[0].verdict.type
    against = Counter(one for conflict in conflicts for one in (conflict.one, conflict.other))
    return sorted(answer, key=lambda one: (subject not in said.aspects[one].topics, -against[one], one))


def _outward(against: Mapping[str, set[str]]) -> list[str]:
    """All statements, from the one with most opponents outward, so that the next has an opponent placed."""
    order: list[str] = []
    waiting = sorted(against, key=lambda one: (-len(against[one]), one))
    queue: list[str] = []
    seen: set[str] = set()
    while waiting or queue:
        if not queue:
            queue = [waiting.pop(0)]
        one = queue.pop(0)
        if one in seen:
            continue
        seen.add(one)
        order.append(one)
        queue += sorted(against[one] - seen, key=lambda other: (-len(against[other]), other))
        waiting = [other for other in waiting if other not in seen]
    return order


def _kinship(said: Said, one: str, answer: Sequence[str], against: Mapping[str, set[str]]) -> tuple[int, int]:
    """How well a statement fits an answer: opponents in common, then party and polarity in common."""
    common = max(len(against[one] & against[other]) for other in answer)
    own = said.aspects[one]
    alike = sum(
        (said.aspects[other].denies == own.denies) + (said.party(other) == own.statement.party)
        for other in answer
    )
    return common, alike


def _with_supporters(said: Said, answers: _Answers, fits: Callable[[str, int], bool]) -> None:
    """Add to each answer the statements that agree with it and with no other, and contradict none of it."""
    agreeing, against = _agreeing(said), _opponents(said.conflicts)
    placed = {one for answer in answers for one in answer}
    joining: _Answers = [[] for _ in answers]
    for one in sorted(set(said.aspects) - placed):
        backed = [place for place, answer in enumerate(answers) if agreeing[one] & set(answer)]
        if len(backed) == 1 and fits(one, backed[0]):
            joining[backed[0]].append(one)
    for answer, ones in zip(answers, joining, strict=True):
        answer += [one for one in ones if not against[one] & {*answer, *ones}]


def _agreeing(said: Said) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for comparison in said.comparisons:
        if comparison.relation is Relation.AGREES:
            found[comparison.one].add(comparison.other)
            found[comparison.other].add(comparison.one)
    return found


def _position(
    said: Said, answer: Sequence[str], interval: tuple[int, int | None] | None, tolls: Mapping[str, Toll]
) -> Position:
    parties = Counter(said.party(one) for one in answer)
    admitting = {
        said.party(one)
        for one in answer
        if (one in tolls and tolls[one].party == said.party(one) and tolls[one].figure.low > 0)
        or (len(parties) > 1 and gives_up(said.aspects[one]))
    }
    return Position(
        statements=tuple(answer),
        parties=tuple(sorted(parties, key=lambda party: (-parties[party], party))),
        denies=2 * sum(said.aspects[one].denies for one in answer) > len(answer),
        interval=interval,
        admitted_by=tuple(sorted(admitting)),
    )


def gives_up(one: Aspects) -> bool:
    """Whether it says that a place was left or lost, and of nobody else that they left it."""
    return not one.denies and set(one.control) == {Control.LOST} and not one.named


def _about(said: Said, conflicts: Sequence[Conflict], tolls: Mapping[str, Toll]) -> str | None:
    """What is at stake: who is counted where tolls are in question, else the place most of them name."""
    if tolls:
        groups = Counter(toll.group.value for toll in tolls.values() if toll.group)
        return groups.most_common(1)[0][0] if groups else None
    places = Counter(
        place.place.name
        for one in _statements_of(conflicts)
        if (place := said.aspects[one].statement.place) is not None
    )
    return min(places, key=lambda name: (-places[name], name)) if places else None


def _statements_of(conflicts: Sequence[Conflict]) -> list[str]:
    return list(dict.fromkeys(one for conflict in conflicts for one in (conflict.one, conflict.other)))
