import base64
import hashlib
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from room_reports import REPORTS
from rooms import Shelf, application_of

from tracker.web.weeks import WEEKS_SHOWN


@pytest.fixture
def client() -> FlaskClient:
    return application_of(Shelf().room()).test_client()


def test_the_weeks_are_listed_with_what_was_published_in_them(client: FlaskClient) -> None:
    page = client.get("/reports").text
    assert page.index("2020-W23") < page.index("2020-W22")
    assert "1,234" in page
    assert 'href="/reports/2020-W23.html"' in page
    assert client.get("/reports.json").json["weeks"][0]["statements"] == 1_234  # type: ignore[index]


def test_a_report_is_shown_with_its_own_style_and_no_other(client: FlaskClient) -> None:
    response = client.get("/reports/2020-W23.html")
    (style,) = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_report_can_be_taken_along(client: FlaskClient) -> None:
    response = client.get("/reports/2020-W23.md")
    assert response.mimetype == "text/markdown"
    assert response.headers["Content-Disposition"] == 'attachment; filename="counterclaim-2020-W23.md"'


@pytest.mark.parametrize("address", ["/reports/2020-W99.html", "/reports/2020-W23.exe", "/reports/week.html"])
def test_there_is_no_report_of_what_is_no_week(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_empty_desk_says_so_and_a_long_list_is_cut_in_words() -> None:
    empty = Shelf().room()
    page = application_of(replace(empty, reports=replace(REPORTS, weeks=tuple))).test_client().get("/reports")
    assert "nothing to report on yet" in page.text
    many = list(REPORTS.weeks()) * WEEKS_SHOWN
    page = (
        application_of(replace(empty, reports=replace(REPORTS, weeks=lambda: many)))
        .test_client()
        .get("/reports")
    )
    assert f"{WEEKS_SHOWN} earlier weeks are not listed" in page.text
