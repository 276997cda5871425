"""The client's types name what the API answers, no more and no less."""

import subprocess
import sys
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from tracker.api import answers, comparison_answers, exporting, ingesting, list_answers
from tracker.client import exchanged, objects

PAIRS: dict[str, tuple[type, type[BaseModel]]] = {
    "figure": (objects.Figure, answers.Interval),
    "statement": (objects.Statement, answers.StatementObject),
    "statement answer": (objects.StatementAnswer, answers.StatementAnswer),
    "found statement": (objects.FoundStatement, answers.SearchResult),
    "found": (objects.Found, answers.FoundObject),
    "search": (objects.SearchAnswer, answers.SearchAnswer),
    "similar": (objects.SimilarAnswer, answers.SimilarAnswer),
    "conflict": (objects.Conflict, answers.ConflictObject),
    "conflict with statements": (objects.ConflictWithStatements, list_answers.SingleConflict),
    "event": (objects.Event, answers.EventAnswer),
    "listed event": (objects.ListedEvent, list_answers.ListedEventObject),
    "comparison": (objects.Comparison, comparison_answers.ComparisonAnswer),
    "question": (objects.Question, comparison_answers.QuestionObject),
    "position": (objects.Position, comparison_answers.PositionObject),
    "document": (objects.Document, answers.DocumentAnswer),
    "listed document": (objects.ListedDocument, list_answers.ListedDocumentObject),
    "party": (objects.Party, list_answers.PartyObject),
    "new document": (exchanged.NewDocument, ingesting.NewDocument),
    "ingested document": (exchanged.IngestedDocument, ingesting.IngestedDocument),
    "ingested": (exchanged.IngestAnswer, ingesting.IngestAnswer),
    "file": (exchanged.ExportedFile, exporting.FileObject),
    "manifest": (exchanged.Manifest, exporting.ManifestAnswer),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_type_has_the_members_of_its_answer(name: str) -> None:
    kind, model = PAIRS[name]
    assert set(get_type_hints(kind)) == set(model.model_fields)


def is_null(hint: Any) -> bool:
    return type(None) in getattr(hint, "__args__", ())


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "new document"])
def test_what_may_be_null_may_be_none(name: str) -> None:
    kind, model = PAIRS[name]
    hints = get_type_hints(kind)
    for field, declared in model.model_fields.items():
        assert is_null(hints[field]) is is_null(declared.annotation), field


def test_the_client_is_imported_without_the_rest_of_the_program() -> None:
    program = (
        "import sys, tracker.client\n"
        "loaded = {name for name in sys.modules if name.startswith('tracker.')}\n"
        "assert all(name.startswith('tracker.client') for name in loaded), loaded\n"
        "heavy = {'numpy', 'sqlalchemy', 'flask', 'pydantic', 'torch', 'click'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program
