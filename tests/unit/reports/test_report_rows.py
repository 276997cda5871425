"""What stands in the rows of both formats: explanations, figures, marks and references."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import World

from tracker.reports import WeeklyReport, render_html, render_markdown
from tracker.reports.quoting import quoted_address
from tracker.reports.rendering import _html_references, _markdown_references

Select = Callable[..., WeeklyReport]
Words = Callable[[], str]


@pytest.fixture(params=[render_html, render_markdown])
def words(request: pytest.FixtureRequest, select: Select, templates: Path) -> Words:
    """What a reader sees of the report in each format, without markup, on one line."""

    def read() -> str:
        rendered = request.param(select(), templates)
        if request.param is render_html:
            text = html.unescape(re.sub(r"<[^>]*>", " ", rendered.partition("<body>")[2]))
        else:
            text = re.sub(r"\\(.)", r"\1", html.unescape(rendered)).replace("*", "")
        return re.sub(r" ([\],–)])", r"\1", re.sub(r"([\[–]) ", r"\1", " ".join(text.split())))

    return read


def change(world: World, name: str, **changes: object) -> None:
    """Give a document of the world other properties."""
    document = world.documents[name]
    changed = replace(document, **changes)
    world.library.documents = [changed if one is document else one for one in world.library.documents]


def test_every_conflict_tells_what_clashes_and_cites_both_sides(words: Words) -> None:
    text = words()
    assert "casualties" in text
    assert "GNA says at least 12 were captured, LNA says none. [1, 2]" in text
    assert "GNA says it took the airfield of Marsa, LNA says it holds it. [3, 4]" in text
    assert "Score 0.50, rule casualties-rule, detector rules-7." in text


def test_figures_stand_with_their_party_and_source(words: Words) -> None:
    text = words().replace("|", " ")
    text = " ".join(text.split())
    assert "captured 0 LNA [2] captured at least 12 GNA [1]" in text
    assert "injured 2 to 9 UN [6] vehicles 4 TUR [5]" in text


def test_conflicts_left_out_are_counted(words: Words, world: World) -> None:
    assert "Left out: 1 conflict rejected by an analyst" in words()
    for name in ("english", "arabic"):
        change(world, name, published=datetime(2020, 5, 20, tzinfo=UTC))
    assert "0 conflicts rejected by an analyst, 1 conflict between statements of other weeks" in words()


def test_the_side_of_another_week_is_marked_wherever_it_stands(words: Words, world: World) -> None:
    assert "of another week" not in words()
    change(world, "arabic", published=datetime(2020, 5, 20, tzinfo=UTC))
    # Two sides of conflicts, two sources, one figure.
    assert words().count("(of another week)") == 5


def test_a_constructed_side_of_a_conflict_is_marked_wherever_it_stands(words: Words, world: World) -> None:
    before = words().count("constructed")
    change(world, "english", constructed=True)
    # The heading of its event, two sides of conflicts, two sources.
    assert words().count("constructed") == before + 5


def test_parties_of_an_event_are_tallied_with_their_sources(words: Words) -> None:
    assert "Marsa, 2020-06-02. Parties: GNA 2 [1, 3], LNA 2 [2, 4]" in words()


def test_statements_in_no_conflict_are_cited(words: Words, world: World) -> None:
    world.library.conflicts = [world.conflicts["control"]]
    assert "In no conflict: GNA 1 [3], LNA 1 [4]" in words()


def test_the_method_note_names_model_and_detector(words: Words) -> None:
    text = words()
    assert "embedding model test-model r1." in text
    assert "found by rules-7 with the rules casualties-rule, control-rule." in text


def test_long_runs_of_references_are_cut_to_their_ends() -> None:
    assert _markdown_references([1, 2, 3, 5, 6, 9]) == r"\[1–3, 5, 6, 9\]"
    assert re.sub(r"<[^>]*>", "", _html_references([1, 2, 3, 5, 6, 9])) == "[1–3, 5, 6, 9]"


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://outlet.example/a?b=1&c=%D9%85", "https://outlet.example/a?b=1&c=%D9%85"),
        ("http://outlet.example/<b>\\(c)", "http://outlet.example/%3Cb%3E%5C%28c%29"),
        ("https://outlet.example/خبر", "https://outlet.example/%D8%AE%D8%A8%D8%B1"),
        ("javascript://outlet.example/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("//outlet.example/a", None),
        ("https:///a", None),
        ("http://[bad", None),
        ("https://outlet.example/\u202etxt.exe", None),
        ("https://outlet.example/a b", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_followed(url: str | None, followed: str | None) -> None:
    assert quoted_address(url) == followed
