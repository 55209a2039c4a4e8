"""The columns of a grid by the fields they hold: found by header, read by the field's kind."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Column, Faults, Mixed, decode_dates
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Bounds, DateArray, FloatArray, TextArray
from udfs.read_once import read_once
from udfs.records import record

_ONE: Final = Words("each field once", "每个字段只出现一次")


@record
class Field:
    """One field of the table of fields.

    Attributes:
        name: as rules call it.
        labels: its header by language.
        kind: number, text, date, class or industry.
        bounds: what its numbers may be.
    """

    name: str
    labels: dict[str, str]
    kind: str
    bounds: Bounds

    def show(self, lang: str) -> str:
        """The field as messages name it."""
        return self.labels[lang]


@record
class Texts:
    """A column of texts, each distinct one once: a place per row; blanks are known to be so."""

    codes: Any
    distinct: TextArray
    blank: BoolArray


@record(caches=True)
class FieldTable:
    """The fields that columns may hold."""

    rows: pd.DataFrame

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields by name."""
        return {row["field"]: _field(row) for row in self.rows.to_dict("records")}

    @cached_property
    def _names(self) -> dict[str, str]:
        """The name of a field by all that its column may be called."""
        found: dict[str, str] = {}
        for key in ("field", "label_en", "label_zh"):
            for name, text in zip(self.rows["field"], self.rows[key], strict=True):
                found.setdefault(_plain(text), name)
        for name, listed in zip(self.rows["field"], self.rows["other_names"], strict=True):
            for text in filter(None, str(listed).split(";")):
                found.setdefault(_plain(text), name)
        return found

    def find(self, header: str) -> str | None:
        """The field that a header means; None if it means none."""
        return self._names.get(_plain(header))

    def label(self, name: str, lang: str) -> str:
        """What a field is called in a language; its name if the table does not have it."""
        known = self.fields.get(name)
        return name if known is None else known.labels[lang]


@read_once
def field_table(rows: pd.DataFrame) -> FieldTable:
    """The fields of a table."""
    return FieldTable(rows)


def _field(row: dict[Any, Any]) -> Field:
    bounds = Bounds(
        lower=-np.inf if np.isnan(row["lower"]) else row["lower"],
        upper=np.inf if np.isnan(row["upper"]) else row["upper"],
    )
    labels = {lang: str(row[f"label_{lang}"]) for lang in ("en", "zh")}
    return Field(str(row["field"]), labels, str(row["kind"]), bounds)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return plain.replace("_", " ").strip()


@record
class FieldColumns:
    """The columns of a grid by field.

    Attributes:
        table: the fields there are.
        columns: the grid's columns by the name of their field.
        count: number of rows.
    """

    table: FieldTable
    columns: dict[str, Mixed]
    count: int
    _read: dict[str, tuple[Column, Faults]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the grid has the field."""
        return name in self.columns

    def numbers(self, name: str) -> FloatArray:
        """The numbers of a field, NaN for a blank and for a cell that is faulty."""
        values: FloatArray = self._column(name).values
        return values

    def dates(self, name: str) -> DateArray:
        """The dates of a field, NaT for a blank and for a cell that is faulty."""
        values: DateArray = self._column(name).values
        return values

    def texts(self, name: str) -> Texts:
        """The texts of a field, "" for a blank."""
        column = self._column(name)
        codes, distinct = pd.factorize(column.values)
        return Texts(codes, distinct, column.blank)

    def faults(self, name: str) -> Faults:
        """The cells of a field that cannot be read."""
        self._column(name)
        return self._read[name][1]

    def shown(self, name: str, row: int) -> str:
        """A cell as sentences quote it."""
        column = self._column(name)
        value = column.values[row]
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, np.datetime64) else f"{value:.10g}"

    def _column(self, name: str) -> Column:
        if name not in self._read:
            column, faults = _read_column(self.columns[name], self.table.fields[name])
            self._read[name] = column, faults
        return self._read[name][0]


def _read_column(mixed: Mixed, wanted: Field) -> tuple[Column, Faults]:
    if wanted.kind == "number":
        return _within(Mixed(mixed.block, wanted.name).numbers(), wanted)
    if wanted.kind == "date":
        column = decode_dates(mixed.block, wanted.name)
    else:
        column = Mixed(mixed.block, wanted.name).texts()
    return column, dict(column.faults)


def _within(column: Column, wanted: Field) -> tuple[Column, Faults]:
    outside = np.flatnonzero(wanted.bounds.outside(column.values))
    if not len(outside):
        return column, dict(column.faults)
    faults, values = dict(column.faults), column.values.copy()
    allowed = wanted.bounds.describe()
    for row in outside.tolist():
        given = f"{values[row]:.15g}"
        faults[row] = CellError(
            errors.NUM,
            f"{wanted.labels['en']} must be {allowed}; got {given}.",
            joined(wanted.labels["zh"], "应为", allowed.zh, "，实际为", given, "。"),
        )
    values[outside] = np.nan
    return Column(values, column.blank, faults, column.shape), faults


def columns_by_header(
    grid: Sequence[Mixed], headers: Sequence[str], table: FieldTable, argument: str
) -> FieldColumns:
    """The columns of a grid by the headers given for them; those of no field are left out.

    Raises:
        CallError: another number of headers than columns, or a field that stands twice.
    """
    if len(headers) != len(grid):
        allowed = Words(
            f"one header for each of the {len(grid)} columns", f"与 {len(grid)} 列一一对应的列名"
        )
        raise CallError(
            argument, Words(f"{len(headers)} headers", f"{len(headers)} 个列名"), allowed
        )
    columns: dict[str, Mixed] = {}
    for header, column in zip(headers, grid, strict=True):
        name = table.find(header)
        if name in columns:
            raise CallError(argument, header, _ONE)
        if name is not None:
            columns[name] = column
    return FieldColumns(table, columns, len(grid[0]))


def columns_in_order(
    grid: Sequence[Mixed], layouts: Iterable[Sequence[str]], table: FieldTable, argument: str
) -> FieldColumns:
    """The columns of a grid without headers: of the layouts the one with as many columns.

    Raises:
        CallError: no layout has as many columns.
    """
    known = [list(layout) for layout in layouts]
    for layout in known:
        if len(layout) == len(grid):
            return FieldColumns(table, dict(zip(layout, grid, strict=True)), len(grid[0]))
    english, chinese = (
        joint.join(
            ", ".join(table.label(name, lang) for name in layout)
            if lang == "en"
            else "、".join(table.label(name, lang) for name in layout)
            for layout in known
        )
        for lang, joint in (("en", "; or "), ("zh", "；或 "))
    )
    allowed = Words(
        f"the columns {english} (else give their headers in fields)",
        f"以下各列：{chinese}（否则请在 fields 中给出列名）",
    )
    given = Words(f"{len(grid)} columns", f"{len(grid)} 列")
    raise CallError(argument, given, allowed)
