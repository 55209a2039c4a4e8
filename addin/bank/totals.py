"""Totals of the results, the same to the last digit whatever the engine and however many workers.

Fractions are added up within each part in the order of its rows, then over the parts in theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from addin.bank.output import REMARKS

_TIERS: Final = (
    ("customers", "sum"),
    ("exposure", "sum"),
    ("expected_loss", "sum"),
    ("pd", "sum"),
    ("pds", "sum"),
)
_HEAT: Final = (("exposure", "sum"), ("customers", "sum"))
_CLASSES: Final = (
    ("customers", "sum"),
    ("exposure", "sum"),
    ("provision", "sum"),
    ("booked", "sum"),
)
_GRADES: Final = (("lowest", "min"),)
_OF_CLASSES: Final = ("five_tier", "provision", "booked")
_ERRORS: Final = (("cells", "sum"),)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of some results.

    Attributes:
        part: the name of the part they are of; "" for all parts.
        customers: how many.
        tiers: by risk tier: customers, exposure, expected loss, the sum of PDs and how many.
        heat: by grade and ABC class: exposure and customers; None without classes.
        classes: by five-tier class: customers, exposure, provision needed and booked; None without
            classes.
        grades: by grade: the lowest PD.
        errors: by column: cells that hold an error.
    """

    part: str
    customers: int
    tiers: pa.Table
    heat: pa.Table | None
    classes: pa.Table | None
    grades: pa.Table
    errors: pa.Table


def part_totals(file: Path) -> Totals:
    """The totals of one part of the results."""
    has = pq.read_schema(file).names
    wanted = ("risk_tier", "grade", "abc", "exposure", "expected_loss", "pd", *_OF_CLASSES, REMARKS)
    has_classes = set(_OF_CLASSES) <= set(has)
    rows = pq.read_table(file, columns=[name for name in wanted if name in has])
    pds = rows.column("pd")
    rows = rows.append_column("pds", pc.cast(pc.is_valid(pds), pa.int64()))
    rows = rows.append_column("lowest", pds)
    rows = rows.append_column("customers", pa.array([1] * len(rows), pa.int64()))
    graded = rows.filter(pc.is_valid(rows.column("grade")))
    remarks = pc.list_flatten(rows.column(REMARKS)).combine_chunks()
    names = pc.struct_field(remarks, "column")
    cells = pa.table({"column": names, "cells": pa.array([1] * len(names), pa.int64())})
    return Totals(
        part=file.name,
        customers=len(rows),
        tiers=_grouped(rows, ["risk_tier"], _TIERS),
        heat=(
            _grouped(graded.filter(pc.is_valid(graded.column("abc"))), ["grade", "abc"], _HEAT)
            if "abc" in has
            else None
        ),
        classes=_grouped(rows, ["five_tier"], _CLASSES) if has_classes else None,
        grades=_grouped(graded, ["grade"], _GRADES),
        errors=_grouped(cells, ["column"], _ERRORS),
    )


def all_totals(parts: Iterable[Totals]) -> Totals:
    """The totals of all parts, which may come in any order."""
    ordered = sorted(parts, key=lambda totals: totals.part)
    classes = [totals.classes for totals in ordered if totals.classes is not None]
    heats = [totals.heat for totals in ordered if totals.heat is not None]
    return Totals(
        part="",
        customers=sum(totals.customers for totals in ordered),
        tiers=_grouped(_together(t.tiers for t in ordered), ["risk_tier"], _TIERS),
        heat=_grouped(_together(heats), ["grade", "abc"], _HEAT) if heats else None,
        classes=_grouped(_together(classes), ["five_tier"], _CLASSES) if classes else None,
        grades=_grouped(_together(t.grades for t in ordered), ["grade"], _GRADES),
        errors=_grouped(_together(t.errors for t in ordered), ["column"], _ERRORS),
    )


def _together(tables: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables(list(tables))


def _grouped(rows: pa.Table, keys: list[str], sums: tuple[tuple[str, str], ...]) -> pa.Table:
    """Grouped rows, their columns under the same names, so that groups can be grouped again."""
    # With several threads the order of the sums would be theirs.
    found: Any = rows.group_by(keys, use_threads=False).aggregate(list(sums))
    names = {f"{name}_{how}": name for name, how in sums}
    return found.rename_columns([names.get(name, name) for name in found.column_names])
