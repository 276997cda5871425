"""Parties named in a text: by name, by a person's name, or by a qualifier beside an office noun."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from tracker.domain.documents import Span
from tracker.domain.parties import OTHER, Party, Speaker
from tracker.language.folding import fold
from tracker.language.pack import LANGUAGES, LanguagePack, language_pack
from tracker.language.phrases import Match, Phrases, Words

_QUALIFIER_REACH = 3
_LONGEST_OFFICE = 6  # words
_SHORTEST_SKELETON = 4
_SHORTEST_INFLECTED = 5
_LONGEST_INITIALS = 3
_VOWELS = re.compile(r"[aeiouyаеиоуыэюяйь]")
_LATIN = re.compile(r"[a-z]+$")
_CYRILLIC = re.compile(r"[а-я]+$")
_DOUBLED = re.compile(r"(.)\1+")


class MentionKind(IntEnum):
    """How a party is named; a greater value identifies a speaker more surely."""

    COMMON = 0  # "the marshal"
    METONYM = 1  # "Ankara"
    QUALIFIER = 2  # "Turkish"
    OFFICE = 3  # "a Turkish official"
    NAME = 4  # "Government of National Accord"
    PERSON = 5  # "Fayez al-Sarraj"


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named: the words it covers (half-open), and how."""

    party: str
    kind: MentionKind
    first: int
    end: int
    span: Span


@lru_cache(maxsize=16_384)
def skeleton(word: str) -> str | None:
    """The consonants of a folded name, doubled letters once: Haftar, Hifter, Hafter are all `hftr`.

    The first letter is kept whatever it is. None for a word too short to be told from others so.
    """
    if not (_LATIN.match(word) or _CYRILLIC.match(word)):
        return None
    bones = _DOUBLED.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))
    return bones if len(bones) >= _SHORTEST_SKELETON else None


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a name means: a party, how it names it, and the time in which it does so."""

    party: str
    kind: MentionKind
    since: date | None = None
    until: date | None = None

    def holds(self, on: date | None) -> bool:
        """Whether the name means this on a day; on no known day it may."""
        if on is None:
            return True
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class PartyFinder:
    """Finds mentions of the registry's parties. Built once; a party added is found at once."""

    def __init__(self, parties: Sequence[Party], speakers: Sequence[Speaker]) -> None:
        self._names = {code: _by_phrase(_named(parties, speakers, code)) for code in LANGUAGES}
        self._qualifiers = {
            code: Phrases(
                [
                    (phrase, (party.code, False))
                    for party in parties
                    for phrase in party.qualifiers.get(code, ())
                ]
                + [
                    (_inflected(phrase, code), (party.code, True))
                    for party in parties
                    for phrase in party.metonyms.get(code, ())
                ]
            )
            for code in LANGUAGES
        }
        skeletons: defaultdict[str, list[_Meaning]] = defaultdict(list)
        for speaker in speakers:
            meaning = _Meaning(speaker.party, MentionKind.PERSON, speaker.since, speaker.until)
            lasts = {fold(name).split()[-1] for names in speaker.short.values() for name in names if name}
            for bones in filter(None, map(skeleton, sorted(lasts))):
                skeletons[bones].append(meaning)
        self._skeletons = {bones: tuple(meanings) for bones, meanings in skeletons.items()}
        self._since = {party.code: party.since for party in parties if party.since is not None}

    def find(
        self, words: Words, pack: LanguagePack, offices: Iterable[Match[str]], on: date | None = None
    ) -> list[Mention]:
        """All mentions from left to right.

        `offices` are the office nouns found in the same words; `on` is the day of the text, by which a
        person who has changed sides is given to the side of that day, and what is called by the names of a
        party that there was not yet, to no side.
        """
        mentions = [
            Mention(meaning.party, meaning.kind, match.first, match.end, match.span)
            for match in self._names[pack.code].find(words)
            if not _is_common_word(match, words)
            for meaning in [_on_day(match.meaning, on)]
        ]
        qualified = self._qualified(words, pack, list(offices))
        if qualified:
            mentions = _with_qualified(mentions, qualified)
        mentions += self._by_skeleton(words, _covered(mentions), on)
        mentions = [self._in_its_time(mention, on) for mention in mentions]
        return sorted(mentions, key=attrgetter("first", "end"))

    def _in_its_time(self, mention: Mention, on: date | None) -> Mention:
        """The mention, of no side where its party was founded later. A person stays with their side to be."""
        since = self._since.get(mention.party)
        if on is None or since is None or since <= on or mention.kind is MentionKind.PERSON:
            return mention
        return replace(mention, party=OTHER)

    def home(self, outlet: str, on: date | None = None) -> tuple[str | None, bool]:
        """The party that an outlet's own name gives it to on a day, and whether the outlet is an organ of it.

        A Turkish state agency is Turkey's home medium; a Turkish ministry's press office speaks for Turkey.
        """
        words, pack = Words.of(outlet), language_pack("en")
        outlets = pack.outlets.find(words)
        offices = [*outlets, *pack.offices.find(words)]
        named = {mention.party for mention in self.find(words, pack, offices, on)}
        if len(named) != 1:
            return None, False
        organ = pack.organs.contains(words)
        return named.pop(), organ

    def _qualified(self, words: Words, pack: LanguagePack, offices: Sequence[Match[str]]) -> list[Mention]:
        found: list[Mention] = []
        qualifiers = self._qualifiers[pack.code].find(words)
        firsts = [office.first for office in offices] if qualifiers else []
        for match in qualifiers:
            window = offices[
                bisect_left(firsts, match.first - _QUALIFIER_REACH - _LONGEST_OFFICE) : bisect_left(
                    firsts, match.end + _QUALIFIER_REACH
                )
            ]
            near = [office for office in window if _beside(match, office, words)]
            if (not near and match.meaning[1]) or _is_common_word(match, words):
                continue
            kind = MentionKind.OFFICE if near else MentionKind.QUALIFIER
            first = min([match.first, *(office.first for office in near)])
            end = max([match.end, *(office.end for office in near)])
            span = words.span(first, end)
            found.append(Mention(match.meaning[0], kind, first, end, span))
        return found

    def _by_skeleton(self, words: Words, taken: set[int], on: date | None) -> list[Mention]:
        found: list[Mention] = []
        for index, text in enumerate(words.texts):
            meanings = self._skeletons.get(skeleton(text) or "")
            if meanings and index not in taken and words.is_capital(index):
                party = _on_day(meanings, on).party
                found.append(
                    Mention(party, MentionKind.PERSON, index, index + 1, words.span(index, index + 1))
                )
        return found


def _on_day(meanings: Sequence[_Meaning], on: date | None) -> _Meaning:
    """What a name means on a day: the first that holds then, else the first listed."""
    return next((meaning for meaning in meanings if meaning.holds(on)), meanings[0])


def _by_phrase(named: Iterable[tuple[str, _Meaning]]) -> Phrases[tuple[_Meaning, ...]]:
    meanings: defaultdict[str, list[_Meaning]] = defaultdict(list)
    for phrase, meaning in named:
        meanings[phrase].append(meaning)
    return Phrases((phrase, tuple(listed)) for phrase, listed in meanings.items())


def _is_common_word(match: Match[Any], words: Words) -> bool:
    """Whether a short Latin match is an everyday word rather than initials: "us" is not the US."""
    written = match.span.of(words.original)
    return len(written) <= _LONGEST_INITIALS and written.isascii() and written.islower()


def _with_qualified(mentions: list[Mention], qualified: list[Mention]) -> list[Mention]:
    """Both: a firm name stands before a qualifier in it, a qualifier before a weak name."""
    weak = (MentionKind.METONYM, MentionKind.COMMON)
    firm = _covered(mention for mention in mentions if mention.kind not in weak)
    qualified = [mention for mention in qualified if mention.first not in firm]
    closer = _covered(qualified)
    return [m for m in mentions if m.kind not in weak or m.first not in closer] + qualified


def _covered(mentions: Iterable[Mention]) -> set[int]:
    return {index for mention in mentions for index in range(mention.first, mention.end)}


def _beside(match: Match[tuple[str, bool]], office: Match[str], words: Words) -> bool:
    if 0 <= office.first - match.end < _QUALIFIER_REACH:
        between = words.between(match.end - 1, office.first)
    elif 0 <= match.first - office.end < _QUALIFIER_REACH:
        between = words.between(office.end - 1, match.first)
    else:
        return False
    return not any(mark in between for mark in ',;:."')


def _named(
    parties: Sequence[Party], speakers: Sequence[Speaker], language: str
) -> Iterable[tuple[str, _Meaning]]:
    for party in parties:
        for phrase in party.names.get(language, ()):
            yield phrase, _Meaning(party.code, MentionKind.NAME)
        for phrase in party.metonyms.get(language, ()):
            yield _inflected(phrase, language), _Meaning(party.code, MentionKind.METONYM)
        for phrase in party.common.get(language, ()):
            yield phrase, _Meaning(party.code, MentionKind.COMMON)
    for speaker in speakers:
        meaning = _Meaning(speaker.party, MentionKind.PERSON, speaker.since, speaker.until)
        for phrase in dict.fromkeys((speaker.name.get(language, ""), *speaker.short.get(language, ()))):
            if phrase:
                yield _inflected(phrase, language), meaning


def _inflected(name: str, language: str) -> str:
    """A Russian name with its case endings open; other languages leave names as they are."""
    if language != "ru" or "*" in name:
        return name
    return " ".join(_open_ended(word) for word in name.split())


def _open_ended(word: str) -> str:
    if len(word) < _SHORTEST_INFLECTED:
        return word
    return word.rstrip("аяйьиоы") + "*"
