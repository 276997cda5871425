"""The report as one HTML file that needs no other, and as Markdown."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from tracker.domain.errors import SettingsError
from tracker.language.direction import direction, language_tag
from tracker.reports.content import WeeklyReport
from tracker.reports.markdown import escape_markdown
from tracker.reports.quoting import isolated, quoted_address, visible
from tracker.reports.week import in_utc


def render_html(report: WeeklyReport, templates: Path) -> str:
    """The report as an HTML page; `templates` is the folder that holds `reports/`.

    Raises SettingsError where the templates are not in it.
    """
    environment = _environment(templates, _html_value)
    environment.filters["references"] = _html_references
    return _render(environment, "reports/weekly.html", templates, report)


def render_markdown(report: WeeklyReport, templates: Path) -> str:
    """The report as Markdown with tables. Raises SettingsError as `render_html` does."""
    environment = _environment(templates, _markdown_value)
    environment.filters["references"] = _markdown_references
    environment.filters["block"] = _markdown_block
    environment.filters["address"] = _markdown_address
    rendered = _render(environment, "reports/weekly.md", templates, report)
    # Values stand on one line each, so this only closes the gaps that blocks of the template leave.
    return re.sub(r"\n{3,}", "\n\n", rendered).strip("\n") + "\n"


def _environment(templates: Path, value: Callable[[Any], Any]) -> Environment:
    # Every value passes through `value`, so that no template can forget to make it safe. What that returns
    # as Markup, the autoescaping leaves alone.
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        finalize=value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        {
            "direction": direction,
            "language_tag": language_tag,
            "moment": _moment,
            "plural": _plural,
            "two_places": _two_places,
            "web_address": quoted_address,
        }
    )
    return environment


def _render(environment: Environment, name: str, templates: Path, report: WeeklyReport) -> str:
    try:
        return environment.get_template(name).render(report=report)
    except TemplateNotFound as error:
        raise SettingsError(f"{templates}: the template {error.name} of the report is missing") from None


def _html_value(value: object) -> object:
    return value if isinstance(value, Markup) else visible(_written(value))


def _markdown_value(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    return Markup(escape_markdown(isolated(visible(_written(value)))))  # noqa: S704 (escaped for Markdown)


def _markdown_block(text: str) -> Markup:
    """Words that have a paragraph to themselves, whose first letter tells its direction."""
    return Markup(escape_markdown(visible(text)))  # noqa: S704 (escaped for Markdown)


def _markdown_address(address: str) -> Markup:
    """An address between angle brackets, where Markdown knows no escapes; those of addresses do instead."""
    return Markup(quoted_address(address))  # noqa: S704 (quoted_address leaves no bracket or backslash)


def _written(value: object) -> str:
    if value is None:
        raise TypeError("a template of the report prints a value that is None")
    return str(value)


def _html_references(numbers: Sequence[int]) -> Markup:
    def link(number: int) -> Markup:
        return Markup('<a href="#source-{0}">{0}</a>').format(number)

    runs = [Markup("–").join(link(number) for number in ends) for ends in _runs(numbers)]
    return Markup('<span class="references">[{}]</span>').format(Markup(", ").join(runs))


def _markdown_references(numbers: Sequence[int]) -> Markup:
    runs = ["–".join(str(number) for number in ends) for ends in _runs(numbers)]
    return Markup(r"\[{}\]").format(", ".join(runs))


def _runs(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """Ascending numbers with runs of three and more cut to their ends: 1, 2, 3, 7 → (1, 3), (7,)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends: list[tuple[int, ...]] = []
    for run in runs:
        ends.extend([(run[0], run[-1])] if len(run) > 2 else [(number,) for number in run])  # noqa: PLR2004
    return ends


def _moment(moment: datetime) -> str:
    """A moment in UTC to the minute; sources that give a day only come as midnight, shown as the day."""
    moment = in_utc(moment)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _plural(count: int, singular: str, plural: str | None = None) -> str:
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def _two_places(share: float) -> str:
    return f"{share:.2f}"
