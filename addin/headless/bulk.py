"""Many cells at once: the paths that mass data takes through a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from addin.headless.cell_xml import Cell, attributes, encode, number
from addin.headless.references import MAX_COLUMN, Area, column_letters
from addin.headless.shared_strings import pattern

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

# Cells as every usual program writes them: r, s, t in this order. Anything else goes the slow way.
USUAL_CELL: Final = re.compile(
    rb'<c r="([A-Z]+)\d+"(?: s="\d+")?(?: t="(\w+)")?(?: cm="\d+")?(?:/>|>'
    rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?(?:<v>([^<]*)</v>|<v/>)?</c>)"
)
USUAL_STYLE: Final = re.compile(rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?')
FILLED_CELL: Final = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*(?<!/)><(?:v|f|is)[\s/>]')
USUAL_ROW: Final = re.compile(rb"\s*<row( [^>]*?)?>")
SPANS: Final = re.compile(rb'\sspans="(\d+):(\d+)"')
COLUMN_ELEMENT: Final = rb"<{p}col\s[^>]*>"
DIMENSION: Final = rb"(<{p}dimension\s[^>]*?\bref\s*=\s*[\"'])([^\"']*)"
COLUMNS: Final = {column_letters(n).encode(): n for n in range(1, MAX_COLUMN + 1)}
CACHED_TEXTS: Final = 50_000


def read(sheet: Sheet, area: Area) -> list[list[Cell]]:
    """The values of a rectangle, row by row."""
    data = sheet.data
    data.close()
    rows = data.rows
    blank: list[Cell] = [None] * area.columns
    result = []
    for row_number in range(area.first_row, area.last_row + 1):
        raw = rows.get(row_number)
        result.append(blank.copy() if raw is None else _read_row(sheet, area, row_number, raw))
    return result


def _read_row(sheet: Sheet, area: Area, row_number: int, raw: bytes) -> list[Cell]:
    usual = USUAL_CELL.findall(raw)
    if sheet.data.prefix or len(usual) != raw.count(b"<c"):
        return _read_unusual_row(sheet, area, row_number, raw)
    values: list[Cell] = [None] * area.columns
    first, width = area.first_column, area.columns
    from_text = sheet.decoder.from_text
    for letters, kind, text in usual:
        if not text and kind != b"str":
            continue
        place = COLUMNS[letters] - first
        if not 0 <= place < width:
            continue
        try:
            values[place] = from_text(kind, text) if kind else number(text)
        except ValueError:
            # The slow way raises the error that names the cell.
            return _read_unusual_row(sheet, area, row_number, raw)
    return values


def _read_unusual_row(sheet: Sheet, area: Area, row_number: int, raw: bytes) -> list[Cell]:
    values: list[Cell] = [None] * area.columns
    for column, _, cell_attributes, body in sheet.data.cells(raw):
        if area.first_column <= column <= area.last_column:
            value = sheet.decode(row_number, column, cell_attributes, body)
            values[column - area.first_column] = value
    return values


def used(sheet: Sheet) -> Area | None:
    """The smallest rectangle with every value and formula."""
    data = sheet.data
    data.close()
    top = bottom = left = right = 0
    for row_number in sorted(data.rows):
        raw = data.rows[row_number]
        columns = _filled_columns(sheet, raw)
        if not columns:
            continue
        top = top or row_number
        bottom = row_number
        left = min(left or columns[0], columns[0])
        right = max(right, columns[-1])
    return Area(top, left, bottom, right) if top else None


def _filled_columns(sheet: Sheet, raw: bytes) -> list[int]:
    if not sheet.data.prefix and raw.count(b"<c") == raw.count(b'<c r="'):
        found = FILLED_CELL.findall(raw)
        return sorted((COLUMNS[found[0]], COLUMNS[found[-1]])) if found else []
    return sorted(column for column, _, _, body in sheet.data.cells(raw) if body)


class RowWriter:
    """Writes rows of constants over or under existing ones, each new cell with a fitting style."""

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self._sheet = sheet
        self._area = area
        self._letters = [
            column_letters(column) for column in range(area.first_column, area.last_column + 1)
        ]
        self._keys = [letters.encode() for letters in self._letters]
        self._known = set(self._keys)
        self._texts: dict[str, str] = {}
        self._fallback = self._styles_to_continue()
        self._formula_mark = b"<" + sheet.data.prefix + b"f"

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

    def write(self, row_number: int, values: Sequence[Cell]) -> None:
        """Writes one row."""
        raw = self._sheet.data.rows.get(row_number)
        if raw is None:
            cells = self._cells(row_number, values, self._fallback)
            if cells:
                text = f'<row r="{row_number}">{cells}</row>'
                if self._sheet.data.prefix:
                    self._write_slowly(row_number, values)
                else:
                    self._sheet.data.rows[row_number] = text.encode()
        elif not self._overwrite_whole(row_number, raw, values):
            self._write_slowly(row_number, values)

    def _overwrite_whole(self, row_number: int, raw: bytes, values: Sequence[Cell]) -> bool:
        """Overwrites a row whose cells all lie in the block; False if it is not such a row."""
        if self._sheet.data.prefix or len(values) < len(self._keys):
            return False
        styles = dict(USUAL_STYLE.findall(raw))
        if len(styles) != raw.count(b"<c") or not self._known.issuperset(styles):
            return False
        start = USUAL_ROW.match(raw)
        if start is None or start[0].endswith(b"/>") or b' r="' not in start[0]:
            return False
        if self._formula_mark in raw:
            self._sheet.workbook.formulas_changed = True
        chosen = [
            (f' s="{style.decode()}"' if style else "")
            if (style := styles.get(key)) is not None
            else fallback
            for key, fallback in zip(self._keys, self._fallback, strict=True)
        ]
        self._fallback = chosen
        opening = start[0] if len(styles) == len(chosen) else SPANS.sub(b"", start[0])
        text = self._cells(row_number, values, chosen)
        self._sheet.data.rows[row_number] = opening + text.encode() + b"</row>"
        return True

    def _cells(self, row_number: int, values: Sequence[Cell], styles: list[str]) -> str:
        texts = self._texts
        parts = []
        for letters, style, value in zip(self._letters, styles, values, strict=False):
            kind = type(value)
            if kind is str:
                content = texts.get(value)  # type: ignore[arg-type]  # its type is str here
                if content is None:
                    content = self._encode(row_number, letters, value)
                    if len(texts) < CACHED_TEXTS:
                        texts[value] = content  # type: ignore[index]  # same
            elif kind is int:
                content = f"><v>{value}</v></c>"
            elif value is None:
                if not style:
                    continue
                content = "/>"
            else:
                content = self._encode(row_number, letters, value)
            parts.append(f'<c r="{letters}{row_number}"{style}{content}')
        return "".join(parts)

    def _encode(self, row_number: int, letters: str, value: Cell) -> str:
        try:
            return encode(value, self._sheet.data.prefix)
        except ValueError as error:
            column = COLUMNS[letters.encode()]
            raise self._sheet.error(
                row_number, column, f"cannot hold {error}.", "Give another value."
            ) from error

    def _write_slowly(self, row_number: int, values: Sequence[Cell]) -> None:
        """Overwrites some cells of a row and leaves the others."""
        sheet = self._sheet
        row = sheet.data.make_row(row_number)
        prefix = sheet.data.prefix
        start = f"<{prefix.decode()}c"
        for place, value in enumerate(values):
            column = self._area.first_column + place
            letters = self._letters[place]
            old = row.cells.get(column)
            style = self._fallback[place]
            if old is not None:
                given = attributes(sheet.data.take_apart_cell(old)[0])
                style = ' s="{}"'.format(given["s"]) if "s" in given else ""
                if self._formula_mark in old:
                    sheet.workbook.formulas_changed = True
            self._fallback[place] = style
            content = self._encode(row_number, letters, value)
            if value is None and not style:
                row.cells.pop(column, None)
            else:
                cell = f'{start} r="{letters}{row_number}"{style}{content}'
                row.cells[column] = cell.encode()
        row.changed = True


def write(sheet: Sheet, area: Area, rows: Sequence[Sequence[Cell]]) -> None:
    """Writes constants over an area whose array formulas are already out of the way."""
    writer = RowWriter(sheet, area)
    kept = {n: sheet.data.rows.get(n) for n in range(area.first_row, area.last_row + 1)}
    try:
        for row_number, values in enumerate(rows, area.first_row):
            writer.write(row_number, values)
        sheet.data.close()
    except BaseException:
        _put_back(sheet, kept)
        raise
    sheet.data.changed = True


def _put_back(sheet: Sheet, kept: dict[int, bytes | None]) -> None:
    """A value that cannot be written leaves the whole rectangle as it was."""
    sheet.data.forget()
    for row_number, raw in kept.items():
        if raw is None:
            sheet.data.rows.pop(row_number, None)
        else:
            sheet.data.rows[row_number] = raw


def column_styles(sheet: Sheet) -> dict[int, int]:
    """The style of each column that has one."""
    styles: dict[int, int] = {}
    for element in pattern(COLUMN_ELEMENT, sheet.data.prefix).findall(sheet.data.head):
        given = attributes(element)
        style = int(given.get("style", "0"))
        if style:
            for column in range(int(given["min"]), min(int(given["max"]), MAX_COLUMN) + 1):
                styles[column] = style
    return styles


def update_dimension(sheet: Sheet) -> None:
    """Widens the sheet's stated rectangle where cells were written outside of it."""
    data = sheet.data
    found = pattern(DIMENSION, data.prefix).search(data.head)
    area = sheet.used_range
    if found is None or area is None:
        return
    try:
        stated = Area.parse(found[2].decode("ascii"))
    except ValueError:
        stated = area
    if stated.covers(area):
        return
    wider = Area(
        min(stated.first_row, area.first_row),
        min(stated.first_column, area.first_column),
        max(stated.last_row, area.last_row),
        max(stated.last_column, area.last_column),
    )
    data.head = data.head[: found.start(2)] + str(wider).encode() + data.head[found.end(2) :]
