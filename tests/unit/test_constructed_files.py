"""The constructed texts have the form that the scripts read."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
FOLDERS = {"voices": 14, "later": 17, "held_out": 6}
SPLITS = sorted(one for name in FOLDERS for one in (SCRIPTS / name).iterdir() if one.is_dir())
PARTIES = {"LNA", "GNA", "TUR", "UN", "RUS", "EGY", "UAE", "USA", "FRA", "ITA", "EU", "CIV", "MEDIA", "OTHER"}


def rows(split: Path, name: str) -> list[dict[str, Any]]:
    with (split / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize(("name", "number"), FOLDERS.items())
def test_each_split_is_named_in_the_readme(name: str, number: int) -> None:
    listed = (SCRIPTS / name / "README.md").read_text("utf-8")
    splits = [one for one in SPLITS if one.parent.name == name]
    assert len(splits) == number
    for split in splits:
        documents, statements = len(rows(split, "documents")), len(rows(split, "statements"))
        assert f"| {split.name} | {documents} | {statements} |" in listed


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split.name)
def test_every_quote_stands_once_in_its_document_and_has_a_known_party(split: Path) -> None:
    documents = {row["id"]: row for row in rows(split, "documents")}
    for row in documents.values():
        assert row["text"] == unicodedata.normalize("NFC", row["text"])
        assert row["lang"] in {"en", "ar", "tr", "ru"}
    for row in rows(split, "statements"):
        assert documents[row["doc"]]["text"].count(row["quote"]) == 1, row["id"]
        assert row["party"] in PARTIES
        assert row["polarity"] in {"asserts", "denies"}


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split.name)
def test_conflicts_are_between_statements_of_two_parties_about_one_event(split: Path) -> None:
    by_id = {row["id"]: row for row in rows(split, "statements")}
    for row in rows(split, "conflicts"):
        one, other = by_id[row["a"]], by_id[row["b"]]
        assert one["event"] == other["event"] is not None
        assert one["party"] != other["party"]
