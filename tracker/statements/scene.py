"""A sentence as its candidates see it: the reporting frames that count, their subjects, the governing one."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.statements.frames import Frame
from tracker.statements.memory import Memory
from tracker.statements.pundits import speaking_pundit
from tracker.statements.reading import Reading
from tracker.statements.subjects import NO_SUBJECT, Subject, SubjectKind, subjects

_MOST_FRAMES = 4


class Origin(StrEnum):
    """Where a candidate comes from."""

    NAMED = "named"
    EARLIER = "earlier"
    HOME = "home"
    OUTLET = "outlet"
    PEOPLE = "people"
    SOMEONE = "someone"


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence as its candidates see it: the frames that count, their subjects, the governing one.

    `pundit` are the names of the analyst whose words these are, if an analyst's.
    """

    reading: Reading
    memory: Memory
    frames: tuple[Frame, ...]
    subjects: tuple[tuple[Subject, ...], ...]
    governing: Subject
    pundit: frozenset[str] | None

    @classmethod
    def of(cls, reading: Reading, memory: Memory) -> "Scene":
        """Find the subjects of each frame, and which of them governs the sentence."""
        frames = reading.frames[:_MOST_FRAMES]
        found = tuple(tuple(subjects(reading, frame)) for frame in frames)
        flat = [subject for each in found for subject in each]
        of_weight = [one for one in flat if one.kind is not SubjectKind.EMPTY]
        first = found[0][0] if found and found[0] else NO_SUBJECT
        if first.kind is SubjectKind.EMPTY and of_weight:
            first = of_weight[0]
        pundit = speaking_pundit(reading, frames[0] if frames else None, first, memory)
        return cls(reading, memory, frames, found, first, pundit)

    @property
    def frame(self) -> Frame | None:
        """The frame that governs the sentence, if a reporting word does."""
        return self.frames[0] if self.frames else None
