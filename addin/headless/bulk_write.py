"""Many constants written at once: encoded by column, put together by row."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import MAX_TEXT, DatedCell, attributes, encode
from addin.headless.references import Area, column_letters, column_number

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

USUAL_STYLE: Final = re.compile(rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?')
USUAL_ROW: Final = re.compile(rb'<row r="\d+"[^>]*(?<!/)>')
SPANS: Final = re.compile(rb'\sspans="(\d+):(\d+)"')
CONSTANT: Final = (
    r'(?: t="[a-zA-Z]+")?'
    r"(?:/>|>(?:<v>[^<]*</v>|<is><t[^>]*>[^<]*</t></is>)?</c>)"
)
# Rows encoded at a time: few enough for a small memory.
CHUNK: Final = 4096
BLANK: Final = "/>"
ROW_END: Final = b"</row>"
Encoded = tuple[int | str, ...]


class EncodedTexts(dict[str, str]):
    """The XML of texts, each encoded once: most columns of text repeat themselves."""

    def __init__(self, prefix: bytes) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, text: str) -> str:
        """Encodes a text that was not asked for before."""
        encoded = self[text] = encode(text, self._prefix)
        return encoded


class BlockWriter:
    """Writes a rectangle of constants into a sheet, each new cell with a fitting style."""

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self._sheet = sheet
        self._area = area
        self._prefix = sheet.data.prefix
        self._date1904 = sheet.workbook.date1904
        columns = range(area.first_column, area.last_column + 1)
        self._letters = [column_letters(column) for column in columns]
        self._keys = [letters.encode() for letters in self._letters]
        self._known = set(self._keys)
        self._formula_mark = b"<" + self._prefix + b"f"
        self._shape: re.Pattern[bytes] | None = None
        self.dates_seen = False
        self._use(self._styles_to_continue())

    def _styles_to_continue(self) -> list[str]:
        """The style of a new cell in each column, until the block has a row to go on from."""
        sheet, area = self._sheet, self._area
        styles = []
        for column in range(area.first_column, area.last_column + 1):
            style = sheet.workbook.table_style(sheet, area.first_row, column)
            if style is None and area.first_row > 2:  # noqa: PLR2004 - two rows must lie above
                above = sheet.style(area.first_row - 1, column)
                style = above if above == sheet.style(area.first_row - 2, column) else None
            if style is None:
                style = sheet.column_styles.get(column, 0)
            styles.append(f' s="{style}"' if style else "")
        sheet.data.close()
        return styles

    def _use(self, styles: list[str]) -> None:
        """Takes the styles that the next row's cells get, and makes its template."""
        self._styles = styles
        self._shape = None
        self._all_styled = all(styles)
        self._template = "".join(
            f'<c r="{letters}%d"{style}%s'
            for letters, style in zip(self._letters, styles, strict=True)
        )
        self._template += ROW_END.decode()

    def write(self, rows: Sequence[Sequence[DatedCell]]) -> None:
        """Writes all rows."""
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            first = self._area.first_row + start
            numbers = range(first, first + len(chunk))
            width = len(self._letters)
            if any(len(row) != width for row in chunk):
                for number, row in zip(numbers, chunk, strict=True):
                    self._write_slowly(number, row, tuple(self._encode(v) for v in row))
                continue
            columns = self._encoded_columns(first, chunk)
            paired = [part for column in columns for part in (numbers, column)]
            self._write_chunk(zip(numbers, chunk, zip(*paired, strict=True), strict=True))

    def _encoded_texts(self, column: Sequence[str]) -> list[str]:
        texts = EncodedTexts(self._prefix)
        if self._prefix:
            return [texts[text] for text in column]
        return [
            # Letters and digits alone, in any script, need no escaping.
            f' t="inlineStr"><is><t>{text}</t></is></c>'
            if text.isalnum() and len(text) < MAX_TEXT
            else texts[text]
            for text in column
        ]

    def _write_chunk(self, rows: Iterable[tuple[int, Sequence[DatedCell], Encoded]]) -> None:
        """Writes rows whose cells are encoded; the loop that mass data spends its time in."""
        match = self._sheet.data.match
        made: dict[int, bytes] = {}
        for number, row, encoded in rows:
            same = match(number, self._shape) if self._shape else None
            if same is None:
                self._write_row(number, row, encoded)
            elif self._all_styled or None not in row:
                made[number] = same[1] + (self._template % encoded).encode()
            else:
                made[number] = same[1] + self._without_blanks(number, encoded[1::2])
        self._sheet.data.overwrite(made)

    def _encoded_columns(self, first: int, chunk: Sequence[Sequence[DatedCell]]) -> list[list[str]]:
        columns = list(zip(*chunk, strict=True))
        try:
            return [self._encoded(column) for column in columns]
        except ValueError:
            for number, row in enumerate(chunk, first):
                for place, value in enumerate(row):
                    self._check(number, self._area.first_column + place, value)
            raise

    def _check(self, row: int, column: int, value: DatedCell) -> None:
        try:
            self._encode(value)
        except ValueError as error:
            raise self._sheet.error(
                row, column, f"cannot hold {error}.", "Give another value."
            ) from error

    def _encode(self, value: DatedCell) -> str:
        return encode(value, self._prefix, date1904=self._date1904)

    def _encoded(self, column: Sequence[DatedCell]) -> list[str]:
        kinds = set(map(type, column))
        self.dates_seen |= any(issubclass(kind, dt.date) for kind in kinds)
        if kinds == {str}:
            return self._encoded_texts(column)  # type: ignore[arg-type]  # all are str
        if kinds == {int} and not self._prefix:
            return [f"><v>{value}</v></c>" for value in column]
        if kinds == {float} and not self._prefix and all(map(math.isfinite, column)):  # type: ignore[arg-type]  # all are float
            return [f"><v>{repr(value).removesuffix('.0')}</v></c>" for value in column]
        return [self._encode(value) for value in column]

    def _write_row(self, number: int, row: Sequence[DatedCell], encoded: Encoded) -> None:
        """Writes a row of another shape than the one before it."""
        raw = self._sheet.data.raw(number)
        opening = b'<row r="%d">' % number if raw is None else self._opening(raw)
        if self._prefix or opening is None:
            self._write_slowly(number, row, encoded[1::2])
            return
        cells = self._without_blanks(number, encoded[1::2])
        if raw is not None or cells != ROW_END:
            self._sheet.data.set_raw(number, opening + cells)

    def _without_blanks(self, number: int, encoded: Encoded) -> bytes:
        cells = "".join(
            f'<c r="{letters}{number}"{style}{content}'
            for letters, style, content in zip(self._letters, self._styles, encoded, strict=True)
            if style or content != BLANK
        )
        return cells.encode() + ROW_END

    def _opening(self, raw: bytes) -> bytes | None:
        """The start tag of a row whose cells all lie in the block; None if it is not such a row.

        From here on, new cells take the styles of this row, and a row of the same shape is known
        at one look.
        """
        start = USUAL_ROW.match(raw)
        found = USUAL_STYLE.findall(raw)
        styles = dict(found)
        if start is None or len(found) != raw.count(b"<c") or not styles.keys() <= self._known:
            return None
        self._use(
            [
                f' s="{styles[key].decode()}"' if styles.get(key) else new
                for key, new in zip(self._keys, self._new_or_none(styles), strict=True)
            ]
        )
        if self._formula_mark in raw:
            self._sheet.workbook.formulas_changed = True
        if len(found) < len(self._keys):
            return SPANS.sub(b"", start[0])
        self._shape = self._pattern_of_row()
        return start[0]

    def _pattern_of_row(self) -> re.Pattern[bytes]:
        """What matches a row of constants with just these cells and styles."""
        cells = "".join(
            f'<c r="{letters}[0-9]+"{style}{CONSTANT}'
            for letters, style in zip(self._letters, self._styles, strict=True)
        )
        return re.compile(f'(<row r="[0-9]+"[^>]*>){cells}</row>'.encode())

    def _new_or_none(self, styles: dict[bytes, bytes]) -> list[str]:
        """What a cell gets that has no style: nothing if it exists, else what is continued."""
        return [
            "" if key in styles else new for key, new in zip(self._keys, self._styles, strict=True)
        ]

    def _write_slowly(self, number: int, values: Sequence[DatedCell], encoded: Encoded) -> None:
        """Overwrites some cells of a row and leaves the others."""
        sheet = self._sheet
        row = sheet.data.make_row(number)
        start = f"<{self._prefix.decode()}c"
        styles = list(self._styles)
        for place, (value, content) in enumerate(zip(values, encoded, strict=True)):
            column = self._area.first_column + place
            old = row.cells.get(column)
            if old is not None:
                given = attributes(sheet.data.take_apart_cell(old)[0])
                styles[place] = ' s="{}"'.format(given["s"]) if "s" in given else ""
                if self._formula_mark in old:
                    sheet.workbook.formulas_changed = True
            if value is None and not styles[place]:
                row.cells.pop(column, None)
            else:
                cell = f'{start} r="{self._letters[place]}{number}"{styles[place]}{content}'
                row.cells[column] = cell.encode()
        row.changed = True
        self._use(styles)


def write(sheet: Sheet, area: Area, rows: Sequence[Sequence[DatedCell]]) -> None:
    """Writes constants over an area whose array formulas are already out of the way.

    A value that no cell can hold leaves the whole area as it was.
    """
    writer = BlockWriter(sheet, area)
    before = sheet.data.remember(area.first_row, area.last_row)
    try:
        writer.write(rows)
        sheet.data.close()
        if writer.dates_seen:
            _show_dates(sheet, area, rows)
            sheet.data.close()
    except BaseException:
        sheet.data.restore(area.first_row, area.last_row, before)
        raise


def clear_whole_rows(sheet: Sheet, area: Area) -> None:
    """Makes the cells blank of the rows that lie wholly in the area and are as usual."""
    data = sheet.data
    if data.prefix:
        return
    for number in data.numbers(area.first_row, area.last_row):
        raw = data.raw(number) or b""
        start = USUAL_ROW.match(raw)
        found = USUAL_STYLE.findall(raw)
        columns = [column_number(letters.decode()) for letters, _ in found]
        inside = all(area.first_column <= column <= area.last_column for column in columns)
        if start is None or not inside or len(found) != raw.count(b"<c"):
            continue
        if b"<f" in raw:
            sheet.workbook.formulas_changed = True
        kept = b"".join(
            b'<c r="%s%d" s="%s"/>' % (letters, number, style) for letters, style in found if style
        )
        data.set_raw(number, start[0] + kept + b"</row>")


def _show_dates(sheet: Sheet, area: Area, rows: Sequence[Sequence[DatedCell]]) -> None:
    """Gives the cells that got a date a style that shows it as one, as Excel does."""
    styles = sheet.workbook.styles
    for number, row in enumerate(rows, area.first_row):
        for column, value in enumerate(row, area.first_column):
            if isinstance(value, dt.date):
                old = sheet.style(number, column)
                new = styles.dated(old, clock=isinstance(value, dt.datetime) and _has_clock(value))
                if new != old:
                    sheet.set_style(number, column, new)


def _has_clock(value: dt.datetime) -> bool:
    return value.time() != dt.time()
