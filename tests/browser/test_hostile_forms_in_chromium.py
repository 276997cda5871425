"""Attempts to run a script through every form there is, one in each field: none runs, then or later."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from addresses import pages, states
from form_filler import Filler
from payloads import PAYLOADS
from playwright.sync_api import Browser
from real_desk import RealDesk, real_desk, work_a_little, work_off
from tracker_shell import Shell
from visitors import OPEN_DISCLOSURES, Visitor

from tracker.web.signing_in import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

PASSES = 3
"""How often all pages are gone through: what a form does may bring another, as a note that to withdraw it."""

EXPECTED = ("status of 4", "does not conform to the required format")
"""What browsers say of an answer that refuses, and of a field for a day that was given something else."""

WATCH = "Object.defineProperty(window, 'ran', {get: () => [], set: numbers => itRan(String(numbers))})"


@pytest.fixture(scope="module")
def desk(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    home = shutil.copytree(demonstration_home, tmp_path_factory.mktemp("hostile-forms") / "home")
    with real_desk(Shell(home)) as desk:
        work_a_little(desk)
        yield desk


class Attacker(Visitor):
    """Somebody who may do everything, and signs in anew whenever a form has ended the session."""

    def __init__(self, chromium: Browser, desk: RealDesk) -> None:
        self.desk = desk
        self.ran: list[str] = []
        self.broken: list[str] = []
        context = chromium.new_context()
        context.expose_function("itRan", lambda numbers: self.ran.append(numbers))  # noqa: PLW0108 # Playwright marks it
        context.add_init_script(WATCH)
        context.on("dialog", lambda dialog: (self.ran.append(dialog.message), dialog.dismiss()))
        context.on("response", lambda answer: answer.status >= 500 and self.broken.append(answer.url))
        super().__init__(context.new_page(), desk.address)

    def go(self, address: str) -> None:
        self.visit(address)
        if "/sign-in" in self.page.url and address != "/sign-in":
            # Elsewhere, too: only who has other sessions is asked whether they are to end.
            token, _ = (self.desk.token_of("dina") for _ in range(2))
            self.page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.address}])
            self.visit(address)

    def outcome(self) -> dict[str, list[str]]:
        """What must not be, each with its instances; empty lists where all is well."""
        self.page.context.close()
        return {
            "ran": self.ran,
            "broken": self.broken,
            "complaints": [one for one in self.complaints if not any(word in one for word in EXPECTED)],
            "reports": [str(one) for one in self.desk.application.extensions["csp_reports"]],
        }


def test_nothing_that_is_typed_into_any_form_runs(desk: RealDesk, chromium: Browser) -> None:
    attacker = Attacker(chromium, desk)
    filler = Filler(attacker.page, desk.application, PAYLOADS)
    there_are = {
        rule.endpoint
        for rule in desk.application.url_map.iter_rules()
        if rule.endpoint.startswith("pages.") and "POST" in (rule.methods or ())
    } - {"pages.policy_report"}
    known = {one.id for one in desk.installed.store.all_documents()}
    answers: set[str] = set()
    for _ in range(PASSES):
        for address in [*pages(desk).values(), *states(desk)]:
            attacker.go(address)
            while found := filler.send_all():
                answers.update(found)
                attacker.go(address)
        if there_are <= filler.endpoints():
            break
    assert there_are - filler.endpoints() == set()
    assert filler.used > len(PAYLOADS)
    work_off(desk)
    fresh = {one.id for one in desk.installed.store.all_documents()} - known
    assert fresh
    later = [*pages(desk).values(), *(f"/documents/{one}" for one in sorted(fresh))]
    for address in [*later, *(one.removeprefix(desk.address) for one in sorted(answers))]:
        attacker.go(address)
        attacker.page.evaluate(OPEN_DISCLOSURES)
    assert attacker.outcome() == {"ran": [], "broken": [], "complaints": [], "reports": []}
