"""Signing in and looking after people, with a keyboard, in both directions, in light and dark."""

import pytest
from flask import Flask
from looks import Looks
from people_doubles import PASSWORD, Office
from playwright.sync_api import expect
from visitors import Open

from tracker.domain.people import Role

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_signing_in_and_being_refused_break_no_rule_of_accessibility_and_fit_the_screen(
    visitor: Open, language: str
) -> None:
    guest = visitor(role=None, language=language)
    looks = Looks(guest.page)
    guest.visit("/sign-in")
    assert guest.page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    looks.at("signing in")
    guest.page.locator("#name").fill("nobody")
    guest.page.locator("#password").fill("no password")
    guest.page.keyboard.press("Enter")
    expect(guest.page.locator("#sign-in-fault")).to_be_visible()
    looks.at("signing in with a fault")
    viewer = visitor(role=Role.VIEWER, language=language)
    viewer.visit("/people")
    refused = Looks(viewer.page)
    refused.at("refused")
    assert looks.flaws == refused.flaws == {}
    assert [text for text in viewer.complaints if "status of 403" not in text] == []


def test_somebody_signs_in_changes_the_password_and_signs_out_by_keyboard(
    visitor: Open, office: Office
) -> None:
    office.people.add_user("basma", PASSWORD, Role.VIEWER, actor="the tests")
    guest = visitor(role=None)
    page, keyboard = guest.page, guest.page.keyboard
    guest.visit("/events?party=GNA")
    page.locator("#name").focus()
    keyboard.type("basma")
    keyboard.press("Tab")
    keyboard.type("not this")
    keyboard.press("Enter")
    assert "do not go together" in page.locator("#sign-in-fault").inner_text()
    assert page.locator("#name").input_value() == "basma"
    page.locator("#password").focus()
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    page.wait_for_url("**/events?party=GNA")
    guest.visit("/account")
    page.locator("#old_password").focus()
    for typed in (PASSWORD, "another long password", "another long password"):
        keyboard.type(typed)
        keyboard.press("Tab")
    keyboard.press("Enter")
    # The address is the same before and after, so that only the words say that the answer has come.
    expect(page.locator("#messages")).to_contain_text("Your password has been changed")
    page.locator(".person summary").focus()
    keyboard.press("Enter")
    page.locator(".person button").focus()
    keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    assert guest.visit("/events").url.endswith("/sign-in?next=/events")
    page.locator("#name").fill("basma")
    page.locator("#password").fill("another long password")
    keyboard.press("Enter")
    page.wait_for_url("**/events")


def test_what_was_typed_outlives_the_end_of_a_session(visitor: Open, office: Office) -> None:
    guest = visitor(role=Role.ADMIN)
    guest.visit("/people")
    guest.page.locator("#new-name").fill("dina")
    office.people.revoke_sessions("adil", actor="the tests")
    guest.page.get_by_role("button", name="Add, and show a password").click()
    assert guest.page.locator("h1").inner_text() == "You are not signed in"
    with guest.page.expect_popup() as opened:
        guest.page.get_by_role("link", name="Sign in, in a new tab").click()
    other = opened.value
    other.locator("#name").fill("adil")
    other.locator("#password").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url(lambda address: "sign-in" not in address)
    guest.page.get_by_role("button", name="Send again").click()
    assert guest.page.locator("h1").inner_text() == "This form is out of date"
    guest.page.get_by_role("button", name="Send again").click()
    assert "dina" in guest.page.locator(".given").inner_text()
    assert "dina" in office.memory.accounts


def test_a_page_of_another_site_changes_nothing(visitor: Open, office: Office, address: str) -> None:
    guest = visitor(role=Role.ADMIN)
    guest.visit("/people")
    form = (
        f'<form method="post" action="{address}/people"><input name="name" value="eve"><button>Win</button>'
    )
    elsewhere = guest.page.context.new_page()
    # `localhost` is another site than 127.0.0.1 to the browser, and this page has no policy.
    elsewhere.route("http://localhost/", lambda route: route.fulfill(body=form, content_type="text/html"))
    elsewhere.goto("http://localhost/")
    elsewhere.get_by_role("button").click()
    elsewhere.wait_for_url("**/people")
    # The cookie stays behind (SameSite=Lax); the refusal does not depend on it.
    assert elsewhere.locator("h1").inner_text() == "This came from another site"
    assert "eve" not in office.memory.accounts


def test_a_browser_reports_what_breaks_the_policy(visitor: Open, application: Flask) -> None:
    guest = visitor()
    guest.visit("/account")
    with guest.page.expect_response("**/csp-reports"):
        guest.page.evaluate(
            """() => {
                const script = document.createElement('script');
                script.textContent = 'document.title = "broken into"';
                document.body.append(script);
            }"""
        )
    (report,) = application.extensions["csp_reports"]
    assert report["blocked-uri"] == "inline"
    assert guest.page.title() != "broken into"
    application.extensions["csp_reports"].clear()
