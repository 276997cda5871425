import base64
import hashlib
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_reports import BUSY_PLACE, REPORTS, SPAN
from rooms import Shelf, application_of

from tracker.web.weeks import WEEKS_SHOWN


@pytest.fixture
def client() -> FlaskClient:
    return application_of(Shelf().room()).test_client()


def test_the_weeks_are_listed_with_what_was_published_in_them(client: FlaskClient) -> None:
    page = client.get("/reports").text
    assert page.index("2020-W23") < page.index("2020-W22")
    assert "1,234" in page
    assert 'href="/reports/2020-W23"' in page
    assert client.get("/reports.json").json["weeks"][0]["statements"] == 1_234  # type: ignore[index]


def test_a_report_is_looked_at_before_it_is_taken_along(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/reports/2020-W23?language=ar&party=LNA").text)
    links = page.xpath("//ul[@class='report-files']//a/@href")
    assert links == [
        f"/reports/2020-W23.{ending}?language=ar&party=LNA" for ending in ("html", "pdf", "xlsx", "md")
    ]
    languages = page.xpath("//nav[@class='report-languages']//a")
    assert [one.get("href") for one in languages] == [
        f"/reports/2020-W23?language={code}&party=LNA" for code in ("en", "ar", "tr")
    ]
    assert [one.get("aria-current") for one in languages] == [None, "true", None]
    text = page.text_content()
    assert "1,203" in text
    assert "جسر <b>الوادي</b>" in text
    assert "2 July 2020" in text


def test_the_twin_holds_what_the_page_shows(client: FlaskClient) -> None:
    answer = client.get("/reports/2020-W23.json?language=tr&as_of=2020-06-30").json
    assert answer is not None
    assert answer["summary"]["counts"]["documents"] == {"now": 1_203, "before": 2}
    assert answer["order"] == {
        "name": "2020-W23",
        "language": "tr",
        "parties": [],
        "place": None,
        "as_of": "2020-06-30",
    }


def test_a_report_is_shown_with_its_own_style_and_no_other(client: FlaskClient) -> None:
    response = client.get("/reports/2020-W23.html")
    (style,) = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("md", "text/markdown"),
        ("pdf", "application/pdf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_report_can_be_taken_along(ending: str, media_type: str, client: FlaskClient) -> None:
    response = client.get(f"/reports/{SPAN}.{ending}?language=tr&party=LNA&party=GNA&place=Marsa")
    assert response.mimetype == media_type
    file = f"counterclaim-{SPAN}.{ending}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    assert response.text == f"{SPAN} tr ('LNA', 'GNA') Marsa None http://localhost"


def test_a_report_is_in_the_readers_language_unless_told_otherwise(client: FlaskClient) -> None:
    client.set_cookie("language", "ar")
    assert client.get("/reports/2020-W23.md").text.startswith("2020-W23 ar ")
    assert client.get("/reports/2020-W23.md?language=en").text.startswith("2020-W23 en ")
    assert client.get("/reports/2020-W23.md?language=xx").text.startswith("2020-W23 ar ")


@pytest.mark.parametrize(
    "address",
    [
        "/reports/2020-W99.html", "/reports/2020-W23.exe", "/reports/week.html", "/reports/week",
        "/reports/week.json", "/reports/2020-W23.md?as_of=soon",
    ],
)  # fmt: skip
def test_there_is_no_report_of_what_is_no_week(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("week=2020-W23&language=tr", "/reports/2020-W23?language=tr"),
        ("from=2020-06-01&to=2020-06-10&party=LNA&place=&as_of=", f"/reports/{SPAN}?party=LNA"),
        (
            "week=2020-W23&place=Wadi+%26+Co&as_of=2020-06-30",
            "/reports/2020-W23?place=Wadi+%26+Co&as_of=2020-06-30",
        ),
    ],
)
def test_the_form_leads_to_the_report(typed: str, address: str, client: FlaskClient) -> None:
    response = client.get(f"/reports/new?{typed}")
    assert response.status_code == 303
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ("week=23", "week", "such as 2020-W23"),
        ("from=2020-06-01&to=", "to", "year-month-day"),
        ("from=junk&to=2020-06-01", "from", "year-month-day"),
        ("from=2020-06-10&to=2020-06-01", "to", "lies before the first"),
        ("week=2020-W23&as_of=soon", "as_of", "year-month-day"),
        ("", "from", "year-month-day"),
    ],
)
def test_faults_of_the_form_stand_beside_their_field(
    typed: str, field: str, said: str, client: FlaskClient
) -> None:
    response = client.get(f"/reports/new?{typed}")
    assert response.status_code == 400
    page = html.fromstring(response.text)
    (given,) = page.xpath(f"//input[@name='{field}']")
    assert given.get("aria-invalid") == "true"
    (fault,) = page.xpath(f"//*[@id='{given.get('aria-describedby')}']")
    assert said in fault.text_content()
    for pair in filter(None, typed.split("&")):
        name, _, value = pair.partition("=")
        assert page.xpath(f"//input[@name='{name}']/@value") == [value]


def test_who_has_to_wait_too_long_is_told_so(client: FlaskClient) -> None:
    response = client.get(f"/reports/2020-W23.pdf?place={BUSY_PLACE}")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "being made just now" in response.text


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
