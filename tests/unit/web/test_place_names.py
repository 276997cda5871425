import pytest
from flask.testing import FlaskClient
from room_stories import BridgeStory, bridge_story
from rooms import BRIDGE, application_of

from tracker.domain.statements import NamedPlace
from tracker.web.place_names import place_names

NAMES = {"en": ("Wadi Sidra bridge",), "ar": ("جسر وادي سدرة",)}


@pytest.fixture
def told() -> BridgeStory:
    return bridge_story()


def client_of(told: BridgeStory, *places: NamedPlace) -> FlaskClient:
    application = application_of(told.shelf.room())
    application.jinja_env.filters["place_name"] = place_names(places)
    return application.test_client()


def test_a_place_has_its_name_in_the_language_of_the_reader(told: BridgeStory) -> None:
    client = client_of(told, NamedPlace(BRIDGE, NAMES))
    path = f"/events/{told.event.id}"
    assert "Wadi Sidra bridge" in client.get(path, headers={"Accept-Language": "en"}).text
    assert "جسر وادي سدرة" in client.get(path, headers={"Accept-Language": "ar"}).text


def test_a_name_that_two_places_share_stays_as_it_is(told: BridgeStory) -> None:
    client = client_of(told, NamedPlace(BRIDGE, NAMES), NamedPlace(BRIDGE, NAMES))
    page = client.get(f"/events/{told.event.id}", headers={"Accept-Language": "ar"}).text
    assert "جسر وادي سدرة" not in page
