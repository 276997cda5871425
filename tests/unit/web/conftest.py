import pytest
from flask.testing import FlaskClient
from lxml import html
from room_stories import BridgeStory, bridge_story
from rooms import Reader, application_of


@pytest.fixture
def story() -> BridgeStory:
    return bridge_story()


@pytest.fixture
def client(story: BridgeStory) -> FlaskClient:
    return application_of(story.shelf.room()).test_client()


@pytest.fixture
def read(client: FlaskClient) -> Reader:
    """Get a page and parse it; it must answer with the status given."""

    def page(path: str, status: int = 200) -> html.HtmlElement:
        response = client.get(path)
        assert response.status_code == status, response.get_data(as_text=True)
        assert response.mimetype == "text/html"
        return html.document_fromstring(response.get_data(as_text=True))

    return page
