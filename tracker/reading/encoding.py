"""Bytes to words: which encoding a text is in, and why bytes are no text at all.

UTF-8 and the byte order marks decide by themselves. Single-byte encodings accept nearly anything, so
each candidate's reading is judged as a text: are the letters those of the languages that used this
encoding, do they form words, and does a language model recognise the result?
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from tracker.domain.errors import ReadingError
from tracker.reading.legacy_encodings import Reading, best_reading, judge_foreign
from tracker.reading.outcomes import NOT_TEXT

_MARKS = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# PDF, ZIP (and office files), programs, pictures, RTF, gzip.
_SIGNATURES = (b"%PDF-", b"PK\3\4", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"\x1f\x8b")
_CONTROLS = bytes({*range(1, 9), *range(0x0E, 0x20), 0x7F} - {0x1B})
_CONTROLS_TOLERATED = 0.01
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_ESCAPED = re.compile("[\udc80-\udcff]")
_WIDE = re.compile(r"[^\x00-\x7f\udc80-\udcff]")

_HEAD = 4_096
"""Bytes in which a page declares its encoding, with some room."""
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)

_SAMPLE = 16_384
"""Bytes of lines with more than ASCII in them that candidates are judged by."""
_OF_ONE_LINE = 4_096
_AROUND_FAULT = 100_000

_WESTERN = "windows-1252"
# What browsers do with these labels: the Windows code page is a superset of the ISO one in use.
_LABELS = {
    "iso-8859-1": _WESTERN,
    "iso8859-1": _WESTERN,
    "latin-1": _WESTERN,
    "latin1": _WESTERN,
    "us-ascii": _WESTERN,
    "ascii": _WESTERN,
    "cp1252": _WESTERN,
    "iso-8859-9": "windows-1254",
    "iso8859-9": "windows-1254",
    "latin5": "windows-1254",
}
# Python knows many more codecs, some of which make sense of any bytes whatever.
_DECLARABLE = re.compile(
    r"windows-12\d\d|cp12\d\d|cp866|iso-?8859-\d+|koi8-[ru]|mac-?cyrillic|tis-620|windows-874"
    r"|gb2312|gbk|gb18030|big5|euc-jp|euc-kr|shift[_-]jis"
)

# Of the single-byte encodings, those that texts were published in.
_COMMON = re.compile(r"cp125\d|iso8859_\d+|koi8_[a-z]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the encoding that its bytes were in."""

    text: str
    encoding: str


def decode(data: bytes, origin: str, declared: str | None = None) -> Decoded:
    """The text in some bytes, without a byte order mark and otherwise unchanged.

    `declared` is the encoding that a page names for itself; it is taken at its word only where the
    bytes agree. Raises ReadingError for bytes that are no text or whose encoding cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_decode_marked(data[len(mark) :], encoding, len(mark), origin), encoding)
    refuse_binary(data, origin)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        offset = error.start
    decoded = _otherwise_encoded(data, offset, declared)
    if decoded is None:
        raise ReadingError(origin, f"invalid UTF-8 at byte {offset}, and no other encoding fits")
    return decoded


def refuse_binary(data: bytes, origin: str) -> None:
    """Raise ReadingError for bytes that are neither UTF-8 nor in any single-byte encoding of texts."""
    if data.startswith(_SIGNATURES):
        raise ReadingError(origin, NOT_TEXT)
    if (null := data.find(0)) >= 0:
        raise ReadingError(origin, f"{NOT_TEXT}: NUL at byte {null}")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > max(1, _CONTROLS_TOLERATED * len(data)):
        raise ReadingError(origin, f"{NOT_TEXT}: {controls} control characters in {len(data)} bytes")


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page of HTML or a piece of XML declares near its beginning, if it does."""
    match = _DECLARED.search(data, 0, _HEAD)
    return match.group(1).decode("ascii") if match else None


def stream_encoding(beginning: bytes, origin: str) -> str:
    """The name of the encoding to read a stream in, from the whole lines that it begins with.

    UTF-8 with some bytes damaged counts as UTF-8. Raises ReadingError for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            # These codecs take the mark away.
            return "utf-8-sig" if encoding == "utf-8" else encoding.removesuffix("-le").removesuffix("-be")
    refuse_binary(beginning, origin)
    try:
        return decode(beginning, origin).encoding
    except ReadingError:
        return "utf-8"


def _decode_marked(data: bytes, encoding: str, skipped: int, origin: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise ReadingError(origin, f"invalid {name} at byte {error.start + skipped}") from error


def _otherwise_encoded(data: bytes, offset: int, declared: str | None) -> Decoded | None:
    label = (declared or "").strip().strip("\"'").lower()
    label = _LABELS.get(label, label)
    taken = _as(data, label) if _DECLARABLE.fullmatch(label) else None
    # Western is what servers claim when nobody told them: any better reading wins over it.
    if taken is not None and label != _WESTERN:
        return taken
    if _mostly_utf_8(data[max(0, offset - _AROUND_FAULT) : offset + _AROUND_FAULT]):
        return None
    sample = _sample(data)
    reading = best_reading(sample) or _guess(sample)
    return _as(data, reading.encoding) if reading is not None else taken


def _as(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except (LookupError, UnicodeError):
        return None


def _mostly_utf_8(data: bytes) -> bool:
    """Whether this is UTF-8 with a few bytes damaged.

    In single-byte encodings hardly any byte beyond ASCII happens to form a UTF-8 sequence.
    """
    text = data.decode("utf-8", "surrogateescape")
    return len(_WIDE.findall(text)) >= max(1, len(_ESCAPED.findall(text)))


def _sample(data: bytes) -> bytes:
    """The lines with bytes beyond ASCII, without tags: elsewhere all encodings agree."""
    pieces: list[bytes] = []
    size = 0
    for line in data.splitlines():
        first = _BEYOND_ASCII.search(line)
        if first is not None:
            start = max(0, first.start() - _OF_ONE_LINE // 4)
            pieces.append(_TAG.sub(b" ", line[start : start + _OF_ONE_LINE]))
            size += len(pieces[-1])
        if size >= _SAMPLE:
            break
    return b"\n".join(pieces)


def _guess(sample: bytes) -> Reading | None:
    """For languages beyond our four: what charset-normalizer proposes, if a language bears it out."""
    proposed = (match.encoding for match in from_bytes(sample))
    readings = (judge_foreign(sample, encoding) for encoding in proposed if _COMMON.fullmatch(encoding))
    return max(filter(None, readings), key=lambda reading: reading.score, default=None)
