"""Search: a text in any language, the statements most like it in all languages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from tracker.domain.search import SearchMode
from tracker.domain.views import StatementFilter, StatementView
from tracker.language.direction import language_tag
from tracker.web.pages import add_page
from tracker.web.party_labels import PartyLabel, label_parties
from tracker.web.reading_room import ReadingRoom

RESULTS = 30
LONGEST_QUERY = 2_000
"""Code points. Longer texts are refused in words rather than cut without a word."""

LANGUAGES = ("ar", "en", "ru", "tr")
"""The languages that the tracker reads, as the form offers them; an address may name any other."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was typed, so that the form can show it again, and which fields are at fault.

    `faults` maps a field's name to one of the faults that the template has words for.
    """

    text: str
    party: str
    language: str
    published_from: str
    published_to: str
    mode: str
    faults: Mapping[str, str]
    wanted: StatementFilter

    @property
    def how(self) -> SearchMode:
        """The mode asked for; hybrid where none or an unknown one was."""
        return SearchMode(self.mode) if self.mode in tuple(SearchMode) else SearchMode.HYBRID


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What templates/searches/search.html shows. `results` is None where nothing was searched for."""

    question: Question
    results: tuple[StatementView, ...] | None
    parties: tuple[PartyLabel, ...]
    languages: tuple[str, ...]
    modes: tuple[SearchMode, ...] = tuple(SearchMode)


def add_search(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/search?q=…&mode=…&party=…&language=…&from=…&to=…`; 400 where a field cannot be understood."""

    def search() -> tuple[SearchPage, int]:
        labels = label_parties(room.parties)
        question = read_question(request.args, known_parties=labels.keys())
        results: tuple[StatementView, ...] | None = None
        if question.text and not question.faults:
            results = tuple(room.search(question.text, RESULTS, question.wanted, question.how))
        page = SearchPage(
            question=question,
            results=results,
            parties=tuple(labels.values()),
            languages=LANGUAGES,
        )
        return page, 400 if question.faults else 200

    add_page(blueprint, "/search", "search", "searches/search.html", search)


def read_question(arguments: MultiDict[str, str], *, known_parties: Collection[str]) -> Question:
    """Understand the query string of a search."""
    text = arguments.get("q", "").strip()
    party = arguments.get("party", "")
    language = arguments.get("language", "")
    mode = arguments.get("mode", "") or SearchMode.HYBRID.value
    faults: dict[str, str] = {}
    if mode not in tuple(SearchMode):
        faults["mode"] = "unknown"
    if len(text) > LONGEST_QUERY:
        faults["q"] = "long"
    if party and party not in known_parties:
        faults["party"] = "unknown"
    if language and not language_tag(language):
        faults["language"] = "unknown"
    start = _day(arguments, "from", faults)
    end = _day(arguments, "to", faults)
    if start and end and end < start:
        faults["to"] = "reversed"
    wanted = StatementFilter(
        parties=(party,) if party else (),
        languages=(language,) if language else (),
        published_from=start,
        published_to=end,
    )
    return Question(
        text=text,
        party=party,
        language=language,
        published_from=arguments.get("from", ""),
        published_to=arguments.get("to", ""),
        mode=mode,
        faults=faults,
        wanted=wanted,
    )


def _day(arguments: MultiDict[str, str], field: str, faults: dict[str, str]) -> date | None:
    written = arguments.get(field, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        faults[field] = "date"
        return None
