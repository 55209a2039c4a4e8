"""A template's tables of data: what stands in them, and for how many rows they have room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from udfs.chinese import joined
from udfs.errors import Words
from workbook_templates.errors import CapacityError
from workbook_templates.fields import Field

Capacity: TypeAlias = Mapping[str, int]
"""Rows by data table; all that hangs on the size of a workbook is built from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """A table that a bank fills with rows of its own, by hand or from a file.

    Attributes:
        name: what mappings and the command line call it, such as "customers".
        excel_table: its name in the workbook.
        titles: of its sheet, by language.
        fields: its columns.
        rows: for how many rows a workbook has room unless asked for more.
        most: for how many it may have room: more, and the workbook would compute too slowly.
        lists: fields whose values must stand in cells of the workbook, by their defined name.
        several: those of them that may hold several values with commas between.
    """

    name: str
    excel_table: str
    titles: Mapping[str, str]
    fields: tuple[Field, ...]
    rows: int
    most: int
    lists: Mapping[str, str] = field(default_factory=dict)
    several: tuple[str, ...] = ()

    def column(self, name: str, lang: str) -> str:
        """A column as a structured reference, such as ``tblLoans[Balance]``."""
        found = next(one for one in self.fields if one.name == name)
        return f"{self.excel_table}[{found.header(lang)}]"


def data_tables(
    rows: Mapping[str, tuple[int, int]],
    *,
    excel_tables: Mapping[str, str],
    titles: Mapping[str, Mapping[str, str]],
    fields: Mapping[str, tuple[Field, ...]],
    lists: Mapping[str, Mapping[str, str]] | None = None,
    several: tuple[str, ...] = (),
) -> dict[str, DataTable]:
    """The data tables of a template with several, like each argument by their names.

    Args:
        rows: the usual room, and the most.
        excel_tables: their names in the workbook.
        titles: of their sheets, by language.
        fields: their columns.
        lists: fields whose values must stand in cells of the workbook, by their defined name.
        several: fields that may hold several such values with commas between.
    """
    return {
        name: DataTable(
            name=name,
            excel_table=excel_tables[name],
            titles=titles[name],
            fields=fields[name],
            rows=usual,
            most=most,
            lists={} if lists is None else lists[name],
            several=several,
        )
        for name, (usual, most) in rows.items()
    }


def default_capacity(tables: Sequence[DataTable]) -> dict[str, int]:
    """The room of a workbook that was not asked for more."""
    return {table.name: table.rows for table in tables}


def capacity(
    template: str, tables: Sequence[DataTable], asked: Capacity, whole: int | None = None
) -> dict[str, int]:
    """The room of each table.

    Args:
        template: the template's name, for messages.
        tables: its tables.
        asked: rows of single tables.
        whole: rows of the first table; the others grow with it unless asked for themselves.

    Returns:
        The rows of each table.

    Raises:
        CapacityError: there is no such table, or it cannot have so many rows.
    """
    if not tables:
        raise CapacityError(
            Words(
                f"{template} has no table of data whose size can be chosen; leave --rows away.",
                joined(template, "没有可选择行数的数据表，请去掉", "--rows", "。"),
            )
        )
    known = {table.name: table for table in tables}
    for name in asked:
        if name not in known:
            raise CapacityError(
                Words(
                    f"{template} has no data table {name!r}; it has {', '.join(known)}.",
                    joined(template, "没有数据表", name, "，只有", "、".join(known), "。"),
                )
            )
    wanted = dict(asked)
    if whole is not None:
        factor = whole / tables[0].rows
        grown = {one.name: min(math.ceil(one.rows * factor), one.most) for one in tables[1:]}
        wanted = {tables[0].name: whole} | grown | wanted
    for name, rows in wanted.items():
        _refuse_outside(template, known[name], rows)
    return default_capacity(tables) | wanted


def _refuse_outside(template: str, table: DataTable, rows: int) -> None:
    if not table.rows <= rows <= table.most:
        lower, upper = f"{table.rows:,}", f"{table.most:,}"
        raise CapacityError(
            Words(
                f"rows of {table.name} in {template} must be from {lower} to {upper}; got {rows:,}.",
                joined(
                    template,
                    "中",
                    table.name,
                    "的行数应为",
                    lower,
                    "至",
                    upper,
                    "，实际为",
                    f"{rows:,}",
                    "。",
                ),
            )
        )
