"""What the stages know of a language: the data of one file, ready to search with."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from tracker.language.counting import CountedWords, CountingWords, counted_words, counting_words
from tracker.language.folding import fold
from tracker.language.numerals import NumberSuffixes, Numerals
from tracker.language.phrases import Phrases

LANGUAGES = ("en", "ar", "tr", "ru")

_ARABIC = re.compile("[\u0600-\u06ff]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_OTHER_SCRIPTS = ("ar", "ru")


class SpeakerStands(StrEnum):
    """Where the speaker stands towards the reporting verb."""

    AROUND = "around"
    AFTER = "after"
    BEFORE = "before"


class Reporting(StrEnum):
    """What a reporting word does with the words it introduces."""

    ASSERTS = "asserts"
    DENIES = "denies"
    SOURCES = "sources"
    QUOTATION = "quotation_frames"
    PARTICIPLE = "participles"  # "..., saying that": its subject is the sentence's
    DENYING_PARTICIPLE = "denying_participles"
    CARRIED = "carried"  # "in his words": the speaker before


class Exclusion(StrEnum):
    """Why a sentence puts nothing forward."""

    APPEAL = "appeals"
    PUNDIT = "pundits"
    SILENCE = "silence"
    BACKGROUND = "background"


class Bound(StrEnum):
    """How a word before or after a number bounds it."""

    LEAST = "least"
    MOST = "most"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Vague:
    """A quantity without a number: "dozens" is 24 and up."""

    low: int
    high: int | None = None


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Number words: values, scales to multiply by, and what stands around numbers."""

    values: Numerals[float]
    scales: Numerals[int]
    joiners: frozenset[str]
    only_before_ten: frozenset[str]
    between: frozenset[str]
    until: frozenset[str]
    conjunctions: frozenset[str]
    vague: Phrases[Vague]
    bounds: Phrases[Bound]


@dataclass(frozen=True, slots=True)
class DateWords:
    """Words for months, weekdays and days, weeks and months gone by.

    `teens` are the words that make an eleventh of a first; `named_after` are what bears a day as its name:
    brigades, revolutions, streets.
    """

    months: Phrases[int]
    weekdays: Phrases[int]
    days_ago: Phrases[int]
    weeks_ago: Phrases[int]
    months_ago: Phrases[int]
    ordinals: Mapping[str, int]
    teens: frozenset[str]
    named_after: Phrases[str]


@dataclass(frozen=True)
class LanguagePack:
    """One language, as data."""

    code: str
    speaker_stands: SpeakerStands
    abbreviations: frozenset[str]
    reporting: Phrases[Reporting]
    exclusions: Phrases[Exclusion]
    litter: Phrases[str]
    captions: Phrases[str]
    pronouns: Phrases[str]
    offices: Phrases[str]
    leads: frozenset[str]
    appositions: frozenset[str]
    indefinite: Phrases[str]
    agents: frozenset[str]
    outlets: Phrases[str]
    organs: Phrases[str]
    determiners: frozenset[str]
    auxiliaries: frozenset[str]
    venues: Phrases[str]
    armed: Phrases[str]
    loyal: Phrases[str]
    body_pronouns: frozenset[str]
    first_person: Phrases[str]
    opinions: Phrases[str]
    conditions: Phrases[str]
    joiners: frozenset[str]
    contrasts: Phrases[str]
    complementizers: frozenset[str]
    prepositions: frozenset[str]
    negations: Phrases[str]
    happenings: Phrases[str]
    topics: Phrases[str]
    control: Phrases[str]
    counting: CountingWords
    counted: CountedWords
    numbers: NumberWords
    dates: DateWords

    @cached_property
    def words_in_names(self) -> frozenset[str]:
        """Determiners, prepositions and appositions: what a name may hold that tells nobody apart."""
        return self.determiners | self.prepositions | self.appositions

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Determiners, prepositions and all other words that name nobody."""
        return self.determiners | self.prepositions | self.leads | self.appositions | self.joiners


@lru_cache(maxsize=len(LANGUAGES) + 1)
def language_pack(code: str) -> LanguagePack:
    """The pack of a language. A language without one is read with the English pack.

    The pages say so where it happens: `is_supported` tells.
    """
    known = code if code in LANGUAGES else "en"
    text = files("tracker.language").joinpath("data", f"{known}.toml").read_text(encoding="utf-8")
    return _build(tomllib.loads(text))


def is_supported(code: str) -> bool:
    """Whether there is data for this language."""
    return code in LANGUAGES


def pack_of_script(text: str, pack: LanguagePack) -> LanguagePack:
    """The pack for a line in another script than the rest of the page: Russian scraps in an English page."""
    if text.isascii() and pack.code not in _OTHER_SCRIPTS:
        return pack
    arabic, cyrillic = (sum(map(len, script.findall(text))) for script in (_ARABIC, _CYRILLIC))
    latin = sum(map(str.isalpha, text)) - arabic - cyrillic
    if cyrillic > latin + arabic:
        return language_pack("ru")
    if arabic > latin + cyrillic:
        return language_pack("ar")
    return language_pack("en") if pack.code in _OTHER_SCRIPTS and latin else pack


def _build(data: Mapping[str, Any]) -> LanguagePack:
    reporting, speakers, exclusion = data["reporting"], data["speakers"], data["exclusion"]
    return LanguagePack(
        code=data["code"],
        speaker_stands=SpeakerStands(data["speaker_stands"]),
        abbreviations=frozenset(fold(word) for word in data["abbreviations"]),
        reporting=Phrases.meaning({Reporting(kind): phrases for kind, phrases in reporting.items()}),
        exclusions=Phrases.meaning(
            {Exclusion(kind): phrases for kind, phrases in exclusion.items() if kind in set(Exclusion)}
        ),
        litter=_plain(exclusion["litter"]),
        captions=_plain(exclusion["captions"]),
        pronouns=_plain(
            [*speakers["pronouns"], *speakers.get("person_pronouns", []), *speakers.get("body_pronouns", [])]
        ),
        offices=_plain(speakers["offices"]),
        leads=_folded(speakers["leads"]),
        indefinite=_plain(speakers["indefinite"]),
        agents=_folded(speakers["agents"]),
        outlets=_plain(speakers["outlets"]),
        organs=_plain(speakers.get("organs", [])),
        determiners=_folded(speakers.get("determiners", [])),
        auxiliaries=_folded(speakers.get("auxiliaries", [])),
        venues=_plain(speakers.get("venues", [])),
        armed=_plain(speakers.get("armed", [])),
        loyal=_plain(speakers.get("loyal", [])),
        body_pronouns=frozenset(speakers.get("body_pronouns", [])),
        first_person=_plain(speakers.get("first_person", [])),
        opinions=_plain(exclusion.get("opinions", [])),
        conditions=_plain(exclusion.get("conditions", [])),
        appositions=_folded(speakers["appositions"]),
        joiners=_folded(speakers["joiners"]),
        contrasts=_plain(speakers["contrasts"]),
        complementizers=_folded(speakers["complementizers"]),
        prepositions=_folded(speakers["prepositions"]),
        negations=_plain(data["negation"]["strong"]),
        happenings=_plain(data["happenings"]["words"]),
        topics=Phrases.meaning(data["topics"]),
        control=Phrases.meaning(data["control"]),
        counting=counting_words(data["figures"]),
        counted=counted_words(data["counted"]),
        numbers=_numbers(data["numbers"]),
        dates=_dates(data["dates"]),
    )


def _plain(phrases: list[str]) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in phrases)


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def _numbers(data: Mapping[str, Any]) -> NumberWords:
    bounds, suffixes = data["bounds"], _suffixes(data.get("suffixes", {}))
    return NumberWords(
        values=Numerals({fold(word): value for word, value in data["words"].items()}, suffixes),
        scales=Numerals({fold(word): value for word, value in data["scales"].items()}, suffixes),
        joiners=_folded(data["joiners"]),
        only_before_ten=_folded(data.get("only_before_ten", [])),
        between=_folded(bounds["between"]),
        until=_folded(bounds["until"]),
        conjunctions=_folded(bounds["conjunctions"]),
        vague=Phrases((phrase, Vague(**interval)) for phrase, interval in data["vague"].items()),
        bounds=Phrases.meaning({bound: bounds[bound.value] for bound in Bound}),
    )


def _suffixes(data: Mapping[str, Any]) -> NumberSuffixes:
    return NumberSuffixes(
        vowels=fold(data.get("vowels", "")),
        after_vowel=tuple(sorted(map(fold, data.get("after_vowel", ())), key=len, reverse=True)),
        after_consonant=tuple(sorted(map(fold, data.get("after_consonant", ())), key=len, reverse=True)),
        never_on=_folded(data.get("never_on", [])),
        never=_folded(data.get("never", [])),
    )


def _dates(data: Mapping[str, Any]) -> DateWords:
    return DateWords(
        months=Phrases(data["months"].items()),
        weekdays=Phrases(data["weekdays"].items()),
        days_ago=Phrases(data["days_ago"].items()),
        weeks_ago=Phrases(data["weeks_ago"].items()),
        months_ago=Phrases(data["months_ago"].items()),
        ordinals={fold(word): day for word, day in data.get("ordinals", {}).items()},
        teens=_folded(data.get("teens", [])),
        named_after=_plain(data["named_after"]),
    )
