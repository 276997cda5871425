"""Another embedding model over a database that is already filled."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tracker_shell import Shell

pytestmark = pytest.mark.model

LETTERS = (
    "abcçdefgğhıijklmnoöprsştuüvyzwxq0123456789"
    "абвгдежзийклмнопрстуфхцчшщъыьэюя"
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإ"
)


@pytest.fixture(scope="module")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows letters only: made here, in a moment, of random numbers."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding  # noqa: PLC0415
    from tokenizers import Regex, Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordLevel  # noqa: PLC0415
    from tokenizers.pre_tokenizers import Split  # noqa: PLC0415

    known = {"[UNK]": 0, **{letter: place for place, letter in enumerate(LETTERS, 1)}}
    tokenizer = Tokenizer(WordLevel(known, unk_token="[UNK]"))  # noqa: S106 - not that kind of token
    tokenizer.pre_tokenizer = Split(Regex("."), behavior="isolated")
    weights = np.random.default_rng(4).standard_normal((len(known), 16)).astype(np.float32)
    folder = tmp_path_factory.mktemp("model") / "letters"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(
        str(folder)
    )
    return folder


@pytest.fixture
def switched(demonstration: Shell, other_model: Path) -> Shell:
    """The demonstration's home under settings that name the other model."""
    return Shell(demonstration.home, {"TRACKER_EMBEDDING_MODEL": str(other_model)})


def test_another_model_is_refused_with_the_way_out_before_anything_changes(
    demonstration: Shell, switched: Shell, tmp_path: Path
) -> None:
    before = demonstration.exported(tmp_path / "before")
    news = b"The Government of National Accord said on Monday that two tankers had left Ras Lanuf."
    for answer in (
        switched("ingest", "-", standard_input=news),
        switched("search", "who holds Sirte"),
    ):
        assert (answer.code, answer.out) == (3, "")
        assert "tracker relink" in answer.err
        assert "letters" in answer.err
    assert demonstration.exported(tmp_path / "after") == before
    assert demonstration.ok("index", "verify").err == ""


@pytest.mark.parametrize("arguments", [("doctor",), ("index", "verify"), ("index", "rebuild")])
def test_whatever_looks_at_the_index_says_that_the_model_is_another(
    switched: Shell, arguments: tuple[str, ...]
) -> None:
    answer = switched(*arguments)
    assert answer.code in {1, 3}
    assert "tracker relink" in answer.out + answer.err


def test_linking_anew_takes_the_other_model_over_and_back(
    demonstration: Shell, switched: Shell, tmp_path: Path
) -> None:
    before = demonstration.exported(tmp_path / "before")
    switched.ok("relink")
    assert switched.ok("search", "who holds Sirte", "-k", 3).out.count("\n") == 6
    assert switched.ok("index", "verify").out.startswith(f"{len(before['statements.jsonl'].splitlines())} ")
    after = switched.exported(tmp_path / "after")
    assert after["documents.jsonl"] == before["documents.jsonl"]
    assert after["events.jsonl"] != before["events.jsonl"]
    refused = demonstration("search", "who holds Sirte")
    assert refused.code == 3
    assert "tracker relink" in refused.err
    demonstration.ok("relink")
    back = demonstration.exported(tmp_path / "back")
    # The same statements stand together and clash again; which id an event bears depends on where its
    # statements were last.
    assert back["statements.jsonl"].count(b"\n") == before["statements.jsonl"].count(b"\n")
    assert together(back) == together(before)
    assert clashing(back) == clashing(before)


def together(exported: Mapping[str, bytes]) -> set[frozenset[str]]:
    rows = map(json.loads, exported["events.jsonl"].splitlines())
    return {frozenset(row["statements"]) for row in rows}


def clashing(exported: Mapping[str, bytes]) -> set[tuple[str, str, str, float]]:
    rows = map(json.loads, exported["conflicts.jsonl"].splitlines())
    return {(row["a"], row["b"], row["type"], row["score"]) for row in rows}


def test_a_decision_outlives_the_change_of_model(
    demonstration: Shell, switched: Shell, tmp_path: Path
) -> None:
    confirmed, rejected = [row["id"] for row in demonstration.rows(tmp_path / "before")["conflicts"]][:2]
    for conflict, judgement in ((confirmed, "confirmed"), (rejected, "rejected")):
        demonstration.in_database(
            "UPDATE conflict SET judgement = :judgement WHERE id = :id", judgement=judgement, id=conflict
        )
    switched.ok("relink")
    status = {row["id"]: row["status"] for row in switched.rows(tmp_path / "after")["conflicts"]}
    assert status[confirmed] == "confirmed"
    assert rejected not in status


def test_a_model_that_is_not_there_is_refused_by_name(demonstration: Shell) -> None:
    answer = Shell(demonstration.home, {"TRACKER_EMBEDDING_MODEL": "/no/such/model"})("search", "port")
    assert (answer.code, answer.out) == (3, "")
    assert "TRACKER_EMBEDDING_MODEL" in answer.err
    assert "/no/such/model" in answer.err
