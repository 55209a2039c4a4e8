"""Putting a computed value into a cell without touching anything else of it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from addin.headless import formula_cells
from addin.headless.cell_xml import Cell, typed
from addin.headless.references import cell_name
from addin.headless.sheet_data import COLUMNS

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

# The type of the old value, and the rich value (a picture, a linked type) that it stood for.
VALUE_ATTRIBUTES: Final = re.compile(rb"\s(?:t|vm)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# A cell as usual programs write it: all, everything before its type, its column, its type, its
# array's kind, its formula, its value. A text that stands in the cell itself is no computed one.
USUAL: Final = re.compile(
    rb'((<c r="([A-Z]+)\d+"(?: s="\d+")?)(?: t="(\w+)")?( cm="\d+")?'
    rb"(?:/>|>((?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?)(?:<v>([^<]*)</v>|<v/>)?</c>"
    rb"|><is><t[^>]*>[^<]*</t></is></c>))"
)
INLINE: Final = b"inlineStr"
NUMERIC: Final = (b"", b"n")
Groups = tuple[bytes, ...]


def graft(sheet: Sheet, values: Mapping[tuple[int, int], Cell]) -> None:
    """Gives cells, by row and column, computed values; those that have them stay as they are.

    Raises:
        WorkbookError: a value that no cell can hold.
    """
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), value in values.items():
        rows.setdefault(row, {})[column] = value
    sheet.data.close()
    made = {}
    encoded = _Encoded(sheet)
    for number, cells in rows.items():
        row_before = sheet.data.raw(number)
        row_after = None if row_before is None else _row(sheet, number, row_before, cells, encoded)
        if row_after is None:
            for column, value in cells.items():
                _one(sheet, number, column, value, encoded)
        elif row_after != row_before:
            made[number] = row_after
    sheet.data.overwrite(made)


def _row(
    sheet: Sheet, number: int, raw: bytes, values: Mapping[int, Cell], encoded: _Encoded
) -> bytes | None:
    """A row with new values; None if it is not of the usual form or lacks one of the cells."""
    found: list[Groups] = USUAL.findall(raw)
    begin, end = raw.find(b">") + 1, len(raw) - len(b"</row>")
    if sheet.data.prefix or sum(len(groups[0]) for groups in found) != end - begin:
        return None
    parts = [raw[:begin]]
    missing = len(values)
    for whole, start, letters, old_kind, metadata, formula, old_text in found:
        column = COLUMNS[letters]
        if column not in values:
            parts.append(whole)
            continue
        if old_kind == INLINE:
            return None
        missing -= 1
        value = values[column]
        if not old_text and old_kind in NUMERIC:
            unchanged = value is None
        else:
            unchanged = same(sheet.decode_text(number, column, old_kind, old_text), value)
        if unchanged:
            parts.append(whole)
            continue
        kind, content = encoded(number, column, value)
        if formula or content:
            parts += (start, kind, metadata, b">", formula, content, b"</c>")
        else:
            parts += (start, kind, metadata, b"/>")
    return None if missing else b"".join([*parts, raw[end:]])


class _Encoded:
    """Values as the type of their cell and its `<v>`; texts, which repeat themselves, once."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._prefix = sheet.data.prefix.decode()
        self._number = b"<%bv>%%b</%bv>" % (sheet.data.prefix, sheet.data.prefix)
        self._texts: dict[str, tuple[bytes, bytes]] = {}

    def __call__(self, row: int, column: int, value: Cell) -> tuple[bytes, bytes]:
        """The type attribute and the element; both empty for None."""
        if type(value) is float and math.isfinite(value):  # what most cells hold
            return b"", self._number % repr(value).removesuffix(".0").encode()
        if type(value) is not str:
            return self._encode(row, column, value)
        if value not in self._texts:
            self._texts[value] = self._encode(row, column, value)
        return self._texts[value]

    def _encode(self, row: int, column: int, value: Cell) -> tuple[bytes, bytes]:
        if value is None:
            return b"", b""
        try:
            kind, text = typed(value)
        except ValueError as error:
            raise self._sheet.error(
                row, column, f"cannot hold {error}.", "Give another value."
            ) from error
        return kind.encode(), f"<{self._prefix}v>{text}</{self._prefix}v>".encode()


def _one(sheet: Sheet, row: int, column: int, value: Cell, encoded: _Encoded) -> None:
    """Gives a cell of any form a value."""
    target = sheet.data.make_row(row)
    cell = target.cells.get(column)
    if cell is None:
        if value is None:
            return
        style = sheet.default_style(row, column)
        tag = sheet.data.prefix.decode() + "c"
        marked = f' s="{style}"' if style else ""
        cell = f'<{tag} r="{cell_name(row, column)}"{marked}/>'.encode()
    if not same(sheet.decode_cell(row, column, cell), value):
        target.cells[column] = _with_value(sheet, cell, *encoded(row, column, value))
        target.changed = True


def _with_value(sheet: Sheet, cell: bytes, kind: bytes, value: bytes) -> bytes:
    """A cell with a namespace prefix, other attributes or extensions, and its new value."""
    p = sheet.data.prefix
    attributes, body = sheet.data.take_apart_cell(cell)
    formula, others = formula_cells.without_value(p, body)
    inside = formula + value + others
    start = b"<" + p + b"c" + VALUE_ATTRIBUTES.sub(b"", attributes.rstrip()) + kind
    return start + (b">" + inside + b"</" + p + b"c>" if inside else b"/>")


def same(old: Cell, new: Cell) -> bool:
    """Whether two values are the same to a spreadsheet: 1 is 1.0, but not TRUE."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    numeric = isinstance(old, int | float) and isinstance(new, int | float)
    return old == new and (numeric or type(old) is type(new))
