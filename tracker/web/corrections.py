"""What a form says about a statement, as the values that decisions keep."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from tracker.domain.decisions import Aspect, Value
from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.parties import AttributionMethod, Party
from tracker.domain.statements import Figure, FigureKind, NamedPlace, Place, Polarity, Statement
from tracker.web.event_acts import FormError
from tracker.web.languages import gettext as _

NEW_FIGURES: Final = 2
"""Empty lines below the figures of a statement, for those that the machine missed."""

LARGEST_FIGURE: Final = 1_000_000_000
_MOST_FIGURES: Final = 50
_LONGEST_COUNTED: Final = 200
_NUMBER = re.compile(r"[0-9]{1,10}")

Form = Mapping[str, str]


def read_correction(aspect: Aspect, form: Form, statement: Statement, parties: Mapping[str, Party]) -> Value:
    """The value of an aspect other than the place. Raises FormError."""
    if aspect is Aspect.PARTY:
        return _party(form, parties)
    if aspect is Aspect.POLARITY:
        return _polarity(form)
    if aspect is Aspect.DATE:
        return _day(form)
    return [*_figures(form, statement, parties)]


def _party(form: Form, parties: Mapping[str, Party]) -> Value:
    code = form.get("party", "")
    if code not in parties:
        raise FormError("party", _("Please choose one of the parties."))
    # Who speaks is kept: the service lays this over what stands.
    return {"party": code, "method": str(AttributionMethod.REVIEW), "confidence": 1.0}


def _polarity(form: Form) -> Value:
    written = form.get("polarity", "")
    if written not in set(Polarity):
        raise FormError("polarity", _("Please choose whether it asserts or denies."))
    return written


def _day(form: Form) -> Value:
    written, precision = _western(form.get("day", "").strip()), form.get("precision", "")
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise FormError("day", _("Please write the day as year-month-day, such as 2020-06-05.")) from None
    if precision not in set(DatePrecision):
        raise FormError("precision", _("Please choose how exactly the day is known."))
    found = {"found": str(DateFound.REVIEW), "start": None, "end": None}
    return {"day": day.isoformat(), "precision": precision, **found}


def _figures(form: Form, statement: Statement, parties: Mapping[str, Party]) -> Iterator[dict[str, Value]]:
    """One line of the form after the other; those without a number are left out."""
    for number in range(_MOST_FIGURES):
        if f"low-{number}" not in form:
            return
        low = _whole(form, f"low-{number}")
        if low is None:
            continue
        high = _highest(form, number, low)
        kind, side = form.get(f"kind-{number}", ""), form.get(f"side-{number}", "")
        if kind not in set(FigureKind):
            raise FormError(f"kind-{number}", _("Please choose what is counted."))
        if side and side not in parties:
            raise FormError(f"side-{number}", _("Please choose one of the parties."))
        counted = form.get(f"counted-{number}", "").strip()
        if len(counted) > _LONGEST_COUNTED:
            raise FormError(f"counted-{number}", _("That is too long. Please shorten it."))
        span = span_of_figure(statement, form.get(f"from-{number}", ""), low, high)
        yield {
            "kind": kind,
            "low": low,
            "high": high,
            "start": span.start,
            "end": span.end,
            "counted": counted or None,
            "side": side or None,
        }


def _highest(form: Form, number: int, low: int) -> int | None:
    if form.get(f"open-{number}"):
        return None
    high = _whole(form, f"high-{number}")
    if high is not None and high < low:
        raise FormError(f"high-{number}", _("The greatest number is smaller than the least."))
    return low if high is None else high


def _whole(form: Form, name: str) -> int | None:
    written = _western(form.get(name, "").strip())
    if not written:
        return None
    if not _NUMBER.fullmatch(written) or int(written) > LARGEST_FIGURE:
        raise FormError(name, _("Please write a whole number, in digits only."))
    return int(written)


def span_of_figure(statement: Statement, origin: str, low: int, high: int | None) -> Span:
    """Where the words of a figure stand: where they stood, if they still hold, else where its number does.

    `origin` is the place of the figure of the statement that was edited. Where no words of the quote give
    the number, the whole quote stands for it.
    """
    before = _edited(statement.figures, origin)
    if before is not None and (before.low, before.high) == (low, high):
        return before.span
    for written in (low, high):
        found = _written(statement, written)
        if found is not None:
            return found
    return statement.span


def _edited(figures: Sequence[Figure], origin: str) -> Figure | None:
    known = origin.isascii() and origin.isdigit() and len(origin) < 4 and int(origin) < len(figures)  # noqa: PLR2004
    return figures[int(origin)] if known else None


def _written(statement: Statement, number: int | None) -> Span | None:
    """Where a number stands in the quote in digits, with or without marks between the thousands."""
    if number is None:
        return None
    digits = f"{number:,}".replace(",", r"[,.\s']?")
    quote = _western(statement.quote)
    found = re.search(rf"(?<![0-9]){digits}(?![0-9])", quote)
    if found is None or len(quote) != len(statement.quote):
        return None
    return Span(found.start(), found.end()).shifted(statement.span.start)


def _western(written: str) -> str:
    """The same with the digits of any script as 0 to 9; as long as it was."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in written)


def read_place(form: Form, gazetteer: Sequence[NamedPlace]) -> Place | None:
    """The place that a form names: by its name in any language, or by its id; None where it is left empty.

    Raises FormError for a name that no place has, and for one that several have.
    """
    written = form.get("place", "").strip()
    if not written:
        return None
    found = {entry.place.id: entry.place for entry in _named(written, gazetteer)}
    if not found:
        raise FormError("place", _("The gazetteer has no place of that name. Please choose one of the list."))
    if len(found) > 1:
        places = "; ".join(f"{place.name} ({key})" for key, place in sorted(found.items())[:8])
        message = _("Several places are called that. Please type the id of one: %(places)s", places=places)
        raise FormError("place", message)
    return next(iter(found.values()))


def _named(written: str, gazetteer: Sequence[NamedPlace]) -> Iterator[NamedPlace]:
    # A choice of the list reads "name (id)".
    _name, _, rest = written.rpartition("(")
    wanted = {written.casefold(), rest.removesuffix(")").casefold()}
    by_id = [entry for entry in gazetteer if entry.place.id.casefold() in wanted]
    if by_id:
        yield from by_id
        return
    for entry in gazetteer:
        names = {entry.place.name, *(name for found in entry.names.values() for name in found)}
        if written.casefold() in {name.casefold() for name in names}:
            yield entry
