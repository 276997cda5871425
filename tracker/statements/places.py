"""The place a statement is about, from the gazetteer's names."""

from collections.abc import Iterable

from tracker.domain.statements import NamedPlace, Place, PlaceFound, PlaceMention
from tracker.language.pack import LANGUAGES, LanguagePack
from tracker.language.phrases import Match, Phrases, Words
from tracker.statements.mentions import Mention, MentionKind

_RANK = {
    "landmark": 0,
    "airbase": 0,
    "airport": 0,
    "port": 0,
    "oilfield": 0,
    "neighbourhood": 1,
    "border-crossing": 1,
    "town": 2,
    "city": 2,
    "district": 3,
    "region": 4,
    "country": 5,
}
_UNKNOWN_RANK = 3
_VAGUE_RANK = 4
_SHORTEST_INFLECTED = 5


class PlaceFinder:
    """Finds the gazetteer's places in a text."""

    def __init__(self, entries: Iterable[NamedPlace]) -> None:
        kept = list(entries)
        self._names = {
            code: Phrases(
                (_inflected(name, code), entry.place)
                for entry in kept
                for language in dict.fromkeys((code, "en", "und"))
                for name in (
                    *entry.names.get(language, ()),
                    *([entry.place.name] if language == "en" else ()),
                )
            )
            for code in LANGUAGES
        }

    def find(self, words: Words, pack: LanguagePack) -> list[Match[Place]]:
        """All places named, from left to right."""
        return [
            match for match in self._names[pack.code].find(words) if _is_name(match.span.of(words.original))
        ]


def _is_name(written: str) -> bool:
    """Whether the words are written as a name: with a capital, in scripts that have capitals."""
    return written != written.lower() or written == written.upper()


def _inflected(name: str, language: str) -> str:
    if language != "ru":
        return name
    return " ".join(
        word if len(word) < _SHORTEST_INFLECTED else word.rstrip("аяйьиоыуе") + "*" for word in name.split()
    )


def choose_place(
    found: list[Match[Place]], mentions: list[Mention], pack: LanguagePack, words: Words
) -> PlaceMention | None:
    """The most exact place of a sentence; the seat of a party ("Tripoli said") is none.

    Of equally exact ones the one after a preposition wins, then the first.
    """
    taken = {
        index
        for mention in mentions
        if mention.kind is not MentionKind.METONYM or _opens_clause(mention.first, pack, words)
        for index in range(mention.first, mention.end)
    }
    free = [match for match in found if match.first not in taken]
    candidates = [match for match in free if _RANK.get(match.meaning.kind, _UNKNOWN_RANK) < _VAGUE_RANK]
    if not candidates:
        return None
    best = min(
        candidates,
        key=lambda match: (
            not _placed(match, pack, words),
            _RANK.get(match.meaning.kind, _UNKNOWN_RANK),
            match.first,
        ),
    )
    return PlaceMention(best.meaning, PlaceFound.SENTENCE, best.span)


def _opens_clause(first: int, pack: LanguagePack, words: Words) -> bool:
    """Whether a clause begins with this word, so that a party's seat is its subject: "Ankara said"."""
    if first == 0:
        return True
    before = words.texts[first - 1]
    return before in pack.complementizers or "," in words.gaps[first]


def _placed(match: Match[Place], pack: LanguagePack, words: Words) -> bool:
    return _after_preposition(match.first, pack, words)


def _after_preposition(first: int, pack: LanguagePack, words: Words) -> bool:
    if not pack.prepositions:  # Turkish marks place by suffix; every mention may be one
        return True
    return bool(first) and words.texts[first - 1] in pack.prepositions
