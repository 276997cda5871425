"""Fetching from a real server: where the connection goes, what is followed, and what is too much."""

import gzip
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lone_server import Answer, LoneServer, answer_of, leads_to, lone_server, page

from tracker.domain.addresses import WebAddress
from tracker.domain.documents import IncomingDocument, Retrieval
from tracker.domain.errors import ReadingError
from tracker.reading import fetching
from tracker.reading.fetching import Fetched, Fetcher
from tracker.reading.reader import FileReader
from tracker.reading.web_targets import FetchRules, checked_addresses

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2020, 6, 5, 12, tzinfo=UTC)
CERTIFICATE = Path(__file__).parent / "certificates" / "news.example.pem"
ARTICLE = "<html><body><article><p>The council said that the road was open.</p></article></body></html>"


@pytest.fixture(autouse=True)
def the_loopback_counts_as_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """This one address of it, so that there is a server to ask; all else is judged as ever."""

    def check(found: Sequence[str]) -> tuple[str, ...]:
        return tuple(found) if set(found) == {"127.0.0.1"} else checked_addresses(found)

    monkeypatch.setattr(fetching, "checked_addresses", check)


class Names:
    """A resolver that remembers what it was asked. It answers with the loopback, and the second time not."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return ["10.9.9.9"] if self.asked.count(host) > 1 else ["127.0.0.1"]


def fetcher(server: LoneServer, names: Names | None = None, **options: object) -> Fetcher:
    rules = FetchRules(ports=frozenset({server.port}))
    return Fetcher(rules, lambda: NOW, resolve=names or Names(), **options)  # type: ignore[arg-type]


def refusal(answer: Answer, url: str = "http://news.example:{port}/", **options: object) -> str:
    """Why what a server answers is not taken."""
    with lone_server(answer) as server, pytest.raises(ReadingError) as refused:
        fetcher(server, **options).fetch(url.format(port=server.port))
    return refused.value.reason


def fetched(answer: Answer) -> Fetched:
    with lone_server(answer) as server:
        return fetcher(server).fetch(f"http://news.example:{server.port}/a?b=c")


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    names = Names()
    with lone_server(lambda _: page(ARTICLE)) as server:
        got = fetcher(server, names).fetch(f"http://news.example:{server.port}/a?b=c#d")
    # One look-up: a second one would have led to another machine.
    assert names.asked == ["news.example"]
    (head,) = server.requests
    assert head.startswith("GET /a?b=c HTTP/1.1\r\n")
    assert f"\r\nHost: news.example:{server.port}\r\n" in head
    assert "cookie" not in head.lower()
    assert "authorization" not in head.lower()
    assert got == Fetched(
        f"http://news.example:{server.port}/a?b=c", NOW, "text/html", "utf-8", ARTICLE.encode()
    )


def test_a_proxy_that_the_environment_names_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetched(lambda _: page(ARTICLE)).body == ARTICLE.encode()


def test_a_redirect_is_followed_and_looked_up_anew() -> None:
    names = Names()

    def answer(path: str) -> bytes:
        return page(ARTICLE) if path == "/b" else leads_to(f"http://other.example:{server.port}/b")

    with lone_server(answer) as server:
        got = fetcher(server, names).fetch(f"http://news.example:{server.port}/a")
    assert names.asked == ["news.example", "other.example"]
    assert got.address == f"http://other.example:{server.port}/b"


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://10.0.0.1:{port}/", "a private network"),
        ("http://[::1]:{port}/", "not global"),
        ("http://169.254.169.254:{port}/latest/meta-data/", "metadata"),
        ("http://2130706433:{port}/", "a spelling other than four decimal parts"),
        # The resolver's second answer for the same name is a private address.
        ("http://news.example:{port}/again", "10.9.9.9"),
        ("//localhost:{port}/", "no name of the public web"),
        ("http://anna:word@other.example:{port}/", "name or password"),
        ("http://other.example:22/", "port 22"),
        ("file:///etc/passwd", "not a web address"),
        ("ftp://other.example/", "not a web address"),
        ("http://other.example:{port}\\@evil.example/", "backslash"),
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_refused(location: str, said: str) -> None:
    def answer(_path: str) -> bytes:
        return leads_to(location.format(port=server.port))

    with lone_server(answer) as server, pytest.raises(ReadingError) as refused:
        fetcher(server).fetch(f"http://news.example:{server.port}/")
    assert said in refused.value.reason
    assert len(server.requests) == 1


def test_redirects_come_to_an_end() -> None:
    count = iter(range(1_000))

    def answer(_path: str) -> bytes:
        return leads_to(f"http://n{next(count)}.example:{server.port}/")

    with lone_server(answer) as server, pytest.raises(ReadingError, match="leads on more than 3 times"):
        fetcher(server).fetch(f"http://news.example:{server.port}/")
    assert len(server.requests) == 4


def test_a_compressed_page_is_expanded() -> None:
    body = gzip.compress(ARTICLE.encode())
    assert fetched(lambda _: answer_of(body, "Content-Encoding: gzip\r\n")).body == ARTICLE.encode()


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Callable[[str], Iterator[bytes]]:
    def answer(_path: str) -> Iterator[bytes]:
        yield head
        while True:
            yield piece
            time.sleep(pause)

    return answer


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(bytes(300_000_000), 9)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: answer_of(BOMB, "Content-Encoding: gzip\r\n"), "larger than 20 MB once decompressed"),
        (
            lambda _: answer_of(zlib.compress(bytes(50_000_000)), "Content-Encoding: deflate\r\n"),
            "larger than 20 MB once decompressed",
        ),
        (
            lambda _: answer_of(gzip.compress(BOMB), "Content-Encoding: gzip, gzip\r\n"),
            "compressed as gzip, gzip",
        ),
        (lambda _: answer_of(b"x", "Content-Encoding: br\r\n"), "compressed as br"),
        (lambda _: answer_of(b"no gzip", "Content-Encoding: gzip\r\n"), "the compressed data is damaged"),
        (lambda _: answer_of(BOMB[:90], "Content-Encoding: gzip\r\n"), "the compressed data breaks off"),
        (endless(OK + b"\r\n", b"x" * 65_536), "larger than 20 MB"),
        (
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n"),
            "larger than 20",
        ),
        (lambda _: answer_of(b"half", "Content-Length: 900\r\n"), "breaks off"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 60_000 + b"\r\n"), "could not be fetched"),
        (lambda _: b"\x16\x03\x01 no http", "could not be fetched"),
        (lambda _: b"", "could not be fetched"),
        (lambda _: page("no", status="404 Not Here"), "the server answers 404 Not Here"),
        (lambda _: page("", status="304 Not Modified"), "the server answers 304"),
        (lambda _: page("x", "image/svg+xml"), "image/svg+xml is none of the kinds"),
        (lambda _: page("x", "application/zip"), "application/zip is none of the kinds"),
        (lambda _: b"HTTP/1.1 200 OK\r\n\r\nx", "application/octet-stream is none of the kinds"),
    ],
)
def test_what_is_too_much_or_none_of_ours_is_not_taken(answer: Answer, said: str) -> None:
    assert said in refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        endless(OK + b"\r\n", b"x", 0.1),
        endless(b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n", 0.1),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    ],
    ids=["body", "headers", "informational"],
)
def test_a_server_that_drips_is_left_in_time(answer: Answer) -> None:
    began = time.monotonic()
    assert refusal(answer, seconds=0.5) == "could not be fetched within 0.5 seconds"
    assert time.monotonic() - began < 3


def test_a_server_that_is_silent_while_tls_begins_is_left_in_time() -> None:
    began = time.monotonic()
    said = refusal(lambda _: b"", "https://news.example:{port}/", seconds=0.5)
    assert said == "could not be fetched within 0.5 seconds"
    assert time.monotonic() - began < 3


def certified() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side of TLS, as news.example, and a client that believes its certificate."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(CERTIFICATE)
    return serving, ssl.create_default_context(cafile=CERTIFICATE)


def test_tls_names_the_host_and_believes_its_certificate_alone() -> None:
    serving, believing = certified()
    with lone_server(lambda _: page(ARTICLE), serving) as server:
        got = fetcher(server, context=believing).fetch(f"https://news.example:{server.port}/")
        assert got.body == ARTICLE.encode()
        assert server.names == ["news.example"]
        with pytest.raises(ReadingError, match="its certificate does not hold"):
            fetcher(server, context=believing).fetch(f"https://other.example:{server.port}/")
        with pytest.raises(ReadingError, match="its certificate does not hold"):
            fetcher(server).fetch(f"https://news.example:{server.port}/")
    assert len(server.requests) == 1


def test_from_https_nothing_leads_to_http() -> None:
    serving, believing = certified()
    location = "http://news.example:{}/"
    with (
        lone_server(lambda _: leads_to(location.format(server.port)), serving) as server,
        pytest.raises(ReadingError, match="it leads from https to http"),
    ):
        fetcher(server, context=believing).fetch(f"https://news.example:{server.port}/")


def read(answer: Answer) -> tuple[list[IncomingDocument], str]:
    """What is read from an address, which has to be documents, and the address."""
    with lone_server(answer) as server:
        url = f"http://news.example:{server.port}/news"
        outcomes = list(FileReader(fetcher=fetcher(server)).read([WebAddress(url)]))
    return [one for one in outcomes if isinstance(one, IncomingDocument)], url


def test_what_was_fetched_is_read_as_files_are_and_keeps_where_it_came_from() -> None:
    (document,), url = read(lambda _: page(ARTICLE))
    assert document.text == "The council said that the road was open."
    assert (document.url, document.original, document.media_type) == (url, ARTICLE.encode(), "text/html")
    assert document.retrieval == Retrieval(url, NOW)


def test_an_entry_of_a_feed_keeps_its_own_address_and_that_of_the_feed() -> None:
    item = (
        "<item><title>T</title><link>https://a.example/1</link><description>Boats left.</description></item>"
    )
    feed = f'<rss version="2.0"><channel>{item}</channel></rss>'
    # Many servers call their feeds pages.
    (document,), url = read(lambda _: page(feed, "text/html"))
    assert (document.text, document.url) == ("Boats left.", "https://a.example/1")
    assert document.retrieval == Retrieval(url, NOW)


def test_a_text_is_read_in_the_encoding_that_the_server_names() -> None:
    body = "قال المجلس إن الطريق مفتوح.".encode("cp1256")
    (document,), url = read(lambda _: answer_of(body, "", "text/plain; charset=windows-1256"))
    assert (document.text, document.url) == ("قال المجلس إن الطريق مفتوح.", url)


def test_without_a_fetcher_an_address_is_an_error_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Boats left.")
    error, document = FileReader().read([WebAddress("https://u:swordfish@news.example/"), tmp_path / "a.txt"])
    assert isinstance(error, ReadingError)
    assert str(error) == "https://…@news.example/: not fetched: nothing is fetched from the web here"
    assert isinstance(document, IncomingDocument)
    assert document.retrieval is None
