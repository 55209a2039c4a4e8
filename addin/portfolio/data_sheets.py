"""Customers, loans and transactions on their sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from addin.errors import WorkbookError
from addin.portfolio.checks import CheckedTable
from addin.portfolio.cleaning import Reading
from addin.portfolio.mapping_file import FieldRule, TablePlan
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows, name_columns, normalise
from addin.portfolio.sheet_tables import SheetTable, day_cells, number_cells, text_cells
from udfs.errors import Words
from workbook_templates.fields import Field
from workbook_templates.portfolio.layout import HEADER_ROW, KEY_ROW

_FLAG_WORDS: Final = {"en": {1: "yes", 0: "no", -1: None}, "zh": {1: "是", 0: "否", -1: None}}


@dataclass(frozen=True, slots=True)
class Written:
    """What was written to a data sheet.

    Attributes:
        rows: how many rows.
        carried: headers of the columns whose cells were carried over from the sheet.
        without_column: fields that the source gives and the sheet has no column for.
    """

    rows: int
    carried: tuple[str, ...]
    without_column: tuple[str, ...]


def write_table(
    sheet: SheetTable,
    checked: CheckedTable,
    lang: str,
    *,
    date1904: bool,
    carry: bool,
    room: int | None = None,
) -> Written:
    """Replace the rows of a data sheet.

    Columns that no source gives, whether fields that an officer fills in or columns of the
    user's own, keep their cells: they follow their customer or loan to its new row. Calculated
    columns are left to themselves.

    Args:
        sheet: the table on the sheet.
        checked: its new rows.
        lang: the language of options.
        date1904: whether the workbook counts its days from 1904.
        carry: whether to carry cells over; not from the template's worked case.
        room: how many rows the table is to have, blank ones below included; by default as many
            as there are new ones.

    Raises:
        WorkbookError: the sheet has no column for a field that every row needs.
    """
    places = field_places(sheet, checked.fields)
    columns: dict[int, Sequence[Any]] = {}
    absent = []
    for known in checked.fields:
        if known.name not in checked.frame:
            continue
        if known.name not in places:
            absent.append(known)
            continue
        values = checked.frame[known.name].to_numpy()
        columns[places[known.name]] = field_cells(known, values, lang, date1904=date1904)
    _refuse_without_needed(sheet, absent)
    others = [
        position
        for position in range(len(sheet.headers))
        if position not in columns and not sheet.has_formula(position)
    ]
    carried = _carried(sheet, checked, others) if carry else {}
    rows = max(len(checked.frame) if room is None else room, 1)
    sheet.resize(rows)
    blank: list[Any] = [None] * rows
    written = {**dict.fromkeys(others, ()), **columns, **carried}
    sheet.write({place: [*cells, *blank[len(cells) :]] for place, cells in written.items()})
    kept = [
        sheet.headers[position]
        for position, cells in carried.items()
        if any(cell is not None for cell in cells)
    ]
    return Written(len(checked.frame), tuple(kept), tuple(known.name for known in absent))


def field_places(sheet: SheetTable, fields: Sequence[Field]) -> dict[str, int]:
    """Where each field stands: by its header, or by its name above a header of the user's own."""
    known_headers = {normalise(text) for known in fields for text in _texts(known)}
    above = _names_above(sheet)
    places = {}
    for known in fields:
        position = sheet.position(_texts(known))
        if position is None:
            position = next(
                (
                    place
                    for place, (name, header) in enumerate(zip(above, sheet.headers, strict=True))
                    if name == known.name and normalise(header) not in known_headers
                ),
                None,
            )
        if position is not None:
            places[known.name] = position
    return places


def _texts(known: Field) -> tuple[str, ...]:
    return known.name, *known.labels.values()


def _names_above(sheet: SheetTable) -> list[str]:
    """What the cells in the row of field names hold, one per column."""
    row = sheet.first_row - 1 - (HEADER_ROW - KEY_ROW)
    if row < 1:
        return [""] * len(sheet.headers)
    last = sheet.first_column + len(sheet.headers) - 1
    cells = sheet.sheet.range((row, sheet.first_column), (row, last)).options(ndim=1).value
    return ["" if cell is None else str(cell) for cell in cells]


def _refuse_without_needed(sheet: SheetTable, absent: Sequence[Field]) -> None:
    for known in absent:
        if known.required:
            raise WorkbookError(
                sheet.book.fullname,
                f"sheet {sheet.sheet.name!r}, table {sheet.name} has no column {known.name} "
                f"({known.labels['zh']}).",
                "Restore it from a new workbook or from the backup.",
            )


def _carried(
    sheet: SheetTable, checked: CheckedTable, positions: Sequence[int]
) -> Mapping[int, Sequence[Any]]:
    """The cells of columns that no source gives, in the order of the new rows."""
    key = next((known for known in checked.fields if known.key), None)
    if key is None or not positions:
        return {}
    place = field_places(sheet, checked.fields).get(key.name)
    if place is None or place in positions:
        return {}
    old_keys = pd.Index([_plain(cell) for cell in sheet.column(place)])
    lookup = pd.Series(np.arange(len(old_keys)), index=old_keys)
    lookup = lookup.loc[~lookup.index.duplicated() & (lookup.index != "")]
    rows = lookup.reindex(checked.frame[key.name]).to_numpy(dtype=np.float64)
    carried = {}
    for position in positions:
        cells = sheet.column(position)
        carried[position] = [
            None if np.isnan(row) else _as_written(cells[int(row)]) for row in rows
        ]
    return carried


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _as_written(cell: Any) -> Any:
    return text_cells([cell])[0] if isinstance(cell, str) else cell


def field_cells(known: Field, values: Any, lang: str, *, date1904: bool = False) -> Sequence[Any]:
    """A field's values as cells of a workbook of the language."""
    if known.kind == "date":
        return day_cells(values.astype("datetime64[D]"), date1904=date1904)
    if known.kind == "number":
        return number_cells(values)
    if known.kind == "flag":
        words = _FLAG_WORDS[lang]
        return [words[flag] for flag in values.tolist()]
    if known.options and lang == "zh":
        return [known.options.get(value) for value in values]
    return text_cells(values)


def read_table(
    sheet: SheetTable, table: str, fields: tuple[Field, ...], book_name: str
) -> tuple[TablePlan, RawRows]:
    """The rows that a data sheet holds already, as a source like any other."""
    place = f"{book_name} [{sheet.sheet.name}]"
    names, twice = name_columns(sheet.headers, place)
    rows = [
        (number, row)
        for number, row in enumerate(sheet.body(), sheet.first_row)
        if any(cell not in (None, "") for cell in row)
    ]
    cells = np.empty((len(rows), len(names)), dtype=object)
    for position, (_, row) in enumerate(rows):
        cells[position, :] = row
    raw = RawRows(
        source=book_name,
        sheet=sheet.sheet.name,
        frame=pd.DataFrame(cells, columns=pd.Index(names), dtype=object),
        rows=np.array([number for number, _ in rows], dtype=np.int64),
        twice=twice,
        detail=Words("the workbook's own rows", "工作簿原有数据行"),
    )
    reading = Reading()
    rules = {
        name: FieldRule(names[position], None, reading)
        for name, position in field_places(sheet, fields).items()
    }
    source = Source(location=book_name, name=table)
    plan = TablePlan(table, fields, source, None, reading, rules, by_name=False, mapping=place)
    return plan, raw
