from datetime import UTC, datetime

import pytest

from tracker.domain.documents import DateFound
from tracker.domain.errors import ReadingError
from tracker.reading.records import document_of, is_web_address


def test_every_field_of_a_record_reaches_the_document() -> None:
    record = {
        "id": "a-1",
        "url": "https://example.org/a",
        "title": "A ship docks",
        "outlet": "Harbour News",
        "published": "2020-02-19",
        "lang": "en-GB",
        "text": "  A ship docked.\r\n ",
        "mood": "grim",
    }
    document = document_of(record, original=b"{}", origin="in.jsonl:1")
    assert document.external_id == "a-1"
    assert document.url == "https://example.org/a"
    assert (document.title, document.outlet, document.language) == ("A ship docks", "Harbour News", "en")
    assert document.published == datetime(2020, 2, 19, tzinfo=UTC)
    assert document.published_found is DateFound.GIVEN
    assert document.text == "  A ship docked.\r\n "
    assert document.original == b"{}"


def test_empty_and_null_fields_count_as_absent() -> None:
    record = {"id": "", "url": None, "title": "", "published": None, "lang": "", "text": "A ship docked."}
    document = document_of(record, original=b"", origin="x")
    assert (document.external_id, document.url, document.title) == (None, None, None)
    assert (document.published, document.published_found, document.language) == (None, None, None)


def test_a_number_serves_as_id() -> None:
    assert document_of({"id": 17, "text": "A ship."}, original=b"", origin="x").external_id == "17"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "has no `text`"),
        ({"text": None}, "has no `text`"),
        ({"text": 5}, "`text` is a number, not a string"),
        ({"text": ["A"]}, "`text` is a list, not a string"),
        ({"text": ""}, "holds no text"),
        ({"text": " \n\t"}, "holds no text"),
        ({"text": "a\x00b"}, "not a text file: NUL at character 1"),
        ({"text": "a \ud83d b"}, "not a text file: half a surrogate pair at character 2"),
        ({"text": "A", "published": "19 Feb"}, "`published` is not an ISO 8601 date: '19 Feb'"),
        ({"text": "A", "published": 2020}, "`published` is a number, not a string"),
        ({"text": "A", "lang": "the Queen's"}, '`lang` is not a language code: "the Queen\'s"'),
        ({"text": "A", "title": {"en": "B"}}, "`title` is an object, not a string"),
        ({"text": "A", "id": True}, "`id` is true or false, not a string"),
        ({"text": "A", "url": "x\x00"}, "`url`: not a text file: NUL at character 1"),
    ],
)
def test_a_faulty_field_is_named(record: dict[str, object], reason: str) -> None:
    with pytest.raises(ReadingError) as caught:
        document_of(record, original=b"", origin="in.jsonl:4")
    assert caught.value.origin == "in.jsonl:4"
    assert caught.value.reason == reason


def test_only_http_links_lead_to_the_web() -> None:
    assert is_web_address("HTTPS://example.org")
    assert is_web_address("http://example.org")
    for other in ("javascript:alert(1)", "data:text/html,x", "/relative", "file:///etc/passwd", ""):
        assert not is_web_address(other)
