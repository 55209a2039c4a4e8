"""Formulas written into cells, and array formulas kept whole while others are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from addin.headless import formula_cells, resize, xml
from addin.headless.references import Area, cell_name

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet

STYLE: Final = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")


def set_array(sheet: Sheet, area: Area, text: str) -> None:
    """Writes one array formula over an area, or gives an existing one another area.

    See `Sheet.set_array_formula`.
    """
    data = sheet.data
    anchor = (area.first_row, area.first_column)
    old = sheet.index.arrays.get(anchor)
    if old is not None and old.kind == "data table":
        raise sheet.error(*anchor, "is a data table.", "Clear it first.")
    if old is not None:
        del sheet.index.arrays[anchor]
    make_way(sheet, area)
    if old is not None:
        _blank(sheet, old.area, keep=area)
    if old is None or old.area != area:
        sheet.workbook.formulas_changed = True
    formula_cells.drop_formulas(data, area)
    cell = data.make_row(anchor[0]).cells.get(anchor[1])
    attributes, body = data.take_apart_cell(cell) if cell else (b"", None)
    value = formula_cells.value_xml(data.prefix, body)
    p = data.prefix.decode()
    formula = f'<{p}f t="array" ref="{area}">{xml.escape_markup(text.removeprefix("="))}</{p}f>'
    kept = formula_cells.kept_attributes(attributes, dynamic=bool(old and old.cm))
    replace(sheet, *anchor, f"{kept}>{formula}".encode() + value + f"</{p}c>".encode())
    kind = old.kind if old else "array"
    sheet.index.arrays[anchor] = formula_cells.Array(area, kind, old.cm if old else 0)
    if old is not None and old.area != area:
        resize.continue_array(sheet, old.area, area)
    sheet.note_change(area)


def make_way(sheet: Sheet, area: Area) -> None:
    """Removes or refuses the array formulas under an area that is to be overwritten."""
    for anchor, array in list(sheet.index.arrays.items()):
        if not array.area.intersects(area):
            continue
        if not area.covers(array.area):
            if array.kind != "dynamic" or anchor not in area:
                raise sheet.error(
                    *anchor,
                    f"the array formula over {array.area} would be changed in part ({area}).",
                    "Change the whole of it, or give it another rectangle first.",
                )
            _blank(sheet, array.area, keep=area)
        del sheet.index.arrays[anchor]
    sheet.index.unshare(sheet, area)


def replace(sheet: Sheet, number: int, column: int, tail: bytes) -> None:
    """Gives a cell new contents; its place and style stay.

    Args:
        sheet: the sheet.
        number: the cell's row.
        column: the cell's column.
        tail: what follows the place and style of its tag.
    """
    row = sheet.data.make_row(number)
    old = row.cells.get(column)
    p = sheet.data.prefix
    had = old is not None and formula_cells.has_formula(p, old)
    if had != formula_cells.has_formula(p, tail):
        sheet.workbook.formulas_changed = True
    if old is None:
        style = sheet.default_style(number, column)
    else:
        found = STYLE.search(sheet.data.take_apart_cell(old)[0])
        style = int(found[1]) if found else 0
    if tail == b"/>" and not style and old is None:
        return
    marked = f' s="{style}"' if style else ""
    start = f'c r="{cell_name(number, column)}"{marked}'.encode()
    row.cells[column] = b"<" + p + start + tail
    row.changed = True


def _blank(sheet: Sheet, area: Area, keep: Area) -> None:
    """Makes cells blank, but for some."""
    sheet.note_blanks(area)
    for number in sheet.data.numbers(area.first_row, area.last_row):
        row = sheet.data.make_row(number)
        for column in [c for c in row.cells if area.first_column <= c <= area.last_column]:
            if (number, column) not in keep:
                replace(sheet, number, column, b"/>")
