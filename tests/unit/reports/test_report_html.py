from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from desks import HOSTILE, World
from report_world import FakeReportSource

from tracker.domain.errors import SettingsError
from tracker.domain.reporting import Judged
from tracker.reports import WeeklyReport, render_html

Select = Callable[..., WeeklyReport]
VOID = {"meta", "br"}


class Elements(HTMLParser):
    """Every element with its attributes and the text within."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        self.found.append((tag, dict(attrs), text))
        if tag not in VOID:
            self._open.append((tag, text))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, text in self._open:
            text.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(text)) for name, attributes, text in self.found if name == tag]


@pytest.fixture
def page(select: Select, templates: Path) -> str:
    return render_html(select(base_url="https://desk.example"), templates)


def test_the_page_needs_no_other_file_and_runs_nothing(page: str) -> None:
    elements = Elements(page)
    allowed = {
        "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article",
        "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "a", "span", "strong", "bdi", "div", "figure",
        "figcaption", "blockquote", "table", "caption", "thead", "tbody", "tr", "th", "td", "code",
        "svg", "g", "desc", "text", "line", "rect", "circle", "path", "details", "summary",
    }  # fmt: skip
    assert {tag for tag, _, _ in elements.found} <= allowed
    attributes = {name for _, given, _ in elements.found for name in given}
    assert not any(name.startswith("on") or name in {"src", "style"} for name in attributes)
    (style,) = elements.all("style")
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert "default-src 'none'" in page


def test_hostile_words_stay_words(page: str) -> None:
    quotes = [text.strip() for _, text in Elements(page).all("blockquote")]
    assert HOSTILE in quotes
    headings = [text for _, text in Elements(page).all("h3")]
    assert '<script>"rumours"</script>' in headings


def test_links_lead_to_sources_sections_and_web_addresses_only(page: str) -> None:
    elements = Elements(page)
    targets = [attributes["href"] or "" for attributes, _ in elements.all("a")]
    ids = {attributes.get("id") for _, attributes, _ in elements.found}
    for target in targets:
        outside = (
            "https://desk.example/documents/d",
            "https://desk.example/events/e",
            "https://courier.example/",
        )
        assert target.startswith(outside) or (target[0] == "#" and target[1:] in ids), target
    assert "javascript:alert(document.cookie)" in page


def test_every_footnote_that_is_cited_exists(page: str) -> None:
    elements = Elements(page)
    cited = {attributes["href"] for attributes, _ in elements.all("a")}
    sources = {
        f"#{given['id']}" for _, given, _ in elements.found if str(given.get("id")).startswith("source-")
    }
    assert len(sources) == 8
    assert {target for target in cited if str(target).startswith("#source-")} <= sources
    # The statements of the week as a whole are cited as one run: its ends stand for all of it.
    assert {"#source-1", "#source-8"} <= cited


def test_every_source_names_outlet_date_document_hash_and_permalink(page: str, select: Select) -> None:
    listed = {str(given.get("id")): text for given, text in Elements(page).all("li")}
    for source in select().sources:
        text = listed[f"source-{source.number}"]
        document, statement = source.document, source.statement
        wanted = (
            document.outlet, document.public_id, document.sha256, statement.id,
            f"{document.published.day} June 2020", f"https://desk.example/documents/{document.id}#{statement.id}",
        )  # fmt: skip
        for part in wanted:
            assert part in text, part


@pytest.mark.parametrize(
    ("name", "language", "direction"),
    [("held", "ar", "rtl"), ("vehicles", "tr", "ltr"), ("wounded", "ru", "ltr"), ("taken", "en", "ltr")],
)
def test_every_quote_says_its_language_and_direction(
    name: str, language: str, direction: str, page: str, world: World
) -> None:
    quotes = [
        given
        for given, text in Elements(page).all("blockquote")
        if text.strip() == world.statements[name].quote
    ]
    assert quotes
    assert all((given["lang"], given["dir"]) == (language, direction) for given in quotes)


def test_words_of_an_unknown_language_find_their_own_direction(page: str) -> None:
    unknown = [given for given, text in Elements(page).all("blockquote") if "A medic said" in text]
    assert [(given["lang"], given["dir"]) for given in unknown] == [("", "auto")]


def test_names_and_titles_in_arabic_are_kept_apart_from_the_line(page: str) -> None:
    names = {
        text: (given["lang"], given["dir"]) for given, text in Elements(page).all("bdi") if "lang" in given
    }
    assert names["المتحدث ينفي سقوط المهبط"] == ("ar", "rtl")
    assert names["صوت الميناء"] == ("ar", "rtl")


def test_marks_that_turn_the_direction_are_shown(page: str) -> None:
    assert "\u202e" not in page
    assert "1. A medic said [U+202E]the ward was full[U+202C] and then left." in page


def test_constructed_documents_are_marked_wherever_they_are_shown(page: str) -> None:
    elements = Elements(page)
    assert any("written for demonstration" in text for _, text in elements.all("p"))
    marked = [text for _, text in elements.all("li") if "constructed" in text and "Bakanlık" in text]
    assert len(marked) == 1
    assert any("Yolda çatışma constructed" in text for _, text in elements.all("h3"))
    assert sum("constructed" in text for given, text in elements.all("li") if given.get("id")) == 1


def test_a_report_without_constructed_documents_warns_of_none(
    select: Select, world: World, templates: Path
) -> None:
    world.library.events.remove(world.events["road"])
    assert "demonstration" not in render_html(select(), templates)


def test_every_conflict_says_whether_a_person_judged_it(
    select: Select, source: FakeReportSource, world: World, templates: Path
) -> None:
    source.judged = {world.conflicts["casualties"].id: Judged(7, date(2020, 6, 9))}
    elements = Elements(render_html(select(), templates))
    lines = {str(given.get("id")): text for given, text in elements.all("li")}
    confirmed, suggested = (lines[world.conflicts[name].id] for name in ("casualties", "control"))
    assert confirmed.startswith("confirmed ")
    assert "by a person, 9 June 2020, entry 7 of the audit trail" in confirmed
    assert suggested.startswith("suggested ")
    assert "by a person" not in suggested


def test_light_dark_and_print_are_provided_for(page: str) -> None:
    assert "color-scheme: light dark" in page
    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media print" in page


def test_without_base_address_permalinks_are_paths_and_no_links(select: Select, templates: Path) -> None:
    page = render_html(select(), templates)
    codes = [text for _, text in Elements(page).all("code")]
    assert all(source.path in codes for source in select().sources)
    assert 'href="/documents' not in page


def test_an_empty_week_says_so(select: Select, templates: Path) -> None:
    page = render_html(select("2019-W02"), templates)
    assert "No stored event happened in this period" in page
    assert "test-model" in page
    assert 'id="sources"' not in page
    Elements(page)


def test_the_report_says_of_which_day_it_is(select: Select, templates: Path) -> None:
    assert "As known at the end of 9 June 2020." in render_html(select(as_of=date(2020, 6, 9)), templates)


def test_what_the_report_is_held_to_is_said(select: Select, templates: Path) -> None:
    page = render_html(select(parties=("GNA", "LNA")), templates)
    assert "Held to events in which each of these speaks: Government of National Accord, Libyan" in page


def test_missing_templates_are_named(select: Select, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"reports/weekly\.html"):
        render_html(select(), tmp_path)
