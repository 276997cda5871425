"""Documents of every kind that is read, damaged in the ways in which documents arrive damaged, or worse.

Everything is made here, from a few sentences: valid documents first, then mutations of their bytes. The
same seed and number always give the same bytes.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

_WORDS = {
    "en": "The harbour master of Zuwara said on Monday that 14 boats were lost. A guard denied it.",
    "ar": "قال مدير ميناء زوارة يوم الاثنين إن 14 قاربا غرقت. ونفى أحد الحراس ذلك تماما.",
    "tr": "Zuvara liman müdürü pazartesi günü 14 teknenin battığını söyledi. Bir bekçi bunu yalanladı.",
    "ru": "Начальник порта Зувары заявил в понедельник, что погибло 14 лодок. Сторож это опроверг.",
}
_LEGACY = (
    ("ru", "windows-1251"),
    ("ar", "windows-1256"),
    ("tr", "windows-1254"),
    ("ru", "koi8-r"),
    ("ar", "utf-16"),
)
_SUFFIXES = (".html", ".xml", ".jsonl", ".csv", ".txt", ".warc", ".warc.gz")
_RANDOM = "random bytes"
_RANDOM_SHARE = 0.08
_MUTATIONS_EACH = (1, 1, 2, 3)
_USUAL_SIZE = 20_000
_BLOWN_UP = (200_000, 1_000_000, 3_000_000, 4_900_000, 21_000_000)
_BLOWN_UP_SHARE = 0.08
_LARGEST = 25_000_000


@dataclass(frozen=True, slots=True)
class Specimen:
    """A document: its kind, the suffix of a file that holds it, and its bytes."""

    kind: str
    suffix: str
    data: bytes


_Mutation: TypeAlias = Callable[[Random, bytes, int], bytes]
"""From bytes and a size, how much of anything may be put in, to other bytes."""


def mutated_documents(count: int, seed: int) -> Iterator[Specimen]:
    """So many documents, each damaged in one to three ways.

    One in twelve is random from the start, as many are blown up to megabytes.
    """
    valid = valid_documents()
    for number in range(count):
        chance = Random(f"{seed}:{number}")  # noqa: S311 - chance that can be repeated is wanted
        if chance.random() < _RANDOM_SHARE:
            yield Specimen(_RANDOM, chance.choice(_SUFFIXES), _noise(chance))
            continue
        specimen = valid[number % len(valid)]
        data = specimen.data
        mutations = chance.choice(_MUTATIONS_EACH)
        if chance.random() < _BLOWN_UP_SHARE:
            data = chance.choice(_BLOWING_UP)(chance, data, chance.choice(_BLOWN_UP))
            mutations = chance.randint(0, 1)
        for _ in range(mutations):
            data = chance.choice(_MUTATIONS)(chance, data, int(_USUAL_SIZE ** chance.random()))
        yield Specimen(specimen.kind, specimen.suffix, data[:_LARGEST])


def valid_documents() -> Sequence[Specimen]:
    """An undamaged document of every kind."""
    pages = [_page(_WORDS[language], "utf-8") for language in _WORDS]
    archive = b"".join(_record(number, page) for number, page in enumerate(pages))
    members = b"".join(gzip.compress(_record(number, page), mtime=0) for number, page in enumerate(pages))
    lines = [{"id": key, "lang": key, "title": "Boats", "text": words} for key, words in _WORDS.items()]
    rows = "".join(f'{key},"{words}",2020-01-06\n' for key, words in _WORDS.items())
    return (
        Specimen("html", ".html", pages[0]),
        *(Specimen(f"html {code}", ".html", _page(_WORDS[key], code)) for key, code in _LEGACY),
        Specimen("rss", ".xml", _rss()),
        Specimen("atom", ".xml", _atom()),
        Specimen("jsonl", ".jsonl", "\n".join(json.dumps(line) for line in lines).encode()),
        Specimen("csv utf-8", ".csv", f"id,text,published\n{rows}".encode()),
        Specimen("csv utf-16", ".csv", f"id,text,published\n{rows}".encode("utf-16")),
        Specimen("txt utf-8", ".txt", "\n\n".join(_WORDS.values()).encode()),
        *(Specimen(f"txt {code}", ".txt", (_WORDS[key] + "\n").encode(code) * 3) for key, code in _LEGACY),
        Specimen("warc", ".warc", archive),
        Specimen("warc.gz", ".warc.gz", members),
    )


def _page(words: str, code: str) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{code}"><title>Boats</title>'
        '<meta property="article:published_time" content="2020-01-06T10:00:00Z">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Boats of Zuwara lost", '
        '"datePublished": "2020-01-06", "publisher": {"name": "The Wire"}}</script>'
        f"</head><body><nav><a href='/'>Home</a></nav><article><h1>Boats</h1><p>{words}</p>"
        f"<ul><li>{words}</li></ul><table><tr><td>{words}</td></tr></table></article></body></html>"
    ).encode(code)


def _rss() -> bytes:
    items = "".join(
        f"<item><title>Boats &amp; {key}</title><link>https://news.example.org/{key}</link>"
        f"<pubDate>Mon, 06 Jan 2020 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{words}&lt;/p&gt;</description></item>"
        for key, words in _WORDS.items()
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>'
    return f"{head}{items}</channel></rss>".encode()


def _atom() -> bytes:
    entries = "".join(
        f"<entry><id>tag:{key}</id><title>Boats</title><updated>2020-01-06T10:00:00Z</updated>"
        f'<content type="html"><![CDATA[<p>{words}</p>]]></content></entry>'
        for key, words in _WORDS.items()
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>{entries}</feed>'.encode()


def _record(number: int, page: bytes) -> bytes:
    compressed = number == 1
    body = gzip.compress(page, mtime=0) if compressed else page
    if chunked := number == 2:  # noqa: PLR2004 - some record has to be
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    http += b"Content-Encoding: gzip\r\n" * compressed + b"Transfer-Encoding: chunked\r\n" * chunked
    block = http + b"\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2020-01-06T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>\r\n"
        f"WARC-Target-URI: https://news.example.org/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _noise(chance: Random) -> bytes:
    data = chance.randbytes(int(1_000_000 ** chance.random()))
    kept = chance.choice((None, bytes(range(128, 256)), bytes(range(32)), b"<>&;\"'/= abc[]{},:0\n"))
    if kept is not None:
        data = data.translate(bytes(kept[byte % len(kept)] for byte in range(256)))
    return chance.choice((b"", b"", b"\x1f\x8b\x08\x00", b"WARC/1.0\r\n", b"<html>", b"\xff\xfe")) + data


def _place(chance: Random, data: bytes) -> tuple[int, int]:
    first, second = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return first, min(second, first + 2_000)


def _flip(chance: Random, data: bytes, size: int) -> bytes:
    damaged = bytearray(data)
    for _ in range(min(size, 40) if damaged else 0):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _overwrite(chance: Random, data: bytes, _size: int) -> bytes:
    first, end = _place(chance, data)
    return data[:first] + chance.randbytes(end - first) + data[end:]


def _cut_off(chance: Random, data: bytes, _size: int) -> bytes:
    return data[: chance.randint(0, len(data))]


def _cut_out(chance: Random, data: bytes, _size: int) -> bytes:
    first, end = _place(chance, data)
    return data[:first] + data[end:]


def _repeat(chance: Random, data: bytes, size: int) -> bytes:
    first, end = _place(chance, data)
    return data[:end] + data[first:end] * max(1, size // max(1, end - first)) + data[end:]


def _splice(chance: Random, data: bytes, _size: int) -> bytes:
    other = chance.choice(valid_documents()).data
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _put_in(chance: Random, data: bytes, size: int) -> bytes:
    """Put something hostile in somewhere, often where markup or a field begins."""
    hostile = chance.choice(_HOSTILE)
    piece = hostile(chance, size) if callable(hostile) else hostile * max(1, size // len(hostile))
    at = chance.randint(0, len(data))
    if chance.random() < 0.5:  # noqa: PLR2004 - every other time
        at = max(data.find(chance.choice((b"<", b">", b'"', b",", b"\n", b" ")), at), 0)
    return data[:at] + piece + data[at:]


def _lie(chance: Random, data: bytes, size: int) -> bytes:
    """Say something else of the encoding, length, kind or date."""
    pattern, lies = chance.choice(_LIES)
    lie = chance.choice(lies)
    return re.sub(pattern, lambda found: found[1] + lie, data, count=chance.choice((0, 1, 1 + size % 3)))


def _squeeze(chance: Random, data: bytes, size: int) -> bytes:
    """Compress, then perhaps damage; a little compressed data may be much."""
    packed = gzip.compress(data + b"\0" * chance.choice((0, 0, size, size * 10)), mtime=0)
    damage = chance.choice((_flip, _cut_off, _cut_out, lambda _chance, whole, _size: whole))
    return chance.choice((b"", data)) + damage(chance, packed, 3)


def _recode(chance: Random, data: bytes, _size: int) -> bytes:
    codes = ("utf-8", "utf-16", "utf-16-be", "utf-32", "windows-1251", "windows-1256", "koi8-r", "utf-7")
    return data.decode("utf-8", "replace").encode(chance.choice(codes), "replace")


def _attributes(chance: Random, size: int) -> bytes:
    names = (b' a%x="%x"' % (number, chance.getrandbits(16)) for number in range(max(1, size // 12)))
    return b"<p%s>" % b"".join(names)


def _entities(chance: Random, size: int) -> bytes:
    """Entities made of entities, which grow without measure where a parser expands them."""
    width = chance.randint(2, 12)
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * width}">' for n in range(1, min(40, size // 10 + 2)))
    return f'<!DOCTYPE x [<!ENTITY e0 "boats ">{levels}]>&e1;&e9;&e30;'.encode()


def _members(_chance: Random, size: int) -> bytes:
    return b"{%s}" % b",".join(b'"k%d":[{}]' % number for number in range(size // 12))


_HOSTILE: Sequence[bytes | Callable[[Random, int], bytes]] = (
    _attributes, _entities, _members, Random.randbytes,
    b"\0", b"\x1b[2J", b"\x1a", b"\xff", b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe\0\0",
    b"\xed\xa0\x80", b"\\ud800", b"&#xD800;", b"&#0;", b"&#99999999999;", b"&nbsp", b"&x", b"&",
    "\u202e".encode(), "e\u0301".encode(), "\u0301".encode(), "\ufdfd".encode(), "\U0001f6a2".encode(),
    b"<div>", b"<b><i>", b"</div>", b"<table><tr><td>", b"<li>", b"<p>", b"<a href=", b"<a", b"<", b">",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<script>", b"<svg><math>", b"<?xml ", b"<item>", b"<entry>",
    b'<meta property="article:published_time" content="Mon, 06 Jan 2020 10:00:00 +9999999999999">',
    b'<meta charset="utf-7">', b'<base href="javascript:">', b'<link rel="canonical" href="http://[">',
    b"[", b"{", b'{"a":', b"]", b"}", b"[[[[[]]]]],", b"{},", b'"text":"a b",', b'"', b"'", b",", b";", b":",
    b"1e999", b"NaN", b"-", b"9", b"x", b"x ", b" ", b"\n", b"\r", b"\r\n", b"\t", b"text,", b'\n"text',
    b"\\", b"WARC/1.0\r\n", b"Content-Length: 5\r\n", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", b"\r\n\r\n",
    b"ffffffff\r\n",
)  # fmt: skip

_NUMBERS = (b"0", b"1", b"-1", b"99999999", b"9" * 30, b"9" * 5_000, b"1e3", b"x", b"")
_LIES = (
    (
        rb"((?:charset|encoding)\s*=\s*[\"']?)[\w:.-]+",
        (
            b"utf-8",
            b"utf-16",
            b"windows-1251",
            b"koi8-r",
            b"shift_jis",
            b"utf-7",
            b"rot13",
            b"\xff",
            b"x" * 999,
        ),
    ),
    (rb"(Content-Length: )\d+", _NUMBERS),
    (rb"((?:Content|Transfer)-Encoding: )\w+", (b"gzip", b"br", b"deflate", b"chunked", b"x" * 500)),
    (rb"(Content-Type: )[^\r\n]+", (b"text/html", b"image/png", b"application/http", b";", b"x" * 90_000)),
    (rb"(WARC-Type: )\w+", (b"request", b"revisit", b"resource", b"", b"\0")),
    (rb"(WARC-Target-URI: )\S+", (b"http://[", b"javascript:x", b"\xff", b"x" * 90_000)),
    (rb"(HTTP/1.1 )\d+", _NUMBERS),
    (
        rb"(pubDate>|updated>|published\": ?\"|published_time\" content=\"|,)[^<\"\n]{8,30}",
        (b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"2020-02-30", b"Mon, 99 Foo 99999 99:99", b"\xd9\xa3"),
    ),
    (
        rb"(\"(?:text|title|lang|id|headline|name)\": )\"[^\"]*\"",
        (b"null", b"1", b"[]", b"{}", b'""', b'"\\ud800"', b'"\\u0000"'),
    ),
    (rb"(<link>)[^<]*", (b"javascript:x", b"http://[", b"\xe2\x80\xae", b"x" * 90_000)),
)

_BLOWING_UP: Sequence[_Mutation] = (_repeat, _put_in, _put_in, _put_in, _squeeze)
_MUTATIONS: Sequence[_Mutation] = (
    _flip, _overwrite, _cut_off, _cut_out, _repeat, _splice, _squeeze, _recode,
    *(_put_in, _put_in, _put_in, _lie, _lie),
)  # fmt: skip
