"""Files, folders and standard input through FileReader, the bad ones among good ones."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.reader import STANDARD_INPUT, FileReader

BY_LANGUAGE = {
    "en": "Harbour reopens\n\nThe port authority said on Sunday that the first tanker had left.\n",
    "ar": "إعادة فتح الميناء\n\nقالت سلطة الموانئ يوم الأحد إن أول ناقلة غادرت المرسى.\n",
    "tr": "Liman yeniden açıldı\n\nLiman idaresi pazar günü ilk tankerin ayrıldığını açıkladı.\n",
    "ru": "Порт открыт снова\n\nАдминистрация порта сообщила в воскресенье, что первый танкер ушёл.\n",
}

Outcome = IncomingDocument | ReadingError


def split(outcomes: Sequence[Outcome]) -> tuple[list[IncomingDocument], dict[str, str]]:
    documents = [outcome for outcome in outcomes if isinstance(outcome, IncomingDocument)]
    errors = {
        outcome.origin.rpartition("/")[2]: outcome.reason
        for outcome in outcomes
        if isinstance(outcome, ReadingError)
    }
    return documents, errors


def read(*paths: Path) -> tuple[list[IncomingDocument], dict[str, str]]:
    return split(list(FileReader().read(paths)))


def test_texts_in_four_languages_are_read_and_recognised(tmp_path: Path) -> None:
    for language, text in BY_LANGUAGE.items():
        (tmp_path / f"{language}.txt").write_text(text)
    documents, errors = read(tmp_path)
    assert errors == {}
    assert {document.language: document.text for document in documents} == BY_LANGUAGE


def test_whatever_is_wrong_with_a_file_the_others_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "a_good.txt").write_text(BY_LANGUAGE["en"])
    (folder / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x00\x00")
    (folder / "blank.txt").write_text(" \n\n")
    (folder / "broken_utf_8.txt").write_bytes(BY_LANGUAGE["ar"].encode()[:-3] + b"\n")
    (folder / "empty.txt").write_bytes(b"")
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(50_000_000)
    lines = [{"id": "1", "text": "One."}, {"id": "2"}, {"id": "3", "text": "Three."}]
    (folder / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n{oops\n")
    (folder / "noise.bin").write_bytes(b"not looked at")
    (folder / "turkish.txt").write_bytes(BY_LANGUAGE["tr"].encode("iso-8859-9"))
    (folder / "windows_arabic.txt").write_bytes(BY_LANGUAGE["ar"].encode("windows-1256"))
    (folder / "windows_russian.txt").write_bytes(BY_LANGUAGE["ru"].encode("windows-1251"))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    documents, errors = read(folder, nothing, tmp_path / "absent.txt", folder / "noise.bin")
    broken_at = len(BY_LANGUAGE["ar"].encode()) - 4
    assert errors.pop("nothing").startswith("holds no file that can be read")
    assert errors.pop("noise.bin").startswith("of a kind that cannot be read")
    assert errors == {
        "absent.txt": "no such file or folder",
        "binary.txt": "not a text file",
        "blank.txt": "holds no text",
        "broken_utf_8.txt": f"invalid UTF-8 at byte {broken_at}, and no other encoding fits",
        "empty.txt": "empty",
        "huge.txt": "larger than 20 MB",
        "lines.jsonl:2": "has no `text`",
        "lines.jsonl:4": "not JSON at column 2: Expecting property name enclosed in double quotes",
    }
    texts = [BY_LANGUAGE["en"], "One.", "Three.", BY_LANGUAGE["tr"], BY_LANGUAGE["ar"], BY_LANGUAGE["ru"]]
    assert [document.text for document in documents] == texts


def test_what_the_caller_says_stands_in_only_where_the_document_says_nothing(tmp_path: Path) -> None:
    lines = [
        {"text": "Tanker leaves the harbour on Sunday."},
        {"text": "Tanker.", "outlet": "Gulf Post", "published": "2020-02-01", "lang": "ar"},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    given_date = datetime(2020, 3, 1, tzinfo=UTC)
    bare, own = FileReader("My outlet", given_date, "tr-TR").read([path])
    assert isinstance(bare, IncomingDocument)
    assert isinstance(own, IncomingDocument)
    assert (bare.outlet, bare.published, bare.language) == ("My outlet", given_date, "tr")
    assert bare.published_found is DateFound.GIVEN
    assert (own.outlet, own.published, own.language) == ("Gulf Post", datetime(2020, 2, 1, tzinfo=UTC), "ar")


def test_a_default_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no language code"):
        FileReader(language="Turkish language")
    with pytest.raises(ValueError, match="without its zone"):
        FileReader(published=datetime(2020, 1, 1))  # noqa: DTZ001 - the fault in question


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b'{"text": "One."}\n{"text": "Two."}\n', ["One.", "Two."]),
        (BY_LANGUAGE["tr"].encode("windows-1254"), [BY_LANGUAGE["tr"]]),
        (b"<html><body><p>The port reopened.</p></body></html>", ["The port reopened."]),
    ],
)
def test_standard_input_is_told_by_its_content(data: bytes, texts: list[str]) -> None:
    reader = FileReader(standard_input=io.BytesIO(data))
    documents, errors = split(list(reader.read([STANDARD_INPUT])))
    assert errors == {}
    assert [document.text for document in documents] == texts


def test_an_error_on_standard_input_names_the_line() -> None:
    reader = FileReader(standard_input=io.BytesIO(b'{"text": "One."}\n{"text": 2}\n'))
    _, errors = split(list(reader.read([STANDARD_INPUT])))
    assert errors == {"-:2": "`text` is a number, not a string"}


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_text(BY_LANGUAGE["en"])
    second.write_text(BY_LANGUAGE["en"])
    outcomes = FileReader().read([first, second])
    assert isinstance(next(outcomes), IncomingDocument)
    second.unlink()
    assert isinstance(next(outcomes), ReadingError)


def test_what_a_library_raises_by_surprise_is_one_error_among_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes, origin: str) -> IncomingDocument:
        raise KeyError(origin + str(len(data)))

    (tmp_path / "a.txt").write_text(BY_LANGUAGE["en"])
    (tmp_path / "b.jsonl").write_text('{"text": "One."}')
    monkeypatch.setattr("tracker.reading.reader.read_text", fail)
    documents, errors = read(tmp_path)
    assert [document.text for document in documents] == ["One."]
    assert errors["a.txt"].startswith("could not be read (KeyError")


def test_device_files_are_left_alone() -> None:
    _, errors = read(Path("/dev/zero"))
    assert errors == {"zero": "not a regular file"}


SUFFIXES = (".txt", ".jsonl", ".csv", ".warc", ".warc.gz")
BEGINNINGS = (
    b"",
    b"text\n",
    b'{"text": "',
    b"WARC/1.0\r\n",
    b"\x1f\x8b\x08\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
)


@settings(max_examples=150, deadline=None)
@given(suffix=st.sampled_from(SUFFIXES), beginning=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=300))
def test_no_bytes_whatever_end_a_run(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, beginning: bytes, rest: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / f"any{suffix}").write_bytes(beginning + rest)
    (folder / "last.jsonl").write_text('{"text": "One."}')
    outcomes = list(FileReader().read([folder]))
    assert len(outcomes) > 1
    assert all(isinstance(outcome, IncomingDocument | ReadingError) for outcome in outcomes)
    last = outcomes[-1]
    assert isinstance(last, IncomingDocument)
    assert last.text == "One."
