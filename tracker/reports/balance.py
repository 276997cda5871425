"""Whom a report quotes: its own balance of parties, languages and outlets."""

from collections import defaultdict
from collections.abc import Sequence

from tracker.reports.content import Balance, OutletTally, Source
from tracker.reports.footnotes import tallied


def balance(sources: Sequence[Source]) -> Balance:
    """Statements of the period by party, language and outlet."""
    ours = [source for source in sources if source.of_period]
    documents: defaultdict[str, set[str]] = defaultdict(set)
    languages: dict[str, str] = {}
    for source in ours:
        documents[source.document.outlet].add(source.document.id)
        # The name of an outlet is written in the language that it publishes in, as far as one can tell.
        languages.setdefault(source.document.outlet, source.document.language)
    outlets = tuple(
        OutletTally(tally.label, languages[tally.label], len(documents[tally.label]), tally)
        for tally in tallied(ours, lambda source: source.document.outlet)
    )
    return Balance(
        parties=tallied(ours, lambda source: source.statement.party),
        languages=tallied(ours, lambda source: source.statement.language),
        outlets=outlets,
    )
