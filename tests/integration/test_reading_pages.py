"""Pages of HTML through FileReader, in a real worker process."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading import isolation
from tracker.reading.reader import FileReader

PARAGRAPHS = {
    "en": ["The council said the road had been cleared.", "A resident said that it was still closed."],
    "ar": ["قال المجلس إن الطريق فتح أمام المدنيين.", "وقال أحد السكان إن الطريق لا يزال مغلقا."],
    "tr": [
        "Meclis, yolun sivillere açıldığını bildirdi.",
        "Bir sakin ise yolun hâlâ kapalı olduğunu söyledi.",
    ],
    "ru": ["Совет сообщил, что дорога открыта.", "Житель города сказал, что она всё ещё закрыта."],
}


def page(paragraphs: list[str], head: str = "", root: str = "") -> str:
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "World", "Sport"))
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    footer = "<footer>© 2018 Example. All rights reserved.</footer>"
    return (
        f"<!DOCTYPE html><html {root}><head>{head}<title>Road news</title></head>"
        f"<body><nav><ul>{menu}</ul></nav><article>{words}</article>{footer}</body></html>"
    )


def read_one(path: Path, data: bytes) -> IncomingDocument | ReadingError:
    path.write_bytes(data)
    (outcome,) = FileReader().read([path])
    return outcome


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_the_article_is_taken_out_of_its_page(tmp_path: Path, language: str) -> None:
    data = page(PARAGRAPHS[language], '<meta charset="utf-8">').encode()
    document = read_one(tmp_path / "page.html", data)
    assert isinstance(document, IncomingDocument)
    assert document.text == "\n\n".join(PARAGRAPHS[language])
    assert document.language == language
    assert document.title == "Road news"
    assert document.original == data
    assert document.media_type == "text/html"
    # The year beside the copyright mark is no date of publication.
    assert (document.published, document.published_found) == (None, None)


def test_metadata_of_the_page_are_kept_with_how_they_were_found(tmp_path: Path) -> None:
    head = (
        '<meta charset="utf-8"><meta property="og:site_name" content="Example Times">'
        '<meta property="article:published_time" content="2020-04-13T09:30:00+02:00">'
        '<link rel="canonical" href="https://times.example.org/road">'
    )
    document = read_one(tmp_path / "page.htm", page(PARAGRAPHS["en"], head, 'lang="en-GB"').encode())
    assert isinstance(document, IncomingDocument)
    assert document.outlet == "Example Times"
    assert document.url == "https://times.example.org/road"
    assert document.published == datetime(2020, 4, 13, 7, 30, tzinfo=UTC)
    assert document.published_found is DateFound.METADATA
    assert document.language == "en"


@pytest.mark.parametrize(
    ("encoding", "language"), [("windows-1256", "ar"), ("iso-8859-9", "tr"), ("windows-1251", "ru")]
)
@pytest.mark.parametrize("declared", [True, False])
def test_legacy_pages_are_decoded_right(
    tmp_path: Path, encoding: str, language: str, *, declared: bool
) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">' if declared else ""
    data = page(PARAGRAPHS[language], head).replace("©", "(c)").encode(encoding)
    document = read_one(tmp_path / "page.html", data)
    assert isinstance(document, IncomingDocument)
    assert document.text == "\n\n".join(PARAGRAPHS[language])


def test_a_page_in_an_encoding_that_cannot_be_guessed_is_read_as_it_declares(tmp_path: Path) -> None:
    chinese = "政府发言人周一表示，道路已经重新开放，居民可以返回家园，但是仍有部分地区没有供电。"
    data = page([chinese], '<meta charset="gb2312">').replace("©", "(c)").encode("gb2312")
    document = read_one(tmp_path / "page.html", data)
    assert isinstance(document, IncomingDocument)
    assert document.text == chinese


def test_a_declaration_of_xml_is_not_applied_to_words_already_decoded(tmp_path: Path) -> None:
    data = ('<?xml version="1.0" encoding="windows-1256"?>\n' + page(PARAGRAPHS["ar"])).replace("©", "(c)")
    document = read_one(tmp_path / "page.xhtml", data.encode("windows-1256"))
    assert isinstance(document, IncomingDocument)
    assert document.text == "\n\n".join(PARAGRAPHS["ar"])


def test_a_template_that_claims_the_wrong_language_is_not_believed(tmp_path: Path) -> None:
    document = read_one(tmp_path / "page.html", page(PARAGRAPHS["ar"], root='lang="en"').encode())
    assert isinstance(document, IncomingDocument)
    assert document.language == "ar"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body><script>var a = 1;</script></body></html>", "no article found on the page"),
        (b"<html>" + b" " * 5_000_001, "larger than 5 MB, too large for a page"),
        (b"<html>\x00", "not a text file: NUL at byte 6"),
        ("<p>قال".encode()[:-1], "invalid UTF-8 at byte 7, and no other encoding fits"),
    ],
)
def test_every_fault_has_its_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    error = read_one(tmp_path / "page.html", data)
    assert isinstance(error, ReadingError)
    assert error.reason == reason


def test_hostile_pages_are_stopped_and_the_next_page_is_read(tmp_path: Path) -> None:
    attributes = "".join(f'<p a{number}="x">w</p>' for number in range(200_000))
    (tmp_path / "1_attributes.html").write_text(f"<html><body>{attributes}</body></html>")
    (tmp_path / "2_deep.html").write_text("<html><body>" + "<div>" * 100_000 + "x" + "</div>" * 100_000)
    (tmp_path / "3_open.html").write_text("<html><body>" + '<a href="' * 200_000)
    (tmp_path / "4_good.html").write_text(page(PARAGRAPHS["en"]))
    outcomes = list(FileReader(page_seconds=3).read([tmp_path]))
    *hostile, good = outcomes
    assert len(hostile) == 3
    assert all(isinstance(outcome, ReadingError) for outcome in hostile)
    assert "took more than 3 seconds" in str(hostile[0]) or "needs more than" in str(hostile[0])
    assert isinstance(good, IncomingDocument)
    assert good.text == "\n\n".join(PARAGRAPHS["en"])


def test_many_pages_share_one_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = isolation._start

    def counted() -> object:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(isolation, "_start", counted)
    for number in range(40):
        (tmp_path / f"{number}.html").write_text(page([f"Convoy {number} left.", *PARAGRAPHS["en"]]))
    outcomes = list(FileReader().read([tmp_path]))
    assert len({outcome.text for outcome in outcomes if isinstance(outcome, IncomingDocument)}) == 40
    assert len(started) == 1
    # It ends with the reading.
    assert started[0].poll() is not None
