"""From an operation to a view of Flask: every check that its declaration names, then its handler."""

import re
from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from tracker.api.admission import admit
from tracker.api.bodies import read_body
from tracker.api.desk import ApiDesk
from tracker.api.operation import Call, Operation
from tracker.api.queries import read_query
from tracker.api.responding import respond
from tracker.domain.errors import NotFoundError

View = Callable[..., Response]


def view_of(operation: Operation, desk: ApiDesk) -> View:
    """The view of an operation: token, parameters, body, handler, answer, in this order."""

    def view(**path: str) -> Response:
        token = admit(desk, operation)
        # Probes are asked by tools that add parameters of their own.
        query = None if operation.root else read_query(request.args, operation.query)
        body = None
        if operation.body is not None:
            body = read_body(request, operation.body, operation.limit)
        for name, value in path.items():
            # No id has one, and PostgreSQL takes none.
            if "\x00" in value:
                raise NotFoundError(f"no {name} has such characters")
        call = Call(request=request, path=path, token=token, query=query, body=body)
        return respond(operation, operation.handler(desk, call))

    return view


def rule_of(operation: Operation) -> str:
    """The path of an operation as Flask writes it."""
    with_slashes = {one.name for one in operation.ids if one.slashes}

    def converted(found: re.Match[str]) -> str:
        name = found[1]
        return f"<path:{name}>" if name in with_slashes else f"<{name}>"

    return re.sub(r"{(\w+)}", converted, operation.path)
