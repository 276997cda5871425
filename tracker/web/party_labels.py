"""How parties are named and told apart on a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracker.domain.parties import CIVILIANS, MEDIA, OTHER, Party
from tracker.web.languages import DEFAULT, current_language

_VOICES = frozenset({MEDIA, CIVILIANS, OTHER})
"""Codes that stand for no side, so that their silence says nothing."""


@dataclass(frozen=True, slots=True)
class PartyLabel:
    """A party as a page shows it.

    `mark` numbers its hue and line pattern by its place in the registry; None for a code that the registry
    does not hold. `side` is false for voices that speak for no party to the war.
    """

    code: str
    name: str
    mark: int | None
    side: bool


PartyLabels = Callable[[str], PartyLabel]
"""Gives the label of a party's code, also of one that the registry no longer holds."""


def label_parties(parties: Mapping[str, Party]) -> dict[str, PartyLabel]:
    """The label of each party of the registry, in its order, named in the reader's language."""
    return {
        code: _label(party, place=place, language=current_language().code)
        for place, (code, party) in enumerate(parties.items())
    }


def labels_by_code(parties: Mapping[str, Party]) -> PartyLabels:
    """A function that labels any code; one unknown to the registry is shown by its code alone.

    It may be kept: each time, the name is in the language of whoever reads then.
    """

    def label(code: str) -> PartyLabel:
        party = parties.get(code)
        if party is None:
            return PartyLabel(code=code, name=code, mark=None, side=code not in _VOICES)
        # Looked up each time: parties may be added while the program runs.
        return _label(party, place=list(parties).index(code), language=current_language().code)

    return label


def in_registry_order(codes: Iterable[str], parties: Mapping[str, Party]) -> tuple[str, ...]:
    """Codes in the order in which parties are shown; those unknown to the registry come last, by code."""
    places = {code: place for place, code in enumerate(parties)}
    return tuple(sorted(codes, key=lambda code: (places.get(code, len(places)), code)))


def camps_of(parties: Mapping[str, Party]) -> dict[str, str]:
    """For each side its camp: sides joined by alliances, directly or through another, are of one.

    A camp is named by one of its sides. Voices that speak for no side are of none, and left out.
    """
    sides = [code for code in parties if code not in _VOICES]
    camps = {code: code for code in sides}
    for code in sides:
        for ally in parties[code].allies:
            if ally in camps and camps[ally] != camps[code]:
                joined = camps[ally]
                camps = {one: camps[code] if camp == joined else camp for one, camp in camps.items()}
    return camps


def _label(party: Party, *, place: int, language: str) -> PartyLabel:
    words = party.label
    name = words.get(language) or words.get(DEFAULT.code) or next(iter(words.values()), party.code)
    return PartyLabel(code=party.code, name=name, mark=place, side=party.code not in _VOICES)
