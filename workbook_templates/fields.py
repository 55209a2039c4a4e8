"""Field dictionaries: every column of the data tables, defined once for template, checks, sources."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, TypeAlias, get_args

from udfs.tables import parse_table
from workbook_templates.errors import UnknownFieldError

TableName = Literal["customers", "loans", "transactions"]
TABLES: Final[tuple[TableName, ...]] = get_args(TableName)
FieldKind = Literal["number", "text", "date", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a data table.

    Attributes:
        table: such as "customers", "loans" or "transactions".
        name: the field's name in mappings and code, such as "debt_ratio".
        labels: the column's header, by language.
        kind: "number", "text", "date" or "flag".
        unit: its unit in words, by language; "" without one. "%" means a rate shown in percent.
        required: whether a row without it cannot be used.
        key: whether a value may stand only once.
        lower: the smallest value allowed (a serial number for dates), None without a limit.
        upper: the largest value allowed.
        personal: whether it identifies a natural person (PIPL) and is to be masked on request.
        options: the values allowed, each with its Chinese word; empty if any text may stand.
        width: the column's width in characters.
        help: what to enter, by language.
    """

    table: str
    name: str
    labels: dict[str, str]
    kind: FieldKind
    unit: dict[str, str]
    required: bool
    key: bool
    lower: float | None
    upper: float | None
    personal: bool
    options: dict[str, str]
    width: float
    help: dict[str, str]

    def header(self, lang: str) -> str:
        """The column's header in a language."""
        return self.labels[lang]

    def option_labels(self, lang: str) -> list[str]:
        """The allowed values as they are written in a workbook of the language."""
        return list(self.options.values()) if lang == "zh" else list(self.options)

    def option(self, text: str) -> str | None:
        """The option that a text means, in either language and any case; None if none."""
        wanted = text.strip().casefold()
        for option, chinese in self.options.items():
            if wanted in (option.casefold(), chinese.casefold()):
                return option
        return None


Dictionary: TypeAlias = Mapping[str, tuple[Field, ...]]
"""The fields of each data table, in the order of tables and columns."""


def fields(table: TableName) -> tuple[Field, ...]:
    """The fields of a data table, in the order of its columns.

    Example:
        >>> [field.name for field in fields("transactions")]
        ['customer_id', 'date', 'amount', 'kind', 'count']
    """
    return portfolio_dictionary()[table]


def field(table: TableName, name: str) -> Field:
    """One field by its name.

    Raises:
        UnknownFieldError: the table has no such field.
    """
    for candidate in fields(table):
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in fields(table))
    raise UnknownFieldError(f"field of {table} must be one of {known}; got {name!r}.")


@cache
def portfolio_dictionary() -> Dictionary:
    """The fields of every table of the portfolio."""
    return read_fields("workbook_templates")


def read_fields(package: str) -> dict[str, tuple[Field, ...]]:
    """The fields of each input table, in the order of its columns.

    The dictionary is ``fields.csv`` in the package; all have the same columns. What a person is
    called and numbered by is marked as personal.
    """
    text = resources.files(package).joinpath("fields.csv").read_text(encoding="utf-8")
    found: dict[str, list[Field]] = {}
    for row in parse_table("fields", package, text).rows.to_dict("records"):
        found.setdefault(str(row["table"]), []).append(_field({str(k): v for k, v in row.items()}))
    return {name: tuple(listed) for name, listed in found.items()}


def _field(row: dict[str, Any]) -> Field:
    return Field(
        table=row["table"],
        name=row["field"],
        labels={"en": row["en"], "zh": row["zh"]},
        kind=row["kind"],
        unit={"en": row["unit"], "zh": row["unit_zh"]},
        required=row["required"] == 1,
        key=row["unique"] == 1,
        lower=_limit(row["lower"]),
        upper=_limit(row["upper"]),
        personal=row["personal"] == 1,
        options=dict(pair.split("=") for pair in row["options"].split(";") if pair),
        width=row["width"],
        help={"en": row["help_en"], "zh": row["help_zh"]},
    )


def _limit(value: float) -> float | None:
    return None if math.isnan(value) else value
