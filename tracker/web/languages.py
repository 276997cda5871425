"""The languages of the interface: which one a reader gets, and its words, numbers and direction.

The words of others (quotes, outlets, places) are never translated; they keep their own language.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from babel.numbers import format_decimal
from flask import Blueprint, Response, g, has_request_context, redirect, request
from jinja2 import Environment
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from tracker.language.catalogues import DEFAULT, LANGUAGES, Catalogue, Language, marked, read_catalogue
from tracker.web.cookies import cookie_name

__all__ = [
    "CATALOGUES",
    "COOKIE",
    "DEFAULT",
    "LANGUAGES",
    "Catalogue",
    "Language",
    "Translated",
    "Words",
    "add_language_switch",
    "catalogue_of",
    "current_language",
    "gettext",
    "grouped",
    "install",
    "is_local_path",
    "marked",
    "ngettext",
    "npgettext",
    "pgettext",
]

CATALOGUES = Path(__file__).parent / "translations"
"""Holds a catalogue `<code>.po` for each language but English, whose words are the messages themselves."""

COOKIE = "language"
_YEAR = 365 * 24 * 60 * 60


def catalogue_of(code: str) -> Catalogue:
    """The words of a language, read once. Raises OSError where its catalogue is missing."""
    return read_catalogue(CATALOGUES, code)


def current_language() -> Language:
    """The language of this request; English where there is none, as in a command."""
    if not has_request_context():
        return DEFAULT
    chosen: Language | None = g.get("language")
    if chosen is None:
        chosen = g.language = _choose()
    return chosen


def _choose() -> Language:
    kept = LANGUAGES.get(request.cookies.get(cookie_name(COOKIE), ""))
    if kept is not None:
        return kept
    # Most wanted first. "ar-LY" is served by "ar", which best_match tries only after all exact matches.
    wanted = (LANGUAGES.get(tag.partition("-")[0].lower()) for tag in request.accept_languages.values())
    return next((language for language in wanted if language is not None), DEFAULT)


def gettext(message: str, /, **variables: object) -> str:
    """A message in the reader's language, `%(name)s` filled in; whole numbers are grouped."""
    return _words().gettext(message) % _shown(variables)


def ngettext(singular: str, plural: str, number: int, /, **variables: object) -> str:
    """The form of a message that goes with a number, which may be written as `%(num)s`."""
    return _words().ngettext(singular, plural, number) % _shown({"num": number, **variables})


def pgettext(context: str, message: str, /, **variables: object) -> str:
    """A message whose translation depends on where it stands, as `context` says."""
    return _words().pgettext(context, message) % _shown(variables)


def npgettext(context: str, singular: str, plural: str, number: int, /, **variables: object) -> str:
    """The form of a message that goes with a number, where its translation depends on where it stands."""
    return _words().npgettext(context, singular, plural, number) % _shown({"num": number, **variables})


def grouped(number: int) -> str:
    """A count as the reader's language writes it, with its thousands set apart."""
    return _grouped(number, current_language().code)


@lru_cache(maxsize=20_000)
def _grouped(number: int, code: str) -> str:
    # A page holds hundreds of counts, the same ones over and over, and each takes babel a while.
    return format_decimal(number, locale=LANGUAGES[code].locale)


def _words() -> Catalogue:
    return catalogue_of(current_language().code)


def _shown(variables: Mapping[str, object]) -> dict[str, object]:
    return {
        name: grouped(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in variables.items()
    }


Words = str | tuple[str, ...]
"""What is said of a value: a word or a sentence, or several of them."""


class Translated(Mapping[object, Words]):
    """Words for values, by value, translated whenever one is read: templates are loaded once for all."""

    def __init__(self, words: Mapping[object, Words]) -> None:
        self._words = dict(words)

    def __getitem__(self, value: object) -> Words:
        found = self._words[value]
        return gettext(found) if isinstance(found, str) else tuple(gettext(part) for part in found)

    def __iter__(self) -> Iterator[object]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def install(environment: Environment) -> None:
    """Give the templates `_`, `{% trans %}` and the rest; in them a message may hold markup."""
    environment.add_extension(InternationalizationExtension)
    environment.policies["ext.i18n.trimmed"] = True
    # The tag {% trans %} then hands its variables to the functions below, which escape them.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        {
            "_": _markup_gettext,
            "gettext": _markup_gettext,
            "ngettext": _markup_ngettext,
            "pgettext": _markup_pgettext,
            "npgettext": _markup_npgettext,
            "N_": marked,
            "translated": Translated,
            "current_language": current_language,
            "interface_languages": tuple(LANGUAGES.values()),
        }
    )


def _markup_gettext(message: str, /, **variables: object) -> Markup:
    return Markup(_words().gettext(message)) % _shown(variables)  # noqa: S704


def _markup_ngettext(singular: str, plural: str, number: int, /, **variables: object) -> Markup:
    message = Markup(_words().ngettext(singular, plural, number))  # noqa: S704
    return message % _shown({"num": number, **variables})


def _markup_pgettext(context: str, message: str, /, **variables: object) -> Markup:
    return Markup(_words().pgettext(context, message)) % _shown(variables)  # noqa: S704


def _markup_npgettext(
    context: str, singular: str, plural: str, number: int, /, **variables: object
) -> Markup:
    message = Markup(_words().npgettext(context, singular, plural, number))  # noqa: S704
    return message % _shown({"num": number, **variables})


def is_local_path(path: str) -> bool:
    """Whether a path leads nowhere but to this site: no other host, no trick with slashes or controls."""
    return path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable()


def add_language_switch(blueprint: Blueprint) -> None:
    """Answer POST `/language`: keep the language that was chosen and go back to the page it was chosen on."""

    @blueprint.post("/language")
    def language() -> AnyResponse:
        chosen = LANGUAGES.get(request.form.get("language", ""))
        if chosen is None:
            raise BadRequest("the interface has no such language")
        wanted = request.form.get("next", "")
        answer = redirect(wanted if is_local_path(wanted) else f"{request.script_root}/", code=303)
        answer.set_cookie(
            cookie_name(COOKIE),
            chosen.code,
            max_age=_YEAR,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    @blueprint.after_app_request
    def depends_on_the_reader(response: Response) -> Response:
        if response.mimetype in {"text/html", "application/json"}:
            response.vary.update(["Accept-Language", "Cookie"])
        return response
