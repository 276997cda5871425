"""Marks that turn words around are named where somebody else's words are shown, and not obeyed."""

import pytest
from flask.testing import FlaskClient
from rooms import Shelf, application_of

from tracker.domain.conflicts import ConflictType

TURNED = "\u202e"
ISOLATED = "\u2067"


@pytest.fixture
def turned() -> tuple[FlaskClient, dict[str, str]]:
    shelf = Shelf()
    document = shelf.document(
        title=f"Title {TURNED}one",
        outlet=f"Outlet {TURNED}one",
        language="en",
        text=f"Before {ISOLATED}it. The mill {TURNED}fell on Monday, they said. The mill stands.\tYes.",
    )
    first = shelf.statement(
        document,
        f"The mill {TURNED}fell on Monday",
        "FRA",
        speaker=f"Speaker {TURNED}one",
        chain=(f"chain {TURNED}one",),
    )
    second = shelf.statement(document, "The mill stands.", "ITA", denies=True)
    event = shelf.event(f"Event {TURNED}one", (first, second))
    conflict = shelf.conflict(event, first, second, ConflictType.OTHER, "They clash.")
    client = application_of(shelf.room()).test_client()
    return client, {
        "/events": "Event",
        f"/events/{event.id}": "fell",
        f"/documents/{document.id}": "fell",
        f"/statements/{first.id}": "fell",
        "/search?q=mill": "fell",
        "/conflicts": "fell",
        f"/conflicts/{conflict.id}": "fell",
        "/review": "fell",
    }


def test_no_page_obeys_a_mark_of_direction_in_what_others_wrote(
    turned: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, pages = turned
    for address, word in pages.items():
        answer = client.get(address)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, address
        assert f"[U+202E]{word}" in page or "[U+202E]one" in page, address
        loose = [line for line in page.splitlines() if TURNED in line or ISOLATED in line]
        assert loose == [], address


def test_the_text_of_a_document_keeps_its_tabs(turned: tuple[FlaskClient, dict[str, str]]) -> None:
    client, pages = turned
    (address,) = [one for one in pages if one.startswith("/documents/")]
    page = client.get(address).get_data(as_text=True)
    assert "Before [U+2067]it." in page
    assert "\tYes." in page


def test_machines_get_the_words_as_they_are(turned: tuple[FlaskClient, dict[str, str]]) -> None:
    client, pages = turned
    (address,) = [one for one in pages if one.startswith("/documents/")]
    assert TURNED in client.get(f"{address}.json").get_json()["view"]["document"]["text"]
