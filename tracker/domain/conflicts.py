"""Conflicts: two statements of different parties that cannot both be so."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.documents import Span


class ConflictType(StrEnum):
    """What a conflict is about."""

    CONTROL = "control"
    CASUALTIES = "casualties"
    RESPONSIBILITY = "responsibility"
    OCCURRENCE = "occurrence"
    INVOLVEMENT = "involvement"
    AGREEMENT = "agreement"
    OTHER = "other"


class Judgement(StrEnum):
    """What a person decided; `SUGGESTED` until someone does."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"


class Relation(StrEnum):
    """How two statements of different parties stand to each other."""

    CONTRADICTS = "contradicts"
    AGREES = "agrees"
    UNRELATED = "unrelated"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that a verdict rests on: a span of the document of one of the two statements, or of a third."""

    statement: str
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparator found: the type, a score from 0 to 1, one sentence, and which rule it was.

    `evidence` are the words that the sentence names, where they stand, and the whole of a third statement
    where the words of the two did not suffice: it says what one of them says, and the other seems to
    contradict it as well.
    """

    type: ConflictType
    score: float
    explanation: str
    comparator: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two statements compared: how they stand to each other and how surely, from 0 to 1.

    `verdict` says what clashes, where they contradict each other.
    """

    one: str
    other: str
    relation: Relation
    score: float
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An unordered pair of statements in one event. `one` sorts before `other`."""

    id: str
    event: str
    one: str
    other: str
    verdict: Verdict
    detector: str
    judgement: Judgement = Judgement.SUGGESTED

    @property
    def third(self) -> str | None:
        """The statement that spoke for the conflict where the words of its own two did not suffice."""
        sides = {self.one, self.other}
        named = (found.statement for found in self.verdict.evidence)
        return next((statement for statement in named if statement not in sides), None)
