"""What documents say is shown as text, wherever it turns up."""

import pytest
from flask.testing import FlaskClient
from lxml import html
from rooms import Shelf, application_of

from tracker.domain.conflicts import ConflictType
from tracker.domain.statements import FigureKind, Statement

SCRIPT = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


@pytest.fixture
def hostile() -> tuple[FlaskClient, str, Statement]:
    shelf = Shelf()
    document = shelf.document(
        title=f"Title {SCRIPT}",
        outlet=f"Outlet {SCRIPT}",
        language='en"><script>alert(2)</script>',
        url="javascript:alert(3)",
        part=0,
        text=f"Before. The mill {SCRIPT} fell, they said. The mill stands.",
    )
    first = shelf.statement(
        document,
        f"The mill {SCRIPT} fell",
        "FRA",
        speaker=f"Speaker {SCRIPT}",
        cue=f"cue {SCRIPT}",
        chain=(f"chain {SCRIPT}",),
        figure=(FigureKind.KILLED, 1, 1),
        counted=f"counted {SCRIPT}",
        side=f"side {SCRIPT}",
        confidence=0.1,
    )
    second = shelf.statement(document, "The mill stands.", "ITA", denies=True)
    event = shelf.event(f"Event {SCRIPT}", (first, second))
    shelf.conflict(event, first, second, ConflictType.OTHER, f"They clash {SCRIPT}.")
    client = application_of(shelf.room(notices=lambda: [f"Notice {SCRIPT}"])).test_client()
    return client, event.id, first


@pytest.mark.parametrize("page", ["/events", "event", "document", "statement", "/search?q=mill", "query"])
def test_no_markup_of_a_document_becomes_markup_of_a_page(
    hostile: tuple[FlaskClient, str, Statement], page: str
) -> None:
    client, event, statement = hostile
    address = {
        "event": f"/events/{event}",
        "document": f"/documents/{statement.document}",
        "statement": f"/statements/{statement.id}",
        "query": f"/search?q={SCRIPT}&party={SCRIPT}&language={SCRIPT}&from={SCRIPT}&to={SCRIPT}",
    }.get(page, page)
    text = client.get(address).get_data(as_text=True)
    parsed = html.document_fromstring(text)
    assert SCRIPT not in text
    assert "alert(" in parsed.text_content() + "".join(parsed.xpath("//@value"))
    assert not parsed.xpath("//img | //@onerror | //@style")
    assert all(script.get("src", "").startswith("/static/") for script in parsed.xpath("//script"))
    assert not [href for href in parsed.xpath("//@href") if href.lower().startswith("javascript")]


def test_an_address_that_is_none_is_shown_but_not_linked(
    hostile: tuple[FlaskClient, str, Statement],
) -> None:
    client, _, statement = hostile
    parsed = html.document_fromstring(client.get(f"/documents/{statement.document}").get_data(as_text=True))
    assert "javascript:alert(3) (no web address, so not linked)" in " ".join(parsed.text_content().split())


def test_a_language_that_is_none_leaves_the_direction_to_the_text(
    hostile: tuple[FlaskClient, str, Statement],
) -> None:
    client, _, statement = hostile
    parsed = html.document_fromstring(client.get(f"/documents/{statement.document}").get_data(as_text=True))
    (stored,) = parsed.find_class("stored")
    assert (stored.get("lang"), stored.get("dir")) == ("", "auto")
