"""Jobs that link all anew and jobs that write reports, on the pages."""

from dataclasses import replace

import pytest
from job_doubles import NOW, JobDesk
from room_reports import BUSY_PLACE
from room_stories import BridgeStory
from rooms import application_of

from tracker.domain.jobs import ItemError, ItemState, JobKind, JobState, Stage
from tracker.domain.people import Role


@pytest.fixture
def desk(story: BridgeStory) -> JobDesk:
    return story.shelf.job_desk


def text_of(answer: str) -> str:
    return " ".join(answer.split())


def test_only_an_admin_has_all_linked_anew(story: BridgeStory, desk: JobDesk) -> None:
    desk.book.statements = 4_001
    analyst = application_of(story.shelf.room()).test_client()
    assert "Link everything anew" not in analyst.get("/jobs").text
    assert analyst.post("/jobs/relink").status_code == 403
    assert desk.book.details == {}
    admin = application_of(story.shelf.room(), role=Role.ADMIN).test_client()
    assert "Link everything anew" in admin.get("/jobs").text
    answer = admin.post("/jobs/relink")
    detail = desk.only()
    assert (answer.status_code, answer.location) == (303, f"/jobs/{detail.job.id}")
    assert detail.job.kind is JobKind.RELINK
    assert [item.name for item in detail.items] == ["1/3", "2/3", "3/3"]


def test_the_page_of_linking_all_anew_says_what_it_means_for_readers(
    story: BridgeStory, desk: JobDesk
) -> None:
    client = application_of(story.shelf.room()).test_client()
    desk.book.statements = 2_001
    job = desk.service.relink(actor="amal")
    one, two = desk.only().items
    desk.book.change(
        job,
        state=JobState.RUNNING,
        stage=Stage.EMBEDDING,
        stage_begun_at=NOW,
        items=[replace(one, state=ItemState.DONE, read=1_001), replace(two, state=ItemState.RUNNING)],
    )
    page = text_of(client.get(f"/jobs/{job}").text)
    assert "Nothing that the pages show changes meanwhile" in page
    assert '<b data-count="over">1</b> of 2 parts' in page
    assert "1,001 statements" in page
    assert "No document is new" not in page
    desk.book.change(job, stage=Stage.LINKING, linked=3, to_link=9)
    page = text_of(client.get(f"/jobs/{job}").text)
    assert "events and conflicts are missing" in page
    assert '<b data-count="linked">3</b>' in page
    assert "All linked anew, asked for by" in text_of(client.get("/jobs").text)


def test_a_report_is_ordered_where_it_is_looked_at_and_where_others_keep_it_waiting(
    story: BridgeStory, desk: JobDesk
) -> None:
    client = application_of(story.shelf.room()).test_client()
    address = "/reports/2020-W23/order?language=ar&amp;party=GNA&amp;as_of=2020-06-30"
    assert (
        f'action="{address}"' in client.get("/reports/2020-W23?language=ar&party=GNA&as_of=2020-06-30").text
    )
    busy = client.get(f"/reports/2020-W23.pdf?place={BUSY_PLACE}&language=tr")
    assert f'action="/reports/2020-W23/order?language=tr&amp;place={BUSY_PLACE}"' in busy.text
    answer = client.post(address.replace("&amp;", "&"))
    detail = desk.only()
    assert (answer.status_code, answer.location) == (303, f"/jobs/{detail.job.id}")
    order = detail.job.report
    assert order is not None
    assert (order.name, order.language, order.parties) == ("2020-W23", "ar", ("GNA",))
    assert str(order.as_of) == "2020-06-30"
    assert [item.name.rpartition(".")[2] for item in detail.items] == ["html", "pdf", "xlsx", "md"]


def test_an_order_without_a_day_tells_what_is_known_when_it_is_given(
    desk: JobDesk, story: BridgeStory
) -> None:
    application_of(story.shelf.room()).test_client().post("/reports/2020-W23/order")
    order = desk.only().job.report
    assert order is not None
    assert order.as_of == NOW.date()


@pytest.mark.parametrize("name", ["yesterday", "2020-W23\u202e", "2020-06-01--", "2020-06-01"])
def test_what_names_no_days_is_not_ordered(story: BridgeStory, desk: JobDesk, name: str) -> None:
    client = application_of(story.shelf.room()).test_client()
    assert client.post(f"/reports/{name}/order").status_code == 404
    assert desk.book.details == {}
    assert client.post("/reports/2020-06-01--2020-06-10/order").status_code == 303


def test_a_viewer_orders_none(story: BridgeStory, desk: JobDesk) -> None:
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    assert "/order" not in viewer.get("/reports/2020-W23").text
    assert viewer.post("/reports/2020-W23/order").status_code == 403
    assert desk.book.details == {}


def test_what_was_written_is_saved_from_the_page_and_what_was_not_says_why(
    story: BridgeStory, desk: JobDesk
) -> None:
    client = application_of(story.shelf.room()).test_client()
    client.post("/reports/2020-W23/order")
    job = desk.only().job.id
    html, pdf, workbook, text = desk.only().items
    desk.files.kept[job, "0001.html"] = b"<h1>week</h1>"
    reason = (ItemError("", "there is no party NOBODY"),)
    desk.book.change(
        job,
        state=JobState.DONE,
        items=[
            replace(html, name="counterclaim-2020-W23.html", state=ItemState.DONE, file="0001.html", size=13),
            replace(pdf, state=ItemState.FAILED, errors=reason, failed=1),
            replace(workbook, name="old.xlsx", state=ItemState.DONE, sha256="a" * 64, size=7),
            text,
        ],
    )
    page = text_of(client.get(f"/jobs/{job}").text)
    assert f'href="/jobs/{job}/files/1"' in page
    assert f"/jobs/{job}/files/3" not in page
    assert "not kept any more" in page
    assert "there is no party NOBODY" in page
    assert 'href="/reports/2020-W23?language=en&amp;as_of=2026-11-25"' in page
    answer = client.get(f"/jobs/{job}/files/1")
    assert answer.data == b"<h1>week</h1>"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="counterclaim-2020-W23.html"'
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for position in (2, 3, 9):
        assert client.get(f"/jobs/{job}/files/{position}").status_code == 404


def test_a_file_that_was_handed_in_is_not_to_be_had_as_one_that_was_written(
    story: BridgeStory, desk: JobDesk
) -> None:
    client = application_of(story.shelf.room()).test_client()
    client.post("/reports/2020-W23/order")
    detail = desk.only()
    handed_in = replace(detail.items[0], file="0001.txt")
    desk.files.kept[detail.job.id, "0001.txt"] = b"a page"
    desk.book.change(detail.job.id, kind=JobKind.INGEST, items=[handed_in])
    assert client.get(f"/jobs/{detail.job.id}/files/1").status_code == 404
