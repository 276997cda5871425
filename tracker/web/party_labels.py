"""How parties are named and told apart on a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.domain.parties import CIVILIANS, MEDIA, OTHER, Party

INTERFACE_LANGUAGE = "en"

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
    """The label of each party of the registry, in its order."""
    return {
        code: PartyLabel(code=code, name=_name(party), mark=place, side=code not in _VOICES)
        for place, (code, party) in enumerate(parties.items())
    }


def labels_by_code(parties: Mapping[str, Party]) -> PartyLabels:
    """A function that labels any code; one unknown to the registry is shown by its code alone."""
    known = label_parties(parties)

    def label(code: str) -> PartyLabel:
        return known.get(code) or PartyLabel(code=code, name=code, mark=None, side=code not in _VOICES)

    return label


def _name(party: Party) -> str:
    return party.label.get(INTERFACE_LANGUAGE) or next(iter(party.label.values()), party.code)
