"""In which language a report is written: its words, names, dates and numbers.

Words of others, such as quotes and the names of outlets, are never translated.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from tracker.domain.errors import SettingsError
from tracker.domain.statements import Figure, Place
from tracker.language.catalogues import DEFAULT, LANGUAGES, Catalogue, Language, read_catalogue
from tracker.reports.week import in_utc
from tracker.reports.words import LANGUAGE_NAMES, SUBJECTS, TERMS, WORDS

CATALOGUES = Path(__file__).parent / "translations"
"""Holds a catalogue `<code>.po` for each language but English, whose words are the messages themselves."""


class Wording:
    """The words of one language, one of `LANGUAGES`.

    `parties` and `places` give names in it, by code and by id; what they lack is shown by its code, or by its
    own name. Raises SettingsError for a language that reports are not written in.
    """

    def __init__(
        self,
        language: str = DEFAULT.code,
        *,
        parties: Mapping[str, str] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        known = LANGUAGES.get(language)
        if known is None:
            raise SettingsError(f"reports are not written in {language!r}; use one of {', '.join(LANGUAGES)}")
        self.language: Language = known
        self._parties = parties or {}
        self._places = places or {}
        try:
            self.catalogue: Catalogue = read_catalogue(CATALOGUES, known.code)
        except OSError as error:
            raise SettingsError(f"{CATALOGUES}: no words for reports in {language}: {error}") from error

    @property
    def code(self) -> str:
        """The language's code, for `lang`."""
        return self.language.code

    @property
    def direction(self) -> str:
        """In which direction it is written, for `dir`: "ltr" or "rtl"."""
        return self.language.direction

    def gettext(self, message: str, /, **values: object) -> str:
        """A message in the language, `%(name)s` filled in as plain text; whole numbers are grouped."""
        return self.catalogue.gettext(message) % self.shown(values)

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """The form of a message that goes with a number, which may be written as `%(num)s`."""
        return self.catalogue.ngettext(singular, plural, number) % self.shown({"num": number, **values})

    def shown(self, values: Mapping[str, object]) -> dict[str, object]:
        """Values for a message, its whole numbers written as the language writes them."""
        return {
            name: self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in values.items()
        }

    def number(self, number: int) -> str:
        """A whole number, its thousands set apart."""
        return format_decimal(number, locale=self.language.locale)

    def two_places(self, share: float) -> str:
        """A score from 0 to 1, to two places."""
        return format_decimal(share, "0.00", locale=self.language.locale)

    def percent(self, share: float) -> str:
        """A share from 0 to 1, in hundredths."""
        return format_percent(share, locale=self.language.locale)

    def day(self, day: date) -> str:
        """A day: "5 June 2020"."""
        return format_date(day, "d MMMM y", locale=self.language.locale)

    def short_day(self, day: date) -> str:
        """A day of a year that the reader knows: "5 Jun"."""
        return format_date(day, "d MMM", locale=self.language.locale)

    def moment(self, moment: datetime) -> str:
        """A moment in UTC to the minute; sources that give a day only come as midnight, shown as the day."""
        moment = in_utc(moment)
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return self.day(moment)
        return self.gettext("%(day)s, %(time)s", day=self.day(moment), time=f"{moment:%H:%M} UTC")

    def word(self, value: StrEnum) -> str:
        """What a value of the domain is called. Raises KeyError for one without words."""
        return self.catalogue.gettext(WORDS[type(value)][value])

    def term(self, code: str) -> str:
        """What something is called that has a code of its own (see `TERMS`). Raises KeyError for others."""
        return self.catalogue.gettext(TERMS[code])

    def subject(self, code: str) -> str:
        """What kind of thing differs from an earlier report. Raises KeyError for others (see `SUBJECTS`)."""
        return self.catalogue.gettext(SUBJECTS[code])

    def language_name(self, code: str) -> str:
        """What a language is called; an unknown one by its code."""
        return self.catalogue.gettext(LANGUAGE_NAMES[code]) if code in LANGUAGE_NAMES else code

    def party(self, code: str) -> str:
        """What a party is called."""
        return self._parties.get(code, code)

    def place(self, place: Place) -> str:
        """What a place is called."""
        return self._places.get(place.id, place.name)

    def amount(self, figure: Figure) -> str:
        """A figure's interval: "12", "at least 12", "2 to 9"."""
        return self.interval(figure.low, figure.high)

    def interval(self, low: int, high: int | None) -> str:
        """An interval of whole numbers, `high` None where it is open above."""
        if high is None:
            return self.gettext("at least %(low)s", low=low)
        return self.number(low) if low == high else self.gettext("%(low)s to %(high)s", low=low, high=high)
