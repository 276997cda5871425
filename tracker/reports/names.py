"""What parties, places and those who speak are called in a report."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tracker.domain.parties import Party, Speaker
from tracker.domain.statements import NamedPlace, Place, Statement
from tracker.language.folding import fold
from tracker.reports.options import ReportOptionError

_FALLBACK = "en"


class Names:
    """Names in one language, by the registry and the gazetteer as they are now."""

    def __init__(
        self,
        language: str,
        parties: Sequence[Party],
        speakers: Iterable[Speaker],
        gazetteer: Iterable[NamedPlace],
    ) -> None:
        self._language = language
        self._parties = parties
        self._order = {party.code: place for place, party in enumerate(parties)}
        self._places = {named.place.id: named for named in gazetteer}
        self._forms = _forms_by_party(speakers)
        self._known: dict[tuple[str, str], str | None] = {}

    def of_parties(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of these parties by code, in the registry's order; one it does not hold by its code."""
        wanted = set(codes)
        known = {party.code: self._worded(party.label, party.code) for party in self._parties}
        named = {code: name for code, name in known.items() if code in wanted}
        return named | {code: code for code in sorted(wanted - named.keys())}

    def place_of_party(self, code: str) -> tuple[int, str]:
        """Where a party stands in the registry's order, to sort by."""
        return self._order.get(code, len(self._order)), code

    def of_place(self, place: Place) -> str:
        """What a place is called; its own name where the gazetteer does not say."""
        named = self._places.get(place.id)
        for language in (self._language, _FALLBACK):
            if named is not None and named.names.get(language):
                return named.names[language][0]
        return place.name

    def place(self, asked: str) -> Place:
        """The place of this id, or of this name in any language. Raises ReportOptionError otherwise."""
        if asked in self._places:
            return self._places[asked].place
        wanted = fold(asked.strip())
        found = [
            named.place
            for named in self._places.values()
            if wanted in {fold(name) for name in (named.place.name, *_all(named.names))}
        ]
        if not found:
            raise ReportOptionError(f"the gazetteer knows no place called {asked!r}")
        if len(found) > 1:
            ids = ", ".join(f"{place.id} ({place.kind})" for place in found)
            raise ReportOptionError(f"several places are called {asked!r}; name one by its id: {ids}")
        return found[0]

    def is_inside(self, place: Place | None, outer: Place) -> bool:
        """Whether a place is another one or lies in it, however many places lie between."""
        seen: set[str] = set()
        within = place.id if place else None
        between = place
        while within is not None and within not in seen:
            if within == outer.id:
                return True
            seen.add(within)
            named = self._places.get(within)
            between = named.place if named else between
            within = between.within if between is not None and between.id == within else None
        return False

    def latin(self, statement: Statement) -> str | None:
        """The speaker's name in Latin script where the text has it in another and the registry knows it."""
        speaker = statement.attribution.speaker
        if speaker is None or _is_latin(speaker):
            return None
        asked = statement.party, speaker
        if asked not in self._known:
            self._known[asked] = self._found(*asked)
        return self._known[asked]

    def _found(self, party: str, speaker: str) -> str | None:
        words = f" {_spaced(speaker)} "
        # The longest form first: a family name alone may be that of somebody else, too.
        return next((name for form, name in self._forms.get(party, ()) if f" {form} " in words), None)

    def _worded(self, by_language: Mapping[str, str], otherwise: str) -> str:
        return by_language.get(self._language) or by_language.get(_FALLBACK) or otherwise


def _forms_by_party(speakers: Iterable[Speaker]) -> dict[str, list[tuple[str, str]]]:
    """For each party the folded forms of its speakers' names with the name in Latin script, longest first.

    A form that two of them bear is left out.
    """
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for speaker in speakers:
        latin = speaker.name.get(_FALLBACK) or next(filter(_is_latin, speaker.name.values()), None)
        if latin is None:
            continue
        for form in (*speaker.name.values(), *_all(speaker.short)):
            if not _is_latin(form):
                found[speaker.party][_spaced(form.rstrip("*"))].add(latin)
    return {
        party: sorted(
            ((form, next(iter(names))) for form, names in forms.items() if len(names) == 1),
            key=lambda pair: (-len(pair[0]), pair),
        )
        for party, forms in found.items()
    }


def _all(names: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    return (name for group in names.values() for name in group)


def _spaced(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text)).strip()


def _is_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
