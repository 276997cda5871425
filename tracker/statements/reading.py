"""A sentence read once: its words, and all that attribution and selection look at in them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.language.pack import Exclusion, LanguagePack, Reporting, SpeakerStands
from tracker.language.phrases import Match, Phrases, Words
from tracker.statements.frames import Frame, quoted_words, reporting_frames
from tracker.statements.mentions import Mention, PartyFinder

_DENYING = (Reporting.DENIES, Reporting.DENYING_PARTICIPLE)
_OPENING = 2  # words
_FEW = 8  # words
_SHORTEST_QUOTATION = 2
_LONGEST_NAME = 7  # words before the colon of a turn


@dataclass(frozen=True)
class Reading:
    """A sentence cut into words, with the offices, parties and reporting frames found in it."""

    words: Words
    pack: LanguagePack
    offices: tuple[Match[str], ...]
    mentions: tuple[Mention, ...]
    frames: tuple[Frame, ...]

    @classmethod
    def of(cls, sentence: str, pack: LanguagePack, parties: PartyFinder, on: date | None = None) -> "Reading":
        """Read one sentence, of a text of this day."""
        words = Words.of(sentence)
        offices = tuple(pack.offices.find(words))
        mentions = tuple(parties.find(words, pack, offices, on))
        anchors = {mention.first for mention in mentions} | {office.first for office in offices}
        return cls(words, pack, offices, mentions, tuple(reporting_frames(words, pack, anchors)))

    @cached_property
    def outlets(self) -> frozenset[int]:
        """The words that mark a medium or a reporter."""
        return self._indices(self.pack.outlets)

    @cached_property
    def indefinites(self) -> frozenset[int]:
        """The words that introduce someone new and unnamed."""
        return self._indices(self.pack.indefinite)

    @cached_property
    def armed(self) -> frozenset[int]:
        """The words that name an armed group."""
        return self._indices(self.pack.armed)

    @cached_property
    def venues(self) -> frozenset[int]:
        """The words at which circumstances of saying begin: "in a statement"."""
        return frozenset(match.first for match in self.pack.venues.find(self.words))

    @cached_property
    def quoted(self) -> frozenset[int]:
        """The words between quotation marks."""
        return frozenset(quoted_words(self.words))

    @cached_property
    def loyal(self) -> frozenset[int]:
        """The words at which a phrase ends that says whose a speaker is: "close to"."""
        return frozenset(match.end for match in self.pack.loyal.find(self.words))

    @cached_property
    def pronouns(self) -> tuple[tuple[int, bool], ...]:
        """The pronouns, and whether each stands for a person rather than a body."""
        return tuple(
            (match.first, match.meaning not in self.pack.body_pronouns)
            for match in self.pack.pronouns.find(self.words)
        )

    @cached_property
    def subject(self) -> range:
        """The words beside the governing reporting word in which its speaker is named, if they are few."""
        if not self.frames or self.pack.speaker_stands is SpeakerStands.BEFORE:
            return range(0)
        frame = self.frames[0]
        first, end = frame.speaker_ranges[0] if frame.speaker_ranges else (0, 0)
        if first >= frame.cue.end:
            return range(first, min(first + _OPENING, end))
        return range(first, end) if end - first <= _FEW else range(0)

    @cached_property
    def marks(self) -> int:
        """How many quotation marks it holds; odd where a quotation opens or closes in it."""
        return self.words.folded.text.count('"')

    @cached_property
    def opens_quotation(self) -> bool:
        """Whether it begins with a quotation mark and the quotation goes on beyond it."""
        return self.words.folded.text.lstrip().startswith('"') and self.marks % 2 == 1

    @cached_property
    def turn(self) -> int | None:
        """Where a turn of a dialogue begins: the word after the name of its speaker and a colon."""
        for index in range(1, min(_LONGEST_NAME, len(self.words.texts))):
            gap = self.words.gaps[index]
            if ":" in gap:
                return index
            if gap.strip(" .-'"):
                return None
        return None

    @cached_property
    def complementizers(self) -> tuple[int, ...]:
        """Where a "that" stands, behind which something is reported."""
        that = self.pack.complementizers
        return tuple([index for index, text in enumerate(self.words.texts) if text in that][:_FEW])

    @cached_property
    def office_words(self) -> frozenset[int]:
        """The words of office nouns."""
        return frozenset(i for office in self.offices for i in range(office.first, office.end))

    @cached_property
    def office_ends(self) -> frozenset[int]:
        """The words right after an office noun."""
        return frozenset(office.end for office in self.offices)

    @cached_property
    def explained(self) -> frozenset[int]:
        """The words of offices, media and pronouns, and those that introduce someone: they are no names."""
        return self.office_words | self.outlets | self.indefinites | {index for index, _ in self.pronouns}

    @cached_property
    def exclusions(self) -> tuple[Match[Exclusion], ...]:
        """The phrases that tell that nothing is put forward: appeals, analysts, silence, background."""
        return tuple(self.pack.exclusions.find(self.words))

    @cached_property
    def is_first_person(self) -> bool:
        """Whether it speaks of "us" and "our"."""
        return self.pack.first_person.contains(self.words)

    @cached_property
    def happens(self) -> bool:
        """Whether it names a happening."""
        return self.pack.happenings.contains(self.words)

    @property
    def denies(self) -> bool:
        """Whether a word of denial reports it."""
        return any(frame.kind in _DENYING for frame in self.frames)

    @cached_property
    def is_quotation(self) -> bool:
        """Whether the sentence is nothing but quoted words."""
        stripped = self.words.folded.text.strip()
        return (
            len(stripped) >= _SHORTEST_QUOTATION
            and stripped[0] in "\"'"
            and stripped.rstrip(".,!?").endswith(('"', "'"))
        )

    def _indices(self, phrases: Phrases[str]) -> frozenset[int]:
        return frozenset(
            index for match in phrases.find(self.words) for index in range(match.first, match.end)
        )
