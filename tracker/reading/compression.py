"""Compressed bytes, a bounded amount at a time and never more than they may come to."""

import zlib
from typing import BinaryIO

from tracker.reading.limits import EXPANSION_IS_JUDGED_FROM, LARGEST_ARCHIVE, LARGEST_EXPANSION, MEGABYTE

_GZIP = b"\x1f\x8b"
_BLOCK = 65_536
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class DamagedStreamError(Exception):
    """Compressed bytes are cut off, wrong, or come to more than is allowed; the message says which."""


class PlainStream:
    """The bytes of a stream, decompressed if it is in gzip format (of one member or many)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending = stream.read(_BLOCK)
        self._taken = len(self._pending)
        self._decompressor = _decompressor() if self._pending.startswith(_GZIP) else None
        self._in_member = False
        self._ahead = b""
        self._given = 0

    def begins_with(self, prefix: bytes) -> bool:
        """Whether the next bytes are these; they stay to be read."""
        while len(self._ahead) < len(prefix) and (more := self._next(_BLOCK)):
            self._ahead += more
        return self._ahead.startswith(prefix)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer before the end too; none at the end. Raises DamagedStreamError."""
        size = size if size >= 0 else _BLOCK
        data = self._ahead[:size] or self._next(size)
        self._ahead = self._ahead[len(data) :]
        self._given += len(data)
        return data

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._given

    def _next(self, size: int) -> bytes:
        while True:
            if not self._pending:
                self._pending = self._stream.read(_BLOCK)
                self._taken += len(self._pending)
            if self._decompressor is None:
                data, self._pending = self._pending[:size], self._pending[size:]
                return data
            if not self._pending:
                if self._in_member:
                    raise DamagedStreamError("the compressed data breaks off")
                return b""
            data = self._decompress(self._decompressor, size)
            if data:
                self._check_expansion(len(data))
                return data

    def _decompress(self, decompressor: "zlib._Decompress", size: int) -> bytes:
        if not self._in_member and not self._pending.strip(b"\0"):
            # Tapes and some writers fill the last block up with zeros.
            self._pending = b""
            return b""
        self._in_member = True
        try:
            data = decompressor.decompress(self._pending, size)
        except zlib.error as error:
            raise DamagedStreamError("the compressed data is damaged") from error
        self._pending = decompressor.unconsumed_tail
        if decompressor.eof:
            self._pending = decompressor.unused_data
            self._decompressor = _decompressor()
            self._in_member = False
        return data

    def _check_expansion(self, size: int) -> None:
        total = self._given + len(self._ahead) + size
        if total > LARGEST_ARCHIVE:
            raise DamagedStreamError(f"comes to more than {LARGEST_ARCHIVE // MEGABYTE} MB")
        if total > EXPANSION_IS_JUDGED_FROM and total > LARGEST_EXPANSION * self._taken:
            raise DamagedStreamError(f"expands more than {LARGEST_EXPANSION} times")


def expand(data: bytes, largest: int) -> bytes:
    """The bytes behind gzip, zlib or raw deflate data.

    Raises DamagedStreamError, also where they come to more than `largest` bytes.
    """
    for form in (_GZIP_OR_ZLIB, _RAW_DEFLATE):
        decompressor = zlib.decompressobj(form)
        try:
            plain = decompressor.decompress(data, largest + 1)
        except zlib.error:
            continue
        if len(plain) > largest:
            raise DamagedStreamError(f"larger than {largest // MEGABYTE} MB once decompressed")
        if not decompressor.eof:
            raise DamagedStreamError("the compressed data breaks off")
        return plain
    raise DamagedStreamError("the compressed data is damaged")


def _decompressor() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 16)
