"""What operators ask at the root: `/healthz`, `/readyz` and `/metrics`."""

from typing import Final

from flask import Blueprint, Response, current_app

from tracker.api.desk import ApiDesk
from tracker.api.dispatch import view_of
from tracker.api.metrics import Metrics
from tracker.api.operation import Answered, Call, Operation, Reply, Tag
from tracker.api.problem_answers import Liveness, Readiness
from tracker.api.problems import ProblemKind, answer_with_problems, problem_response

_OK: Final = "ok"
_METRICS: Final = "counterclaim_metrics"


def liveness(desk: ApiDesk, call: Call) -> Reply:
    """The process answers."""
    del desk, call
    return Reply(Liveness(status=_OK))


def readiness(desk: ApiDesk, call: Call) -> Reply | Response:
    """Whether every part can serve."""
    del call
    checks = dict(desk.ready())
    faults = {name: reason for name, reason in checks.items() if reason != _OK}
    if faults:
        detail = "; ".join(f"{name}: {reason}" for name, reason in faults.items())
        return problem_response(ProblemKind.UNAVAILABLE, detail, members={"checks": checks})
    return Reply(Readiness(status=_OK, checks=checks, recall=desk.recall()))


def scrape(desk: ApiDesk, call: Call) -> Reply:
    """The figures, in the format that the scraper asks for."""
    del desk
    metrics: Metrics = current_app.extensions[_METRICS]
    body, content_type = metrics.exposition(call.request.headers.get("Accept", ""))
    return Reply(body, media_type=content_type)


PROBES: Final = (
    Operation(
        name="liveness",
        method="GET",
        path="/healthz",
        root=True,
        tag=Tag.OPERATING,
        summary="Whether the process answers",
        handler=liveness,
        answers={200: Answered("It does", Liveness, example={"status": "ok"})},
        scope=None,
        tagged=False,
    ),
    Operation(
        name="readiness",
        method="GET",
        path="/readyz",
        root=True,
        tag=Tag.OPERATING,
        summary="Whether database, index and models are ready",
        description="Where one is not, the problem's member `checks` says of each part why.",
        handler=readiness,
        answers={
            200: Answered(
                "All are",
                Readiness,
                example={
                    "status": "ok",
                    "checks": {"database": "ok", "index": "ok", "model": "ok"},
                    "recall": 0.995,
                },
            )
        },
        problems=(ProblemKind.UNAVAILABLE,),
        scope=None,
        tagged=False,
    ),
    Operation(
        name="metrics",
        method="GET",
        path="/metrics",
        root=True,
        tag=Tag.OPERATING,
        summary="Figures for Prometheus, in its text format",
        description="Requests are those of all worker processes together.",
        handler=scrape,
        answers={
            200: Answered("The figures", media_type="text/plain", example="counterclaim_documents 128.0\n")
        },
        problems=(ProblemKind.UNAVAILABLE,),
        scope=None,
        tagged=False,
    ),
)


def make_operations_blueprint(desk: ApiDesk) -> Blueprint:
    """Liveness, readiness and metrics, without token; the metrics count every request of the application."""
    blueprint = Blueprint("operations", __name__)
    metrics = Metrics(desk.library, desk.vitals)
    blueprint.record(lambda state: state.app.extensions.__setitem__(_METRICS, metrics))
    for probe in PROBES:
        blueprint.add_url_rule(probe.path, probe.name, view_of(probe, desk))
    blueprint.before_app_request(metrics.begin)
    blueprint.after_app_request(metrics.end)
    blueprint.after_request(_never_cached)
    answer_with_problems(blueprint, *(probe.path for probe in PROBES))
    return blueprint


def _never_cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
