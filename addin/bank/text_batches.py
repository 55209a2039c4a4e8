"""Delimited text in slices: a part of the file at a time, read as the refresh reads it whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from addin.errors import SourceError
from addin.portfolio.delimited import Layout, find_layout, parse_delimited
from addin.portfolio.encodings import to_utf8
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows

PART_BYTES: Final = 16 << 20
_WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be")
_LONGEST_RECORD: Final = 200
_SAMPLE: Final = 4 << 20


def find_text_layout(source: Source, file: Path, name: str, known: frozenset[str]) -> Layout:
    """How a text file is laid out, its encoding found from the whole of it.

    Raises:
        SourceError: it cannot be read, is empty, no text, or without a header.
    """
    try:
        with file.open("rb") as content:
            head = content.read(_SAMPLE)
        encoding = source.encoding or _encoding(file, name)
    except OSError as problem:
        raise SourceError(
            file, f"cannot be read ({problem.strerror}).", "Check that it is a file you may read."
        ) from None
    if len(head) == _SAMPLE:
        head = head[: head.rfind(b"\n") + 1] or head
    text = head.decode(encoding, errors="replace").encode() if _narrow(encoding) else head
    stated = replace(source, encoding="utf-8" if _narrow(encoding) else None)
    return replace(find_layout(text, stated, name, known), encoding=encoding)


def _narrow(encoding: str) -> bool:
    return encoding not in _WIDE


def _encoding(file: Path, name: str) -> str:
    """The encoding of a file: judged by all lines with a byte beyond ASCII, as many as are read."""
    sample = bytearray()
    with file.open("rb") as content:
        first = content.read(_SAMPLE)
        judged = to_utf8(first, None, name).encoding
        if judged in (*_WIDE, "utf-8-sig"):
            return judged
        content.seek(0)
        for line in content:
            if not line.isascii():
                sample += line
                if len(sample) > _SAMPLE:
                    break
    return to_utf8(bytes(sample), None, name).encoding if sample else judged


def text_slices(file: Path, layout: Layout) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of a text file that can be read by themselves.

    Gives:
        The place of the first byte and of the byte after the last, how many lines there are, and
        how many stand before them.
    """
    if not _narrow(layout.encoding):
        # Two bytes a character: such a file is small, or it is exported as UTF-8.
        yield 0, file.stat().st_size, 0, 0
        return
    with file.open("rb") as content:
        for _ in range(layout.header_row):
            content.readline()
        start, before = content.tell(), 0
        for part in _parts(content):
            lines = part.count(b"\n")
            yield start, start + len(part), lines, before
            start, before = start + len(part), before + lines


def text_slice(
    source: Source,
    file: Path,
    name: str,
    known: frozenset[str],
    layout: Layout,
    part: tuple[int, int, int],
) -> RawRows:
    """The rows of a stretch of a text file, with the row numbers of the whole file.

    Args:
        source: the source.
        file: the file.
        name: what messages call it.
        known: the names that a column may have.
        layout: how it is laid out.
        part: the places of the first byte and of the byte after the last; the lines before.

    Raises:
        SourceError: it cannot be read.
    """
    start, end, lines = part
    if not _narrow(layout.encoding):
        return parse_delimited(file.read_bytes(), source, name, known)
    stated = replace(
        source, encoding="utf-8", delimiter=layout.delimiter, header_row=layout.header_row
    )
    with file.open("rb") as content:
        header = b"".join(content.readline() for _ in range(layout.header_row))
        content.seek(start)
        raw = (header + content.read(end - start)).decode(layout.encoding, errors="replace")
    text = raw.encode().removeprefix(b"\xef\xbb\xbf")
    rows = parse_delimited(text, stated, name, known, further=lines > 0)
    return replace(
        rows,
        rows=rows.rows + lines,
        broken=tuple(replace(row, row=row.row + lines) for row in rows.broken),
        detail=rows.detail,
    )


def _parts(content: BinaryIO) -> Iterator[bytes]:
    """Parts of whole records: quotes are closed where a part ends, if they are closed at all."""
    while part := content.read(PART_BYTES):
        part += content.readline()
        if part.count(b'"') % 2:
            part = _closed(part, content)
        yield part


def _closed(part: bytes, content: BinaryIO) -> bytes:
    start = content.tell()
    longer = part
    for _ in range(_LONGEST_RECORD):
        line = content.readline()
        longer += line
        if not line or longer.count(b'"') % 2 == 0:
            return longer
    content.seek(start)
    return part


def file_digest(file: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as problem:
        raise SourceError(
            file, f"cannot be read ({problem.strerror}).", "Check that it is a file you may read."
        ) from None
