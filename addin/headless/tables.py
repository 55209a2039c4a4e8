"""Excel tables: where they are, and giving one another size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from addin.headless import xml
from addin.headless.references import Area

if TYPE_CHECKING:
    from lxml import etree

    from addin.headless.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Table:
    """A table (list object) of a sheet.

    Attributes:
        name: as used in structured references.
        sheet: the name of its sheet.
        ref: its whole rectangle with headers and totals.
        columns: the column names, left to right.
        header_rows: 1, or 0 for a table without headers.
        totals_rows: 1 where a totals row is shown, else 0.
        part: the package part that holds it.
    """

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int
    part: str

    @property
    def area(self) -> Area:
        """The whole rectangle."""
        return Area.parse(self.ref)

    @property
    def body(self) -> Area:
        """The rectangle between headers and totals."""
        area = self.area
        return replace(
            area,
            first_row=area.first_row + self.header_rows,
            last_row=area.last_row - self.totals_rows,
        )


def of_sheet(sheet: Sheet) -> list[Table]:
    """The tables of one sheet, in the order of its relationships."""
    version = sheet.workbook.package.version
    known = sheet.workbook.known_tables.get(sheet.part)
    if known is None or known[0] != version:
        known = version, _read(sheet)
        sheet.workbook.known_tables[sheet.part] = known
    # A table knows its sheet by name, and a sheet may have got another one.
    return [replace(table, sheet=sheet.name) for table in known[1]]


def _read(sheet: Sheet) -> list[Table]:
    package = sheet.workbook.package
    found = []
    for relationship in package.relationships(sheet.part).values():
        if relationship.kind != "table" or relationship.target not in package:
            continue
        root = package.xml(relationship.target)
        with xml.meaning_of(package.path, relationship.target):
            found.append(_table(sheet, relationship.target, root))
    return found


def _table(sheet: Sheet, part: str, root: etree._Element) -> Table:
    table = Table(
        root.get("displayName", root.get("name", "")),
        sheet.name,
        root.get("ref", ""),
        tuple(e.get("name", "") for e in root.iter("{*}tableColumn")),
        int(root.get("headerRowCount", "1")),
        int(root.get("totalsRowCount", "0")),
        part,
    )
    if table.area.columns != len(table.columns):
        raise ValueError(f"{len(table.columns)} columns in {table.ref}")
    return table
