import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from service_doubles import MemoryStore, a_conflict, a_document, a_statement, an_event

from tracker import __version__
from tracker.domain.conflicts import Judgement
from tracker.domain.documents import DateFound, DatePrecision, Span
from tracker.domain.models import ModelIdentity
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import (
    EventDate,
    Figure,
    FigureKind,
    Place,
    PlaceFound,
    PlaceMention,
    Polarity,
)
from tracker.services.export import export

KEYS = {
    "documents": ["id", "url", "title", "outlet", "published", "language", "sha256"],
    "statements": [
        "id",
        "document",
        "start",
        "end",
        "quote",
        "party",
        "speaker",
        "polarity",
        "place",
        "event",
        "event_date",
        "date_precision",
        "figures",
        "confidence",
    ],
    "events": ["id", "title", "place", "start", "end", "statements", "parties"],
    "conflicts": ["id", "event", "a", "b", "type", "score", "status", "explanation"],
}
"""The keys of each file, as people's scripts rely on them."""

PORT = Place("gn:5", "Grey Harbour", "city", 32.8, 12.9)
NAMED = a_document(
    "The port reopened and the first tanker left.",
    external_id="n1",
    url="https://outlet.example/1",
    published=datetime(2020, 3, 10, 8, 0, tzinfo=UTC),
)
BARE = a_document("رفضت الوزارة ما قيل.", language="ar", outlet="", title="")
FULL = a_statement(
    NAMED,
    attribution=Attribution("GNA", AttributionMethod.SPEAKER, 0.75, speaker="the spokesman"),
    polarity=Polarity.DENIES,
    figures=(
        Figure(FigureKind.KILLED, 3, 3, Span(0, 1)),
        Figure(FigureKind.INJURED, 10, None, Span(2, 3)),
    ),
    place=PlaceMention(PORT, PlaceFound.SENTENCE),
    date=EventDate(date(2020, 3, 9), DatePrecision.DAY, DateFound.EXPLICIT),
)
OPPOSED = a_statement(NAMED, start=9, party="LNA")
THIRD = a_statement(NAMED, start=18, party="TUR")
ALONE = a_statement(BARE, party="MEDIA", language="ar")


@pytest.fixture
def filled(store: MemoryStore) -> MemoryStore:
    store.documents = {NAMED.id: NAMED, BARE.id: BARE}
    store.add_statements([FULL, OPPOSED, THIRD, ALONE])
    event = an_event(FULL, OPPOSED, THIRD, place=PORT)
    store.stored_events = [event]
    store.stored_conflicts = [
        a_conflict(event, FULL, OPPOSED, Judgement.CONFIRMED),
        a_conflict(event, FULL, THIRD, Judgement.REJECTED),
        a_conflict(event, OPPOSED, THIRD, Judgement.UNSURE),
        a_conflict(event, OPPOSED, ALONE, Judgement.SUGGESTED),
    ]
    return store


def rows(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text("utf-8").splitlines()]


def test_every_row_has_exactly_the_keys_of_the_contract_in_their_order(
    filled: MemoryStore, tmp_path: Path
) -> None:
    export(filled, tmp_path)
    for kind, keys in KEYS.items():
        found = rows(tmp_path, kind)
        assert found
        assert all(list(row) == keys for row in found), kind
    figures = [figure for row in rows(tmp_path, "statements") for figure in row["figures"]]
    assert [list(figure) for figure in figures] == [["kind", "low", "high"]] * 2


def test_a_full_statement_is_written_with_all_it_has(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    (row,) = (row for row in rows(tmp_path, "statements") if row["id"] == FULL.id)
    assert row == {
        "id": FULL.id,
        "document": "n1",
        "start": 0,
        "end": 8,
        "quote": "The port",
        "party": "GNA",
        "speaker": "the spokesman",
        "polarity": "denies",
        "place": "Grey Harbour",
        "event": filled.stored_events[0].id,
        "event_date": "2020-03-09",
        "date_precision": "day",
        "figures": [{"kind": "killed", "low": 3, "high": 3}, {"kind": "injured", "low": 10, "high": None}],
        "confidence": 0.75,
    }


def test_what_is_not_known_is_null(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    (row,) = (row for row in rows(tmp_path, "statements") if row["id"] == ALONE.id)
    unknown = ("speaker", "place", "event", "event_date", "date_precision")
    assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)
    assert (row["document"], row["figures"]) == (BARE.id, [])


def test_documents_bear_the_callers_id_where_one_was_given(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    documents = {row["id"]: row for row in rows(tmp_path, "documents")}
    assert set(documents) == {"n1", BARE.id}
    assert documents["n1"]["published"] == "2020-03-10T08:00:00+00:00"
    assert documents[BARE.id]["published"] is None
    assert documents["n1"]["sha256"] == NAMED.sha256


def test_events_name_their_statements_and_parties(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    (row,) = rows(tmp_path, "events")
    assert row["statements"] == [FULL.id, OPPOSED.id, THIRD.id]
    assert row["parties"] == ["GNA", "LNA", "TUR"]
    assert (row["place"], row["start"], row["end"]) == ("Grey Harbour", "2020-03-09", "2020-03-10")


def test_rejected_conflicts_are_left_out_and_doubtful_ones_are_suggestions(
    filled: MemoryStore, tmp_path: Path
) -> None:
    export(filled, tmp_path)
    statuses = [row["status"] for row in rows(tmp_path, "conflicts")]
    assert statuses == ["confirmed", "suggested", "suggested"]
    assert {FULL.id, THIRD.id} not in [{row["a"], row["b"]} for row in rows(tmp_path, "conflicts")]


def test_the_same_database_gives_the_same_bytes(filled: MemoryStore, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(filled, tmp_path / name)
    for kind in KEYS:
        one, two = ((tmp_path / name / f"{kind}.jsonl").read_bytes() for name in ("one", "two"))
        assert one == two
        assert one.endswith(b"\n")


def test_letters_of_every_script_are_written_as_they_are(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    assert ALONE.quote in (tmp_path / "statements.jsonl").read_text("utf-8")


def test_the_counts_are_of_the_rows_written(filled: MemoryStore, tmp_path: Path) -> None:
    counts = export(filled, tmp_path / "new" / "folder")
    assert counts == {"documents": 2, "statements": 4, "events": 1, "conflicts": 3}


def test_nothing_but_the_four_files_and_their_manifest_is_left(filled: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text("from an earlier export\n")
    export(filled, tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(["manifest.json", *(f"{kind}.jsonl" for kind in KEYS)])
    assert "earlier" not in (tmp_path / "events.jsonl").read_text()


def test_an_export_that_fails_leaves_the_last_one_whole(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    before = (tmp_path / "documents.jsonl").read_bytes()
    # A title that cannot be written, in the document that comes first.
    filled.documents["d0"] = a_document(id="d0", title=object())
    with pytest.raises(TypeError):
        export(filled, tmp_path)
    assert (tmp_path / "documents.jsonl").read_bytes() == before


def test_an_empty_database_gives_four_empty_files(store: MemoryStore, tmp_path: Path) -> None:
    export(store, tmp_path)
    assert {kind: rows(tmp_path, kind) for kind in KEYS} == {kind: [] for kind in KEYS}


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_the_manifest_has_the_hash_and_size_of_each_file(filled: MemoryStore, tmp_path: Path) -> None:
    export(filled, tmp_path)
    manifest = manifest_of(tmp_path)
    assert list(manifest["files"]) == list(KEYS)
    for kind, file in manifest["files"].items():
        written = (tmp_path / f"{kind}.jsonl").read_bytes()
        assert file == {
            "name": f"{kind}.jsonl",
            "rows": written.count(b"\n"),
            "bytes": len(written),
            "sha256": hashlib.sha256(written).hexdigest(),
        }


def test_the_manifest_says_by_what_and_upon_what_it_was_made(filled: MemoryStore, tmp_path: Path) -> None:
    filled.in_use = ModelIdentity("words", "2", 16)
    export(filled, tmp_path)
    manifest = manifest_of(tmp_path)
    assert manifest["format"] == "counterclaim-export-1"
    assert manifest["tool"] == {"name": "counterclaim", "version": __version__}
    assert manifest["model"] == {"name": "words", "revision": "2", "dimension": 16}
    assert manifest["detectors"] == ["rules 1"]
    assert manifest["audit"] == {"entries": 3, "seal": "f" * 64}


def test_a_state_is_named_by_what_was_written_alone(filled: MemoryStore, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(filled, tmp_path / name)
    filled.stored_conflicts.pop(0)
    export(filled, tmp_path / "three")
    one, two, three = (manifest_of(tmp_path / name)["state"] for name in ("one", "two", "three"))
    assert one == two != three
    assert len(one) == 16


def test_an_empty_database_has_no_model(store: MemoryStore, tmp_path: Path) -> None:
    export(store, tmp_path)
    assert manifest_of(tmp_path)["model"] is None
