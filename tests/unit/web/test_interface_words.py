"""Every value of the domain has words, so that no page fails on a rare one."""

import re
from enum import StrEnum

import pytest
from rooms import TEMPLATES, Shelf, application_of

from tracker.domain.conflicts import ConflictType, Judgement
from tracker.domain.documents import DateFound, DatePrecision
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import FigureKind, PlaceFound, Polarity
from tracker.web.attributions import Assurance


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("polarities", Polarity),
        ("conflict_types", ConflictType),
        ("judgements", Judgement),
        ("judgements_short", Judgement),
        ("dates_found", DateFound),
        ("precisions", DatePrecision),
        ("methods", AttributionMethod),
        ("assurances", Assurance),
        ("places_found", PlaceFound),
        ("figure_kinds", FigureKind),
    ],
)
def test_every_value_has_words(words: str, values: type[StrEnum]) -> None:
    environment = application_of(Shelf().room()).jinja_env
    named = getattr(environment.get_template("_words.html").module, words)
    assert set(named) == {value.value for value in values}


@pytest.mark.parametrize("mark", ["| safe", "|safe", "autoescape false", " style=", "onclick="])
def test_no_template_lets_markup_script_or_style_through(mark: str) -> None:
    templates = sorted(TEMPLATES.rglob("*.html"))
    assert templates
    assert [path.name for path in templates if mark in path.read_text(encoding="utf-8")] == []


def test_every_script_is_a_file_of_ours() -> None:
    address = re.escape("{{ url_for('pages.static', filename='FILE') }}").replace("FILE", r"[\w.-]+")
    of_ours = re.compile(f'<script src="{address}" defer></script>')
    for path in TEMPLATES.rglob("*.html"):
        rest = of_ours.sub("", path.read_text(encoding="utf-8"))
        assert "<script" not in rest, path.name
