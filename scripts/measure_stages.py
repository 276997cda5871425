#!/usr/bin/env python3
"""How long each stage of reading takes for a megabyte of text that was made to stall it.

    python scripts/measure_stages.py [--stage NAME] [--case NAME] [--length 1000000]

A case is a few words repeated without end, so that the whole text is one sentence or one line, or nothing
but names, numbers or marks. `{n}` in them is a number that grows, so that no sentence comes twice; it has six
digits throughout, or a longer text would be of another kind. `{run}` says that one letter ends the
repetition. A stage gets the results of the stages before it, so that only its own time counts; garbage is
collected as it is when a page is taken in. Times are seconds of the processor. Where a quarter of the length
already takes longer than it may, the rest is reckoned from how time has grown so far, and marked with `~`.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from time import process_time

from tracker.domain.documents import Document
from tracker.language.dates import find_dates
from tracker.language.folding import fold_with_origins
from tracker.language.numbers import find_numbers
from tracker.language.pack import LanguagePack, language_pack, pack_of_script
from tracker.language.phrases import Match, Words
from tracker.language.sentences import Sentence, lines, sentences
from tracker.registry.loading import load_places, load_registry
from tracker.services.collecting import nothing_collected
from tracker.statements.attribution import first_memory, hear
from tracker.statements.extraction import Knowledge, documents_of, extract_statements
from tracker.statements.figures import find_figures
from tracker.statements.mentions import Mention, PartyFinder
from tracker.statements.places import PlaceFinder, choose_place
from tracker.statements.reading import Reading
from tracker.statements.segmentation import segment

_DAY = datetime(2020, 1, 8, 10, tzinfo=UTC)
_MOST = 1.0  # seconds a megabyte
_STEP = 4
_SHORTEST = 1_000
_FIRST_NUMBER = 100_000

CASES: Mapping[str, tuple[str, str]] = {
    "one word": ("en", "bridge "),
    "one letter": ("en", "a"),
    "digits": ("en", "7"),
    "numbers": ("en", "111 "),
    "digits of all scripts": ("ar", "٣5३"),
    "number words": ("en", "two hundred and "),
    "Arabic number words": ("ar", "وعشرون ألف ومئة "),
    "vague numbers": ("en", "dozens "),
    "casualties": ("en", "killed 12 "),
    "quotation marks": ("en", '"'),
    "nested quotation marks": ("en", "«“\"'"),
    "quoted words": ("en", '"no" said '),
    "commas": ("en", ","),
    "brackets": ("en", "(["),
    "full stops": ("en", "."),
    "stops and spaces": ("en", ". "),
    "said": ("en", "said "),
    "he said": ("en", "he said, "),
    "party said": ("en", "LNA said "),
    "Arabic said": ("ar", "قال "),
    "Turkish said": ("tr", "LUO söyledi, "),
    "Russian said": ("ru", "сообщил "),
    "colons": ("en", "Haftar: "),
    "party names": ("en", "Libyan National Army "),
    "speakers": ("en", "Khalifa Haftar "),
    "Russian speakers": ("ru", "Халифы Хафтара "),
    "Turkish officials": ("en", "Turkish official, "),
    "capitals": ("en", "TRIPOLI "),
    "capital letters": ("en", "A. "),
    "abbreviations": ("en", "a.b.c.d. "),
    "initials without end": ("en", "a."),
    "places": ("en", "in Gharyan "),
    "Russian places": ("ru", "в Триполи "),
    "months": ("en", "May January "),
    "dates": ("en", "may 1 "),
    "days as names": ("en", "May 1 brigade "),
    "months by two names": ("en", "May/"),
    "bounds": ("en", "at least 3 vehicles "),
    "prepositions that begin many phrases": ("en", "in the "),
    "analysts": ("en", "analysts at the institute said "),
    "numeric dates": ("en", "01.02.2020"),
    "weekdays": ("en", "Monday "),
    "negations": ("en", "no one not never "),
    "questions": ("en", "who? "),
    "Arabic clitics": ("ar", "وبال"),
    "Arabic words with clitics": ("ar", "وبالكتاب "),
    "combining marks": ("en", "e\u0301\u0301\u0301"),
    "nothing but marks": ("en", "\u0301"),
    "vowel signs": ("ar", "قَالَ "),
    "ligatures": ("ar", "\ufdfa"),
    "newlines": ("en", "\n"),
    "letters on lines": ("en", "a\n"),
    "headlines": ("en", "Two headlines here\n"),
    "sentences": ("en", "The guard left Zuwara. "),
    "datelines": ("en", "TUNIS - "),
    "spaces": ("en", " "),
    "alternating scripts": ("en", "said قال сообщил "),
    "bidi controls": ("ar", "\u202eقال\u202c "),
    "emoji": ("en", "\U0001f6a2 "),
    "Turkish endings": ("tr", "evlerimizdekilerinden "),
    "stops before a letter": ("en", "{run}."),
    "ellipses before a letter": ("en", "{run}…"),
    "marks after a stop before a letter": ("en", "{run}.”"),
    "numbered sentences": ("en", "He said {n} were killed. "),
    "numbered speakers": ("en", "Haftar said {n}. "),
    "numbered Arabic sentences": ("ar", "قال الجيش إن {n} قتلوا. "),
    "numbered lines": ("en", "The guard {n} left Zuwara.\n"),
    "repeated headlines": ("en", "Some headline {n} here\nThe guard {n} left.\nSome headline {n} here\n"),
}
"""Language and unit of each case."""


@dataclass
class Text:
    """A text and what the earlier stages make of it, each found when it is first asked for."""

    text: str
    language: str
    knowledge: Knowledge = field(repr=False)

    @cached_property
    def pack(self) -> LanguagePack:
        """The data of its language."""
        return language_pack(self.language)

    @cached_property
    def document(self) -> Document:
        """The text as an undivided document of a known day."""
        return Document(
            id="d0",
            external_id=None,
            url=None,
            title="",
            outlet="",
            published=_DAY,
            published_found=None,
            language=self.language,
            sha256="",
            text=self.text,
        )

    @cached_property
    def words(self) -> Words:
        """All of it as the words of one sentence."""
        return Words.of(self.text)

    @cached_property
    def offices(self) -> list[Match[str]]:
        """The office nouns in it."""
        return self.pack.offices.find(self.words)

    @cached_property
    def mentions(self) -> list[Mention]:
        """The parties named in it."""
        return self.knowledge.parties.find(self.words, self.pack, self.offices, _DAY.date())

    @cached_property
    def story(self) -> tuple[Sentence, ...]:
        """The sentences of its first story."""
        return segment(self.text, "", self.pack).stories[0].sentences


def _cut(text: Text) -> None:
    for number, line in enumerate(lines(text.text)):
        sentences(text.text, line, number, text.pack.abbreviations)


def _find_phrases(text: Text) -> None:
    """The slowest of the vocabularies: each is a pass of its own."""
    text.pack.reporting.find(text.words)


def _hear(text: Text) -> None:
    knowledge = text.knowledge
    memory = first_memory("", knowledge.parties)
    for _ in hear(
        text.text, text.story, text.pack, knowledge.parties, knowledge.plain.speakers, memory, _DAY.date()
    ):
        pass


def _read_page(text: Text) -> None:
    """All documents that a page amounts to, as ingesting reads them."""
    for document in documents_of(text.document):
        extract_statements(document, text.knowledge)


def _place(text: Text) -> None:
    found = text.knowledge.places.find(text.words, text.pack)
    choose_place(found, text.mentions, text.pack, text.words)


def _read(text: Text) -> None:
    Reading.of(text.text, text.pack, text.knowledge.parties, _DAY.date())


STAGES: Mapping[str, tuple[Callable[[Text], object], Callable[[Text], object]]] = {
    "folding": (lambda text: text.text, lambda text: fold_with_origins(text.text)),
    "words": (lambda text: text.text, lambda text: Words.of(text.text)),
    "sentences": (lambda text: text.pack, _cut),
    "script": (lambda text: text.pack, lambda text: pack_of_script(text.text, text.pack)),
    "phrases": (lambda text: text.words, _find_phrases),
    "numbers": (lambda text: text.words, lambda text: find_numbers(text.words, text.pack)),
    "dates": (lambda text: text.words, lambda text: find_dates(text.words, text.pack, _DAY.date())),
    "segmentation": (lambda text: text.pack, lambda text: segment(text.text, "", text.pack)),
    "mentions": (
        lambda text: text.offices,
        lambda text: text.knowledge.parties.find(text.words, text.pack, text.offices, _DAY.date()),
    ),
    "places": (lambda text: text.mentions, _place),
    "figures": (lambda text: text.words, lambda text: find_figures(text.words, text.pack, set())),
    "one sentence": (lambda text: text.pack, _read),
    "hearing": (lambda text: text.story, _hear),
    "all": (lambda text: text.document, _read_page),
}
"""What has to be there before a stage, and the stage itself."""


def grown(unit: str, length: int) -> str:
    """A unit repeated to about so many characters.

    It is never cut short: a line that happens to end in an ellipsis, or without a full stop, may be dropped
    whole, and a longer text would not be compared with more of the same.
    """
    if unit.startswith("{run}"):
        return grown(unit.removeprefix("{run}"), length - 1) + "a"
    times = max(length // len(unit.replace("{n}", str(_FIRST_NUMBER))), 1)
    if "{n}" not in unit:
        return unit * times
    return "".join(unit.replace("{n}", str(number)) for number in range(_FIRST_NUMBER, _FIRST_NUMBER + times))


def seconds(stage: str, text: Text) -> float:
    """The processor's seconds for one stage of a text."""
    prepare, run = STAGES[stage]
    with nothing_collected(len(text.text)):
        prepare(text)
        begun = process_time()
        run(text)
        return process_time() - begun


def reckoned(stage: str, case: str, length: int, knowledge: Knowledge) -> tuple[float, bool]:
    """The seconds for a case at a length, and whether they were only reckoned from shorter ones."""
    language, unit = CASES[case]
    steps = [length]
    while steps[-1] // _STEP >= _SHORTEST:
        steps.append(steps[-1] // _STEP)
    before, taken = 0.0, 0.0
    for step in reversed(steps):
        before, taken = taken, seconds(stage, Text(grown(unit, step), language, knowledge))
        if taken > _MOST and step < length:
            growth = max(taken / before, 1.0) if before else float(_STEP)
            return taken * growth ** (steps.index(step)), True
    return taken, False


def main() -> None:
    """Measure, print a table, and end with 1 where a stage takes longer than a second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this one (may be repeated)")
    parser.add_argument("--case", choices=CASES, action="append", help="only this one (may be repeated)")
    parser.add_argument("--length", type=int, default=1_000_000, help="characters of each text")
    options = parser.parse_args()
    stages = options.stage or list(STAGES)
    registry = load_registry()
    knowledge = Knowledge(PartyFinder(registry.parties, registry.speakers), PlaceFinder(load_places()))
    print("| case | " + " | ".join(stages) + " |")
    print("|---" * (len(stages) + 1) + "|", flush=True)
    slow = 0
    for case in options.case or CASES:
        figures = []
        for stage in stages:
            taken, is_reckoned = reckoned(stage, case, options.length, knowledge)
            slow += stage != "all" and taken > _MOST
            figures.append(f"{'~' * is_reckoned}{taken:.2f}")
        print(f"| {case} | " + " | ".join(figures) + " |", flush=True)
    print(f"\n{slow} over {_MOST:g} s")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
