"""Giving tables and ranges another number of rows, with all that refers to the whole of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from addin.errors import WorkbookError
from addin.headless import tables, xml
from addin.headless.references import Area, cell_name, column_letters, column_number
from addin.headless.shifted_formula import ShiftedFormula
from addin.headless.tables import Table

if TYPE_CHECKING:
    from lxml import etree

    from addin.headless.sheet import Sheet
    from addin.headless.workbook import Workbook

# A reference to a fixed area of a named sheet, as names and charts hold it.
FIXED_AREA: Final = re.compile(
    r"(?P<sheet>'(?:[^']|'')+'|[^\s'!,;()=+\-*/<>&\"]+)!"
    r"\$(?P<left>[A-Z]{1,3})\$(?P<top>\d+):\$(?P<right>[A-Z]{1,3})\$(?P<bottom>\d+)(?![\d(])"
)
SQREF: Final = re.compile(rb"(\bsqref\s*=\s*[\"']|<[\w.-]*:?sqref>)([^\"'<]+)")
CHART_FORMULA: Final = re.compile(rb"(<(?:[\w.-]+:)?f(?:\s[^>]*)?>)([^<]+)(?=<)")
CHART_PARTS: Final = re.compile(r"xl/(?:charts|chartsheets|drawings/charts)/[^/]+\.xml\Z")


def resize_table(workbook: Workbook, name: str, ref: str) -> None:
    """Gives a table another last row; what refers to its whole columns goes along.

    Args:
        workbook: the workbook.
        name: the table's name.
        ref: its new rectangle with headers and totals; the top left cell and the columns stay.

    Raises:
        WorkbookError: another top left cell or width, no room for a body row, or another table or
            an array formula in the way.
    """
    table = workbook.table(name)
    old, new = table.area, Area.parse(ref)
    _check(workbook, table, new)
    if new == old:
        return
    sheet = workbook.sheet(table.sheet)
    workbook.touch(table.sheet, old.union(new))
    body = replace(new, first_row=table.body.first_row, last_row=new.last_row - table.totals_rows)
    _move_totals(sheet, table, new)
    _rewrite_part(workbook, table, new)
    _fill_calculated_columns(sheet, table, body)
    extend_references(workbook, table.sheet, old, new)
    extend_references(workbook, table.sheet, table.body, body)


def _check(workbook: Workbook, table: Table, new: Area) -> None:
    old = table.area
    place = f"sheet {table.sheet!r}, table {table.name} ({table.ref})"
    corner = (new.first_row, new.first_column, new.last_column)
    if corner != (old.first_row, old.first_column, old.last_column):
        first = cell_name(old.first_row, old.first_column)
        last = column_letters(old.last_column)
        raise WorkbookError(
            workbook.path,
            f"{place}: cannot become {new}.",
            f"Keep its top left cell {first} and its last column {last}; change the last row only.",
        )
    needed = table.header_rows + 1 + table.totals_rows
    if new.rows < needed:
        raise WorkbookError(
            workbook.path, f"{place}: cannot become {new}.", f"Give it at least {needed} rows."
        )
    for other in tables.of_sheet(workbook.sheet(table.sheet)):
        if other.part != table.part and other.area.intersects(new):
            raise WorkbookError(
                workbook.path,
                f"{place}: {new} would overlap table {other.name} ({other.ref}).",
                "Move the other table.",
            )


def _rewrite_part(workbook: Workbook, table: Table, new: Area) -> None:
    root = workbook.package.xml(table.part)
    root.set("ref", str(new))
    filtered = replace(new, last_row=new.last_row - table.totals_rows)
    for element in root.iter("{*}autoFilter", "{*}sortState", "{*}sortCondition"):
        given = element.get("ref")
        if given is None:
            continue
        if xml.local_name(element) == "autoFilter":
            element.set("ref", str(filtered))
        else:
            element.set("ref", str(replace(Area.parse(given), last_row=filtered.last_row)))
    workbook.package.replace_xml(table.part, root)


def _move_totals(sheet: Sheet, table: Table, new: Area) -> None:
    """The totals stay in the last row."""
    old = table.area
    if not table.totals_rows or new.last_row == old.last_row:
        return
    for column in range(old.first_column, old.last_column + 1):
        sheet.move_cell((old.last_row, column), (new.last_row, column))


def _fill_calculated_columns(sheet: Sheet, table: Table, body: Area) -> None:
    """New rows of a calculated column get its formula, as Excel does on resizing."""
    if body.last_row <= table.body.last_row:
        return
    root = sheet.workbook.package.xml(table.part)
    columns: Iterable[etree._Element] = root.iter("{*}tableColumn")
    for column, element in enumerate(columns, body.first_column):
        if element.find("{*}calculatedColumnFormula") is None:
            continue
        found = sheet.formula(table.body.last_row, column)
        if found is None or found.kind != "normal":
            continue
        shifted = ShiftedFormula(found.text, found.row, found.col)
        for row in range(table.body.last_row + 1, body.last_row + 1):
            if sheet.value(row, column) is None:
                sheet.set_formula(row, column, shifted.at(row, column))


def extend_references(workbook: Workbook, sheet_name: str, old: Area, new: Area) -> None:
    """Lets what refers to all rows of an area refer to all rows of the area it becomes.

    That is: data validations and conditional formats that reach down to its last row, defined
    names and charts whose fixed references cover just its rows.

    Args:
        workbook: the workbook.
        sheet_name: the sheet with the area.
        old: the area as it was.
        new: the area as it is now, with the same first row.
    """
    if old.last_row == new.last_row:
        return
    sheet = workbook.sheet(sheet_name)
    data = sheet.data
    tail = SQREF.sub(lambda found: found[1] + _longer_list(found[2], old, new), data.tail)
    if tail != data.tail:
        data.tail, data.changed = tail, True
    _extend_names(workbook, sheet_name, old, new)
    for part in workbook.package.names():
        if CHART_PARTS.match(part):
            _extend_chart(workbook, part, sheet_name, old, new)


def continue_array(sheet: Sheet, old: Area, new: Area) -> None:
    """Lets an array formula's new rows look like its first one, and what covers it go along.

    Args:
        sheet: the sheet.
        old: the formula's cells as they were.
        new: its cells now, with the same first cell.
    """
    extend_references(sheet.workbook, sheet.name, old, new)
    start = f"<{sheet.data.prefix.decode()}c r="
    for column in range(new.first_column, new.last_column + 1):
        style = sheet.style(new.first_row, column)
        # Whoever resizes many formulas writes their new rows first, all in one go.
        if not style or sheet.style(new.last_row, column) == style:
            continue
        for number in range(old.last_row + 1, new.last_row + 1):
            row = sheet.data.make_row(number)
            if column not in row.cells:
                cell = f'{start}"{cell_name(number, column)}" s="{style}"/>'
                row.cells[column], row.changed = cell.encode(), True


def _longer_list(raw: bytes, old: Area, new: Area) -> bytes:
    """A list of areas in which those that reach down to the old last row reach the new one."""
    areas = []
    for text in raw.decode("utf-8").split():
        area = Area.parse(text)
        reaches = area.first_row <= old.first_row and area.last_row == old.last_row
        inside = old.first_column <= area.first_column and area.last_column <= old.last_column
        longer = reaches and inside and area.first_row >= old.first_row - 1
        areas.append(str(replace(area, last_row=new.last_row)) if longer else text)
    return " ".join(areas).encode()


def longer_references(text: str, sheet_name: str, old: Area, new: Area) -> str:
    """A formula in which fixed references to all rows of an area cover its new rows."""

    def longer(found: re.Match[str]) -> str:
        name = found["sheet"].strip("'").replace("''", "'")
        rows = (int(found["top"]), int(found["bottom"]))
        left, right = column_number(found["left"]), column_number(found["right"])
        whole = rows == (old.first_row, old.last_row)
        inside = old.first_column <= left and right <= old.last_column
        if name.casefold() != sheet_name.casefold() or not whole or not inside:
            return found[0]
        return found[0][: found.start("bottom") - found.start()] + str(new.last_row)

    return FIXED_AREA.sub(longer, text)


def _extend_names(workbook: Workbook, sheet_name: str, old: Area, new: Area) -> None:
    root = workbook.root
    changed = False
    for element in root.iter("{*}definedName"):
        text = element.text or ""
        longer = longer_references(text, sheet_name, old, new)
        if longer != text:
            element.text, changed = longer, True
    if changed:
        workbook.package.replace_xml(workbook.part, root)


def _extend_chart(workbook: Workbook, part: str, sheet_name: str, old: Area, new: Area) -> None:
    raw = workbook.package.part(part)

    def longer(found: re.Match[bytes]) -> bytes:
        text = xml.unescape(found[2])
        extended = longer_references(text, sheet_name, old, new)
        return found[0] if extended == text else found[1] + xml.escape_markup(extended).encode()

    workbook.package.replace(part, CHART_FORMULA.sub(longer, raw))
