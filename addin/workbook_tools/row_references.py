"""References to a table's own row, such as [@PD], made plain: they mean nothing elsewhere."""

from __future__ import annotations

from dataclasses import replace

import xlwings

from addin.headless.formula_text import Call, Expression, Group, Kind, Leaf, Node, Range
from addin.headless.references import Area
from addin.headless.structured_references import locate
from addin.headless.tables import Table


def has_row_reference(formula: str) -> bool:
    """Whether a formula may refer to its own row of a table."""
    return "[" in formula and ("@" in formula or "#this row" in formula.casefold())


def fixed(
    expression: Expression, tables: dict[str, Table], sheet: str, row: int, column: int
) -> Expression:
    """The expression with plain references in place of those to its own row.

    Args:
        expression: the tree of a formula.
        tables: of the workbook, by name in small letters.
        sheet: the sheet of the formula.
        row: its row.
        column: its column.

    Raises:
        UncomputableError: there is no such table, column or row.
    """

    def plain(node: Node) -> Node:
        if isinstance(node, Call):
            return replace(node, arguments=tuple(tuple(map(plain, a)) for a in node.arguments))
        if isinstance(node, Group):
            return Group(tuple(tuple(map(plain, part)) for part in node.parts))
        if isinstance(node, Leaf) and node.kind is Kind.TABLE and has_row_reference(node.text):
            return Range(*locate(node.text, tables, sheet, row, column))
        return node

    return tuple(map(plain, expression))


def tables_of(book: xlwings.Book) -> dict[str, Table]:
    """The tables of a workbook, in Excel or in a file, by name in small letters."""
    found = {}
    for sheet in book.sheets:
        for one in sheet.tables:
            header = one.header_row_range
            columns = [] if header is None else header.options(ndim=1).value
            area = Area.parse(one.range.address.replace("$", ""))
            found[one.name.casefold()] = Table(
                name=one.name,
                sheet=sheet.name,
                ref=str(area),
                columns=tuple(map(str, columns)),
                header_rows=0 if header is None else 1,
                totals_rows=1 if one.show_totals else 0,
                part="",
            )
    return found
