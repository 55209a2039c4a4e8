"""Regulation (``standards/``) and the bank's own choices (``policy/``) as tables.

Each table is one CSV file: lines that start with ``#`` say what it is and where it comes from,
then three header rows (names in English, names in Chinese, kinds), then the data::

    # title_en: Master scale
    # title_zh: 主标尺
    # source_en: …
    # source_zh: …
    # date: 2024-01-01
    # note_en: …
    # note_zh: …
    grade,pd
    等级,违约概率
    text,number
    AAA,0.000064

A kind is number, text, date or flag; a trailing ``?`` allows blanks. Columns in two languages
come in pairs, ``label_en`` and ``label_zh``.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Block, Column, decode_dates, decode_flags, decode_numbers, decode_texts
from udfs.errors import CallError, UnknownTableError, Words, column_of
from udfs.kinds import ColumnKind, TableColumn
from udfs.one_cell import error_of
from udfs.read_once import lasting
from udfs.records import record

ROOMS: Final = ("standards", "policy")
_DECODERS: Final = {
    "number": decode_numbers,
    "text": decode_texts,
    "date": decode_dates,
    "flag": decode_flags,
}
_EACH_ONCE: Final = Words("a table with each column once", "每列只出现一次的表")
_WITH_HEADERS: Final = Words("a table with headers", "带表头的表")
_KINDS: Final = {
    "number": Words("a number", "数字"),
    "text": Words("a text", "文本"),
    "date": Words("a date", "日期"),
    "flag": Words("TRUE or FALSE", "TRUE 或 FALSE"),
}


@record
class BuiltinTable:
    """A built-in table with its columns, its source and its date.

    Attributes:
        name: what ``CR_POLICY`` and the table arguments call it.
        room: "standards" for regulation, "policy" for the bank's own choices.
        title: English and Chinese title.
        source: where it comes from, in English and Chinese; "creditcells default" for a proposal
            without authority.
        date: as of when.
        note: English and Chinese note, such as "check against the regulation".
        columns: name, Chinese name and kind of each column.
        rows: the data as a DataFrame; do not change it in place.
    """

    name: str
    room: str
    title: dict[str, str]
    source: dict[str, str]
    date: str
    note: dict[str, str]
    columns: tuple[TableColumn, ...]
    rows: pd.DataFrame

    def headers(self, lang: str) -> list[str]:
        """The column headers in a language."""
        return [column.zh if lang == "zh" else column.name for column in self.columns]


def names() -> list[str]:
    """The names of all built-in tables."""
    return sorted(_files())


@cache
def _files() -> dict[str, tuple[str, Traversable]]:
    found = {}
    for room in ROOMS:
        for file in resources.files("udfs").joinpath(room).iterdir():
            if file.name.endswith(".csv"):
                found[file.name.removesuffix(".csv")] = (room, file)
    return found


@cache
def builtin(name: str) -> BuiltinTable:
    """The built-in table of a name.

    Raises:
        UnknownTableError: there is none of that name.
    """
    try:
        room, file = _files()[name]
    except KeyError:
        known = ", ".join(names())
        raise UnknownTableError(f"name must be one of {known}; got {name!r}.") from None
    return parse_table(name, room, file.read_text(encoding="utf-8"))


def has_columns(name: str, columns: list[str]) -> bool:
    """Whether the built-in table of a name has the columns."""
    return set(columns) <= {column.name for column in builtin(name).columns}


def parse_table(name: str, room: str, text: str) -> BuiltinTable:
    """A table from the text of its file; the format stands at the top of this module."""
    lines = text.splitlines()
    about = dict(line[1:].split(":", 1) for line in lines if line.startswith("#"))
    facts = {key.strip(): value.strip() for key, value in about.items()}
    english, chinese, kinds, *data = csv.reader(
        line for line in lines if line and not line.startswith("#")
    )
    columns = tuple(
        TableColumn(name=en, zh=zh, kind=_kind(kind), required=not kind.endswith("?"))
        for en, zh, kind in zip(english, chinese, kinds, strict=True)
    )
    return BuiltinTable(
        name=name,
        room=room,
        title={"en": facts["title_en"], "zh": facts["title_zh"]},
        source={"en": facts["source_en"], "zh": facts["source_zh"]},
        date=facts["date"],
        note={"en": facts.get("note_en", ""), "zh": facts.get("note_zh", "")},
        columns=columns,
        rows=_frame(data, columns, name),
    )


def _kind(text: str) -> ColumnKind:
    for kind in get_args(ColumnKind):
        if text.rstrip("?") == kind:
            return kind  # type: ignore[no-any-return]  # get_args is untyped
    raise ValueError(f"a column kind must be one of {get_args(ColumnKind)}; got {text!r}.")


def _frame(rows: list[list[str]], columns: tuple[TableColumn, ...], table: str) -> pd.DataFrame:
    cells = np.array(rows, dtype=object).reshape(len(rows), len(columns))
    block = Block(cells.reshape(-1), (len(rows), len(columns)))
    return typed_frame(block, columns, table)


def typed_frame(body: Block, columns: tuple[TableColumn, ...], argument: str) -> pd.DataFrame:
    """The body of a table, one block column per table column, as a checked DataFrame.

    Raises:
        CallError: a cell is not of its column's kind, or a needed cell is blank.
    """
    frame = {}
    for column, cells in zip(columns, body.columns(), strict=True):
        decoded = _DECODERS[column.kind](cells, f"{argument}[{column.name}]")
        _check_column(decoded, cells, column, argument)
        frame[column.name] = decoded.values
    return lasting(pd.DataFrame(frame))


def _check_column(decoded: Column, cells: Block, column: TableColumn, argument: str) -> None:
    if decoded.faults:
        position, error = next(iter(decoded.faults.items()))
        where = column_of(argument, column.name, column.zh, position + 1)
        raise CallError(where, cells.cells[position], _KINDS[column.kind], code=error.code)
    if column.required and decoded.blank.any():
        row = int(np.argmax(decoded.blank)) + 1
        where = column_of(argument, column.name, column.zh, row)
        raise CallError(where, Words("a blank cell", "空单元格"), _KINDS[column.kind])


def spilled(frame: pd.DataFrame, columns: tuple[TableColumn, ...]) -> pd.DataFrame:
    """A table as it goes into a sheet, to be read back the same: blanks blank, flags as flags."""
    shown = {}
    for column in columns:
        values = frame[column.name].to_numpy()
        cells = values.astype(object)
        if column.kind == "flag":
            cells = np.array([False, True, None], dtype=object)[values]
        elif column.kind in ("number", "date"):
            cells[pd.isna(values)] = None
        shown[column.name] = cells
    return pd.DataFrame(shown, dtype=object)


def table_argument(
    cells: Block, columns: tuple[TableColumn, ...], argument: str, *, further: bool = False
) -> pd.DataFrame:
    """A range with headers as a checked DataFrame with the columns asked for, in their order.

    Headers are found in either language and any case; blank rows are left out, and so are other
    columns unless ``further`` asks for them: those follow as they stand, under their headers. A
    column that may be missing is filled with blanks.

    Raises:
        CallError: a needed column is missing, a header stands twice, no rows, or a bad cell.
    """
    return cells.once(
        (columns, further), lambda: _read_table(cells, columns, argument, further=further)
    )


def _read_table(
    cells: Block, columns: tuple[TableColumn, ...], argument: str, *, further: bool
) -> pd.DataFrame:
    square = _without_padding(cells.cells.reshape(cells.shape))
    width = square.shape[1]
    header = decode_texts(Block(square[0].astype(object), (1, width)), argument)
    for fault in header.faults.values():
        given = Words(fault.reason or str(fault), fault.why("zh") or str(fault))
        raise CallError(argument, given, _WITH_HEADERS, code=fault.code)
    top = header.values
    headers = [str(cell).strip().casefold() for cell in top]
    body = square[1:].astype(object)
    filled = np.array([any(cell not in (None, "") for cell in row) for row in body], dtype=bool)
    body = body[filled] if len(body) else body
    picked = [_pick(body, headers, column, argument) for column in columns]
    if not len(body):
        raise CallError(
            argument,
            Words("a table without rows", "没有数据行的表"),
            Words("a header row and at least one row", "带表头且至少一行数据的表"),
        )
    joined = np.column_stack(picked) if picked else np.empty((len(body), 0), dtype=object)
    frame = typed_frame(Block(joined.reshape(-1), joined.shape), columns, argument)
    if not further:
        return frame
    own = {name.casefold() for column in columns for name in (column.name, column.zh)}
    rest = {i: str(top[i]) for i, header in enumerate(headers) if header and header not in own}
    _refuse_repeats([headers[i] for i in rest], argument)
    return lasting(frame.assign(**{name: body[:, i] for i, name in rest.items()}))


def _without_padding(square: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The cells without the rows and columns of #N/A behind them.

    A spreadsheet fills an array formula's range with #N/A where the result is smaller, and such a
    range is what an older Excel hands over.
    """
    rows, width = square.shape
    while width > 1 and _is_padding(square[:, width - 1]):
        width -= 1
    while rows > 1 and _is_padding(square[rows - 1, :width]):
        rows -= 1
    return square[:rows, :width]


def _is_padding(cells: npt.NDArray[Any]) -> bool:
    return all((error := error_of(cell)) is not None and error.code == errors.NA for cell in cells)


def _refuse_repeats(headers: list[str], argument: str) -> None:
    for header in headers:
        if headers.count(header) > 1:
            raise CallError(
                argument,
                Words(f"{header} twice", f"“{header}”列出现两次"),
                _EACH_ONCE,
            )


def _pick(body: np.ndarray, headers: list[str], column: TableColumn, argument: str) -> np.ndarray:
    wanted = {column.name.casefold(), column.zh.casefold()}
    places = [i for i, header in enumerate(headers) if header in wanted]
    if len(places) > 1:
        raise CallError(
            argument,
            Words(f"{column.name} twice", f"“{column.zh}”列出现两次"),
            _EACH_ONCE,
        )
    if places:
        chosen: np.ndarray = body[:, places[0]]
        return chosen
    if column.required:
        given = [header for header in headers if header]
        raise CallError(
            argument,
            Words(", ".join(given) or "no headers", "、".join(given) or "没有表头的表"),
            Words(
                f"a table with a column {column.name} ({column.zh})",
                f"含有“{column.zh}”列（{column.name}）的表",
            ),
        )
    return np.full(len(body), None, dtype=object)
