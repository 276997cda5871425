"""What holds for every call, those to come included: who may, what is refused, what is answered.

A call added to the catalogue is tried here by itself: with the ids of the world in memory, and with the first
example of its body.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desks import World
from flask.testing import FlaskClient

from tracker.api import Token
from tracker.api.catalogue import OPERATIONS
from tracker.api.openapi import address_of
from tracker.api.operation import Operation
from tracker.domain.tokens import ApiToken, token_digest
from tracker.services.tokens import TokenService

ExpectProblem = Callable[..., dict[str, Any]]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SCOPES = ("read", "ingest", "review", "admin")
IMPLIED = {"read": {"read"}, "ingest": {"read", "ingest"}, "review": {"read", "review"}, "admin": set(SCOPES)}
LONG = {
    "en": "The spokesman denied that the airfield had fallen. ",
    "ar": "نفى المتحدث سقوط المهبط وقال إنّ القوات باقية. ",
    "tr": "Sözcü, havaalanının düştüğünü yalanladı; ışıklar söndü. ",
    "ru": "Представитель отрицал, что аэродром взят, и всё ещё ждёт. ",
}

closed = pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.scope is not None], ids=lambda one: one.name
)
sending = pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.body is not None], ids=lambda one: one.name
)
every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)


@dataclass
class Clock:
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass
class Ring:
    """Tokens as the database would keep them, by the hash of the whole."""

    kept: dict[str, ApiToken] = field(default_factory=dict)

    def add(self, secret: str, scope: str, **changes: Any) -> str:
        token = f"cc_{len(self.kept)}_{secret}"
        made = {"expires_at": None, "revoked_at": None, **changes}
        self.kept[token_digest(token)] = ApiToken(
            id=str(len(self.kept)), name=secret, scope=scope, created_at=NOW, last_used_at=NOW, **made
        )
        return token

    def token_by_digest(self, sha256: str) -> ApiToken | None:
        return self.kept.get(sha256)

    def touch_token(self, token_id: str) -> None:
        """Nothing to keep."""


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], ring: Ring) -> FlaskClient:
    service = TokenService(ring, Clock())  # type: ignore[arg-type]  # only what recognising needs

    def authenticate(text: str) -> Token | None:
        found = service.recognise(text)
        return None if found is None else Token(found.name, frozenset({found.scope}), key=found.id)

    return make_client(authenticate=authenticate)


@pytest.fixture
def send(client: FlaskClient, world: World) -> Callable[..., Any]:
    """Make a call as its declaration has it, but for what is given."""
    ids = {
        "statement_id": world.statements["captured"].id,
        "event_id": world.events["airfield"].id,
        "conflict_id": world.conflicts["control"].id,
        "document_id": world.documents["english"].id,
        "code": "GNA",
    }

    def call(operation: Operation, token: str | None = None, **given: Any) -> Any:
        path = address_of(operation)
        for one in operation.ids:
            path = path.replace(f"{{{one.name}}}", ids.get(one.name, one.example))
        headers = {one.name: one.example for one in operation.headers if one.required}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if operation.body is not None and "data" not in given and "json" not in given:
            given["json"] = next(iter(operation.body_examples.values()))
        headers |= given.pop("headers", {})
        method = given.pop("method", operation.method)
        return client.open(path, method=method, headers=headers, buffered=True, **given)

    return call


def allowed(operation: Operation) -> set[int]:
    """Statuses that say that whoever asked was let in. What a changed world answers is no refusal."""
    return {*operation.answers, 404, 409, 412, 422, 428}


@closed
@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_lets_in_or_does_not(
    operation: Operation, scope: str, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    response = send(operation, ring.add("somebody", scope))
    if operation.scope in IMPLIED[scope]:
        assert response.status_code in allowed(operation), response.text
    else:
        expect_problem(response, 403, "scope-missing")
        assert f'scope="{operation.scope}"' in response.headers["WWW-Authenticate"]


@closed
def test_a_call_without_token_is_refused(
    operation: Operation, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    response = send(operation)
    expect_problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="counterclaim"'


@closed
@pytest.mark.parametrize("kind", ["unknown", "malformed", "expired", "revoked"])
def test_a_token_that_does_not_work_is_refused(
    operation: Operation, kind: str, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    tokens = {
        "unknown": "cc_9_nobody",
        "malformed": "secret",
        "expired": ring.add("late", "admin", expires_at=NOW),
        "revoked": ring.add("gone", "admin", revoked_at=NOW - timedelta(days=1)),
    }
    response = send(operation, tokens[kind])
    expect_problem(response, 401, "unauthenticated")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@closed
def test_a_token_works_until_the_moment_it_expires(
    operation: Operation, ring: Ring, send: Callable[..., Any]
) -> None:
    token = ring.add("early", "admin", expires_at=NOW + timedelta(seconds=1))
    assert send(operation, token).status_code in allowed(operation)


@sending
@pytest.mark.parametrize("over", [0, 1])
def test_a_body_over_its_limit_is_refused(
    operation: Operation, over: int, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    raw = json.dumps(next(iter(operation.body_examples.values()))).encode()
    raw += b" " * (operation.limit + over - len(raw))
    response = send(operation, ring.add("keeper", "admin"), data=raw, content_type="application/json")
    if over:
        expect_problem(response, 413, "too-large")
    else:
        assert response.status_code in allowed(operation), response.text


@sending
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_kind_of_body_is_refused(
    operation: Operation, kind: str, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    response = send(operation, ring.add("keeper", "admin"), data=b"{}", content_type=kind)
    expect_problem(response, 415, "media-type")
    assert response.headers["Accept"] == "application/json"


@sending
def test_what_is_no_json_is_refused_with_its_position(
    operation: Operation, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    raw = b'{"text": "a",\n "k": }'
    response = send(operation, ring.add("keeper", "admin"), data=raw, content_type="application/json")
    problem = expect_problem(response, 400, "malformed")
    assert "line 2, column 7 (character 20)" in problem["detail"]


@sending
def test_an_unknown_member_is_refused_with_its_place(
    operation: Operation, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    body = {**next(iter(operation.body_examples.values())), "colour": "red"}
    problem = expect_problem(send(operation, ring.add("keeper", "admin"), json=body), 422, "not-valid")
    assert problem["errors"][0]["pointer"] == "#/colour"


@sending
@pytest.mark.parametrize("language", LONG)
def test_ten_thousand_characters_of_any_language_are_read(
    operation: Operation, language: str, ring: Ring, send: Callable[..., Any]
) -> None:
    text = (LONG[language] * 10_000)[:9_999] + "."
    example = next(iter(operation.body_examples.values()))
    longest = {
        name: next((one.max_length for one in of.metadata if hasattr(one, "max_length")), None)
        for name, of in operation.body.model_fields.items()  # type: ignore[union-attr]
    }
    token = ring.add("keeper", "admin")
    for name, value in example.items():
        if isinstance(value, str):
            response = send(operation, token, json={**example, name: text})
            fits = name == "text" or (longest[name] or 0) >= len(text)
            assert response.status_code in (operation.answers if fits else allowed(operation)), response.text


@every
def test_an_unknown_parameter_is_refused(
    operation: Operation, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    response = send(operation, ring.add("keeper", "admin"), query_string={"colour": "red"})
    if operation.root:
        # Whoever watches a server may add what he likes.
        assert response.status_code == 200
    else:
        problem = expect_problem(response, 422, "not-valid")
        assert problem["errors"] == [{"parameter": "colour", "detail": "this call takes no such parameter"}]


@every
def test_another_method_is_a_problem_that_names_those_there_are(
    operation: Operation, ring: Ring, send: Callable[..., Any], expect_problem: ExpectProblem
) -> None:
    response = send(operation, ring.add("keeper", "admin"), method="PATCH", json=None, data=b"")
    expect_problem(response, 405, "method-not-allowed")
    assert operation.method in response.headers["Allow"].split(", ")


@every
def test_options_tell_the_methods_without_a_token(operation: Operation, send: Callable[..., Any]) -> None:
    response = send(operation, method="OPTIONS")
    assert response.status_code == 200
    assert operation.method in response.headers["Allow"].split(", ")
    assert response.data == b""


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.has_tag], ids=lambda one: one.name)
def test_a_get_bears_a_tag_by_which_it_is_not_sent_again(
    operation: Operation, ring: Ring, send: Callable[..., Any]
) -> None:
    token = ring.add("reader", operation.scope or "read")
    first = send(operation, token)
    assert first.status_code == 200
    tag, weak = first.get_etag()
    assert tag
    assert not weak
    assert "no-cache" in first.headers["Cache-Control"]
    again = send(operation, token, headers={"If-None-Match": f'"other", W/"{tag}"'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.get_etag() == (tag, False)
    assert "Content-Type" not in again.headers
    assert send(operation, token, headers={"If-None-Match": '"other"'}).data == first.data
    head = send(operation, token, method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(first.data))
    assert head.get_etag() == (tag, False)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.ids], ids=lambda one: one.name)
@pytest.mark.parametrize("wrong", ["x0", "s" + "f" * 15, "%00", "%E0%A4%A", "a" * 3_000])
def test_an_unknown_id_is_not_found(
    operation: Operation,
    wrong: str,
    ring: Ring,
    client: FlaskClient,
) -> None:
    path = address_of(operation)
    for one in operation.ids:
        path = path.replace(f"{{{one.name}}}", wrong)
    headers = {"Authorization": f"Bearer {ring.add('keeper', 'admin')}"}
    headers |= {one.name: one.example for one in operation.headers if one.required}
    body = next(iter(operation.body_examples.values()), None)
    response = client.open(path, method=operation.method, headers=headers, json=body)
    assert response.status_code == 404, response.text
    assert response.content_type == "application/problem+json"
