"""Collect the words of the interface and of the reports, and bring their catalogues up to date.

    python scripts/update_translations.py          update the catalogues, list what lacks a translation
    python scripts/update_translations.py --check  change nothing; exit 1 where something is to be done

Translations that exist are kept, words that nobody shows any more are dropped. Nothing is guessed from words
that look alike. Translators write into tracker/web/translations/<language>.po.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from tracker.language.catalogues import DEFAULT, LANGUAGES
from tracker.reports.wording import CATALOGUES as OF_REPORTS
from tracker.web.languages import CATALOGUES as OF_PAGES

ROOT = Path(__file__).parents[1]

RETOLD = ROOT / "tracker" / "conflicts" / "retelling.py"
"""Says what clashes in a conflict, on pages and in reports."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Catalogues of one kind: the folder they lie in, what their words are, and which files hold them."""

    folder: Path
    title: str
    sources: Sequence[Path]


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


def shelves() -> Iterator[Shelf]:
    """The kinds of catalogues there are, their sources in a fixed order."""
    templates, reports = ROOT / "templates", ROOT / "templates" / "reports"
    pages = [path for path in sorted(templates.rglob("*.html")) if reports not in path.parents]
    yield Shelf(OF_PAGES, "interface", [*pages, *sorted((ROOT / "tracker" / "web").rglob("*.py")), RETOLD])
    written = [*sorted(reports.glob("*.html")), *sorted(reports.glob("*.md"))]
    yield Shelf(
        OF_REPORTS, "reports", [*written, *sorted((ROOT / "tracker" / "reports").glob("*.py")), RETOLD]
    )


def collect(sources: Sequence[Path]) -> Catalog:
    """Every word that is marked in these templates and modules."""
    found = Catalog()
    for path in sources:
        is_template = path.suffix != ".py"
        method = "jinja2.ext:babel_extract" if is_template else "python"
        with path.open("rb") as source:
            for _, message, _, context in extract(
                method, source, keywords=KEYWORDS, options=JINJA if is_template else {}
            ):
                found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return found


def updated(shelf: Shelf, code: str, found: Catalog) -> Catalog:
    """The catalogue of a language with all words that were found, translated where they were before."""
    path = shelf.folder / f"{code}.po"
    catalogue = Catalog(locale=code)
    if path.is_file():
        with path.open("rb") as written:
            catalogue = read_po(written, locale=code)
    catalogue.header_comment = f"# The words of the {shelf.title} in {Locale(code).english_name}."
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
    to_do = [brought_up_to_date(shelf, check=check) for shelf in shelves()]
    return 1 if check and any(to_do) else 0


def brought_up_to_date(shelf: Shelf, *, check: bool) -> int:
    """Update or check the catalogues of one kind; how many things are (or were) to be done."""
    found = collect(shelf.sources)
    stale = lacking = 0
    for code in LANGUAGES:
        if code == DEFAULT.code:
            continue
        catalogue = updated(shelf, code, found)
        text = as_text(catalogue)
        path = shelf.folder / f"{code}.po"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale += 1
            if check:
                print(
                    f"{path.relative_to(ROOT)} does not hold the words of the {shelf.title} as they are now"
                )
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        missing = untranslated(catalogue)
        lacking += len(missing)
        for message in missing:
            places = ", ".join(where for where, _ in message.locations)
            print(f"{code}: no translation of {message.id!r} ({places})")
    print(f"{shelf.title}: {len(found)} messages, {lacking} translations lacking")
    return stale + lacking


if __name__ == "__main__":
    sys.exit(main())
