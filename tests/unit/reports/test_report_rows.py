"""What stands in the rows of both formats: explanations, figures, marks and references."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import World
from report_world import rest_on

from tracker.reports import WeeklyReport, render_html, render_markdown
from tracker.reports.manifest import render_manifest
from tracker.reports.markup import Html, Markdown
from tracker.reports.quoting import quoted_address
from tracker.reports.wording import Wording

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
            text = re.sub(r"\\(.)", r"\1", html.unescape(rendered)).replace("*", "").replace("|", " ")
        return re.sub(r" ([\],–);.])", r"\1", re.sub(r"([\[–(]) ", r"\1", " ".join(text.split())))

    return read


def change(world: World, name: str, **changes: object) -> None:
    """Give a document of the world other properties."""
    document = world.documents[name]
    changed = replace(document, **changes)
    world.library.documents = [changed if one is document else one for one in world.library.documents]


def test_every_conflict_tells_what_clashes_and_cites_both_sides(words: Words) -> None:
    text = words()
    assert "GNA says at least 12 were captured, LNA says none. [3, 4]" in text
    assert "GNA says it took the airfield of Marsa, LNA says it holds it. [1, 2]" in text
    assert "score 0.50, rule casualties-rule, detector rules-7" in text


def test_a_conflict_found_beside_a_third_statement_cites_it(
    words: Words, world: World, select: Select
) -> None:
    assert "found beside" not in words()
    rest_on(world, "control", "captured")
    beside = "found beside [3], without which the words of both would not have been enough"
    assert f"LNA says it holds it. [1, 2] {beside}" in words().replace("(found", "found")
    shown = json.loads(render_manifest(select()))["conflicts"][world.conflicts["control"].id]
    assert shown["third"] == world.statements["captured"].id


def test_figures_stand_with_range_party_and_source(words: Words) -> None:
    text = words()
    national = "Government of National Accord"
    assert f"Captured, combatants (Libyan National Army) at least 12 {national} at least 12 [3]" in text
    assert "Injured, civilians 2 to 9 United Nations 2 to 9 [6]" in text


def test_conflicts_left_out_are_counted(words: Words, world: World) -> None:
    assert "Not shown here: 1 conflict rejected by a person" in words()
    for name in ("english", "arabic"):
        change(world, name, published=datetime(2020, 5, 20, tzinfo=UTC))
    assert "0 conflicts rejected by people, 1 conflict between statements of other days" in words()


def test_a_statement_of_other_days_is_marked_wherever_it_stands(words: Words, world: World) -> None:
    assert "(of other days)" not in words()
    change(world, "arabic", published=datetime(2020, 5, 20, tzinfo=UTC))
    # As the sides of two questions, in one row of figures, and as two sources.
    assert words().count("(of other days)") == 5


def test_a_constructed_document_is_marked_wherever_it_stands(words: Words, world: World) -> None:
    before = words().count("constructed")
    change(world, "english", constructed=True)
    # The heading of its event, the sides of two questions, two sources.
    assert words().count("constructed") == before + 5


def test_parties_of_an_event_are_tallied_with_their_sources(words: Words) -> None:
    told = "Statements by party: Government of National Accord 2 [1, 3], Libyan National Army 2 [2, 4]"
    assert f"Marsa, 2 June 2020; new. {told}" in words()


def test_a_speaker_known_to_the_registry_is_named_in_latin_script(words: Words, world: World) -> None:
    held = world.statements["held"]
    named = replace(held.attribution, speaker="المتحدث أحمد المسماري")
    told = replace(held, attribution=named)
    world.library.statements = [told if one is held else one for one in world.library.statements]
    assert re.search(r"المتحدث أحمد المسماري\W*\(Ahmed al-Mismari\)", words())


def test_the_method_note_names_models_detector_and_the_head_of_the_trail(words: Words) -> None:
    text = words()
    assert "embedding model test-model r1; which of them answer one question was told with asks r2, " in text
    assert "which side each takes with sides r3." in text
    assert "found by rules-7 with the rules casualties-rule, control-rule, other-rule." in text
    assert "The audit trail had 3 entries then" in text
    assert "ab" * 32 in text


def test_long_runs_of_references_are_cut_to_their_ends() -> None:
    numbers = [1, 2, 3, 5, 6, 9]
    assert Markdown(Wording()).references(numbers) == r"\[1–3, 5, 6, 9\]"
    assert re.sub(r"<[^>]*>", "", Html(Wording()).references(numbers)) == "[1–3, 5, 6, 9]"


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
