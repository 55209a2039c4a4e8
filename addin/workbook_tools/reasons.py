"""Why a cell shows what it shows: the same call again, asked for its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import xlwings

from addin.headless.formula_text import (
    Call,
    Expression,
    Kind,
    Leaf,
    parse,
    plain_name,
    render,
    walk,
)
from addin.headless.references import Area
from addin.headless.tables import Table
from addin.headless.uncomputable import UncomputableError
from addin.workbook_tools.places import Host, Place, host_of, is_ours, shown
from addin.workbook_tools.row_references import fixed, has_row_reference, tables_of
from udfs.catalogue import FUNCTIONS, Function
from udfs.kinds import Choice

WHY: Final = "why"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one cell shows what it shows.

    Attributes:
        sheet: the sheet's name.
        cell: the cell.
        function: the function that was asked.
        value: what the cell shows.
        text: the reason, in the language asked for.
    """

    sheet: str
    cell: str
    function: str
    value: str
    text: str


def reasons(book: xlwings.Book, sheet: str, address: str, lang: str = "en") -> list[Reason]:
    """The reasons behind the cells of a selection, of every one of our functions in them.

    A function inside another is asked as well, after the outer one: the grade's reason first, the
    score's next. Nothing in the workbook changes.

    Args:
        book: a workbook, in Excel or in a file.
        sheet: the sheet's name.
        address: the selected cells, such as F7 or F7:F20.
        lang: "en" or "zh".

    Returns:
        The reasons, cell by cell; none for cells without a function that gives reasons.
    """
    selection = Area.parse(address.replace("$", ""))
    host = host_of(book)
    found: list[Reason] = []
    tables = cache(lambda: tables_of(book))
    for place in host.places(is_ours, sheet):
        if place.area.intersects(selection):
            plain = _without_row_references(place, tables)
            found += _of_place(host, book, plain, selection, lang)
    return sorted(found, key=lambda one: _order(one.cell))


def _order(cell: str) -> tuple[int, int]:
    area = Area.parse(cell)
    return area.first_row, area.first_column


def _without_row_references(place: Place, tables: Callable[[], dict[str, Table]]) -> Place:
    """The place with a formula that means the same outside of its table."""
    if not has_row_reference(place.formula):
        return place
    area = place.area
    try:
        tree = fixed(parse(place.formula), tables(), place.sheet, area.first_row, area.first_column)
    except UncomputableError:
        return place  # then the answer is the error that the cell itself shows
    return replace(place, formula="=" + render(tree))


def _of_place(
    host: Host, book: xlwings.Book, place: Place, selection: Area, lang: str
) -> Iterator[Reason]:
    area = place.area
    shape = (area.last_row - area.first_row + 1, area.last_column - area.first_column + 1)
    answers = [
        (call, host.compute(place.sheet, formula, shape))
        for call, formula in why_formulas(place.formula, lang)
    ]
    rows = range(
        max(area.first_row, selection.first_row), min(area.last_row, selection.last_row) + 1
    )
    columns = range(
        max(area.first_column, selection.first_column),
        min(area.last_column, selection.last_column) + 1,
    )
    for row in rows:
        for column in columns:
            cell = str(Area(row, column, row, column))
            value = shown(book.sheets[place.sheet].range((row, column)).raw_value)
            for name, cells in answers:
                line = cells[min(row - area.first_row, len(cells) - 1)]
                text = shown(line[min(column - area.first_column, len(line) - 1)])
                if text:
                    yield Reason(place.sheet, cell, name, value, text)


def why_formulas(formula: str, lang: str = "en") -> list[tuple[str, str]]:
    """A formula's calls of our functions that can give reasons, each as a formula that asks for it.

    Args:
        formula: as Excel shows it.
        lang: "en" or "zh".

    Returns:
        Names and formulas, the outermost call first.

    Example:
        >>> why_formulas("=CR_GRADE(B2,,C1:D9)")
        [('CR_GRADE', '=CR_GRADE(B2,,C1:D9,,"why","en")')]
    """
    try:
        nodes = list(walk(parse(formula)))
    except UncomputableError:
        return []
    asked: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, Call) and plain_name(node.name) in FUNCTIONS:
            function = FUNCTIONS[plain_name(node.name)]
            if gives_reasons(function):
                asked["=" + render((_asking(node, function, lang),))] = function.name
    return [(name, text) for text, name in asked.items()]


def gives_reasons(function: Function) -> bool:
    """Whether a function has reasons to give."""
    return any(
        argument.name == "out"
        and isinstance(argument.kind, Choice)
        and WHY in argument.kind.options
        for argument in function.arguments
    )


def _asking(call: Call, function: Function, lang: str) -> Call:
    names = [argument.name for argument in function.arguments]
    arguments: list[Expression] = [*call.arguments, *[()] * (len(names) - len(call.arguments))]
    for name, word in (("out", WHY), ("lang", lang)):
        if name in names:
            arguments[names.index(name)] = (Leaf(Kind.TEXT, f'"{word}"'),)
    return Call(function.name, tuple(arguments))
