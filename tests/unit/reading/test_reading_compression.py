import gzip
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.reading import compression
from tracker.reading.compression import DamagedStreamError, PlainStream, expand


def read_all(data: bytes, size: int = 1000) -> bytes:
    stream = PlainStream(io.BytesIO(data))
    return b"".join(iter(lambda: stream.read(size), b""))


@settings(deadline=None)
@given(st.lists(st.binary()), st.integers(1, 100))
def test_members_follow_one_another(parts: list[bytes], size: int) -> None:
    data = b"".join(gzip.compress(part) for part in parts)
    assert read_all(data, size) == b"".join(parts)


def test_plain_bytes_pass_through() -> None:
    assert read_all(b"WARC/1.0 and so on") == b"WARC/1.0 and so on"


def test_looking_ahead_takes_nothing_away() -> None:
    stream = PlainStream(io.BytesIO(gzip.compress(b"WARC/1.0")))
    assert stream.begins_with(b"WARC/")
    assert not stream.begins_with(b"ARC/")
    assert (stream.read(100), stream.tell()) == (b"WARC/1.0", 8)


@pytest.mark.parametrize("cut", [1, 8, 9, 20])
def test_data_that_break_off_are_an_error(cut: int) -> None:
    whole = gzip.compress(b"words of a page, words of a page")
    with pytest.raises(DamagedStreamError, match="breaks off"):
        read_all(whole + whole[:-cut])


def test_damaged_data_are_an_error() -> None:
    whole = bytearray(gzip.compress(b"words of a page"))
    whole[12] ^= 0xFF
    with pytest.raises(DamagedStreamError, match="damaged"):
        read_all(bytes(whole))


def test_zeros_after_the_end_do_no_harm() -> None:
    assert read_all(gzip.compress(b"words") + b"\0" * 512) == b"words"


def test_a_bomb_is_stopped_soon() -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    stream = PlainStream(io.BytesIO(bomb))
    with pytest.raises(DamagedStreamError, match="expands more than 100 times"):
        list(iter(lambda: len(stream.read(65_536)), 0))
    assert stream.tell() < 11_000_000


def test_the_whole_may_not_come_to_more_than_the_largest_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "LARGEST_ARCHIVE", 1000)
    with pytest.raises(DamagedStreamError, match="comes to more than"):
        read_all(gzip.compress(b"words " * 300))


def test_bodies_are_expanded_in_each_form() -> None:
    raw = zlib.compressobj(wbits=-15)
    for data in (gzip.compress(b"page"), zlib.compress(b"page"), raw.compress(b"page") + raw.flush()):
        assert expand(data, 100) == b"page"


def test_a_body_that_is_too_large_or_cut_is_refused() -> None:
    with pytest.raises(DamagedStreamError, match="larger than"):
        expand(gzip.compress(b"\0" * 5000), 1000)
    with pytest.raises(DamagedStreamError, match="breaks off"):
        expand(gzip.compress(b"page " * 50)[:-9], 1000)
    with pytest.raises(DamagedStreamError, match="damaged"):
        expand(b"\xff\xff\xff", 1000)
