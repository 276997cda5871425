import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from job_doubles import NOW, JobDesk
from lxml import html
from room_stories import BridgeStory
from rooms import Reader, application_of

from tracker.domain.jobs import (
    Defaults,
    ItemDocument,
    ItemError,
    ItemState,
    JobEvent,
    JobItem,
    JobState,
    Stage,
)
from tracker.domain.people import Role
from tracker.services.jobs import OfferedFile
from tracker.web.jobs import PAGE_SIZE


@pytest.fixture
def desk(story: BridgeStory) -> JobDesk:
    return story.shelf.job_desk


@pytest.fixture
def job(desk: JobDesk) -> str:
    """A job of three files that is being read."""
    names = ("one.txt", "two.jsonl", "three.csv")
    job_id = desk.service.add(
        [OfferedFile(name, io.BytesIO(b"x" * 100)) for name in names],
        Defaults(outlet="Courier"),
        actor="amal",
    )
    desk.book.change(job_id, state=JobState.RUNNING, stage=Stage.READING, stage_begun_at=NOW)
    return job_id


def items_of(desk: JobDesk, job: str) -> list[JobItem]:
    return list(desk.book.details[job].items)


def text_of(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def buttons(page: html.HtmlElement) -> list[str]:
    return [button.text_content().strip() for button in page.xpath("//*[@id='job-acts']//button")]


def test_counts_states_and_reasons_are_shown_with_the_file_named(
    desk: JobDesk, job: str, read: Reader, story: BridgeStory
) -> None:
    one, two, three = items_of(desk, job)
    errors = (ItemError("17", "has no `text`"), ItemError("record 3", "empty"))
    desk.book.change(
        job,
        items=[
            replace(one, state=ItemState.DONE, read=1, new=1, statements=4),
            replace(two, state=ItemState.PARTLY, read=9, new=5, known=1, failed=3, errors=errors),
            three,
        ],
    )
    made = story.english.document
    desk.book.show(job, documents=(ItemDocument(one.id, made.id, made.title, "en", is_new=True),))
    page = read(f"/jobs/{job}")
    first, second, third = (text_of(row) for row in page.xpath("//ol[@class='files']/li"))
    assert "one.txt read" in first
    assert "1 new document; 4 statements" in first
    assert page.xpath("//ol[@class='files']//a/@href") == [f"/documents/{made.id}"]
    assert "two.jsonl read in part" in second
    assert "5 new documents, 1 known already, 3 could not be taken in" in second
    assert "two.jsonl, line 17: has no `text`" in second
    assert "two.jsonl, record 3: empty" in second
    assert "and 1 more" in second
    assert "three.csv waiting" in third
    shown = {part.get("data-count"): part.text_content() for part in page.xpath("//*[@data-count]")}
    assert shown == {"over": "2", "new": "6", "known": "1", "failed": "3", "linked": "0", "to_link": "0"}


def test_a_file_that_brings_nothing_new_is_known_already(desk: JobDesk, job: str, read: Reader) -> None:
    one, *others = items_of(desk, job)
    desk.book.change(job, items=[replace(one, state=ItemState.DONE, read=1, known=1), *others])
    assert "one.txt known already" in text_of(read(f"/jobs/{job}").xpath("//ol[@class='files']/li")[0])


def test_events_and_conflicts_that_came_of_it_are_linked(
    desk: JobDesk, job: str, read: Reader, story: BridgeStory
) -> None:
    conflict = story.shelf.library.conflicts[0]
    events = (JobEvent("e1", "Bridge closed", "en", 2, 2), JobEvent("e2", "جسر", "ar", 1, 7))
    desk.book.show(job, events=events, event_count=9, conflicts=(conflict,), conflict_count=1)
    page = read(f"/jobs/{job}")
    links = page.xpath("//*[@id='job-found']//a/@href")
    assert links == [f"/conflicts/{conflict.id}", "/events/e1", "/events/e2"]
    found = text_of(page.get_element_by_id("job-found"))
    assert "Bridge closed new event" in found
    assert "1 of its 7 statements came with these documents" in found
    assert "and 7 more" in found


@pytest.mark.parametrize(
    ("passed", "over", "words"),
    [(10, 1, "less than a minute left"), (180, 1, "about 6 minutes left"), (9000, 1, "about 5 hours left")],
)
def test_how_long_it_takes_still_is_reckoned_from_what_is_done(
    desk: JobDesk, job: str, read: Reader, passed: int, over: int, words: str
) -> None:
    rows = [
        replace(row, state=ItemState.DONE) if number < over else row
        for number, row in enumerate(items_of(desk, job))
    ]
    desk.book.change(job, items=rows)
    desk.watch.time = NOW + timedelta(seconds=passed)
    assert text_of(read(f"/jobs/{job}").get_element_by_id("job-remaining")) == words


def test_a_running_job_renews_its_page_without_a_script_and_may_be_left_alone(
    job: str, client: FlaskClient, read: Reader
) -> None:
    page = read(f"/jobs/{job}")
    # Inside <noscript>, so that whoever has a script keeps their place on the page.
    assert page.xpath("//noscript/meta[@http-equiv='refresh']/@content") == ["5"]
    assert page.xpath("//script/@src")[-1].endswith("jobs.js")
    (stop,) = page.xpath("//*[@id='job-renewal']//a/@href")
    still = read(stop)
    assert not still.xpath("//meta[@http-equiv='refresh']")
    assert not still.xpath("//script[contains(@src, 'jobs.js')]")
    assert client.get(f"/jobs/{job}.json?renew=off").get_json()["renews"] is False


def test_the_page_of_a_job_that_is_over_stays_as_it_is(desk: JobDesk, job: str, read: Reader) -> None:
    desk.book.change(job, state=JobState.DONE)
    page = read(f"/jobs/{job}")
    assert not page.xpath("//meta[@http-equiv='refresh']")
    assert text_of(page.get_element_by_id("job-renewal")) == ""


def test_the_twin_has_the_numbers_that_the_script_asks_for(
    desk: JobDesk, job: str, client: FlaskClient
) -> None:
    before = client.get(f"/jobs/{job}.json").get_json()
    assert before["job"]["counts"]["files"] == 3
    assert {"linked", "to_link", "state"} <= set(before["job"])
    assert before["renews"] is True
    one, *others = items_of(desk, job)
    desk.book.change(job, items=[replace(one, new=7), *others])
    numbers = client.get(f"/jobs/{job}.json").get_json()
    assert numbers["job"]["counts"]["new"] == 7
    assert numbers["version"] == before["version"], "numbers alone need no new page"
    desk.book.change(job, items=[replace(one, state=ItemState.DONE), *others])
    assert client.get(f"/jobs/{job}.json").get_json()["version"] != before["version"]


def test_a_job_is_stopped_and_resumed(desk: JobDesk, job: str, client: FlaskClient, read: Reader) -> None:
    assert buttons(read(f"/jobs/{job}")) == ["Stop the job"]
    answer = client.post(f"/jobs/{job}/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{job}")
    page = read(f"/jobs/{job}")
    assert "The job is being stopped. What was stored stays." in text_of(page)
    assert buttons(page) == ["Resume the job"]
    client.post(f"/jobs/{job}/resume")
    assert [act[:2] for act in desk.book.acts] == [("amal", "add"), ("amal", "cancel"), ("amal", "resume")]


def test_files_that_failed_are_tried_once_more(
    desk: JobDesk, job: str, client: FlaskClient, read: Reader
) -> None:
    one, two, three = items_of(desk, job)
    rows = [
        replace(one, state=ItemState.DONE, file=""),
        replace(two, state=ItemState.FAILED),
        replace(three, state=ItemState.FAILED, file=""),
    ]
    desk.book.change(job, items=rows, state=JobState.DONE)
    assert buttons(read(f"/jobs/{job}")) == ["Try 1 file once more"]
    client.post(f"/jobs/{job}/retry")
    assert desk.book.acts[-1][1] == "retry"


def test_an_act_that_comes_too_late_is_said_and_changes_nothing(
    desk: JobDesk, job: str, client: FlaskClient, read: Reader
) -> None:
    desk.book.change(job, state=JobState.DONE)
    assert client.post(f"/jobs/{job}/cancel").status_code == 303
    assert "That cannot be done any more" in text_of(read(f"/jobs/{job}"))
    assert desk.only().job.state is JobState.DONE


def test_viewers_see_jobs_and_no_buttons(story: BridgeStory, job: str) -> None:
    viewer = application_of(story.shelf.room(), role=Role.VIEWER).test_client()
    page = html.document_fromstring(viewer.get(f"/jobs/{job}").get_data(as_text=True))
    assert buttons(page) == []
    assert viewer.post(f"/jobs/{job}/cancel").status_code == 403
    assert "/upload" not in viewer.get("/jobs").get_data(as_text=True)


def test_a_job_that_nobody_takes_up_says_what_to_do(desk: JobDesk, job: str, read: Reader) -> None:
    desk.book.change(job, state=JobState.WAITING, stage=None, stage_begun_at=None)
    desk.book.show(job, is_attended=False)
    assert "No worker is at it" not in text_of(read(f"/jobs/{job}"))
    desk.watch.time = NOW + timedelta(seconds=20)
    assert "tracker worker starts one by itself" in text_of(read(f"/jobs/{job}"))


def test_what_broke_a_job_off_is_shown(desk: JobDesk, job: str, read: Reader) -> None:
    desk.book.change(job, state=JobState.FAILED, error="the disk is full")
    page = read(f"/jobs/{job}")
    assert "the disk is full" in text_of(page.get_element_by_id("job-trouble"))
    assert buttons(page) == ["Resume the job"]


def test_jobs_are_listed_newest_first_a_page_at_a_time(desk: JobDesk, read: Reader) -> None:
    assert "Nothing was handed in" in text_of(read("/jobs"))
    made = [
        desk.service.add([OfferedFile("one.txt", io.BytesIO(b"x"))], Defaults(), actor="amal")
        for _ in range(PAGE_SIZE + 3)
    ]
    page = read("/jobs")
    shown = page.xpath("//ul[@class='job-list']//a/@href")
    assert shown == [f"/jobs/{job_id}" for job_id in reversed(made)][:PAGE_SIZE]
    (earlier,) = page.xpath("//a[@rel='next']/@href")
    assert len(read(earlier).xpath("//ul[@class='job-list']/li")) == 3


def test_a_job_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/jobs/j000000000000000").status_code == 404
    assert client.post("/jobs/j000000000000000/cancel").status_code == 404
    assert client.get("/jobs?after=j0").status_code == 404


def test_hostile_names_and_reasons_are_shown_as_text(desk: JobDesk, job: str, client: FlaskClient) -> None:
    mark = "<script>alert(1)</script>"
    one, *others = items_of(desk, job)
    broken = replace(one, name=mark, state=ItemState.FAILED, failed=1, errors=(ItemError(mark, mark),))
    desk.book.change(job, items=[broken, *others], error=mark)
    assert mark not in client.get(f"/jobs/{job}").get_data(as_text=True)
