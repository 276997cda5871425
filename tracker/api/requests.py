"""What callers ask for: the parts that several calls share, and the body of a search."""

import re
from datetime import date
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from tracker.api.cursors import LONGEST_CURSOR
from tracker.api.queries import Parameters
from tracker.domain.search import SearchMode
from tracker.domain.statements import Polarity
from tracker.domain.views import StatementFilter

LONGEST_TEXT: Final = 10_000
MOST_RESULTS: Final = 100
MOST_ROWS: Final = 200
_MOST_VALUES: Final = 50
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_TRUTHS: Final = {"true": True, "false": False}


def _written_as_a_day(value: object) -> object:
    # pydantic also takes a number, or a string of digits, for seconds since 1970: nobody means that by a day.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "a day is written YYYY-MM-DD")
    return value


def _written_in_digits(value: object) -> object:
    # int() would also take "+5", " 5 ", "5_0" and digits of other scripts.
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise PydanticCustomError("number", "a number is written in digits, at most nine")
    return value


def _written_out(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if not isinstance(value, str) or value not in _TRUTHS:
        raise PydanticCustomError("truth", 'either "true" or "false"')
    return _TRUTHS[value]


Day = Annotated[date, Strict(strict=False), BeforeValidator(_written_as_a_day)]
Truth = Annotated[bool, BeforeValidator(_written_out, json_schema_input_type=bool)]
Number = Annotated[int, BeforeValidator(_written_in_digits)]
# Control characters stand in no code, and PostgreSQL takes none of code 0.
PartyCode = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", min_length=1, max_length=40)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Name = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", min_length=1, max_length=400)]
Several = Field(default=(), max_length=_MOST_VALUES)

_OF_PARTIES = "Only statements of these parties, by code; without: of all."
_IN_LANGUAGES = "Only statements in these languages (BCP 47); without: in all."
_FIRST_DAY = "First day of publication (UTC), itself included."
_LAST_DAY = "Last day of publication (UTC), itself included."


class Period(BaseModel):
    """Bounds of publication."""

    published_from: Day | None = Field(default=None, description=_FIRST_DAY)
    published_to: Day | None = Field(default=None, description=_LAST_DAY)

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.published_from and self.published_to and self.published_to < self.published_from:
            raise PydanticCustomError("period", "published_to is before published_from")
        return self


class SearchRequest(Period):
    """A search for statements that say something similar to a text, in whatever language."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="The words to search for.")
    k: int = Field(default=10, ge=1, le=MOST_RESULTS, description="The most results wanted.")
    parties: tuple[PartyCode, ...] = Field(default=(), max_length=_MOST_VALUES, description=_OF_PARTIES)
    languages: tuple[LanguageCode, ...] = Field(
        default=(), max_length=_MOST_VALUES, description=_IN_LANGUAGES
    )
    events: tuple[Name, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only statements in these events, by id."
    )
    places: tuple[Name, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only statements about these places, by id."
    )
    polarities: tuple[Annotated[Polarity, Strict(strict=False)], ...] = Field(
        default=(), max_length=2, description="Only statements that assert something, or that deny it."
    )
    mode: Annotated[SearchMode, Strict(strict=False)] = Field(
        default=SearchMode.HYBRID,
        description=(
            "`semantic` goes by meaning, across languages; `lexical` by words, whatever their spelling; "
            "`hybrid` fuses both by rank."
        ),
    )

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise PydanticCustomError("blank", "the text is nothing but white space")
        return text

    @property
    def wanted(self) -> StatementFilter:
        """The filter that this request asks for."""
        return StatementFilter(
            parties=self.parties,
            languages=self.languages,
            published_from=self.published_from,
            published_to=self.published_to,
            events=self.events,
            places=self.places,
            polarities=self.polarities,
        )


class Paged(Parameters):
    """How much of a list is wanted, and from where."""

    limit: Number = Field(default=50, ge=1, le=MOST_ROWS, description="The most rows wanted.")
    cursor: str | None = Field(
        default=None,
        max_length=LONGEST_CURSOR,
        description="Where to read on: `next` of the answer before, with the same other parameters.",
    )


class StatementParameters(Parameters, Period):
    """The limits of a search, as query parameters."""

    party: tuple[PartyCode, ...] = Field(default=(), max_length=_MOST_VALUES, description=_OF_PARTIES)
    language: tuple[LanguageCode, ...] = Field(default=(), max_length=_MOST_VALUES, description=_IN_LANGUAGES)
    event: tuple[Name, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only statements in these events, by id."
    )
    place: tuple[Name, ...] = Field(
        default=(), max_length=_MOST_VALUES, description="Only statements about these places, by id."
    )
    polarity: tuple[Polarity, ...] = Field(
        default=(), max_length=2, description="Only statements that assert something, or that deny it."
    )
    constructed: Truth | None = Field(
        default=None, description="Only statements of documents written for demonstration, or of all others."
    )

    @property
    def wanted(self) -> StatementFilter:
        """The filter that these parameters ask for."""
        return StatementFilter(
            parties=self.party,
            languages=self.language,
            published_from=self.published_from,
            published_to=self.published_to,
            events=self.event,
            places=self.place,
            polarities=self.polarity,
            constructed=self.constructed,
        )
