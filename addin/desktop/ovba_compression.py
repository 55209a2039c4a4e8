"""Compression of VBA source as the file format of VBA projects has it (MS-OVBA 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_CHUNK: Final = 4096
_SIGNATURE: Final = b"\x01"
_COMPRESSED: Final = 0xB000
_RAW: Final = 0x3000
_SHORTEST: Final = 3
_TOKENS_PER_FLAG: Final = 8
_CANDIDATES: Final = 32


def compress(data: bytes) -> bytes:
    """A compressed container; the same bytes always give the same container.

    Example:
        >>> decompress(compress(b"Option Explicit"))
        b'Option Explicit'
    """
    chunks = (data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK))
    return _SIGNATURE + b"".join(map(_compressed_chunk, chunks))


def decompress(container: bytes) -> bytes:
    """The data of a compressed container.

    Raises:
        ValueError: the container does not start as one does, or ends within a chunk.
    """
    if container[:1] != _SIGNATURE:
        raise ValueError(f"a container starts with 01; got {container[:1].hex() or 'nothing'}.")
    return b"".join(_chunks(container))


def _compressed_chunk(chunk: bytes) -> bytes:
    body = bytearray()
    position = 0
    places: dict[bytes, list[int]] = {}
    while position < len(chunk):
        flags_at = len(body)
        body.append(0)
        for token in range(_TOKENS_PER_FLAG):
            if position >= len(chunk):
                break
            length, offset = _longest_copy(chunk, position, places)
            if length:
                body[flags_at] |= 1 << token
                body += _copy_token(position, length, offset)
            else:
                body.append(chunk[position])
            for place in range(position, position + max(length, 1)):
                places.setdefault(chunk[place : place + _SHORTEST], []).append(place)
            position += max(length, 1)
    if len(body) <= _CHUNK:
        return struct.pack("<H", _COMPRESSED | (len(body) - 1)) + bytes(body)
    return struct.pack("<H", _RAW | (_CHUNK - 1)) + chunk.ljust(_CHUNK, b"\0")


def _offset_bits(position: int) -> int:
    """How many bits of a copy token tell the offset, which depends on how far the chunk is."""
    return max((position - 1).bit_length(), 4)


def _longest_copy(chunk: bytes, position: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """Length and offset of the longest earlier text that goes on here; zeros if none is."""
    most = min((0xFFFF >> _offset_bits(position)) + _SHORTEST, len(chunk) - position)
    best = (0, 0)
    if most < _SHORTEST:
        return best
    start = chunk[position : position + _SHORTEST]
    for place in reversed(places.get(start, [])[-_CANDIDATES:]):
        length = _SHORTEST
        while length < most and chunk[place + length] == chunk[position + length]:
            length += 1
        if length > best[0]:
            best = (length, position - place)
    return best


def _copy_token(position: int, length: int, offset: int) -> bytes:
    shift = 16 - _offset_bits(position)
    return struct.pack("<H", ((offset - 1) << shift) | (length - _SHORTEST))


def _chunks(container: bytes) -> Iterator[bytes]:
    start = 1
    while start < len(container):
        header = int.from_bytes(container[start : start + 2], "little")
        end = start + 3 + (header & 0x0FFF)
        if end > len(container):
            raise ValueError(f"the container ends within the chunk at byte {start}.")
        body = container[start + 2 : end]
        yield _expanded(body) if header & 0x8000 else body
        start = end


def _expanded(body: bytes) -> bytes:
    data = bytearray()
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for token in range(_TOKENS_PER_FLAG):
            if at >= len(body):
                break
            if not flags >> token & 1:
                data.append(body[at])
                at += 1
                continue
            word = int.from_bytes(body[at : at + 2], "little")
            shift = 16 - _offset_bits(len(data))
            offset = (word >> shift) + 1
            for _ in range((word & ((1 << shift) - 1)) + _SHORTEST):
                data.append(data[-offset])
            at += 2
    return bytes(data)
