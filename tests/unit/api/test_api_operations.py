from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from desks import World
from flask.testing import FlaskClient

from tracker.domain.errors import DatabaseError
from tracker.domain.jobs import JobState
from tracker.domain.operating import Vitals, WorkAtHand

ExpectProblem = Callable[..., dict[str, Any]]


def lines_of(client: FlaskClient) -> list[str]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=0.0.4")
    return response.text.splitlines()


def test_a_live_process_says_so_even_while_the_database_is_away(client: FlaskClient, world: World) -> None:
    world.library.broken = DatabaseError("away")
    response = client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_readiness_lists_its_checks(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "checks": {"database": "ok", "index": "ok", "model": "ok"},
        "recall": None,
    }


def test_readiness_says_what_a_search_is_measured_to_find(make_client: Callable[..., FlaskClient]) -> None:
    assert make_client(recall=lambda: 0.9875).get("/readyz").get_json()["recall"] == 0.9875


def test_a_part_that_is_not_ready_is_named_with_its_reason(
    make_client: Callable[..., FlaskClient], expect_problem: ExpectProblem
) -> None:
    client = make_client(ready=lambda: {"database": "ok", "index": "being rebuilt"})
    problem = expect_problem(client.get("/readyz"), 503, "unavailable")
    assert problem["detail"] == "index: being rebuilt"
    assert problem["checks"] == {"database": "ok", "index": "being rebuilt"}


def test_a_check_that_fails_itself_is_no_readiness(
    make_client: Callable[..., FlaskClient], expect_problem: ExpectProblem
) -> None:
    def ready() -> dict[str, str]:
        raise RuntimeError("boom")

    expect_problem(make_client(ready=ready).get("/readyz"), 500, "failed")


def test_metrics_count_what_is_stored(client: FlaskClient) -> None:
    lines = lines_of(client)
    assert "counterclaim_documents 7.0" in lines
    assert "counterclaim_statements 9.0" in lines
    assert "counterclaim_events 4.0" in lines
    assert "counterclaim_conflicts 3.0" in lines


def test_metrics_count_requests_by_route_and_status(client: FlaskClient) -> None:
    for path in ("/page", "/page", "/api/v1/events/e1", "/api/v1/events/e2", "/no/such/1", "/no/such/2"):
        client.get(path)
    client.open("/page", method="BREW")
    lines = lines_of(client)
    assert 'counterclaim_http_requests_total{method="GET",route="/page",status="200"} 2.0' in lines
    route = "/api/v1/events/<event_id>"
    assert f'counterclaim_http_requests_total{{method="GET",route="{route}",status="401"}} 2.0' in lines
    assert 'counterclaim_http_requests_total{method="GET",route="unknown",status="404"} 2.0' in lines
    assert 'counterclaim_http_requests_total{method="OTHER",route="unknown",status="405"} 1.0' in lines
    assert 'counterclaim_http_request_seconds_count{method="GET",route="/page"} 2.0' in lines


def test_metrics_of_two_applications_are_apart(make_client: Callable[..., FlaskClient]) -> None:
    one, other = make_client(), make_client()
    one.get("/page")
    assert not any('route="/page"' in line for line in lines_of(other))


def test_metrics_without_database_fail_rather_than_say_zero(
    client: FlaskClient, world: World, expect_problem: ExpectProblem
) -> None:
    world.library.broken = DatabaseError("away")
    expect_problem(client.get("/metrics"), 503, "unavailable")


def test_operations_are_not_kept_by_caches(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_metrics_tell_what_waits_and_how_the_index_stands(make_client: Callable[..., FlaskClient]) -> None:
    since = datetime(2020, 6, 5, tzinfo=UTC)
    work = WorkAtHand({JobState.WAITING: 3, JobState.RUNNING: 1, JobState.FAILED: 0}, since, None)
    vitals = Vitals(work, is_attended=True, unlinked=4, indexed=95, missing=2)
    lines = lines_of(make_client(vitals=lambda: vitals))
    for line in (
        'counterclaim_jobs{state="waiting"} 3.0',
        'counterclaim_jobs{state="running"} 1.0',
        'counterclaim_jobs{state="failed"} 0.0',
        f"counterclaim_job_waiting_since_seconds {since.timestamp()}",
        "counterclaim_worker_busy 1.0",
        "counterclaim_statements_unlinked 4.0",
        "counterclaim_index_vectors 95.0",
        "counterclaim_index_missing_vectors 2.0",
        "counterclaim_last_document_seconds 0.0",
    ):
        name, _, value = line.rpartition(" ")
        (found,) = [float(one.rpartition(" ")[2]) for one in lines if one.rpartition(" ")[0] == name]
        assert found == float(value), name
