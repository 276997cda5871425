"""What operators ask at the root: `/healthz`, `/readyz` and `/metrics`."""

from typing import Final

from flask import Blueprint, Response, request

from tracker.api.answers import Liveness, Readiness
from tracker.api.calls import answer
from tracker.api.desk import ApiDesk
from tracker.api.metrics import Metrics
from tracker.api.problems import ProblemKind, answer_with_problems, problem_response

_PATHS: Final = ("/healthz", "/readyz", "/metrics")
_OK: Final = "ok"


def make_operations_blueprint(desk: ApiDesk) -> Blueprint:
    """Liveness, readiness and metrics, without token; the metrics count every request of the application."""
    blueprint = Blueprint("operations", __name__)
    metrics = Metrics(desk.library)

    def liveness() -> Response:
        return answer(Liveness(status=_OK))

    def readiness() -> Response:
        checks = dict(desk.ready())
        faults = {name: reason for name, reason in checks.items() if reason != _OK}
        if faults:
            detail = "; ".join(f"{name}: {reason}" for name, reason in faults.items())
            return problem_response(ProblemKind.UNAVAILABLE, detail, members={"checks": checks})
        return answer(Readiness(status=_OK, checks=checks))

    def scrape() -> Response:
        body, content_type = metrics.exposition(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    blueprint.add_url_rule("/healthz", "liveness", liveness)
    blueprint.add_url_rule("/readyz", "readiness", readiness)
    blueprint.add_url_rule("/metrics", "metrics", scrape)
    blueprint.before_app_request(metrics.begin)
    blueprint.after_app_request(metrics.end)
    blueprint.after_request(_never_cached)
    answer_with_problems(blueprint, *_PATHS)
    return blueprint


def _never_cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
