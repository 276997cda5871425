"""The log: an event a line, with the ids it belongs to and without secrets."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from tracker.cli import console, logs
from tracker.domain.tracing import REQUEST, doing, note
from tracker.settings import Settings

Told = Callable[[], str]
"""What was written to standard error since one asked last."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    root, ours = logging.getLogger(), logging.getLogger("tracker")
    before = list(root.handlers), root.level, ours.level
    monkeypatch.setattr(logs, "_state", {"structured": False})
    yield lambda: capsys.readouterr().err
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def settings(**changes: object) -> Settings:
    return Settings.model_validate(changes)


def lines(written: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.splitlines()]


def fail(message: str) -> None:
    try:
        int(message)
    except ValueError as error:
        error.args = (message,)
        logging.getLogger("tracker.somewhere").exception("it failed")


def test_a_line_of_json_has_its_ids_and_fields(told: Told) -> None:
    logs.configure(settings(log_format="json"))
    token = REQUEST.set("r-7")
    try:
        with doing("j8"):
            note(logging.getLogger("tracker.jobs"), logging.INFO, "job ended", state="done", seconds=1.5)
    finally:
        REQUEST.reset(token)
    note(logging.getLogger("tracker.jobs"), logging.DEBUG, "too much detail")
    logging.getLogger("some.library").info("chatter")
    (line,) = lines(told())
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "tracker.jobs",
        "event": "job ended",
        "request_id": "r-7",
        "job_id": "j8",
        "state": "done",
        "seconds": 1.5,
    }


def test_a_line_for_people_says_the_same(told: Told) -> None:
    logs.configure(settings())
    with doing("j8"):
        note(logging.getLogger("tracker.jobs"), logging.WARNING, "job ended", state="failed")
    assert told().endswith(" warning tracker.jobs: job ended state=failed job_id=j8\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_words_can_forge_a_line(told: Told, form: str) -> None:
    logs.configure(settings(log_format=form))
    forged = "x\n2020-01-01 info tracker: all is well\r\u2028\x1b[2J\u202e"
    note(logging.getLogger("tracker.jobs"), logging.INFO, forged, name=forged)
    fail(forged)
    whole = told()
    written = whole.split("\n")[:-1]
    first = [line for line in written if "somewhere" not in line and not line.startswith("  | ")]
    assert len(first) == 1
    assert not {"\x1b", "\u202e", "\r"} & set(whole)
    assert not any(line.startswith("2020-01-01") for line in written)


SECRETS = (
    "cc_0a1b2c3d_swordfish-swordfish",
    "Authorization: Bearer swordfish-swordfish",
    "postgresql://desk:swordfish@db.example/x",
    "password=swordfish",
    "{'password': 'swordfish'}",
    "Cookie: session=swordfish",
    "TRACKER_SECRET_KEY=swordfish",
)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_masked(told: Told, form: str, secret: str) -> None:
    logs.configure(settings(log_format=form))
    logging.getLogger("some.library").warning("could not use %s", secret)
    note(logging.getLogger("tracker.jobs"), logging.INFO, "here", given=secret)
    fail(f"could not use {secret}")
    written = told()
    assert written.count("********") >= 3
    assert "swordfish" not in written


def test_long_words_are_cut(told: Told) -> None:
    logs.configure(settings(log_format="json"))
    fail("x" * 10_000)
    assert 500 < len(told()) < 3_000


def test_what_is_said_to_people_becomes_a_line_where_the_log_is_json(told: Told) -> None:
    console.warn("the index was mended")
    assert told() == "tracker: the index was mended\n"
    logs.configure(settings(log_format="json"))
    console.warn("the index was mended")
    (line,) = lines(told())
    assert (line["event"], line["level"]) == ("the index was mended", "warning")
