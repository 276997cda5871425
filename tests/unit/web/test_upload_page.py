import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from job_doubles import JobDesk
from lxml import html
from rooms import Shelf, application_of
from werkzeug.test import TestResponse

from tracker.domain.jobs import MOST_FILES, Defaults, ItemState
from tracker.domain.people import Role
from tracker.web import forms

ARABIC = "قال المجلس البلدي في قصر سدرة إن الجسر مغلق منذ يوم الاثنين."
FEED = '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Sidra Courier</title></channel></rss>'

Send = Callable[..., TestResponse]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def desk(shelf: Shelf) -> JobDesk:
    return shelf.job_desk


@pytest.fixture
def application(shelf: Shelf) -> Flask:
    return application_of(shelf.room())


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    return application.test_client()


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Hands files in, by name."""

    def send(files: dict[str, bytes], **fields: str) -> TestResponse:
        offered = [(io.BytesIO(data), name) for name, data in files.items()]
        return client.post("/upload/files", data={"files": offered, **fields})

    return send


def parsed(answer: TestResponse) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def fault_of(answer: TestResponse, control: str) -> str:
    """The fault that a control of the page points to, with the status 400."""
    page = parsed(answer)
    element = page.get_element_by_id(control)
    assert element.get("aria-invalid") == "true"
    return str(page.get_element_by_id(element.get("aria-describedby").split()[0]).text_content())


def test_files_become_a_job_whose_page_is_shown_next(send: Send, desk: JobDesk, client: FlaskClient) -> None:
    answer = send(
        {"one.txt": b"The bridge is closed.", "two.jsonl": b"{}"},
        outlet=" Sidra Courier ",
        published="2020-06-05",
    )
    detail = desk.only()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{detail.job.id}")
    assert [(item.name, item.file, item.size) for item in detail.items] == [
        ("one.txt", "0001.txt", 21),
        ("two.jsonl", "0002.jsonl", 2),
    ]
    assert detail.job.actor == "amal"
    assert detail.job.defaults == Defaults("Sidra Courier", date(2020, 6, 5), None)
    assert "one.txt" in client.get(answer.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/cron.d/news.txt", "news.txt"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("gnp\u202etxt.txt", "gnp\ufffdtxt.txt"),
        ("n" * 200 + ".txt", "n" * 89 + "…" + "n" * 26 + ".txt"),
        ("أخبار.txt", "أخبار.txt"),
    ],
)
def test_a_name_is_kept_for_show_and_never_as_a_path(
    send: Send, client: FlaskClient, desk: JobDesk, given: str, shown: str
) -> None:
    answer = send({given: b"The bridge is closed."})
    (item,) = desk.only().items
    assert item.name == shown
    assert [file for _, file in desk.files.kept] == ["0001.txt"]
    page = client.get(answer.headers["Location"])
    assert "<img" not in page.get_data(as_text=True)
    assert shown in parsed(page).xpath("string(//ol[@class='files'])")


def test_a_file_that_cannot_be_read_fails_and_leaves_the_others_be(send: Send, desk: JobDesk) -> None:
    send({"photo.jpg": b"\xff\xd8", "news.zip": b"PK", "news.txt": b"The bridge is closed."})
    states = [(item.name, item.state) for item in desk.only().items]
    assert states == [
        ("photo.jpg", ItemState.FAILED),
        ("news.zip", ItemState.FAILED),
        ("news.txt", ItemState.WAITING),
    ]
    assert "these can: .csv, .htm" in desk.only().items[0].errors[0].reason
    assert len(desk.files.kept) == 1


def test_no_files_is_a_fault_that_keeps_what_was_typed(send: Send, desk: JobDesk) -> None:
    answer = send({}, outlet="Sidra Courier", published="soon")
    assert answer.status_code == 400
    assert "choose at least one file" in fault_of(answer, "files-files")
    assert "year-month-day" in fault_of(answer, "files-published")
    assert parsed(answer).get_element_by_id("files-outlet").get("value") == "Sidra Courier"
    assert parsed(answer).get_element_by_id("text-outlet").get("value") == ""
    assert not desk.book.details


def test_too_many_files_are_refused_in_words(send: Send, desk: JobDesk) -> None:
    answer = send({f"{number}.txt": b"x" for number in range(MOST_FILES + 1)})
    assert answer.status_code == 413
    assert "more than 200 files" in fault_of(answer, "files-files")
    assert not desk.book.details


def test_too_much_at_once_is_refused_in_words(
    send: Send, desk: JobDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(forms.LARGEST_BODIES, "pages.add_files", 1000)
    answer = send({"one.txt": b"x" * 2000})
    assert answer.status_code == 413
    assert "more than 256 MB at once" in fault_of(answer, "files-files")
    assert not desk.book.details


def test_a_text_that_is_too_long_to_be_pasted_is_refused_in_words(client: FlaskClient, desk: JobDesk) -> None:
    answer = client.post("/upload/text", data={"text": "x" * (forms.LARGEST_FORM + 1)})
    assert answer.status_code == 413
    assert "more than 2 MB at once" in fault_of(answer, "text-text")
    assert not desk.book.details


def test_what_is_too_large_for_any_other_form_has_words_as_well(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "x" * (forms.LARGEST_FORM + 1)})
    assert answer.status_code == 413
    assert "That is too much at once" in answer.get_data(as_text=True)


def test_a_full_disk_is_said_and_leaves_no_job(send: Send, desk: JobDesk, application: Flask) -> None:
    desk.files.full = True
    application.logger.disabled = True
    assert send({"one.txt": b"x"}).status_code == 503
    assert not desk.book.details


def test_a_pasted_text_is_one_record_with_what_is_known_of_it(client: FlaskClient, desk: JobDesk) -> None:
    form = {
        "text": f"{ARABIC}\r\nوأضاف أنه سيفتح قريبا.",
        "title": "جسر 12/3",
        "outlet": "Sidra Courier",
        "published": "2020-06-05",
        "language": "ar",
        "url": "https://courier.example/bridge",
    }
    assert client.post("/upload/text", data=form).status_code == 303
    record = json.loads(desk.files.only())
    assert record == {
        "text": f"{ARABIC}\nوأضاف أنه سيفتح قريبا.",
        "title": "جسر 12/3",
        "outlet": "Sidra Courier",
        "published": "2020-06-05",
        "lang": "ar",
        "url": "https://courier.example/bridge",
    }
    (item,) = desk.only().items
    assert (item.name, item.file) == ("جسر 12∕3", "0001.jsonl")


def test_the_same_text_pasted_twice_has_the_same_bytes(client: FlaskClient, desk: JobDesk) -> None:
    for _ in range(2):
        client.post("/upload/text", data={"text": ARABIC, "outlet": "Sidra Courier"})
    hashes = {item.sha256 for detail in desk.book.details.values() for item in detail.items}
    assert (len(desk.book.details), len(hashes)) == (2, 1)


@pytest.mark.parametrize(
    ("form", "control", "words"),
    [
        ({"text": " \n "}, "text-text", "nothing here yet"),
        ({"text": ARABIC, "url": "javascript:alert(1)"}, "text-url", "begins with http"),
        ({"text": ARABIC, "language": "xx"}, "text-language", "one of the list"),
        ({"text": ARABIC, "title": "x" * 501}, "text-title", "too long"),
        ({"text": ARABIC, "outlet": "a\u202eb"}, "text-outlet", "cannot be seen"),
    ],
)
def test_a_fault_stands_beside_its_field_of_the_text(
    client: FlaskClient, desk: JobDesk, form: dict[str, str], control: str, words: str
) -> None:
    answer = client.post("/upload/text", data=form)
    assert answer.status_code == 400
    assert words in fault_of(answer, control)
    assert parsed(answer).get_element_by_id("text-text").text.strip() == form["text"].strip()
    assert not desk.book.details


@pytest.mark.parametrize(
    ("source", "file"), [(FEED, "0001.xml"), ("<!doctype html><html><p>The bridge.</html>", "0001.html")]
)
def test_a_source_is_told_by_how_it_begins(
    client: FlaskClient, desk: JobDesk, source: str, file: str
) -> None:
    answer = client.post("/upload/source", data={"source": f"\n {source}\n", "outlet": "Sidra Courier"})
    assert answer.status_code == 303
    assert [item.file for item in desk.only().items] == [file]
    assert desk.files.only().decode() == source
    assert desk.only().job.defaults.outlet == "Sidra Courier"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "nothing here yet"),
        ("https://courier.example/feed.xml", "addresses are not fetched"),
        ("www.courier.example", "addresses are not fetched"),
        ("The bridge is closed.", "neither like a feed"),
    ],
)
def test_what_is_no_source_is_said_and_nothing_fetched(
    client: FlaskClient, desk: JobDesk, source: str, words: str
) -> None:
    answer = client.post("/upload/source", data={"source": source})
    assert answer.status_code == 400
    assert words in fault_of(answer, "source-source")
    assert not desk.book.details


def test_viewers_hand_nothing_in(shelf: Shelf) -> None:
    viewer = application_of(shelf.room(), role=Role.VIEWER).test_client()
    assert viewer.get("/upload").status_code == 403
    assert viewer.post("/upload/text", data={"text": ARABIC}).status_code == 403
    assert not shelf.job_desk.book.details


def test_the_page_has_a_twin_that_says_what_can_be_read(client: FlaskClient) -> None:
    twin = client.get("/upload.json").get_json()
    assert ".warc.gz" in twin["formats"]
    assert (twin["most_files"], twin["largest_upload"]) == (200, 256)
