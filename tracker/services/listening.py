"""Having stories read by the voice encoder, before who speaks in them is decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracker.domain.voices import StoryMarks, Telling


class VoiceReader(Protocol):
    """What reads stories for who speaks in them."""

    def read(self, tellings: Sequence[Telling]) -> StoryMarks:
        """The marks of each story, which do not depend on what else is read."""


class PendingMarks(Protocol):
    """Marks that are being made."""

    def result(self) -> StoryMarks:
        """Wait for them."""


BeginReading = Callable[[Sequence[Telling]], PendingMarks]
"""Begins to read stories."""


@dataclass(frozen=True, slots=True)
class ReadAtOnce:
    """Marks of stories that are read when somebody asks for them."""

    reader: VoiceReader
    tellings: Sequence[Telling]

    def result(self) -> StoryMarks:
        """Read them."""
        return self.reader.read(self.tellings)


def at_once(reader: VoiceReader) -> BeginReading:
    """Where whoever asks for the marks waits while they are made."""
    return lambda tellings: ReadAtOnce(reader, tellings)
