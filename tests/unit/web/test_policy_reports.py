import json
import logging

import pytest
from flask import Flask
from rooms import Shelf, application_of

REPORT = {
    "document-uri": "http://localhost/events",
    "effective-directive": "script-src-elem",
    "blocked-uri": "inline",
    "line-number": 12,
    "referrer": "http://localhost/secret",
}


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Flask:
    application = application_of(Shelf().room(), role=None)
    # All applications share it, and other tests silence it.
    monkeypatch.setattr(application.logger, "disabled", False)
    return application


def send(application: Flask, body: bytes) -> int:
    client = application.test_client()
    return client.post("/csp-reports", data=body, content_type="application/csp-report").status_code


def test_a_report_is_a_line_of_the_log(application: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert send(application, json.dumps({"csp-report": REPORT}).encode()) == 204
    (line,) = [record.getMessage() for record in caplog.records]
    assert "script-src-elem" in line
    assert "secret" not in line
    (kept,) = application.extensions["csp_reports"]
    assert kept["line-number"] == "12"


def test_no_report_forges_a_line(application: Flask, caplog: pytest.LogCaptureFixture) -> None:
    forged = {**REPORT, "blocked-uri": "x\nERROR all is lost\u2028\u202e" + "y" * 10_000}
    with caplog.at_level(logging.WARNING):
        send(application, json.dumps({"csp-report": forged}).encode())
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.isascii()
    assert "\n" not in line
    assert len(line) < 2_000


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"csp-report": 1}', b"[" * 5_000])
def test_what_is_no_report_is_refused(application: Flask, body: bytes) -> None:
    assert send(application, body) == 400
    assert not application.extensions["csp_reports"]


def test_a_report_that_is_too_large_is_refused(application: Flask) -> None:
    assert send(application, json.dumps({"csp-report": {"sample": "x" * 20_000}}).encode()) == 413


def test_a_flood_of_reports_does_not_fill_the_log(
    application: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"csp-report": REPORT}).encode()
    with caplog.at_level(logging.WARNING):
        for _ in range(150):
            assert send(application, body) == 204
    assert len(caplog.records) == 60
    assert len(application.extensions["csp_reports"]) == 100


def test_every_page_names_where_reports_go(application: Flask) -> None:
    policy = application.test_client().get("/sign-in").headers["Content-Security-Policy"]
    assert policy.endswith("report-uri /csp-reports")
