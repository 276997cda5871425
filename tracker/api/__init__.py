"""The HTTP API: calls under `/api/v1`, and what operators ask of a running server.

`make_blueprint` and `make_operations_blueprint` turn an `ApiDesk` into Flask blueprints; nothing here opens
a database or loads a model.
"""

from tracker.api.blueprint import make_blueprint
from tracker.api.cursors import Cursors
from tracker.api.desk import ApiDesk
from tracker.api.probes import make_operations_blueprint
from tracker.api.rate_limits import RateLimits
from tracker.api.tokens import Token

__all__ = ["ApiDesk", "Cursors", "RateLimits", "Token", "make_blueprint", "make_operations_blueprint"]
