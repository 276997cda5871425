"""Parties, those who speak for them, and the attribution of words to them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tracker.domain.documents import Span

MEDIA = "MEDIA"
CIVILIANS = "CIV"
OTHER = "OTHER"

MANY_VOICES = frozenset({MEDIA, CIVILIANS, OTHER})
"""Parties that are no side: many voices under one name, which hold nothing and lose nobody."""

Names = dict[str, tuple[str, ...]]
"""Names by language code."""


@dataclass(frozen=True, slots=True)
class Party:
    """A side that puts statements forward, as the registry describes it.

    `names` name it outright, `qualifiers` beside an office noun ("Turkish officials"), `metonyms` by its
    seat ("Ankara"); `common` are descriptions that mean it unless the text says otherwise ("the marshal").
    `foreign` is a state other than Libya. There was no such party before `since`, where that is known: in an
    older text, whoever is called by its names ("the interior ministry") is somebody else.
    """

    code: str
    label: dict[str, str]
    description: str = ""
    allies: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)
    qualifiers: Names = field(default_factory=dict)
    metonyms: Names = field(default_factory=dict)
    common: Names = field(default_factory=dict)
    foreign: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or office known to speak for a party, in a period if one is given."""

    party: str
    name: dict[str, str]
    short: Names = field(default_factory=dict)
    offices: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


class AttributionMethod(StrEnum):
    """By which rule a statement was given to its party."""

    SPEAKER = "speaker"  # a speaker named in the sentence's reporting frame
    SOURCE = "source"  # "according to", "in a statement by"
    PRONOUN = "pronoun"  # "he said", resolved to the speaker before it
    CONTINUATION = "continuation"  # a quotation that goes on, the speaker's next sentence
    OUTLET = "outlet"  # the outlet's own voice
    REVIEW = "review"  # an analyst's decision


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who puts a statement forward, and how that is known.

    `cue` is the word or phrase that gives it away ("said", "по словам"); `chain` the sources through
    which the words passed, outermost first; `confidence` a share of 1.
    """

    party: str
    method: AttributionMethod
    confidence: float
    speaker: str | None = None
    speaker_span: Span | None = None
    cue: str | None = None
    cue_span: Span | None = None
    chain: tuple[str, ...] = ()
