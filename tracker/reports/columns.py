"""The columns of the report's workbook, by sheet."""

from collections.abc import Sequence
from typing import Final

from tracker.language.catalogues import marked

Columns = Sequence[tuple[str, int]]
"""For each column its head, a message, and its width in letters."""

_WIDE: Final = 60
_NARROW: Final = 14

SUMMARY: Final[Columns] = (
    (marked("What"), 48),
    (marked("This period"), _WIDE),
    (marked("Period before"), _NARROW),
    (marked("Sources"), _WIDE),
)
EVENTS: Final[Columns] = (
    (marked("Rank"), 8),
    (marked("Event"), 24),
    (marked("Title"), _WIDE),
    (marked("Language"), 10),
    (marked("Contested"), 10),
    (marked("New"), 10),
    (marked("Happened in the period"), _NARROW),
    (marked("Place"), 20),
    (marked("First day"), _NARROW),
    (marked("Last day"), _NARROW),
    (marked("Precision"), 10),
    (marked("Grade"), _NARROW),
    (marked("Constructed"), _NARROW),
    (marked("Statements"), _NARROW),
    (marked("Documents"), _NARROW),
    (marked("Conflicts"), _NARROW),
    (marked("Rejected"), _NARROW),
    (marked("Parties"), 40),
    (marked("Address"), 40),
    (marked("Sources"), 40),
)
POSITIONS: Final[Columns] = (
    (marked("Event"), 24),
    (marked("Title"), 40),
    (marked("Question"), 24),
    (marked("Type"), 20),
    (marked("About"), 24),
    (marked("Counts"), _NARROW),
    (marked("Position"), 10),
    (marked("Denies"), 10),
    (marked("Low"), 10),
    (marked("High"), 10),
    (marked("Party"), 10),
    (marked("Name"), 30),
    (marked("Admits"), 10),
    (marked("Quote"), _WIDE),
    (marked("Language"), 10),
    (marked("Sources"), 24),
)
FIGURES: Final[Columns] = (
    (marked("Event"), 24),
    (marked("Title"), 40),
    (marked("Kind"), _NARROW),
    (marked("Who is counted"), _NARROW),
    (marked("Their side"), _NARROW),
    (marked("Lowest"), 10),
    (marked("Highest"), 10),
    (marked("Party"), 10),
    (marked("Name"), 30),
    (marked("Low"), 10),
    (marked("High"), 10),
    (marked("Superseded"), _NARROW),
    (marked("Quote"), _WIDE),
    (marked("Language"), 10),
    (marked("Outlet"), 24),
    (marked("Published"), 26),
    (marked("Source"), 10),
    (marked("Address"), 40),
)
CONFLICTS: Final[Columns] = (
    (marked("Conflict"), 24),
    (marked("Event"), 24),
    (marked("Type"), 20),
    (marked("Judgement"), _NARROW),
    (marked("Judged on"), _NARROW),
    (marked("New"), 10),
    (marked("What clashes"), _WIDE),
    (marked("Score"), 10),
    (marked("Rule"), _NARROW),
    (marked("Detector"), 24),
    (marked("One party"), _NARROW),
    (marked("Its quote"), _WIDE),
    (marked("Language"), 10),
    (marked("Source"), 10),
    (marked("Other party"), _NARROW),
    (marked("Its quote"), _WIDE),
    (marked("Language"), 10),
    (marked("Source"), 10),
    (marked("Found beside"), 14),
)
SOURCES: Final[Columns] = (
    (marked("Source"), 10),
    (marked("Statement"), 24),
    (marked("Party"), 10),
    (marked("Name"), 30),
    (marked("Speaker"), 24),
    (marked("Speaker in Latin script"), 24),
    (marked("Asserted or denied"), _NARROW),
    (marked("Quote"), _WIDE),
    (marked("Language"), 10),
    (marked("Of the period"), _NARROW),
    (marked("Outlet"), 24),
    (marked("Heading"), 40),
    (marked("Published"), 26),
    (marked("Stored"), 26),
    (marked("Document"), 24),
    ("SHA-256", 66),
    (marked("From code point"), _NARROW),
    (marked("To code point"), _NARROW),
    (marked("Constructed"), _NARROW),
    (marked("Address"), 40),
    (marked("Original"), 40),
)
