"""Collect the words of the interface and bring the catalogues of its languages up to date.

    python scripts/update_translations.py          update the catalogues, list what lacks a translation
    python scripts/update_translations.py --check  change nothing; exit 1 where something is to be done

Translations that exist are kept, words that nobody shows any more are dropped. Nothing is guessed from words
that look alike. Translators write into tracker/web/translations/<language>.po.
"""

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from tracker.web.languages import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parents[1]

KEYWORDS = {**DEFAULT_KEYWORDS, "marked": None}

# As the application sets its templates up (tracker/application.py), so that it looks up what is collected.
JINJA = {
    "newstyle_gettext": "true",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}

_CHANGING = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
    "Report-Msgid-Bugs-To",
)
"""Headers that say when and by whom, which the repository knows better."""


def collect() -> Catalog:
    """Every word that is marked in a template or a page's module."""
    found = Catalog()
    for path in sources():
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        with path.open("rb") as source:
            for _, message, _, context in extract(
                method, source, keywords=KEYWORDS, options=JINJA if path.suffix == ".html" else {}
            ):
                found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return found


def sources() -> Iterator[Path]:
    """The files that may hold words of the interface, in a fixed order."""
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "tracker" / "web").rglob("*.py"))


def updated(code: str, found: Catalog) -> Catalog:
    """The catalogue of a language with all words that were found, translated where they were before."""
    path = CATALOGUES / f"{code}.po"
    catalogue = Catalog(locale=code)
    if path.is_file():
        with path.open("rb") as written:
            catalogue = read_po(written, locale=code)
    catalogue.header_comment = f"# The words of the interface in {Locale(code).english_name}."
    catalogue.project, catalogue.version, catalogue.fuzzy = "Counterclaim", "", False
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_text(catalogue: Catalog) -> str:
    """A catalogue as its file holds it."""
    written = BytesIO()
    write_po(written, catalogue, width=100, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in _CHANGING)))


def untranslated(catalogue: Catalog) -> list[Message]:
    """The messages that lack a translation, or one of its plural forms."""
    return [message for message in catalogue if message.id and not _is_complete(message)]


def _is_complete(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def main() -> int:
    """Update or check the catalogues; the exit status."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 if something is to be done"
    )
    check = arguments.parse_args().check
    found = collect()
    stale = lacking = 0
    for code in LANGUAGES:
        if code == DEFAULT.code:
            continue
        catalogue = updated(code, found)
        text = as_text(catalogue)
        path = CATALOGUES / f"{code}.po"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale += 1
            if check:
                print(f"{path.relative_to(ROOT)} does not hold the words of the interface as they are now")
            else:
                path.write_text(text, encoding="utf-8")
        missing = untranslated(catalogue)
        lacking += len(missing)
        for message in missing:
            places = ", ".join(where for where, _ in message.locations)
            print(f"{code}: no translation of {message.id!r} ({places})")
    print(f"{len(found)} messages, {lacking} translations lacking")
    return 1 if check and (stale or lacking) else 0


if __name__ == "__main__":
    sys.exit(main())
