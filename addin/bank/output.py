"""Results as a bank's other systems read them: one Arrow column per result, typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from addin.bank.cell_columns import Cells
from addin.bank.chain import Chain
from addin.headless.cell_xml import Cell
from udfs.errors import CellError
from workbook_templates.language import language
from workbook_templates.portfolio.result_formulas import result_columns

_EPOCH_1900: Final = -25_569
_EPOCH_1904: Final = -24_107
"""The days from 1970-01-01 back to the day 0 of a workbook."""

_TEXT_KINDS: Final = frozenset({"text", "words"})
_TYPES: Final = {"flag": pa.bool_(), "date": pa.date32()}
REMARK: Final = pa.struct([("column", pa.string()), ("cell", pa.string()), ("reason", pa.string())])
REMARKS: Final = "remarks"
"""The column with every cell that is no value of its column: errors, with their reasons."""


def column_types(chain: Chain) -> dict[str, pa.DataType]:
    """The type of each result column, in the order of the sheet.

    A column that the template does not have is text: what an officer adds may hold anything.
    """
    kinds = {column.name: column.kind for column in result_columns(language(chain.lang))}
    return {name: _type(kinds.get(name, "text")) for name in chain.order}


def _type(kind: str) -> pa.DataType:
    return pa.string() if kind in _TEXT_KINDS else _TYPES.get(kind, pa.float64())


def output_schema(types: Mapping[str, pa.DataType]) -> pa.Schema:
    """The columns of the results, and the remarks."""
    return pa.schema([*types.items(), (REMARKS, pa.list_(REMARK))])


def output_table(
    results: Mapping[str, Cells], types: Mapping[str, pa.DataType], chain: Chain, rows: int
) -> pa.Table:
    """The results of one batch.

    Args:
        results: the cells of each column.
        types: the type of each column.
        chain: what they were computed by.
        rows: how many customers.
    """
    remarks: list[list[dict[str, str]] | None] = [None] * rows
    epoch = _EPOCH_1904 if chain.date1904 else _EPOCH_1900
    columns = []
    for name, kind in types.items():
        cells = results[name]
        values = cells.block.cells
        if values.dtype.kind == "f" and pa.types.is_floating(kind):
            columns.append(pa.array(values, kind, from_pandas=True))
            continue
        odd: list[tuple[int, Cell]] = []
        if pa.types.is_string(kind) and set(map(type, cells.list)) == {str}:
            made: list[Any] = [cell or None for cell in cells.list]
        elif pa.types.is_string(kind):
            made = [_text(cell, place, odd) for place, cell in enumerate(cells.list)]
        elif pa.types.is_boolean(kind):
            made = [_typed(cell, bool, place, odd) for place, cell in enumerate(cells.list)]
        else:
            made = [_number(cell, place, odd) for place, cell in enumerate(cells.list)]
            if pa.types.is_date(kind):
                made = [None if cell is None else int(cell) + epoch for cell in made]
        columns.append(pa.array(made, kind))
        for place, cell in odd:
            remarks[place] = [*(remarks[place] or []), _remark(name, cell, chain.lang)]
    columns.append(pa.array(remarks, pa.list_(REMARK)))
    return pa.Table.from_arrays(columns, schema=output_schema(types))


def _number(cell: Cell, place: int, odd: list[tuple[int, Cell]]) -> float | None:
    if type(cell) is float or type(cell) is int:
        return cell
    if cell not in (None, ""):
        odd.append((place, cell))
    return None


def _typed(cell: Cell, kind: type, place: int, odd: list[tuple[int, Cell]]) -> Any:
    if type(cell) is kind:
        return cell
    if cell not in (None, ""):
        odd.append((place, cell))
    return None


def _text(cell: Cell, place: int, odd: list[tuple[int, Cell]]) -> str | None:
    if type(cell) is str:
        return cell or None
    if cell is None:
        return None
    if isinstance(cell, CellError):
        odd.append((place, cell))
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return f"{cell:.15g}"


def _remark(name: str, cell: Cell, lang: str) -> dict[str, str]:
    reason = cell.why(lang) if isinstance(cell, CellError) else ""
    return {"column": name, "cell": str(cell), "reason": reason}
