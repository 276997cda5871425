"""The report as one HTML file that needs no other, and as Markdown."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup

from tracker.domain.errors import SettingsError
from tracker.language.direction import direction, language_tag
from tracker.reports.charts import Charts
from tracker.reports.content import CitedConflict, WeeklyReport
from tracker.reports.explaining import Explaining
from tracker.reports.markup import Flavour, Html, Markdown, Messages
from tracker.reports.paper import cut_for_paper
from tracker.reports.quoting import quoted_address
from tracker.reports.wording import Wording


def render_html(report: WeeklyReport, templates: Path) -> str:
    """The report as an HTML page in its language; `templates` is the folder that holds `reports/`.

    Raises SettingsError where the templates are not in it, and for a language that none is written in.
    """
    wording = wording_of(report)
    environment = _environment(templates, wording, Html(wording))
    charts = Charts(report, wording, on_paper=False)
    environment.globals.update(charts=charts, on_paper=False, events_left_out=0, sources_left_out=0)
    return _render(environment, "reports/weekly.html", templates, report)


def render_for_paper(report: WeeklyReport, templates: Path) -> str:
    """The HTML that `pdf` prints: drawings are made otherwise, and a long report is cut. As `render_html`."""
    wording, paper = wording_of(report), cut_for_paper(report)
    flavour = Html(wording, {source.number for source in paper.report.sources})
    environment = _environment(templates, wording, flavour)
    environment.globals.update(
        charts=Charts(paper.report, wording, on_paper=True),
        on_paper=True,
        events_left_out=paper.events_left_out,
        sources_left_out=paper.sources_left_out,
    )
    return _render(environment, "reports/weekly.html", templates, paper.report)


def render_markdown(report: WeeklyReport, templates: Path) -> str:
    """The report as Markdown with tables. Raises SettingsError as `render_html` does."""
    wording = wording_of(report)
    flavour = Markdown(wording)
    environment = _environment(templates, wording, flavour)
    environment.filters["block"] = flavour.block
    environment.filters["address"] = flavour.address
    rendered = _render(environment, "reports/weekly.md", templates, report)
    # Values stand on one line each, so this only closes the gaps that blocks of the template leave.
    return re.sub(r"\n{3,}", "\n\n", rendered).strip("\n") + "\n"


def wording_of(report: WeeklyReport) -> Wording:
    """The words that a report is written with, and the names that stand in it."""
    places = {day.place.id: day.place_name for day in report.control}
    for section in (*report.contested, *report.uncontested):
        if section.event.place and section.place_name:
            places[section.event.place.id] = section.place_name
    if report.scope.place and report.scope.place_name:
        places[report.scope.place.id] = report.scope.place_name
    return Wording(report.language, parties=report.party_names, places=places)


def _environment(templates: Path, wording: Wording, flavour: Flavour) -> Environment:
    # Every value passes through the flavour, so that no template can forget to make it safe. What that
    # returns as Markup, the autoescaping leaves alone.
    environment = Environment(
        loader=FileSystemLoader(templates),
        extensions=[InternationalizationExtension],
        autoescape=True,
        finalize=flavour.value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    # The tag {% trans %} then hands its variables to the functions below, which make them safe.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    messages, explaining = Messages(wording, flavour), Explaining(wording, flavour)

    def explained(cited: CitedConflict) -> Markup:
        return explaining.sentence(cited.conflict.verdict, cited.one.statement, cited.other.statement)

    environment.globals.update(
        {
            "_": messages.gettext,
            "gettext": messages.gettext,
            "ngettext": messages.ngettext,
            "pgettext": messages.pgettext,
            "npgettext": messages.npgettext,
            "wording": wording,
        }
    )
    environment.filters.update(
        {
            "amount": wording.amount,
            "day": wording.day,
            "direction": direction,
            "explained": explained,
            "interval": wording.interval,
            "percent": wording.percent,
            "subject": wording.subject,
            "term": wording.term,
            "foreign": flavour.foreign,
            "language_name": wording.language_name,
            "language_tag": language_tag,
            "moment": wording.moment,
            "number": wording.number,
            "party": wording.party,
            "place": wording.place,
            "references": flavour.references,
            "short_day": wording.short_day,
            "two_places": wording.two_places,
            "web_address": quoted_address,
            "word": wording.word,
            "plural": _plural,
        }
    )
    return environment


def _render(environment: Environment, name: str, templates: Path, report: WeeklyReport) -> str:
    try:
        return environment.get_template(name).render(report=report)
    except TemplateNotFound as error:
        raise SettingsError(f"{templates}: the template {error.name} of the report is missing") from None


def _plural(count: int, singular: str, plural: str | None = None) -> str:
    return f"{count} {singular if count == 1 else plural or singular + 's'}"
