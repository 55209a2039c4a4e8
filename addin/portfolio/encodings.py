"""From the bytes of a text file to UTF-8, with the encoding stated and damage marked."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

import numpy as np

from addin.errors import SourceError

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands where bytes could not be read; the row that holds it goes on the data check."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY: Final = (
    (b"PK\x03\x04", "a zip package such as .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF"),
)
_SAMPLE: Final = 1 << 20
_HIGH: Final = 0x80
_PAIRED_SHARE: Final = 0.6
_DAMAGE_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text file as UTF-8 without byte order mark, with the encoding it was written in."""

    data: bytes
    encoding: str


def to_utf8(data: bytes, encoding: str | None, source: str) -> DecodedText:
    """The text as UTF-8; bytes that cannot be read become ``REPLACEMENT``.

    An encoding that was asked for is held to strictly. Otherwise: the byte order mark, UTF-16 by
    its zero bytes, UTF-8, then GB 18030 if bytes beyond ASCII come in pairs as Chinese does,
    else Windows-1252.

    Raises:
        SourceError: it is no text file, or not of the encoding that was asked for.
    """
    for mark, what in _BINARY:
        if data.startswith(mark):
            raise SourceError(source, f"is {what}, not text.", "Give it its usual file extension.")
    if encoding is not None:
        return _strict(data, encoding, source)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _lenient(data, name)
    wide = _utf16(data)
    if wide is not None:
        return _lenient(data, wide)
    return _narrow(data)


def _strict(data: bytes, encoding: str, source: str) -> DecodedText:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise SourceError(
            source,
            f"unknown encoding {encoding!r}.",
            "Use utf-8, gb18030, utf-16, cp1252 or another name that Python knows.",
        ) from None
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise SourceError(
            source,
            f"line {line} is not {encoding}: byte 0x{data[problem.start]:02x} does not fit.",
            "Name the encoding it was saved in, or leave the encoding out to have it found.",
        ) from None
    return DecodedText(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").encode(), encoding)


def _lenient(data: bytes, encoding: str) -> DecodedText:
    return DecodedText(data.decode(encoding, errors="replace").encode(), encoding)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: delimiters, digits and line ends have a zero byte on one side."""
    sample = np.frombuffer(data[: _SAMPLE & ~1], dtype=np.uint8)
    zeros = sample == 0
    even, odd = int(zeros[0::2].sum()), int(zeros[1::2].sum())
    if max(even, odd) * 20 < len(sample):
        return None
    if min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(data: bytes) -> DecodedText:
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return DecodedText(data, "utf-8")
    text = data.decode(errors="replace")
    damaged = text.count(REPLACEMENT)
    foreign = len(text) - len(text.encode("ascii", errors="ignore"))
    if damaged <= 1 + foreign * _DAMAGE_SHARE and foreign > damaged:
        return DecodedText(text.encode(), "utf-8")
    if _comes_in_pairs(data):
        return _lenient(data, "gb18030")
    try:
        return DecodedText(data.decode("cp1252").encode(), "cp1252")
    except UnicodeDecodeError:
        return _lenient(data, "latin-1")


def _comes_in_pairs(data: bytes) -> bool:
    """Whether most bytes beyond ASCII have a neighbour beyond ASCII: Chinese, not an accent."""
    high = np.frombuffer(data, dtype=np.uint8) >= _HIGH
    beside = np.zeros_like(high)
    beside[1:] |= high[:-1]
    beside[:-1] |= high[1:]
    return bool((high & beside).sum() >= _PAIRED_SHARE * high.sum())
