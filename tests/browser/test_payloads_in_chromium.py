"""Two hundred attempts to run a script, through every field that comes in and every form: none runs."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from payloads import PAYLOADS
from playwright.sync_api import Browser, Page
from real_desk import RealDesk, real_desk
from tracker_shell import Shell
from visitors import OPEN_DISCLOSURES, THOROUGH, Visitor

from tracker.domain.conflicts import Conflict, Judgement
from tracker.domain.decisions import EventGrade, Reliability, SubjectKind
from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]


FIELDS = 50 if THOROUGH else 25
GROUPS = tuple(" ".join(PAYLOADS[number::FIELDS]) for number in range(FIELDS))
"""By eights or fours, each of another way: where a field is not escaped, the first of those runs."""


def hostile_documents() -> Iterator[dict[str, object]]:
    """A document for each group of payloads, which stand in all of its fields."""
    for number, payload in enumerate(GROUPS):
        yield {
            "id": f"hostile-{number}-{payload}",
            "url": f"https://press.example/{number}?{payload}" if number % 2 else payload,
            "title": f"Sirte {payload}",
            "outlet": f"Press {payload}",
            "published": "2020-01-07",
            "lang": "en",
            "text": (
                f"SIRTE — The spokesman {payload} of the Libyan National Army said on Tuesday that its men "
                f"held Sirte, where {number + 1} {payload} fighters were killed.\n\n"
                f"The Government of National Accord denied on Tuesday that Sirte had fallen: {payload}."
            ),
        }


@pytest.fixture(scope="module")
def desk(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    folder = tmp_path_factory.mktemp("hostile")
    shell = Shell(shutil.copytree(demonstration_home, folder / "home"))
    lines = [json.dumps(document) for document in hostile_documents()]
    (folder / "hostile.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shell.ok("ingest", folder / "hostile.jsonl")
    with real_desk(shell) as desk:
        _decide_hostilely(desk)
        yield desk


def _decide_hostilely(desk: RealDesk) -> None:
    """Every payload as a note, a reason and an assignee, all about one event, conflict and statement."""
    decisions = desk.installed.decisions
    conflict = hostile_conflict(desk)
    for number, payload in enumerate(GROUPS):
        for kind, key in (
            (SubjectKind.CONFLICT, conflict.id),
            (SubjectKind.EVENT, conflict.event),
            (SubjectKind.STATEMENT, conflict.one),
        ):
            decisions.note(kind, key, payload, by=payload)
        judgement = (Judgement.CONFIRMED, Judgement.UNSURE)[number % 2]
        decisions.judge([conflict.id], judgement, by="amal", reason=payload)
    decisions.grade(conflict.event, EventGrade.CONTESTED, by="amal", reason=PAYLOADS[0])
    decisions.rate("1", Reliability.FAIRLY, by="amal", reason=PAYLOADS[1])
    decisions.assign(SubjectKind.EVENT, conflict.event, PAYLOADS[2], by="amal")


def hostile_conflict(desk: RealDesk) -> Conflict:
    """A conflict between two of the hostile documents' statements."""
    store = desk.installed.store
    hostile = {one.id for one in store.all_documents() if (one.external_id or "").startswith("hostile")}
    statements = {one.id: one for one in store.all_statements()}
    return next(one for one in store.all_conflicts() if statements[one.one].document in hostile)


@pytest.fixture
def guest(chromium: Browser, desk: RealDesk) -> Iterator[Visitor]:
    context = chromium.new_context()
    context.add_cookies([{"name": SESSION_COOKIE, "value": desk.token_of("dina"), "url": desk.address}])
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield Visitor(page, desk.address)
    context.close()
    assert dialogs == []
    assert list(desk.application.extensions["csp_reports"]) == []


def ran(page: Page) -> object:
    page.evaluate(OPEN_DISCLOSURES)
    return page.evaluate("window.ran ?? null")


def test_nothing_that_came_in_runs_on_the_pages_of_documents_statements_and_events(
    desk: RealDesk, guest: Visitor
) -> None:
    store = desk.installed.store
    hostile = {one.id for one in store.all_documents() if (one.external_id or "").startswith("hostile")}
    statements = [one for one in store.all_statements() if one.document in hostile]
    assert len({one.document for one in statements}) == len(hostile) == len(GROUPS)
    events = store.events_of([one.id for one in statements])
    paths = [f"/documents/{one}" for one in sorted(hostile)]
    paths += [f"/statements/{one.id}/citation" for one in statements[::10]]
    paths += [f"/statements/{one.id}" for one in statements[::5]]
    paths += [f"/events/{one}" for one in sorted(set(events.values()))[:10]]
    for path in paths:
        assert guest.visit(path).status == 200, path
        assert ran(guest.page) is None, path
    assert guest.complaints == []


def test_nothing_that_people_wrote_runs_anywhere(desk: RealDesk, guest: Visitor) -> None:
    conflict = hostile_conflict(desk)
    for path in (
        f"/conflicts/{conflict.id}",
        f"/events/{conflict.event}",
        f"/statements/{conflict.one}",
        "/",
        "/review",
        "/conflicts",
        "/events",
        "/history",
        "/sources",
        "/sources/1",
        "/places",
        "/parties",
        "/parties/LNA",
        "/reports",
        "/jobs",
        "/reports/2020-W02.html",
    ):
        assert guest.visit(path).status == 200, path
        assert ran(guest.page) is None, path
    assert guest.complaints == []


def test_nothing_that_is_searched_for_runs(guest: Visitor) -> None:
    guest.visit("/search")
    for payload in PAYLOADS[::10]:
        guest.page.fill("#q", payload)
        guest.page.press("#q", "Enter")
        guest.page.wait_for_load_state()
        assert ran(guest.page) is None, payload
    assert guest.complaints == []
