"""The fields of a template's input tables, read from its own dictionary."""

from __future__ import annotations

import math
from importlib import resources
from typing import Any

from udfs.tables import parse_table
from workbook_templates.fields import Field


def read_fields(package: str) -> dict[str, tuple[Field, ...]]:
    """The fields of each input table, in the order of its columns.

    The dictionary is ``fields.csv`` in the template's package; its format is that of the
    portfolio's. What a person is called and numbered by is marked as personal there, too.
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
