"""Statements with a row per customer and a column per item, one grid per period."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Final

import numpy as np

from udfs.cells import BoolArray, Column, Mixed, blank_cells
from udfs.chinese import joined
from udfs.errors import CallError, Words
from udfs.kinds import Grid
from udfs.ratios.definitions import Ratio
from udfs.ratios.figures import Figures, ItemTable, Period, Places, statement_numbers

Statements = Annotated[list[Mixed], Grid()]
PERIODS: Final = ("current", "prior", "earlier")


def periods_given(
    current: list[Mixed], prior: list[Mixed] | None, earlier: list[Mixed] | None
) -> list[list[Mixed]]:
    """The grids that are given, the current period first; none after one that is left out."""
    if prior is None:
        return [current]
    return [current, prior] if earlier is None else [current, prior, earlier]


def figures_of(
    items: Column, grids: list[list[Mixed]], known: ItemTable, *, blanks: str
) -> Figures:
    """The figures of all customers.

    Args:
        items: the names of the columns.
        grids: a grid per period, the current one first.
        known: the items that are known by name.
        blanks: "nil" if blank lines that may be nil count as zero.

    Raises:
        CallError: a grid has not as many columns as there are names.
    """
    headers = [str(text) for text in items.values]
    places = known.places(headers)
    periods = [
        _period(grid, name, headers, places) for grid, name in zip(grids, PERIODS, strict=False)
    ]
    return Figures(known, periods, len(grids[0][0]), blank_is_nil=blanks == "nil")


def check_periods(ratio: Ratio, given: int, items: ItemTable, *, closing: bool) -> None:
    """Refuse a call without a period that no row could do without.

    Raises:
        CallError: the formula looks further back than the periods given.
    """
    needed = ratio.formula.periods_back(opening=not closing)
    if needed < given:
        return
    if needed >= len(PERIODS):
        where = Words(f"the formula of {ratio.code}", joined(ratio.code, "的公式"))
        far = Words(f"{needed} periods back", f"向前 {needed} 期")
        raise CallError(where, far, Words("at most two periods back", "至多向前两期"))
    formula = {
        lang: ratio.formula.show(partial(items.label, lang=lang), lang) for lang in ("en", "zh")
    }
    only = not closing and ratio.formula.periods_back(opening=False) < given
    hint = ', or average "closing"' if only else ""
    hint_zh = '；或将 average 设为 "closing"' if only else ""
    raise CallError(
        PERIODS[given],
        Words("nothing", "空"),
        Words(
            f"the statements that {ratio.labels['en']} = {formula['en']} needs{hint}",
            joined(ratio.labels["zh"], "=", formula["zh"], f"所需的报表{hint_zh}"),
        ),
    )


def _period(grid: list[Mixed], name: str, headers: list[str], places: dict[str, Places]) -> Period:
    if len(grid) != len(headers):
        raise CallError(
            name,
            Words(f"{len(grid)} columns", f"{len(grid)} 列"),
            Words(
                f"as many columns as items has names: {len(headers)}",
                f"与 items 同为 {len(headers)} 列",
            ),
        )

    def decoded(place: int) -> Column:
        return statement_numbers(replace(grid[place], name=f"{name}, {headers[place]}"))

    def find(code: str) -> tuple[list[Column], list[Column]]:
        own, others = places.get(code, ([], []))
        return list(map(decoded, own)), list(map(decoded, others))

    def present() -> BoolArray:
        blank: BoolArray = np.all([blank_cells(column.block) for column in grid], axis=0)
        return ~blank

    return Period(find, present)
