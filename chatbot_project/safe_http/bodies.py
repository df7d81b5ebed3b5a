"""An answer's body, read and unpacked only as far as the limit goes."""

import zlib
from collections.abc import Iterable

from .errors import HttpCallError

_BITS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def body_read(chunks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """The unpacked body. Raises HttpCallError (`sent`) when packed or unpacked it has more than `limit` bytes."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _joined(chunks, limit)
    if encoding not in _BITS:
        raise HttpCallError("answer_unreadable", "The answer is packed in a way that was not asked for.", sent=True)
    return _unpacked(_joined(chunks, limit), _BITS[encoding], limit)


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > limit:
            raise _too_large(limit)
    return bytes(found)


def _unpacked(packed: bytes, bits: int, limit: int) -> bytes:
    """One member is unpacked, never more than a byte beyond the limit."""
    unpacker = zlib.decompressobj(bits)
    try:
        found = unpacker.decompress(packed, limit + 1)
    except zlib.error:
        raise HttpCallError("answer_unreadable", "The answer cannot be unpacked.", sent=True) from None
    if len(found) > limit:
        raise _too_large(limit)
    if not unpacker.eof:
        raise HttpCallError("answer_unreadable", "The answer ended in the middle.", sent=True)
    return found


def _too_large(limit: int) -> HttpCallError:
    return HttpCallError("answer_too_large", f"The answer is larger than {limit // 1024} KB.", sent=True)
