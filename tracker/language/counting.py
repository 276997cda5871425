"""What a language calls the things its news counts, and how it says that there were none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.domain.statements import FigureKind
from tracker.language.folding import fold
from tracker.language.phrases import Phrases

_FATES = (FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED)
_THINGS = (FigureKind.VEHICLES, FigureKind.AIRCRAFT)


@dataclass(frozen=True, slots=True)
class CountedTerm:
    """A word for what is counted.

    `trailing` where it is a noun for the people themselves, which stands after its number ("12 wounded");
    `is_noun` where it names who or what is counted rather than what befell; `outright` where it is counted
    whatever else befell (vehicles, bodies), `is_object` where that is so right behind a number ("nine
    strikes"); `is_loss` where people or things may be lost.
    """

    kind: FigureKind
    trailing: bool = False
    is_noun: bool = False
    outright: bool = False
    is_object: bool = False
    is_loss: bool = False


class Group(StrEnum):
    """What kind of people are counted."""

    CIVILIANS = "civilians"
    COMBATANTS = "combatants"


class Whose(StrEnum):
    """Whose people are counted, seen from the one who speaks."""

    OWN = "own"
    OPPOSING = "opposing"


@dataclass(frozen=True, slots=True)
class CountedWords:
    """Words that tell who is counted: what kind of people, and whose."""

    groups: Phrases[Group]
    whose: Phrases[Whose]


def counted_words(data: Mapping[str, Any]) -> CountedWords:
    """The `[counted]` table of a language file, ready to search with."""
    return CountedWords(
        groups=Phrases.meaning({group: data[group.value] for group in Group}),
        whose=Phrases.meaning({whose: data[whose.value] for whose in Whose}),
    )


@dataclass(frozen=True, slots=True)
class CountingWords:
    """The words around figures.

    - `units` and `numbered` make a number a measure or a name, `households` are phrases in which it counts
      nobody ("members of one family").
    - `crews` are people named by the vehicle or aircraft beside them ("truck drivers"), which then is none.
    - `including` opens a part of what is counted already, `includes_after` and `of_them` close one.
    - `rejecting` sets a number aside ("four, not seven"); `totals` lead from what is counted to its number.
    - `none` rules out what follows, `none_after` what precedes; `any` does so under denial or one of the
      negative `particles`; `zeros` are whole phrases that say none; behind one of the `exceptions` there were
      some ("nobody except a guard").
    """

    terms: Phrases[CountedTerm]
    units: Phrases[str]
    numbered: Phrases[str]
    households: Phrases[str]
    crews: Phrases[str]
    articles: frozenset[str]
    including: Phrases[str]
    includes_after: Phrases[str]
    of_them: Phrases[str]
    rejecting: frozenset[str]
    totals: frozenset[str]
    none: Phrases[str]
    none_after: Phrases[str]
    any: Phrases[str]
    particles: Phrases[str]
    zeros: Phrases[FigureKind]
    exceptions: Phrases[str]


def counting_words(data: Mapping[str, Any]) -> CountingWords:
    """The `[figures]` table of a language file, ready to search with."""

    def phrases(name: str) -> Phrases[str]:
        return Phrases((phrase, phrase) for phrase in data.get(name, ()))

    return CountingWords(
        terms=Phrases(_terms(data)),
        units=phrases("units"),
        numbered=phrases("numbered"),
        households=phrases("households"),
        crews=phrases("crews"),
        articles=frozenset(fold(word) for word in data.get("articles", ())),
        including=phrases("including"),
        includes_after=phrases("includes_after"),
        of_them=phrases("of_them"),
        rejecting=frozenset(fold(word) for word in data.get("rejecting", ())),
        totals=frozenset(fold(word) for word in data.get("totals", ())),
        none=phrases("none"),
        none_after=phrases("none_after"),
        any=phrases("any"),
        particles=phrases("particles"),
        zeros=Phrases(
            (phrase, FigureKind(kind)) for kind, listed in data.get("zeros", {}).items() for phrase in listed
        ),
        exceptions=phrases("exceptions"),
    )


def _terms(data: Mapping[str, Any]) -> Iterator[tuple[str, CountedTerm]]:
    for kind in FigureKind:
        for phrase in data.get(kind.value, ()):
            yield phrase, CountedTerm(kind, is_noun=kind not in _FATES, outright=kind in _THINGS)
    for kind in _FATES:
        for phrase in data.get("people", {}).get(kind.value, ()):
            yield phrase, CountedTerm(kind, trailing=True, is_noun=True)
    for phrase in data.get("objects", ()):
        yield phrase, CountedTerm(FigureKind.OTHER, is_noun=True, is_object=True)
    for phrase in data.get("losses", ()):
        yield phrase, CountedTerm(FigureKind.KILLED, is_loss=True)
    for phrase in data.get("remains", ()):
        yield phrase, CountedTerm(FigureKind.OTHER, is_noun=True, outright=True)
