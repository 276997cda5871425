"""Help: what the desk does, what its words mean, and its shortcuts, on one page."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from tracker.domain.decisions import EventGrade, Reliability
from tracker.web.languages import gettext, marked
from tracker.web.pages import add_page

SHORTCUTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("j", "k"), marked("the next and the previous item of a list")),
    (("o", "Enter"), marked("open the item")),
    (("c",), marked("confirm the conflict")),
    (("x",), marked("reject the conflict")),
    (("u",), marked("unsure: neither confirm nor reject it")),
    (("m",), marked("move the statement to another event")),
    (("s",), marked("split: put statements into an event of their own")),
    (("g",), marked("grade the event")),
    (("Shift+m",), marked("merge events")),
    (("n",), marked("write a note")),
    (("z",), marked("undo your last act")),
    (("Shift+z",), marked("make it once more")),
    (("/",), marked("go to the search field")),
    (("?",), marked("show these keys")),
)
"""Keys and what they do."""

GRADES: Mapping[str, tuple[str, str]] = {
    EventGrade.CONFIRMED: (
        marked("Confirmed"),
        marked("A party to which it is ascribed has said itself that it did it."),
    ),
    EventGrade.FAIR: (
        marked("Fair"),
        marked("Two or more sources that do not depend on one another tell it alike, and name nobody else."),
    ),
    EventGrade.WEAK: (
        marked("Weak"),
        marked("One source alone tells it, or its sources all go back to one."),
    ),
    EventGrade.CONTESTED: (
        marked("Contested"),
        marked("Its sources name different parties as those who did it."),
    ),
    EventGrade.DISCOUNTED: (
        marked("Discounted"),
        marked(
            "What came to light later speaks against it: it was not so, or those harmed were no civilians."
        ),
    ),
}
"""Name and meaning of each grade of an event, after Airwars, in our own words."""

RELIABILITIES: Mapping[str, tuple[str, str]] = {
    Reliability.COMPLETELY: (
        marked("Completely reliable"),
        marked("no doubt about it in what it has told so far"),
    ),
    Reliability.USUALLY: (
        marked("Usually reliable"),
        marked("small doubts; right in nearly all it has told"),
    ),
    Reliability.FAIRLY: (marked("Fairly reliable"), marked("some doubts; right more often than not")),
    Reliability.NOT_USUALLY: (
        marked("Not usually reliable"),
        marked("serious doubts; right now and then"),
    ),
    Reliability.UNRELIABLE: (marked("Unreliable"), marked("a history of telling what was not so")),
    Reliability.UNKNOWN: (marked("Cannot be judged"), marked("too little known of it, not a bad mark")),
}
"""Name and meaning of each letter of the Admiralty code."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the desk and what it means."""

    code: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys, any of which does it."""

    keys: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What templates/help/help.html shows."""

    shortcuts: tuple[Shortcut, ...]
    grades: tuple[Term, ...]
    reliabilities: tuple[Term, ...]


def terms(words: Mapping[str, tuple[str, str]]) -> tuple[Term, ...]:
    """Words and their meanings in the reader's language."""
    return tuple(Term(str(code), gettext(name), gettext(meaning)) for code, (name, meaning) in words.items())


def grade_terms() -> dict[str, Term]:
    """Each grade with its name and meaning, in the reader's language."""
    return {term.code: term for term in terms(GRADES)}


def add_help(blueprint: Blueprint) -> None:
    """Answer `/help`, and let templates say what the grades mean."""

    def help_() -> HelpPage:
        return HelpPage(
            shortcuts=tuple(Shortcut(keys, gettext(does)) for keys, does in SHORTCUTS),
            grades=terms(GRADES),
            reliabilities=terms(RELIABILITIES),
        )

    blueprint.add_app_template_global(grade_terms)
    add_page(blueprint, "/help", "help", "help/help.html", help_)
