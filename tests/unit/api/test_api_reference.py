"""The documentation page: everything that is in the catalogue, from nowhere else, whole without script."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tracker.api.catalogue import OPERATIONS
from tracker.api.openapi import address_of, describe
from tracker.api.problems import ProblemKind
from tracker.api.reference import reference


@pytest.fixture
def page(client: FlaskClient) -> str:
    response = client.get("/api/v1/docs")
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert {"Accept-Language", "Cookie"} <= set(response.vary)
    return response.text


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_call_stands_on_the_page_with_its_path_its_parameters_and_a_command(
    operation: Any, page: str
) -> None:
    article = page.partition(f'<article class="call" aria-labelledby="{operation.name}">')[2]
    article = article.partition("</article>")[0]
    assert f"<code>{address_of(operation)}</code>" in article
    assert operation.summary in article.replace("&#39;", "'")
    for name in operation.query.model_fields if operation.query else ():
        assert f"<code>{name}</code>" in article
    for one in operation.ids:
        assert f"<code>{one.name}</code>" in article
        assert one.example in article
    assert "curl" in article
    for kind in operation.all_problems:
        assert f"<code>{kind.label}</code>" in article


def test_every_object_and_every_problem_has_its_place(page: str) -> None:
    for name in describe(OPERATIONS)["components"]["schemas"]:
        assert f'id="object-{name}"' in page
    for kind in ProblemKind:
        assert f"<code>{kind.uri}</code>" in page


def test_every_anchor_leads_somewhere_and_none_is_there_twice(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_page_has_no_script_no_style_of_its_own_and_nothing_from_elsewhere(page: str) -> None:
    assert "<script" not in page
    assert "style=" not in page
    assert "<style" not in page
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert len(addresses) > 4
    assert all(address.startswith("/") for address in addresses)


def test_what_values_may_be_is_told_in_words() -> None:
    calls = {call.name: call for chapter in reference(OPERATIONS).chapters for call in chapter.calls}
    kinds = {row.name: row.kind for row in calls["statements"].parameters}
    assert kinds["limit"] == "integer, at least 1, at most 200, default 50"
    assert kinds["polarity"] == "list of asserts | denies, at most 2 values"
    assert kinds["published_from"] == "date"
    assert list(kinds)[-3:] == ["limit", "cursor", "If-None-Match"]
    assert calls["search"].command.startswith('curl -X POST "$COUNTERCLAIM/api/v1/search" -H "Authorization')
