"""Footnotes: every statement gets its number when it is first cited."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from tracker.domain.reporting import Told
from tracker.reports.choosing import is_of_period
from tracker.reports.content import Numbers, Source, Tally
from tracker.reports.names import Names
from tracker.reports.period import Period


class Footnotes:
    """The sources of a report in order of first use. `base` is the pages' address, "" for none."""

    def __init__(self, period: Period, names: Names, base: str) -> None:
        self._period = period
        self._names = names
        self._base = base.rstrip("/")
        self._sources: dict[str, Source] = {}

    def cite(self, told: Told) -> Source:
        """The source that a statement is, under its number."""
        statement = told.statement
        source = self._sources.get(statement.id)
        if source is None:
            path = f"/documents/{told.document.id}#{statement.id}"
            source = self._sources[statement.id] = Source(
                number=len(self._sources) + 1,
                statement=statement,
                document=told.document,
                of_period=is_of_period(told, self._period),
                speaker_latin=self._names.latin(statement),
                path=path,
                permalink=self.permalink(path),
            )
        return source

    def permalink(self, path: str) -> str | None:
        """A path of the pages below the base address, None where there is none."""
        return self._base + path if self._base else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """All that was cited, by number."""
        return tuple(self._sources.values())


def numbers_of(sources: Iterable[Source]) -> Numbers:
    """The footnote numbers of sources, ascending, each once."""
    return tuple(sorted({source.number for source in sources}))


def tallied(sources: Iterable[Source], label: Callable[[Source], str]) -> tuple[Tally, ...]:
    """Sources counted by label, most first, then by label."""
    by_label: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_label[label(source)].append(source)
    total = sum(map(len, by_label.values()))
    tallies = [Tally(name, len(ours), numbers_of(ours), len(ours) / total) for name, ours in by_label.items()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.count, tally.label)))
