"""The policy tables of a workbook: built-in ones and its own, with the references formulas use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from udfs import tables
from udfs.kinds import UNKNOWN
from workbook_templates.blocks import CellValue
from workbook_templates.language import Lang

_KINDS: Final = {"number": "general", "text": "text", "date": "date", "flag": "flag"}


@dataclass(frozen=True, slots=True)
class PolicyColumn:
    """One column of a policy table.

    Attributes:
        name: what formulas are written with.
        headers: its header, by language.
        kind: its number format.
    """

    name: str
    headers: dict[str, str]
    kind: str


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """A policy table as it stands on a sheet.

    Attributes:
        key: its name in code; that of the built-in table where it starts from one.
        name: its name in Excel.
        titles: over the table, by language.
        notes: under the title, by language: source, date, what to know.
        columns: its columns.
        rows: its cells.
    """

    key: str
    name: str
    titles: dict[str, str]
    notes: dict[str, str]
    columns: tuple[PolicyColumn, ...]
    rows: list[list[CellValue]] = field(default_factory=list)

    def texts(self, lang: Lang) -> list[str]:
        """The headers in a language."""
        return [column.headers[lang] for column in self.columns]


def builtin_table(key: str, name: str, *, only: tuple[str, str] | None = None) -> PolicyTable:
    """A built-in table as it stands on a sheet, with every cell open to change.

    Args:
        key: name of the built-in table.
        name: its name in Excel.
        only: a column and how its values must begin, for the part of a long table that a
            workbook needs; all rows by default.
    """
    table = tables.builtin(key)
    kept = table.rows
    if only is not None:
        kept = kept[kept[only[0]].str.startswith(only[1])]
    headers = zip(table.headers("en"), table.headers("zh"), strict=True)
    columns = tuple(
        PolicyColumn(column.name, {"en": en, "zh": zh}, _KINDS[column.kind])
        for column, (en, zh) in zip(table.columns, headers, strict=True)
    )
    rows = [
        [_cell(value, column.kind) for value, column in zip(row, columns, strict=True)]
        for row in kept.itertuples(index=False)
    ]
    notes = {
        "en": f"Source: {table.source['en']} ({table.date}). {table.note['en']}",
        "zh": f"来源：{table.source['zh']}（{table.date}）。{table.note['zh']}",
    }
    return PolicyTable(key, name, dict(table.title), notes, columns, rows)


def own_table(
    key: str,
    name: str,
    titles: tuple[str, str],
    notes: tuple[str, str],
    columns: Iterable[tuple[str, str, str, str]],
    rows: Sequence[Sequence[CellValue]],
) -> PolicyTable:
    """A policy table that no function has built in.

    Args:
        key: its name in code.
        name: its name in Excel.
        titles: in English and Chinese.
        notes: in English and Chinese.
        columns: name, English header, Chinese header and number format of each.
        rows: its cells.
    """
    made = tuple(PolicyColumn(name, {"en": en, "zh": zh}, kind) for name, en, zh, kind in columns)
    return PolicyTable(
        key,
        name,
        dict(zip(("en", "zh"), titles, strict=True)),
        dict(zip(("en", "zh"), notes, strict=True)),
        made,
        [list(row) for row in rows],
    )


def _cell(value: object, kind: str) -> CellValue:
    """A table's value as a cell: blanks for missing ones."""
    if kind == "flag":
        return None if value == UNKNOWN else value == 1
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    return value if isinstance(value, str) else float(str(value))


class Policy:
    """The policy tables of one workbook in one language, as formulas refer to them."""

    def __init__(self, listed: Iterable[PolicyTable], lang: Lang) -> None:
        self.lang: Final[Lang] = lang
        self.tables: Final = {table.key: table for table in listed}

    def whole(self, key: str) -> str:
        """A table with its headers, as a function's argument."""
        return f"{self.tables[key].name}[#All]"

    def column(self, key: str, column: str) -> str:
        """A column of a table."""
        table = self.tables[key]
        found = next(one for one in table.columns if one.name == column)
        return f"{table.name}[{found.headers[self.lang]}]"

    def labels(self, key: str, column: str = "label") -> tuple[str, str]:
        """The columns of a label in English and in Chinese."""
        return self.column(key, f"{column}_en"), self.column(key, f"{column}_zh")

    def label(self, key: str, row: str, column: str = "label") -> str:
        """The label in a row of a table, in the language of the results."""
        english, chinese = self.labels(key, column)
        return f'IF(lang="zh",INDEX({chinese},{row}),INDEX({english},{row}))'

    def find(self, key: str, label: str, column: str = "label") -> str:
        """The row of a table that has a label, in either language."""
        english, chinese = self.labels(key, column)
        return f"IFERROR(MATCH({label},{english},0),MATCH({label},{chinese},0))"
