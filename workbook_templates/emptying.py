"""A template without its worked case: the inputs blank, the policy and the formulas as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.style import INPUT, TAB_POLICY

ALWAYS_KEPT: Final = ("asof", "lang")
"""Defined names that stay wherever they stand: without them no page says anything."""


def empty(book: Workbook, keeps: Collection[str] = ()) -> None:
    """Clear every input cell of a workbook that is not policy.

    Formulas stay, and so do the sizes of
    tables and the validations, so that new data find their places.

    Args:
        book: the workbook; changed in place.
        keeps: defined names of the inputs that stay, beside the as-of date and the language.

    Raises:
        KeyError: a name to keep is not defined.
    """
    always = (name for name in ALWAYS_KEPT if name in book.defined_names)
    kept = {place for name in (*keeps, *always) for place in _places(book, name)}
    for sheet in to_fill_in(book):
        for cell in inputs(sheet):
            is_formula = cell.data_type == "f"
            if not is_formula and (sheet.title, cell.coordinate) not in kept:
                cell.value = None


def to_fill_in(book: Workbook) -> list[Worksheet]:
    """The sheets whose inputs belong to a case: all but the guide, which is first, and policy."""
    return [sheet for sheet in book.worksheets[1:] if not is_policy(sheet)]


def is_policy(sheet: Worksheet) -> bool:
    """Whether a sheet holds the bank's policy: its tab says so."""
    tab = sheet.sheet_properties.tabColor
    return tab is not None and str(tab.rgb).endswith(TAB_POLICY)


def inputs(sheet: Worksheet) -> Iterator[Cell]:
    """The cells to fill in, those of merged areas by their first."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.style == INPUT and not isinstance(cell, MergedCell):
                yield cell


def _places(book: Workbook, name: str) -> Iterator[tuple[str, str]]:
    for title, area in book.defined_names[name].destinations:
        found = book[title][area.replace("$", "")]
        rows = found if isinstance(found, tuple) else ((found,),)
        for row in rows:
            for cell in row:
                yield title, cell.coordinate
