"""Policy tables of a workbook: which built-in table stands under which Excel name, and its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import resources

import pandas as pd

from udfs import tables
from udfs.kinds import UNKNOWN, ColumnKind
from workbook_templates.blocks import CellValue
from workbook_templates.language import Lang


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """A policy table that stands in a workbook as an Excel table.

    Attributes:
        excel: the name of the Excel table.
        table: the table it starts from.
    """

    excel: str
    table: tables.BuiltinTable

    @property
    def whole(self) -> str:
        """The table with its headers, as a function's argument."""
        return f"{self.excel}[#All]"

    def column(self, name: str, lang: Lang) -> str:
        """A column as a structured reference; ``label`` and the like are found in the language."""
        return f"{self.excel}[{self.headers(lang)[self.position(name, lang)]}]"

    def headers(self, lang: Lang) -> list[str]:
        """The column headers in a language."""
        return self.table.headers(lang)

    def position(self, name: str, lang: Lang) -> int:
        """The place of a column, counted from 0."""
        names = [column.name for column in self.table.columns]
        return names.index(name if name in names else f"{name}_{lang}")

    def cells(self) -> list[list[CellValue]]:
        """The rows as cells: blanks for what is missing."""
        kinds = [column.kind for column in self.table.columns]
        return [
            [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in self.table.rows.itertuples(index=False)
        ]


def built_in(excel: str, name: str, **only: tuple[str, ...]) -> PolicyTable:
    """A built-in table under an Excel name.

    Args:
        excel: the name of the Excel table.
        name: the built-in table.
        only: columns with the values whose rows are wanted; the other rows are left out.
    """
    table = tables.builtin(name)
    rows = table.rows
    for column, wanted in only.items():
        rows = rows[rows[column].isin(wanted)]
    return PolicyTable(excel, replace(table, rows=rows))


def of_package(excel: str, package: str, name: str) -> PolicyTable:
    """A table that a template's own package holds as CSV, in the form of the built-in ones."""
    text = resources.files(package).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return PolicyTable(excel, tables.parse_table(name, package, text))


def _cell(value: object, kind: ColumnKind) -> CellValue:
    if kind == "flag":
        return None if value == UNKNOWN else value == 1
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    return value if isinstance(value, str) else float(str(value))
