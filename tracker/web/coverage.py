"""Who is heard in an event and in which languages, as counts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.parties import Party
from tracker.domain.views import StatementView
from tracker.web.party_labels import PartyLabel, in_registry_order, labels_by_code


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One party: how many statements, in how many documents of how many outlets, and in which languages.

    `languages` counts statements, in the order of the coverage's own `languages`. `share` is of the party
    with the most statements, from 0 to 1.
    """

    party: PartyLabel
    statements: int
    documents: int
    outlets: int
    languages: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Statements by party and by language of the document, those languages first that have the most."""

    languages: tuple[str, ...]
    rows: tuple[CoverageRow, ...]
    totals: tuple[int, ...]

    @property
    def statements(self) -> int:
        """All of them."""
        return sum(self.totals)


def count_coverage(views: Sequence[StatementView], parties: Mapping[str, Party]) -> Coverage:
    """Count the statements of an event."""
    by_party: defaultdict[str, list[StatementView]] = defaultdict(list)
    for view in views:
        by_party[view.statement.party].append(view)
    totals = Counter(view.document.language for view in views)
    languages = tuple(sorted(totals, key=lambda code: (-totals[code], code)))
    most = max((len(found) for found in by_party.values()), default=1)
    label = labels_by_code(parties)
    rows = []
    for code in in_registry_order(by_party, parties):
        found = by_party[code]
        own = Counter(view.document.language for view in found)
        rows.append(
            CoverageRow(
                party=label(code),
                statements=len(found),
                documents=len({view.document.id for view in found}),
                outlets=len({view.document.outlet for view in found if view.document.outlet}),
                languages=tuple(own[language] for language in languages),
                share=round(len(found) / most, 4),
            )
        )
    return Coverage(
        languages=languages, rows=tuple(rows), totals=tuple(totals[language] for language in languages)
    )
