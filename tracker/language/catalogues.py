"""Languages that words for readers are written in, and catalogues of such words (gettext, babel).

The pages and the reports each have a folder of catalogues; what reads them is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Protocol, cast

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations


@dataclass(frozen=True, slots=True)
class Language:
    """A language for readers, by its own `name`; `locale` says how it writes dates and numbers."""

    code: str
    name: str
    direction: str
    locale: Locale


LANGUAGES: Mapping[str, Language] = {
    "en": Language("en", "English", "ltr", Locale("en", "GB")),
    # As in Libya: digits are Western there.
    "ar": Language("ar", "العربية", "rtl", Locale("ar", "LY")),
    "tr": Language("tr", "Türkçe", "ltr", Locale("tr", "TR")),
}

DEFAULT = LANGUAGES["en"]
"""The language whose words are the messages themselves."""


class Catalogue(Protocol):
    """Looks messages up; what it lacks it gives back as it was asked for."""

    def gettext(self, message: str) -> str: ...  # noqa: D102
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...  # noqa: D102
    def pgettext(self, context: str, message: str) -> str: ...  # noqa: D102
    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str: ...  # noqa: D102


@cache
def read_catalogue(folder: Path, code: str) -> Catalogue:
    """The words of a language from `<code>.po` in a folder, read once; none are needed for the default one.

    Raises OSError where the file is missing.
    """
    if code == DEFAULT.code:
        return cast("Catalogue", NullTranslations())
    with (folder / f"{code}.po").open("rb") as written:
        catalogue = read_po(written, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return cast("Catalogue", Translations(fp=compiled))


def marked(message: str) -> str:
    """Mark words for translation where they are written, to be translated where they are read."""
    return message
