"""CSV and its relatives: any usual encoding, delimiter and quoting, however dirty."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from addin.errors import SourceError, no_such_file
from addin.portfolio.encodings import to_utf8
from addin.portfolio.model import Source
from addin.portfolio.records import Records, find_records
from addin.portfolio.rows import (
    BrokenRow,
    IntArray,
    ObjectArray,
    RawRows,
    find_header,
    name_columns,
    normalise,
)
from udfs.errors import Words

_DELIMITERS: Final = {
    ",": Words("comma", "逗号"),
    ";": Words("semicolon", "分号"),
    "\t": Words("tab", "制表符"),
    "|": Words("bar", "竖线"),
}
_SAMPLE_LINES: Final = 200
_BINARY_SAMPLE: Final = 65536
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]|\xef\xbf\xbd")
_MOST_CONTROLS: Final = 0.03
_FEW_CONTROLS: Final = 20
_HINT: Final = b"sep="


@dataclass(frozen=True, slots=True)
class _Text:
    """A decoded file: lines that all end with a line feed, and how the file ended."""

    data: bytes
    encoding: str
    unfinished: bool
    skipped: int
    hinted: str | None


def read_delimited(source: Source, file: Path, known: frozenset[str]) -> RawRows:
    """The rows of a delimited text file, every cell as text.

    Rows with more or fewer fields than the header, rows whose quote is never closed and a last
    row that was cut off are kept apart with their line number.

    Args:
        source: the file and what is known of it.
        file: its path.
        known: normalised names by which the header row is recognised.

    Raises:
        SourceError: the file is missing, empty, no text, or without a header.
    """
    return parse_delimited(_read_bytes(file), source, file.name, known)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited text is laid out.

    Attributes:
        delimiter: what stands between its fields.
        header_row: the row of the header, from 1.
        encoding: the encoding it is read in.
        columns: the names of its columns.
    """

    delimiter: str
    header_row: int
    encoding: str
    columns: tuple[str, ...]


def find_layout(raw: bytes, source: Source, name: str, known: frozenset[str]) -> Layout:
    """How a text is laid out, from its beginning.

    Raises:
        SourceError: it is empty, no text, or without a header.
    """
    text = _prepare(raw, source, name)
    delimiter = _delimiter(text, source, name, known)
    line, headers = _header(text, delimiter, source, known, name)
    names, _ = name_columns(headers[: _named_width(headers)], name)
    return Layout(delimiter, line + 1 + text.skipped, text.encoding, tuple(names))


def parse_delimited(
    raw: bytes, source: Source, name: str, known: frozenset[str], *, further: bool = False
) -> RawRows:
    """The rows of a delimited text, as ``read_delimited`` reads them from a file.

    Args:
        raw: the text.
        source: what is known of it.
        name: how messages call it.
        known: normalised names by which the header row is recognised.
        further: whether it is a further part of a file, of which no row need fit the header.

    Raises:
        SourceError: it is empty, no text, or without a header.
    """
    text = _prepare(raw, source, name)
    delimiter = _delimiter(text, source, name, known)
    header_line, headers = _header(text, delimiter, source, known, name)
    named = _named_width(headers)
    names, twice = name_columns(headers[:named], name)
    body = _after_line(text.data, header_line)
    width = _row_width(body, delimiter, len(headers), named)
    offset = header_line + 2 + text.skipped
    records = find_records(body, delimiter, width)
    frame, lines, broken = _split(body, delimiter, width, records, unfinished=text.unfinished)
    frame, lines, extra = _drop_nameless(frame, lines, named, delimiter)
    if broken + extra and frame.empty and not further:
        raise SourceError(
            name,
            f"no row has the {named} fields of the header in line {header_line + 1}.",
            f"State the delimiter if it is not {delimiter!r}, or the header's row.",
        )
    frame.columns = pd.Index(names)
    found = sorted([*broken, *extra], key=lambda row: row.row)
    return RawRows(
        source=name,
        sheet="",
        frame=frame,
        rows=lines + offset,
        broken=tuple(BrokenRow(row.row + offset, row.text, row.rule, row.allowed) for row in found),
        twice=twice,
        sha256=hashlib.sha256(raw).hexdigest(),
        detail=_how(text.encoding, delimiter),
    )


def _delimiter(text: _Text, source: Source, name: str, known: frozenset[str]) -> str:
    delimiter = source.delimiter or text.hinted or _find_delimiter(text.data, known)
    if len(delimiter.encode()) != 1:
        raise SourceError(
            name, f"delimiter {delimiter!r} is not one plain character.", "Use , ; | or a tab."
        )
    return delimiter


def _how(encoding: str, delimiter: str) -> Words:
    """How a file was read: its encoding and what stands between its fields."""
    between = _DELIMITERS.get(delimiter, Words(repr(delimiter), f" {delimiter!r} "))
    return Words(f"{encoding}, {between}", f"{encoding}，{between.zh}分隔")


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise no_such_file(SourceError, file) from None
    except OSError as problem:
        raise SourceError(
            file,
            Words(f"cannot be read ({problem.strerror}).", f"无法读取（{problem.strerror}）。"),
            Words("Check that it is a file you may read.", "请确认您有读取该文件的权限。"),
        ) from None


def _prepare(raw: bytes, source: Source, name: str) -> _Text:
    decoded = to_utf8(raw, source.encoding, name)
    data = decoded.data
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        if b"\n" not in data:
            data = data.replace(b"\r", b"\n")
    data = data.replace(b"\x00", "\N{REPLACEMENT CHARACTER}".encode())
    if not data.strip():
        raise SourceError(
            name,
            Words("is empty.", "是空文件。"),
            Words("Export it again, or leave this source out.", "请重新导出，或去掉该数据来源。"),
        )
    _refuse_binary(data, name)
    unfinished = not data.endswith(b"\n")
    if unfinished:
        data += b"\n"
    if not data[:4].lower().startswith(_HINT):
        return _Text(data, decoded.encoding, unfinished, 0, None)
    hint, _, rest = data.partition(b"\n")
    return _Text(rest, decoded.encoding, unfinished, 1, hint[4:].decode() or None)


def _refuse_binary(data: bytes, name: str) -> None:
    """Text has next to no control characters but tabs and ends of lines."""
    sample = data[:_BINARY_SAMPLE]
    if len(_CONTROLS.findall(sample)) > _FEW_CONTROLS + _MOST_CONTROLS * len(sample):
        raise SourceError(
            name,
            Words("is not a text file.", "不是文本文件。"),
            Words(
                "Export it as CSV, or name an .xlsx or .parquet file.",
                "请导出为 CSV，或改用 .xlsx、.parquet 文件。",
            ),
        )


def _first_lines(data: bytes) -> bytes:
    end = -1
    for _ in range(_SAMPLE_LINES):
        following = data.find(b"\n", end + 1)
        if following < 0:
            break
        end = following
    return data[: end + 1]


def _find_delimiter(data: bytes, known: frozenset[str]) -> str:
    """The delimiter that gives the header most known names and the rows its width."""
    sample = _first_lines(data)
    best, best_score = ",", (0.0, 0.0, 0)
    for delimiter in _DELIMITERS:
        records = find_records(sample, delimiter)
        counts = records.fields[records.fields > 0]
        if not len(counts):
            continue
        usual = int(np.bincount(counts).argmax())
        names = {normalise(name) for row in _sample_rows(sample, delimiter) for name in row}
        score = (float(len(names & known)), float((counts == usual).mean()), usual)
        if usual > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _sample_rows(sample: bytes, delimiter: str) -> list[list[str]]:
    # A carriage return inside a line is a blank to the header; the csv module refuses it.
    head = sample.decode().replace("\r", " ").split("\n")[:20]
    return [next(csv.reader([line], delimiter=delimiter), []) for line in head]


def _header(
    text: _Text, delimiter: str, source: Source, known: frozenset[str], name: str
) -> tuple[int, list[str]]:
    rows = _sample_rows(_first_lines(text.data), delimiter)
    if source.header_row is None:
        line = find_header(rows, known)
    else:
        line = source.header_row - 1 - text.skipped
        if not 0 <= line < len(rows):
            raise SourceError(
                name,
                f"has no header in row {source.header_row}.",
                f"Name one of its first {len(rows)} rows.",
            )
    return line, rows[line]


def _after_line(data: bytes, line: int) -> bytes:
    position = 0
    for _ in range(line + 1):
        position = data.index(b"\n", position) + 1
    return data[position:]


def _row_width(body: bytes, delimiter: str, headers: int, named: int) -> int:
    """Fields in a usual row: some programs end the rows, or the header, with a delimiter."""
    sample = _first_lines(body)
    fields = find_records(sample, delimiter).fields
    filled = fields[fields > 0]
    usual = int(np.bincount(filled).argmax()) if len(filled) else headers
    if named <= usual <= headers:
        return usual
    rows = (
        row
        for row in csv.reader(io.StringIO(sample.decode().replace("\r", " ")), delimiter=delimiter)
    )
    if usual == headers + 1 and not any(row[headers:] != [""] for row in rows if len(row) == usual):
        return usual
    return headers


def _named_width(headers: list[str]) -> int:
    """Columns up to the last that has a name: files often end every row with a delimiter."""
    filled = [position for position, header in enumerate(headers) if header.strip()]
    return filled[-1] + 1 if filled else len(headers)


def _split(
    body: bytes, delimiter: str, width: int, records: Records, *, unfinished: bool
) -> tuple[pd.DataFrame, IntArray, list[BrokenRow]]:
    begins = (records.fields > 0) & ~records.blank
    fits = begins & (records.fields == width) & ~records.unclosed
    broken = [
        _broken(body, records, int(line), width, cut_off=unfinished)
        for line in np.flatnonzero(begins & ~fits)
    ]
    keep = fits.copy()
    for line in np.flatnonzero(records.continued):
        keep[line] = keep[line - 1]
    lengths = np.diff(records.starts)
    kept = body
    if not keep.all():
        kept = np.frombuffer(body, dtype=np.uint8)[np.repeat(keep, lengths)].tobytes()
    return _parse(kept, delimiter, width), np.flatnonzero(fits).astype(np.int64), broken


def _broken(body: bytes, records: Records, line: int, width: int, *, cut_off: bool) -> BrokenRow:
    fields = int(records.fields[line])
    last = line == len(records.fields) - 1
    if cut_off and last and fields < width:
        rule = "row cut off"
    elif records.unclosed[line]:
        rule = "quote not closed"
    else:
        rule = "too many fields" if fields > width else "too few fields"
    return BrokenRow(line, records.line(body, line), rule, str(width))


def _parse(data: bytes, delimiter: str, width: int) -> pd.DataFrame:
    if not data:
        return pd.DataFrame(np.empty((0, width), dtype=object))
    return pd.read_csv(
        io.BytesIO(data),
        sep=delimiter,
        header=None,
        names=list(range(width)),
        index_col=False,
        dtype=object,
        na_filter=False,
        quotechar='"',
        lineterminator="\n",
        skip_blank_lines=False,
        engine="c",
    )


def _drop_nameless(
    frame: pd.DataFrame, lines: IntArray, named: int, delimiter: str
) -> tuple[pd.DataFrame, IntArray, list[BrokenRow]]:
    """Leave out the columns after the last header; a row with something there has shifted."""
    if named == frame.shape[1]:
        return frame, lines, []
    shifted = np.zeros(len(frame), dtype=bool)
    for column in frame.columns[named:]:
        cells: ObjectArray = frame[column].to_numpy(dtype=object)
        shifted |= np.fromiter((bool(cell.strip()) for cell in cells), dtype=bool, count=len(cells))
    extra = [
        BrokenRow(
            int(lines[position]),
            delimiter.join(frame.iloc[position]),
            "too many fields",
            str(named),
        )
        for position in np.flatnonzero(shifted)
    ]
    return frame.loc[~shifted, frame.columns[:named]].reset_index(drop=True), lines[~shifted], extra
