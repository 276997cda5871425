"""The blueprint of `/api/v1`: a route for each operation."""

from flask import Blueprint, Response, g

from tracker.api.catalogue import OPERATIONS
from tracker.api.desk import ApiDesk
from tracker.api.dispatch import rule_of, view_of
from tracker.api.problems import answer_with_problems
from tracker.api.rate_limits import Standing
from tracker.api.representation import API
from tracker.api.responding import finish


def make_blueprint(desk: ApiDesk) -> Blueprint:
    """The API as a blueprint, to be registered without a prefix of its own."""
    blueprint = Blueprint("api", __name__, url_prefix=API)
    for operation in OPERATIONS:
        if not operation.root:
            blueprint.add_url_rule(
                rule_of(operation), operation.name, view_of(operation, desk), methods=[operation.method]
            )
    blueprint.after_request(finish)
    blueprint.after_request(_tell_what_is_left)
    answer_with_problems(blueprint, "/api")
    return blueprint


def _tell_what_is_left(response: Response) -> Response:
    standing: Standing | None = g.get("rate_limit")
    if standing is not None:
        response.headers.update(standing.headers())
    return response
