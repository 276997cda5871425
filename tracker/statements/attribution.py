"""Who puts a sentence forward: the likeliest of its candidates, with cue, chain and confidence.

One sentence is heard at a time, in the order of the story; what it leaves behind is a `Memory`, to which
pronouns, office nouns without a party ("the ministry") and quotations that go on lead back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.documents import Span
from tracker.domain.parties import MEDIA, OTHER, Attribution, AttributionMethod
from tracker.language.pack import LanguagePack, Reporting
from tracker.language.sentences import Sentence
from tracker.statements.brackets import with_whole_brackets
from tracker.statements.candidates import Candidate, candidates
from tracker.statements.chain import carriers
from tracker.statements.clauses import cut, places_to_cut
from tracker.statements.memory import Memory, remember
from tracker.statements.mentions import PartyFinder
from tracker.statements.naming import described, speaker_span
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin, Scene
from tracker.statements.speakers import Chosen, SpeakerModel
from tracker.statements.voices import Heeded, Voices

_OF_NO_PARTY = (MEDIA, OTHER)
_ARTICLE = 1  # word that may stand before a speaker
_SURE_OF_BOTH = 0.5  # the product of two clauses' confidences from which a sentence is cut


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence of a story: its reading, its candidates, and the attribution, spans relative to it.

    `is_pundit` whether it is an analyst's words; `heeded` what the voice encoder holds of it, if it read it.
    """

    sentence: Sentence
    reading: Reading
    candidates: tuple[Candidate, ...]
    chosen: Candidate
    attribution: Attribution
    is_pundit: bool = False
    heeded: Heeded | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """What the voice encoder has read of a story, and the model that weighs it beside the named features."""

    voices: Voices
    model: SpeakerModel


def first_memory(outlet: str, parties: PartyFinder, on: date | None = None) -> Memory:
    """What is known before the first sentence of a story of this day: whose outlet this is."""
    home, organ = parties.home(outlet, on)
    return Memory(home=home, organ=organ)


def hear(
    text: str,
    sentences: Iterable[Sentence],
    pack: LanguagePack,
    parties: PartyFinder,
    model: SpeakerModel,
    memory: Memory,
    on: date | None = None,
    listening: Listening | None = None,
) -> Iterator[Heard]:
    """The sentences of one story in order, each given to whoever most likely puts it forward.

    A sentence in which two parties speak is heard as two. `on` is the day of the story, where it is known.
    `model` weighs the sentences that the voice encoder has not read.
    """
    for heard, _ in hear_with_memory(text, sentences, pack, parties, model, memory, on, listening):
        yield heard


def hear_with_memory(
    text: str,
    sentences: Iterable[Sentence],
    pack: LanguagePack,
    parties: PartyFinder,
    model: SpeakerModel,
    memory: Memory,
    on: date | None = None,
    listening: Listening | None = None,
) -> Iterator[tuple[Heard, Memory]]:
    """As `hear`, each sentence with the memory that it leaves behind."""
    listener = _Listener(text, pack, parties, model, on, listening)
    line = -1
    for sentence in sentences:
        # A quotation goes on into a new paragraph only behind a mark of its own.
        if memory.quoting and sentence.line != line:
            memory = replace(memory, quoting=False)
        line = sentence.line
        for heard, after in listener.clauses(sentence, memory):
            memory = after
            yield heard, after


@dataclass(frozen=True, slots=True)
class _Listener:
    """What hearing needs besides the sentence and the memory."""

    text: str
    pack: LanguagePack
    parties: PartyFinder
    model: SpeakerModel
    on: date | None
    listening: Listening | None

    def clauses(self, sentence: Sentence, memory: Memory) -> list[tuple[Heard, Memory]]:
        """The sentence as one, or as two clauses where two parties speak; each with the memory after it."""
        whole, after = self.hear(sentence, memory)
        best: tuple[float, list[tuple[Heard, Memory]]] = (_SURE_OF_BOTH, [(whole, after)])
        for offset in places_to_cut(whole.reading, self.pack):
            left, right = cut(sentence, self.text, offset)
            first, between = self.hear(left, memory)
            second, end = self.hear(right, between)
            sure = first.attribution.confidence * second.attribution.confidence
            apart = first.attribution.party != second.attribution.party
            both = _speaks(second) and (_speaks(first) or (_is_told(first) and _opens(second)))
            if apart and sure > best[0] and both:
                best = sure, [(first, between), (second, end)]
        return best[1]

    def hear(self, sentence: Sentence, memory: Memory) -> tuple[Heard, Memory]:
        """One sentence, and the memory it leaves behind."""
        reading = Reading.of(sentence.span.of(self.text), self.pack, self.parties, self.on)
        scene = Scene.of(reading, memory)
        among, start = candidates(scene), sentence.span.start
        heeded = self._heed(sentence.span, reading, among)
        chosen = self._choose(among, heeded)
        attribution, speaker = attribute(reading, chosen), chosen.candidate
        shown = in_full(reading, speaker, attribution)
        after = remember(memory, reading, attribution, speaker.subject, speaker.earlier, start, shown.speaker)
        is_pundit = scene.pundit is not None and attribution.party in _OF_NO_PARTY
        if scene.pundit is not None and is_pundit:
            after = after.after_pundit(scene.pundit)
        elif after.pundit is not None and (reading.frames or reading.mentions):
            after = replace(after, pundit=None)  # after someone else, "he" is no longer the analyst
        if reading.marks % 2 == 1:
            after = replace(after, quoting=not memory.quoting)
        return Heard(sentence, reading, tuple(among), speaker, shown, is_pundit, heeded), after

    def _heed(self, sentence: Span, reading: Reading, among: Sequence[Candidate]) -> Heeded | None:
        if self.listening is None:
            return None
        named = [(one.origin, named_at(one, reading, sentence.start)) for one in among]
        return self.listening.voices.heed(sentence, named)

    def _choose(self, among: Sequence[Candidate], heeded: Heeded | None) -> Chosen:
        if self.listening is None or heeded is None:
            return self.model.choose(among)
        return self.listening.model.choose(among, heeded.speakers)


def named_at(candidate: Candidate, reading: Reading, start: int) -> Span | None:
    """The words of the document that name a candidate, `start` being where its sentence begins there."""
    if candidate.mention is not None:
        return candidate.mention.span.shifted(start)
    if candidate.earlier is not None:
        return candidate.earlier.named
    subject = candidate.subject
    if subject.first == subject.end:
        return None
    return reading.words.span(subject.first, subject.end).shifted(start)


def _speaks(heard: Heard) -> bool:
    """Whether a clause names a known speaker of its own beside a reporting word."""
    return heard.chosen.frame is not None and heard.chosen.origin is Origin.NAMED


def _is_told(heard: Heard) -> bool:
    """Whether the outlet tells a clause by itself, without a reporting word."""
    return heard.chosen.origin is Origin.OUTLET and not heard.reading.frames


def _opens(heard: Heard) -> bool:
    """Whether a clause begins with its speaker or the reporting word, but for what joins it on.

    Else what was said may have begun before it: "It held, though badly, A said".
    """
    reading, frame = heard.reading, heard.chosen.frame
    joined = (match.end for match in reading.pack.contrasts.find(reading.words) if match.first == 0)
    begins = next(joined, 0)
    return frame is not None and min(frame.cue.first, heard.chosen.subject.first) <= begins + _ARTICLE


def attribute(reading: Reading, chosen: Chosen) -> Attribution:
    """The attribution that a chosen candidate amounts to, by the name alone of whoever speaks."""
    candidate = chosen.candidate
    names = [one.span for one in reading.mentions if one.party == candidate.party]
    named = speaker_span(reading, candidate)
    span = with_whole_brackets(reading.words.original, named, names) if named else None
    speaker = span.of(reading.words.original) if span else None
    if candidate.earlier is not None:
        speaker = candidate.earlier.speaker
    cue = candidate.frame.cue if candidate.frame else None
    return Attribution(
        party=candidate.party,
        method=_method(reading, candidate),
        confidence=round(chosen.probability, 3),
        speaker=speaker,
        speaker_span=span,
        cue=cue.span.of(reading.words.original) if cue else None,
        cue_span=cue.span if cue else None,
        chain=(*carriers(reading, candidate, span), *([speaker] if speaker else [])),
    )


def in_full(reading: Reading, candidate: Candidate, attribution: Attribution) -> Attribution:
    """The same attribution with the speaker as people want to read it: with their office, where it has one.

    What the next sentences are heard by, and what the models learned from, is the name alone.
    """
    if candidate.earlier is not None:
        speaker = candidate.earlier.described or attribution.speaker
        span = attribution.speaker_span
    elif candidate.mention is not None and attribution.speaker_span is not None:
        span = described(reading, candidate.mention, candidate, attribution.speaker_span)
        speaker = span.of(reading.words.original)
    else:
        return attribution
    chain = (*attribution.chain[:-1], speaker) if speaker else attribution.chain
    return replace(attribution, speaker=speaker, speaker_span=span, chain=chain)


def _method(reading: Reading, candidate: Candidate) -> AttributionMethod:
    if candidate.origin is Origin.OUTLET or candidate.frame is None:
        named = candidate.origin in (Origin.NAMED, Origin.EARLIER)
        return AttributionMethod.CONTINUATION if named else AttributionMethod.OUTLET
    if candidate.origin in (Origin.EARLIER, Origin.HOME):
        return AttributionMethod.CONTINUATION if reading.is_quotation else AttributionMethod.PRONOUN
    is_source = candidate.frame.kind is Reporting.SOURCES
    return AttributionMethod.SOURCE if is_source else AttributionMethod.SPEAKER
