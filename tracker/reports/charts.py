"""The charts of a report, each beside a table that says the same in numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10

from markupsafe import Markup

from tracker.domain.conflicts import ConflictType
from tracker.language.catalogues import marked
from tracker.reports.content import FigureRow, WeeklyReport
from tracker.reports.drawing import Drawing
from tracker.reports.markup import Html
from tracker.reports.week import day_of
from tracker.reports.wording import Wording

_ROWS = 8
"""How many rows a chart has at most; the table beside it has them all."""

_COLUMNS = 14
_WIDTH = 640.0
_LABELS = 210.0
_MARGIN = 24.0  # at the end, for words that are wider than their column
_LINE = 30.0
_LETTERS = 38


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts by row and column. `languages` are those of the rows' labels, None for the report's own."""

    labels: tuple[str, ...]
    languages: tuple[str | None, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Charts:
    """Draws for one report, on paper or for screens; templates call it."""

    def __init__(self, report: WeeklyReport, wording: Wording, *, on_paper: bool) -> None:
        self._on_paper = on_paper
        self._report = report
        self._wording = wording
        self._html = Html(wording)
        self._drawn = 0

    def trend_by_type(self) -> Markup:
        """Conflicts by type over the periods that led up to this one; empty where there were none."""
        types = [one for one in ConflictType if any(point.types.get(one) for point in self._report.trend)]
        rows = [
            (self._wording.word(one), None, [point.types.get(one, 0) for point in self._report.trend])
            for one in types
        ]
        return self._bars(rows, self._wording.gettext(marked("Conflicts by type over time")))

    def trend_by_party(self) -> Markup:
        """The same by party: each conflict counts for both."""
        total: dict[str, int] = {}
        for point in self._report.trend:
            for party, count in point.parties.items():
                total[party] = total.get(party, 0) + count
        parties = sorted(total, key=lambda party: (-total[party], party))
        rows = [
            (self._wording.party(party), None, [point.parties.get(party, 0) for point in self._report.trend])
            for party in parties
        ]
        return self._bars(rows, self._wording.gettext(marked("Conflicts by party over time")))

    def timeline(self) -> Markup:
        """When the statements of the contested events were published; empty where no event is contested."""
        if not self._report.contested:
            return Markup("")
        spans = self._spans()
        say = self._wording.gettext
        columns = [say(marked("before")), *(self._span(first, last) for first, last in spans)]
        columns += [say(marked("after")), say(marked("no date"))]
        published = {source.number: source.document.published for source in self._report.sources}
        rows = []
        for section in self._report.contested:
            counts = [0] * len(columns)
            for number in section.statements.numbers:
                moment = published.get(number)
                counts[_column(None if moment is None else day_of(moment), spans)] += 1
            rows.append((section.event.title, section.event.title_language, counts))
        # What lies outside of the days has a column only where there is anything.
        used = [
            place
            for place in range(len(columns))
            if 0 < place <= len(spans) or any(counts[place] for _, _, counts in rows)
        ]
        grid = _grid(
            [(title, language, [counts[place] for place in used]) for title, language, counts in rows],
            [columns[place] for place in used],
        )
        return self._figure(
            grid, say(marked("When the statements on the contested events were published")), dots=True
        )

    def figures(self, row: FigureRow) -> Markup:
        """The figures for one thing on an axis from 0, a lane for each party; a table is the caller's."""
        lanes = _lanes(row)
        greatest = max(entry.figure.high or entry.figure.low for entry in row.entries)
        reach = max(1, greatest) * 1.08
        counted = [self._wording.word(row.kind)]
        counted += [self._wording.term(row.group)] if row.group else []
        counted += [self._wording.party(row.side)] if row.side else []
        kind = self._wording.gettext(marked(", ")).join(counted)
        name = self._wording.gettext(marked("Range of the figures: %(kind)s"), kind=kind)
        low_to_high = self._wording.interval(row.low, row.high)
        description = self._wording.gettext(
            marked("From %(range)s. Filled: the last figure of a party; hollow: superseded."),
            range=low_to_high,
        )
        drawing = self._drawing(_LINE * len(lanes) + 34, name, description)
        scale = (_WIDTH - _LABELS - _MARGIN) / reach
        foot = _LINE * len(lanes) + 8
        for number in _round_numbers(greatest):
            x = _LABELS + number * scale
            drawing.line(x, 4, x, foot)
            drawing.words(x, foot + 14, self._wording.number(number), anchor="middle", size=10, quiet=True)
        for place, (party, entries) in enumerate(lanes):
            y = _LINE * place + _LINE / 2 + 4
            drawing.words(0, y + 4, _cut(self._wording.party(party)), strong=True)
            for low, high, superseded in entries:
                self._interval(drawing, y, (low, high), scale, superseded=superseded)
        return Markup('<figure class="chart">{}<figcaption>{}</figcaption></figure>').format(
            self._drawn_out(drawing), name
        )

    def _interval(
        self, drawing: Drawing, y: float, interval: tuple[int, int | None], scale: float, *, superseded: bool
    ) -> None:
        low, high = interval
        start = _LABELS + low * scale
        end = _WIDTH - 16 if high is None else _LABELS + high * scale
        width = max(6.0, end - start)
        drawing.bar(start - 3 if high == low else start, y - 4, width, 8, hollow=superseded)
        if high is None:
            drawing.arrow(start + width + 10, y, 8)
        drawing.words(start - 5, y + 4, self._wording.interval(low, high), anchor="end", size=10)

    def _bars(self, rows: Sequence[tuple[str, str | None, list[int]]], name: str) -> Markup:
        if not rows:
            return Markup("")
        columns = [self._span(point.first, point.last) for point in self._report.trend]
        return self._figure(_grid(rows, columns), name, dots=False)

    def _figure(self, grid: Grid, name: str, *, dots: bool) -> Markup:
        drawn = self._draw(grid, name, dots=dots)
        return Markup(
            '<figure class="chart">{drawing}<figcaption>{name}</figcaption>\n'
            '<details><summary>{say}</summary><div class="scroll">{table}</div></details></figure>'
        ).format(
            drawing=drawn,
            name=name,
            say=self._wording.gettext(marked("The same as a table")),
            table=self._table(grid, name),
        )

    def _draw(self, grid: Grid, name: str, *, dots: bool) -> Markup:
        shown = min(_ROWS, len(grid.labels))
        left_out = len(grid.labels) - shown
        description = self._wording.gettext(
            marked("A row each for: %(rows)s. The table beside it has the numbers."),
            rows="; ".join(grid.labels[:shown]),
        )
        drawing = self._drawing(_LINE * shown + 40 + 14 * bool(left_out), name, description)
        step = (_WIDTH - _LABELS - _MARGIN) / len(grid.columns)
        greatest = max((count for row in grid.counts for count in row), default=0) or 1
        for row in range(shown):
            foot = _LINE * (row + 1) + 2
            drawing.words(0, foot - 6, _cut(grid.labels[row]), size=10.5)
            drawing.line(_LABELS, foot, _WIDTH - _MARGIN, foot, width=0.5)
            for column, count in enumerate(grid.counts[row]):
                x = _LABELS + step * (column + 0.5)
                if count and dots:
                    drawing.dot(x - 6, foot - 10, 2 + 5 * (count / greatest) ** 0.5)
                    drawing.words(x + 3, foot - 6, self._wording.number(count), size=10)
                elif count:
                    tall = max(1.5, 17 * count / greatest)
                    drawing.bar(x - step * 0.18, foot - tall, step * 0.36, tall)
                    drawing.words(x, foot - tall - 2, self._wording.number(count), anchor="middle", size=9)
        foot = _LINE * shown + 2
        for column, words in enumerate(grid.columns):
            x, lower = _LABELS + step * (column + 0.5), column % 2
            drawing.words(x, foot + 13 + 12 * lower, words, anchor="middle", size=8.5, quiet=True)
        if left_out:
            more = self._wording.ngettext(
                "%(num)s more row is in the table.", "%(num)s more rows are in the table.", left_out
            )
            drawing.words(0, foot + 38, more, size=9, quiet=True)
        return self._drawn_out(drawing)

    def _table(self, grid: Grid, name: str) -> Markup:
        heads = Markup("").join(Markup('<th scope="col">{}</th>').format(column) for column in grid.columns)
        rows = Markup("\n").join(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                self._html.foreign(label, language) if language else self._html.value(label),
                Markup("").join(
                    Markup('<td class="number">{}</td>').format(self._wording.number(count))
                    for count in counts
                ),
            )
            for label, language, counts in zip(grid.labels, grid.languages, grid.counts, strict=True)
        )
        return Markup(
            "<table><caption>{}</caption><thead><tr><td></td>{}</tr></thead><tbody>\n{}\n</tbody></table>"
        ).format(name, heads, rows)

    def _drawing(self, height: float, name: str, description: str) -> Drawing:
        self._drawn += 1
        return Drawing(_WIDTH, height, self._wording.direction, name, description, f"chart-{self._drawn}")

    def _drawn_out(self, drawing: Drawing) -> Markup:
        return drawing.on_paper() if self._on_paper else drawing.on_screen()

    def _span(self, first: date, last: date) -> str:
        start = self._wording.short_day(first)
        return start if first == last else f"{start} – {self._wording.short_day(last)}"

    def _spans(self) -> list[tuple[date, date]]:
        """The days of the period, or as few groups of days as fit beside each other."""
        period = self._report.period
        size = -(-period.days // _COLUMNS)
        spans, first = [], period.first
        while first <= period.last:
            last = min(period.last, first + timedelta(days=size - 1))
            spans.append((first, last))
            if last == period.last:
                break
            first = last + timedelta(days=1)
        return spans


def _grid(rows: Iterable[tuple[str, str | None, Sequence[int]]], columns: Sequence[str]) -> Grid:
    listed = list(rows)
    return Grid(
        labels=tuple(label for label, _, _ in listed),
        languages=tuple(language for _, language, _ in listed),
        columns=tuple(columns),
        counts=tuple(tuple(counts) for _, _, counts in listed),
    )


def _column(day: date | None, spans: Sequence[tuple[date, date]]) -> int:
    """Where a day belongs: 0 is before the spans, then they come, then what is after them, then no day."""
    if day is None:
        return len(spans) + 2
    if day < spans[0][0]:
        return 0
    return next((place for place, (_, last) in enumerate(spans, 1) if day <= last), len(spans) + 1)


def _lanes(row: FigureRow) -> list[tuple[str, list[tuple[int, int | None, bool]]]]:
    """For each party its figures, each once; those that stand come last, to lie on top."""
    lanes: dict[str, set[tuple[int, int | None, bool]]] = {}
    for entry in row.entries:
        figure = (entry.figure.low, entry.figure.high, entry.superseded)
        lanes.setdefault(entry.source.statement.party, set()).add(figure)
    return [
        (party, sorted(lanes[party], key=lambda one: (not one[2], one[0], one[1] is None, one[1] or 0)))
        for party in sorted(lanes)
    ]


def _cut(words: str) -> str:
    return words if len(words) <= _LETTERS else words[: _LETTERS - 1].rstrip() + "…"


def _round_numbers(greatest: int) -> range:
    """0 and round numbers in equal steps, up to the greatest figure."""
    if greatest < 1:
        return range(1)
    rough = greatest / 5
    size = 10 ** max(0, floor(log10(rough))) if rough >= 1 else 1
    step = next(int(size * factor) for factor in (1, 2, 5, 10) if size * factor >= rough)
    return range(0, greatest + 1, step)
