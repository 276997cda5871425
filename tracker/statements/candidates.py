"""Who may have put a sentence forward.

A candidate is a party named in the sentence, a speaker remembered from earlier ones, the side whose
outlet this is, the outlet itself, or someone of no known party. What speaks for it is a set of named
features (`tracker.statements.evidence`); `tracker.statements.speakers` weighs them. No feature names a
party, so that a party added to the registry is judged as any other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tracker.domain.parties import CIVILIANS, MEDIA, OTHER
from tracker.language.pack import Reporting, SpeakerStands
from tracker.statements.evidence import of_bystander, of_earlier, of_mention, of_sentence
from tracker.statements.frames import Frame
from tracker.statements.memory import Introduced
from tracker.statements.mentions import Mention, MentionKind
from tracker.statements.reading import Reading
from tracker.statements.scene import Origin, Scene
from tracker.statements.subjects import NO_SUBJECT, Subject, SubjectKind

_LEADING_BACK = (SubjectKind.PERSON_PRONOUN, SubjectKind.BODY_PRONOUN)
_SEAT_ALONE = 2  # words: "В Анкаре"
_BESIDE = 2  # words between a party and its own reporting word
_MOST_BYSTANDERS = 12  # parties named where no reporting word looks; more is a list, not a speaker

Shared = Callable[[Origin], tuple[str, ...]]
"""The features that all candidates of an origin have in a sentence; found once, where there is one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that may speak, from where, and the names of what speaks for it.

    `shared` are the features that all candidates of its origin have in the sentence, `own` those of this
    one. `frame` and `subject` are the reporting frame and the words in which it stands, `mention` its name
    there, `earlier` the speaker it leads back to.
    """

    party: str
    origin: Origin
    shared: tuple[str, ...]
    own: tuple[str, ...]
    frame: Frame | None = None
    subject: Subject = NO_SUBJECT
    mention: Mention | None = None
    earlier: Introduced | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """All that speaks for it."""
        return self.shared + self.own


def candidates(scene: Scene) -> list[Candidate]:
    """All candidates of a sentence; the outlet is always among them."""
    shared = cache(lambda origin: tuple(of_sentence(scene, origin)))
    among = [
        *_named(scene, shared),
        *_earlier(scene, shared),
        *_at_home(scene, shared),
        _outlet(scene, shared),
        *_unknown(scene, CIVILIANS, Origin.PEOPLE, shared),
        *_unknown(scene, OTHER, Origin.SOMEONE, shared),
    ]
    if scene.pundit is None:
        return among
    kept = [one for one in among if _may_speak_beside_pundit(scene, scene.pundit, one)]
    return kept or [one for one in among if one.origin is Origin.OUTLET]


def _may_speak_beside_pundit(scene: Scene, names: frozenset[str], one: Candidate) -> bool:
    """Whether a candidate may speak where an analyst does: a party only through a word of its own.

    "The analyst said that the LNA had denied losing the pier."
    """
    if one.earlier is not None:
        return one.party == OTHER and not names.isdisjoint(one.earlier.names)
    if one.origin is not Origin.NAMED:
        return one.origin is Origin.SOMEONE and one.subject is scene.governing
    if one.frame is None or one.frame is scene.frame or one.mention is None:
        return False
    after = one.mention.first >= one.frame.cue.end
    gap = one.mention.first - one.frame.cue.end if after else one.frame.cue.first - one.mention.end
    return not after and gap <= _BESIDE


def _named(scene: Scene, shared: Shared) -> Iterator[Candidate]:
    """A candidate for each party named where a frame looks for its speaker, and for each named elsewhere."""
    seen: set[int] = set()
    for index, frame in enumerate(scene.frames):
        pairs = zip(frame.speaker_ranges, scene.subjects[index], strict=False)
        for rank, (where, subject) in enumerate(pairs):
            inside = [m for m in scene.reading.mentions if where[0] <= m.first < where[1]]
            seen |= {mention.first for mention in inside}
            if rank and _has_its_subject(scene, index):
                break
            inside = [mention for mention in inside if not _is_where(scene, subject, mention)]
            for position, mention in enumerate(inside):
                own = (
                    *of_mention(scene, frame, subject, mention, inside),
                    f"named|frame {min(index, 2)}|{scene.governing.kind}",
                    f"named|range {rank}",
                    f"named|range {rank}|{scene.governing.kind}",
                    f"named|range {rank}|frame {frame.kind}|{scene.reading.pack.speaker_stands}",
                    f"named|place {min(position, 2)}",
                    f"named|frame {frame.kind}",
                )
                yield Candidate(
                    mention.party, Origin.NAMED, shared(Origin.NAMED), own, frame, subject, mention
                )
    others = [one for one in scene.reading.mentions if one.first not in seen and not _is_reported(scene, one)]
    for mention in others[:_MOST_BYSTANDERS]:
        own = tuple(of_bystander(scene, mention))
        yield Candidate(mention.party, Origin.NAMED, shared(Origin.NAMED), own, mention=mention)


def _is_where(scene: Scene, subject: Subject, mention: Mention) -> bool:
    """Whether a party's seat is only where someone speaks: "a reporter in Tripoli said"."""
    if mention.kind is not MentionKind.METONYM or subject.end - subject.first <= _SEAT_ALONE:
        return False
    before = scene.reading.words.texts[max(mention.first - _SEAT_ALONE - 1, 0) : mention.first]
    return any(text in scene.reading.pack.prepositions for text in before)


def _has_its_subject(scene: Scene, index: int) -> bool:
    """Whether a verb that may stand on either side of its subject plainly stands behind it.

    "Libyan sources confirmed Haftar's departure": what follows is what is said, and no speaker.
    """
    frame, first = scene.frames[index], scene.subjects[index][0]
    words, cue = scene.reading.words, frame.cue
    if scene.reading.pack.speaker_stands is not SpeakerStands.AROUND or first.end > cue.first:
        return False
    marked = cue.first > 0 and words.gaps[cue.first].strip() != ""
    return first.kind is not SubjectKind.EMPTY and not marked


def _is_reported(scene: Scene, mention: Mention) -> bool:
    """Whether a party is named in what a known reporting word reports: behind its "that"."""
    return bool(scene.frames) and any(that < mention.first for that in scene.reading.complementizers)


def _earlier(scene: Scene, shared: Shared) -> Iterator[Candidate]:
    """A candidate for each speaker that the story has named before."""
    subject = scene.governing
    for rank, one in enumerate(scene.memory.introduced):
        own = tuple(of_earlier(scene, subject, one, rank))
        yield Candidate(
            one.party, Origin.EARLIER, shared(Origin.EARLIER), own, scene.frame, subject, None, one
        )


def _at_home(scene: Scene, shared: Shared) -> Iterator[Candidate]:
    """The side whose outlet this is: its "the ministry" is that side's own."""
    if scene.memory.home is not None:
        own = () if scene.governing.names else (f"home|bare|{scene.governing.kind}",)
        yield Candidate(
            scene.memory.home, Origin.HOME, shared(Origin.HOME), own, scene.frame, scene.governing
        )


def _outlet(scene: Scene, shared: Shared) -> Candidate:
    """The outlet's own voice."""
    participles = (Reporting.PARTICIPLE, Reporting.DENYING_PARTICIPLE)
    frames = scene.reading.frames
    only = bool(frames) and all(frame.kind in participles for frame in frames)
    own = ("outlet|participles only",) if only else ()
    return Candidate(MEDIA, Origin.OUTLET, shared(Origin.OUTLET), own, scene.frame, scene.governing)


def _unknown(scene: Scene, party: str, origin: Origin, shared: Shared) -> Iterator[Candidate]:
    """Someone whom the registry does not know: one of the people, or of another party."""
    for index, frame in enumerate(scene.frames):
        # Where a verb may stand on either side of its subject, only the likelier side names someone unknown.
        either = scene.reading.pack.speaker_stands is SpeakerStands.AROUND
        for subject in scene.subjects[index][: 1 if either else None]:
            leads_back = subject.kind in _LEADING_BACK and bool(scene.memory.introduced)
            if subject.end > subject.first and subject.kind is not SubjectKind.KNOWN and not leads_back:
                own = (
                    f"{origin}|{subject.kind}|frame {min(index, 2)}",
                    f"{origin}|{'armed' if subject.armed else 'unarmed'} subject",
                    f"{origin}|{'indefinite' if subject.indefinite else 'definite'} subject",
                    f"{origin}|{'with' if subject.offices else 'without'} office|{subject.kind}",
                    f"{origin}|{min(len(subject.names), 2)} names",
                    f"{origin}|{'capital' if _is_capital(scene.reading, subject) else 'no capital'}",
                )
                yield Candidate(party, origin, shared(origin), own, frame, subject)


def _is_capital(reading: Reading, subject: Subject) -> bool:
    """Whether the subject bears a capital letter beyond its first word."""
    return any(map(reading.words.is_capital, range(subject.first + 1, subject.end)))
