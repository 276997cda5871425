"""Every page there is, over the demonstration corpus: accessible in both directions and themes, and quiet."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext
from real_desk import RealDesk, real_desk
from tracker_shell import Shell
from visitors import DESKTOP, OPEN_DISCLOSURES, PHONE, Visitor

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import SubjectKind
from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

AXE_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

FILES = (".csv", ".xlsx", ".jsonl", ".json", ".jsonld", "/<how>", ".<ending>", "/static/<path:filename>", "/captures/<document_id>")
"""Endings of addresses of files rather than pages."""


@pytest.fixture(scope="module")
def desk(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("desk") / "home")
    with real_desk(Shell(home)) as desk:
        _work_a_little(desk)
        yield desk


def _work_a_little(desk: RealDesk) -> None:
    """So that pages of decisions have something to show."""
    decisions = desk.installed.decisions
    conflicts = sorted(desk.installed.store.all_conflicts(), key=lambda one: -one.verdict.score)
    decisions.judge([conflicts[0].id], Judgement.CONFIRMED, by="amal", reason="Both name the same night.")
    decisions.judge([conflicts[1].id], Judgement.REJECTED, by="omar", reason="Two different airports.")
    decisions.note(SubjectKind.CONFLICT, conflicts[0].id, "اسأل المستشفى مرة أخرى.", by="amal")
    decisions.assign(SubjectKind.EVENT, conflicts[0].event, "omar", by="amal")


def examples(desk: RealDesk) -> dict[str, str]:
    """A value for each argument of an address."""
    installed = desk.installed
    conflict = max(installed.store.all_conflicts(), key=lambda one: one.verdict.score)
    statement = installed.library.statement(conflict.one)
    entry = installed.decisions.decisions.history(size=1)[0]
    place = next(one.place.place.id for one in installed.store.all_statements() if one.place)
    return {
        "event_id": conflict.event,
        "conflict_id": conflict.id,
        "statement_id": statement.statement.id,
        "document_id": statement.document.id,
        "code": statement.statement.party,
        "number": str(entry.id),
        "entry_id": str(entry.id),
        "source_id": "1",
        "place_id": place,
    }


def addresses(desk: RealDesk) -> dict[str, str]:
    """Every page by its endpoint. A page with an argument that has no example yet fails the test."""
    found: dict[str, str] = {}
    given = examples(desk)
    with desk.application.test_request_context():
        for rule in desk.application.url_map.iter_rules():
            endpoint = rule.endpoint
            if not endpoint.startswith("pages.") or "GET" not in (rule.methods or ()):
                continue
            if rule.rule.endswith(FILES) or "job_id" in rule.arguments:
                continue
            missing = rule.arguments - given.keys()
            assert not missing, f"{rule}: no example of {missing}"
            values = {name: given[name] for name in rule.arguments}
            _, address = rule.build(values)
            found[endpoint] = address
    return found


@pytest.fixture
def context(chromium: Browser, desk: RealDesk, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language: str = request.param
    context = chromium.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale=language)
    context.add_cookies(
        [
            {"name": SESSION_COOKIE, "value": desk.token_of("dina"), "url": desk.address},
            {"name": "language", "value": language, "url": desk.address},
        ]
    )
    yield context
    context.close()
    reports = list(desk.application.extensions["csp_reports"])
    assert reports == []


@pytest.mark.parametrize("context", ["en", "ar"], indirect=True)
def test_every_page_is_accessible_fits_its_screen_and_says_nothing_to_the_console(
    desk: RealDesk, context: BrowserContext
) -> None:
    guest, axe = Visitor(context.new_page(), desk.address), Axe()
    found: dict[str, Any] = {}
    for endpoint, address in addresses(desk).items():
        response = guest.visit(address)
        assert response.status == 200, f"{address}: {response.status}"
        # Closed disclosures hide their words from the check.
        guest.page.evaluate(OPEN_DISCLOSURES)
        for scheme in ("light", "dark"):
            guest.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            results = axe.run(guest.page, options=AXE_RULES)
            if results.violations_count:
                found[f"{endpoint} {scheme}"] = results.generate_report()
        for width, height in (PHONE, DESKTOP):
            guest.page.set_viewport_size({"width": width, "height": height})
            reach = guest.page.evaluate("document.documentElement.scrollWidth")
            if reach > width:
                found[f"{endpoint} at {width}"] = reach
    assert found == {}
    assert guest.complaints == []
