"""RSS and Atom feeds through FileReader, in a real worker process."""

from datetime import UTC, datetime
from pathlib import Path

from tracker.domain.documents import DateFound, IncomingDocument
from tracker.domain.errors import ReadingError
from tracker.reading.reader import FileReader

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour &amp;amp; Coast</title><link>https://coast.example.org/</link><language>en-GB</language>
<item><title>Tanker &amp;amp; tug &lt;i&gt;leave&lt;/i&gt;</title>
<link>https://coast.example.org/1</link><guid>c1</guid><pubDate>Sun, 12 Apr 2020 10:00:00 +0200</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>The tanker left at noon.</p>
<p>The port said <a href="javascript:steal()">so</a>.</p><script>steal()</script>]]></content:encoded></item>
<item><title>Alarm</title><link>javascript:alert(1)</link>
<description>An alarm was heard in the harbour at dawn.</description></item>
<item><title>Only a title</title><link>https://coast.example.org/3</link></item>
</channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr"><title>Kıyı Haber</title>
<entry><title type="text">Zarar &lt; beklenen</title><id>urn:k:1</id><link href="https://kiyi.example.org/1"/>
<published>2020-04-12T08:00:00Z</published><updated>2020-04-13T08:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Gemi öğlen ayrıldı.</p>
<p>Liman bunu doğruladı.</p></div></content></entry>
<entry><title type="html">İkinci &amp;amp; son</title><id>urn:k:2</id><updated>2020-04-14T08:00:00Z</updated>
<content type="text">Gemi akşam limana geri döndü, dediler.</content></entry>
</feed>
"""


def read(path: Path, data: bytes) -> list[IncomingDocument | ReadingError]:
    path.write_bytes(data)
    return list(FileReader().read([path]))


def test_entries_of_an_rss_feed_are_documents(tmp_path: Path) -> None:
    first, second, third = read(tmp_path / "rss.xml", RSS.encode())
    assert isinstance(first, IncomingDocument)
    assert first.text == "The tanker left at noon.\n\nThe port said so."
    assert first.title == "Tanker & tug leave"
    assert first.outlet == "Harbour & Coast"
    assert first.url == "https://coast.example.org/1"
    assert first.published == datetime(2020, 4, 12, 8, tzinfo=UTC)
    assert first.published_found is DateFound.METADATA
    assert first.language == "en"
    assert first.origin.endswith("rss.xml, entry 1")
    assert isinstance(second, IncomingDocument)
    assert (second.url, second.published) == (None, None)
    assert isinstance(third, ReadingError)
    assert third.reason == "holds no text"


def test_entries_of_an_atom_feed_are_documents(tmp_path: Path) -> None:
    first, second = read(tmp_path / "atom.xml", ATOM.encode())
    assert isinstance(first, IncomingDocument)
    assert isinstance(second, IncomingDocument)
    assert first.text == "Gemi öğlen ayrıldı.\n\nLiman bunu doğruladı."
    assert (first.title, second.title) == ("Zarar < beklenen", "İkinci & son")
    assert first.published == datetime(2020, 4, 12, 8, tzinfo=UTC)
    assert second.published == datetime(2020, 4, 14, 8, tzinfo=UTC)
    assert (first.language, first.outlet) == ("tr", "Kıyı Haber")


def test_a_feed_that_has_grown_gives_the_same_originals_for_its_older_entries(tmp_path: Path) -> None:
    item = "<item><title>New</title><description>A new thing was said.</description></item>"
    before = read(tmp_path / "a.xml", RSS.encode())
    after = read(tmp_path / "b.xml", RSS.replace("<item>", item + "<item>", 1).encode())
    originals = [outcome.original for outcome in after if isinstance(outcome, IncomingDocument)]
    assert originals[1:] == [outcome.original for outcome in before if isinstance(outcome, IncomingDocument)]


def test_a_feed_in_a_legacy_encoding_is_decoded_right_even_where_it_declares_none(tmp_path: Path) -> None:
    arabic = "قالت سلطة الموانئ إن الناقلة غادرت عند الظهر."
    feed = f"<rss version='2.0'><channel><item><description>{arabic}</description></item></channel></rss>"
    (document,) = read(tmp_path / "arabic.xml", feed.encode("windows-1256"))
    assert isinstance(document, IncomingDocument)
    assert (document.text, document.language) == (arabic, "ar")


def test_a_feed_that_breaks_off_keeps_its_whole_entries_and_says_so(tmp_path: Path) -> None:
    cut = RSS[: RSS.index("heard in the harbour")].encode()
    document, error = read(tmp_path / "cut.xml", cut)
    assert isinstance(document, IncomingDocument)
    assert document.title == "Tanker & tug leave"
    assert isinstance(error, ReadingError)
    assert error.reason == "the feed breaks off in or after entry 2"


def test_what_is_no_feed_is_refused(tmp_path: Path) -> None:
    for data, reason in (
        (b"<html><body>x</body></html>", "not an RSS or Atom feed"),
        (b"<rss version='2.0'><channel></channel></rss>", "holds no entries"),
        (b"", "empty"),
        (b"\x00\x01", "not a text file: NUL at byte 0"),
    ):
        (error,) = read(tmp_path / "no.xml", data)
        assert isinstance(error, ReadingError)
        assert error.reason == reason


def test_entities_neither_grow_without_measure_nor_read_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")
    nested = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{nested}]>{RSS_WITH.format("&e9;")}'
    outside = f'<!DOCTYPE r [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>{RSS_WITH.format("&e; indeed")}'
    for name, feed in (("bomb.xml", bomb), ("outside.xml", outside)):
        for outcome in read(tmp_path / name, feed.encode()):
            text = outcome.text if isinstance(outcome, IncomingDocument) else outcome.reason
            assert len(text) < 1000
            assert "secret words" not in text
    assert any(isinstance(outcome, ReadingError) for outcome in FileReader().read([tmp_path / "bomb.xml"]))


RSS_WITH = "<rss version='2.0'><channel><item><description>{}</description></item></channel></rss>"
