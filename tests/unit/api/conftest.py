from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from desks import READER, RecordedSearch, World, make_desk, make_world
from flask import Flask, g
from flask.testing import FlaskClient

from tracker.api import make_blueprint, make_operations_blueprint
from tracker.resources import TEMPLATES


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def search(world: World) -> RecordedSearch:
    def answer() -> list[Any]:
        names = ("taken", "held", "hostile")
        return [
            world.library.view(world.statements[name], score=0.9 - place / 10)
            for place, name in enumerate(names)
        ]

    return RecordedSearch(answer)


@pytest.fixture
def make_client(world: World, search: RecordedSearch) -> Callable[..., FlaskClient]:
    def build(**changes: object) -> FlaskClient:
        application = Flask("test", template_folder=str(TEMPLATES))
        application.add_url_rule("/static/<filename>", "pages.static", lambda filename: filename)
        application.jinja_env.add_extension("jinja2.ext.i18n")
        application.jinja_env.install_null_translations()
        language = SimpleNamespace(code="en", direction="ltr")
        application.jinja_env.globals["current_language"] = lambda: language
        desk = make_desk(world, search, **changes)

        @application.before_request
        def name_request() -> None:
            g.request_id = "request-7"

        @application.get("/page")
        def page() -> str:
            return "a page"

        application.register_blueprint(make_blueprint(desk))
        application.register_blueprint(make_operations_blueprint(desk))
        return application.test_client()

    return build


@pytest.fixture
def client(make_client: Callable[..., FlaskClient]) -> FlaskClient:
    return make_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., Any]:
    """Ask for a search with a reader's token."""

    def send(**body: object) -> Any:
        return client.post("/api/v1/search", json=body, headers=READER)

    return send


@pytest.fixture
def expect_problem() -> Callable[..., dict[str, Any]]:
    """Check the one shape of every error; its body."""

    def check(response: Any, status: int, kind: str) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.content_type == "application/problem+json"
        body: dict[str, Any] = response.get_json(force=True)
        assert body["type"] == f"urn:counterclaim:problem:{kind}"
        assert body["status"] == status
        assert body["title"]
        assert body["detail"]
        assert body["request_id"] == "request-7"
        assert body["instance"] == response.request.path
        return body

    return check
