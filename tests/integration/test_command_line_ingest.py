"""What `tracker ingest` makes of good and bad input: reasons, exit codes, and nothing else lost."""

import json
from pathlib import Path

import pytest
from tracker_shell import Shell

pytestmark = pytest.mark.model

ENGLISH = (
    "Harbour shelled\n\nThe Government of National Accord said on Monday that three people were killed.\n"
)
ARABIC = "قصف الميناء\n\nقال الجيش الوطني الليبي يوم الاثنين إن قواته سيطرت على الميناء بعد اشتباكات عنيفة.\n"
TURKISH = "Liman vuruldu\n\nTürkiye Savunma Bakanlığı pazartesi günü limanın düşmediğini açıkladı.\n"


def line(key: str, text: str = ENGLISH, **more: str | None) -> str:
    return json.dumps({"id": key, "text": text, **more}, ensure_ascii=False)


@pytest.fixture
def ready(shell: Shell) -> Shell:
    shell.ok("init")
    return shell


def texts(shell: Shell) -> set[str]:
    """The words of all documents, as they are stored."""
    return {row.text for row in shell.in_database("SELECT text FROM document")}


def test_whatever_is_wrong_with_a_file_it_is_named_with_its_reason_and_the_rest_is_taken_in(
    ready: Shell, tmp_path: Path
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "good.txt").write_text(ENGLISH, "utf-8")
    (news / "empty.txt").write_bytes(b"")
    (news / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x01\x00\x00")
    (news / "broken.txt").write_bytes(ARABIC.encode()[:-3] + b"\n")
    (news / "arabic.txt").write_bytes(ARABIC.encode("windows-1256"))
    (news / "turkish.txt").write_bytes(TURKISH.encode("iso-8859-9"))
    with (news / "huge.txt").open("wb") as huge:
        huge.truncate(50_000_000)
    first, last = (
        "The army said on Monday that it left Brak.",
        "The army said on Tuesday that it stays in Brak.",
    )
    (news / "lines.jsonl").write_text("\n".join((line("1", first), '{"id": "2", "text"', line("3", last))))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    answer = ready("ingest", news, nothing)
    assert answer.code == 1
    reasons = dict(
        told.removeprefix("tracker: ").split(": ", 1)
        for told in answer.err.splitlines()
        if told.startswith("tracker: ")
    )
    broken_at = len(ARABIC.encode()) - 4
    assert reasons[str(news / "empty.txt")] == "empty"
    assert reasons[str(news / "binary.txt")] == "not a text file"
    assert reasons[str(news / "broken.txt")].startswith(f"invalid UTF-8 at byte {broken_at}")
    assert reasons[str(news / "huge.txt")] == "larger than 20 MB"
    assert reasons[f"{news / 'lines.jsonl'}:2"].startswith("not JSON at column ")
    assert reasons[str(nothing)].startswith("holds no file that can be read")
    assert len(reasons) == 6
    assert answer.out.startswith("documents: 5 new, 0 known, 6 failed\n")
    assert texts(ready) == {ENGLISH, ARABIC, TURKISH, first, last}
    languages = {row["language"] for row in ready.rows(tmp_path / "out")["documents"]}
    assert languages == {"en", "ar", "tr"}


def test_bytes_of_other_encodings_are_decoded_so_that_their_statements_can_be_quoted(
    ready: Shell, tmp_path: Path
) -> None:
    (tmp_path / "arabic.txt").write_bytes(ARABIC.encode("windows-1256"))
    (tmp_path / "turkish.txt").write_bytes(TURKISH.encode("iso-8859-9"))
    ready.ok("ingest", tmp_path / "arabic.txt", tmp_path / "turkish.txt", "--published", "2020-03-10")
    quotes = {row["party"]: row["quote"] for row in ready.rows(tmp_path / "out")["statements"]}
    assert "سيطرت على الميناء" in quotes["LNA"]
    assert "düşmediğini" in quotes["TUR"]


def test_a_large_file_of_words_is_refused_without_holding_up_the_others(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text(ENGLISH * (50_000_000 // len(ENGLISH)))
    (tmp_path / "small.txt").write_text(ENGLISH)
    answer = ready("ingest", tmp_path / "large.txt", tmp_path / "small.txt")
    assert answer.code == 1
    assert f"{tmp_path / 'large.txt'}: larger than 20 MB" in answer.err
    assert texts(ready) == {ENGLISH}


@pytest.mark.parametrize("name", ["absent.txt", "empty.txt", "folder"])
def test_where_nothing_could_be_read_the_exit_code_says_so(ready: Shell, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    answer = ready("ingest", tmp_path / name)
    assert answer.code == 4
    assert str(tmp_path / name) in answer.err
    assert answer.out.startswith("documents: 0 new, 0 known, 1 failed\n")


def test_what_is_known_already_counts_as_read(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(ENGLISH)
    assert ready.ok("ingest", tmp_path / "news.txt").out.startswith("documents: 1 new, 0 known, 0 failed\n")
    assert ready.ok("ingest", tmp_path / "news.txt").out.startswith("documents: 0 new, 1 known, 0 failed\n")
    answer = ready("ingest", tmp_path / "news.txt", tmp_path / "absent.txt")
    assert answer.code == 1


def test_a_document_that_changed_is_refused_by_its_id_and_the_stored_one_stays(ready: Shell) -> None:
    ready.ok("ingest", "-", standard_input=line("n7").encode())
    lines = "\n".join((line("n7", "Other words."), line("n8", TURKISH)))
    answer = ready("ingest", "-", standard_input=lines.encode())
    assert answer.code == 1
    assert "-:1: document n7 is already stored" in answer.err
    assert texts(ready) == {ENGLISH, TURKISH}


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        (f"{line('1')}\n{line('2', TURKISH)}\n".encode(), {ENGLISH, TURKISH}),
        (ENGLISH.encode(), {ENGLISH}),
        (TURKISH.encode("iso-8859-9"), {TURKISH}),
    ],
)
def test_standard_input_is_read_as_what_it_is(ready: Shell, data: bytes, stored: set[str]) -> None:
    ready.ok("ingest", "-", standard_input=data)
    assert texts(ready) == stored


def test_what_the_caller_says_of_documents_is_kept(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "bare.txt").write_text(ENGLISH)
    own = {"outlet": "Gulf Post", "published": "2020-02-01T06:00:00+02:00", "url": "https://gulf.example/1"}
    (tmp_path / "own.jsonl").write_text(line("own", TURKISH, lang="tr", **own))
    ready.ok("ingest", tmp_path, "--outlet", "Coast Wire", "--published", "2020-03-10", "--language", "en")
    documents = {row["outlet"]: row for row in ready.rows(tmp_path / "out")["documents"]}
    assert documents["Coast Wire"]["published"] == "2020-03-10T00:00:00+00:00"
    assert documents["Coast Wire"]["language"] == "en"
    assert documents["Gulf Post"]["id"] == "own"
    assert documents["Gulf Post"]["published"] == own["published"]
    assert documents["Gulf Post"]["url"] == own["url"]
    assert documents["Gulf Post"]["language"] == "tr"


def test_a_summary_as_json_stands_alone_on_standard_output(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(ENGLISH)
    answer = ready("ingest", tmp_path / "news.txt", tmp_path / "absent.txt", "--json")
    assert answer.code == 1
    summary = answer.json()
    assert summary["documents"] == {"new": 1, "known": 0, "failed": 1}
    assert summary["statements_added"] == summary["totals"]["statements"] > 0
    assert summary["totals"]["documents"] == 1
    assert summary["failures"] == [f"{tmp_path / 'absent.txt'}: no such file or folder"]
    assert "reading ..." in answer.err


def test_a_language_that_is_none_is_a_mistake_in_usage(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text(ENGLISH)
    answer = ready("ingest", tmp_path / "news.txt", "--language", "Turkish language")
    assert answer.code == 2
    assert "Turkish language" in answer.err
