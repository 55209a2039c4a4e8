"""Policy tables as they stand in a workbook: which table, under which name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources

from udfs import tables
from udfs.tables import BuiltinTable, parse_table


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """A table on a policy sheet.

    Attributes:
        table: what it starts from: its columns, rows, source and note.
        name: the name of the Excel table, such as "tblWarningRules".
        formats: number formats of columns that are no plain numbers, such as "pd".
    """

    table: BuiltinTable
    name: str
    formats: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """The table with its headers, as a function's argument."""
        return f"{self.name}[#All]"

    def column(self, column: str, lang: str) -> str:
        """One of its columns as a structured reference; ``label`` is found in the language."""
        return f"{self.name}[{self.table.headers(lang)[self.position(column, lang)]}]"

    def position(self, column: str, lang: str) -> int:
        """The place of a column, counted from 0; ``label`` and the like by language."""
        names = [one.name for one in self.table.columns]
        return names.index(column if column in names else f"{column}_{lang}")


def built_in(table: str, name: str, **only: tuple[str, ...]) -> PolicyTable:
    """A table of the catalogue.

    Args:
        table: its name in the catalogue.
        name: the name of the Excel table.
        only: columns with the values whose rows are wanted; the other rows are left out.
    """
    whole = tables.builtin(table)
    rows = whole.rows
    for column, wanted in only.items():
        rows = rows[rows[column].isin(wanted)]
    return PolicyTable(replace(whole, rows=rows), name)


def own(package: str, table: str, name: str, **formats: str) -> PolicyTable:
    """A table that belongs to a template: ``<table>.csv`` in its package, as udfs/policy has them.

    Args:
        package: of the template.
        table: the name of the file without its ending.
        name: the name of the Excel table.
        formats: number formats of columns that are no plain numbers.
    """
    text = resources.files(package).joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return PolicyTable(parse_table(table, package, text), name, formats)
