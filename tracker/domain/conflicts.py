"""Conflicts: two statements of different parties that cannot both be so."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparator found: the type, a score from 0 to 1, one sentence, and which rule it was."""

    type: ConflictType
    score: float
    explanation: str
    comparator: str


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
