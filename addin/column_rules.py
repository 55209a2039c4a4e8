"""Columns whose formulas do not agree.

A column of at least four formulas one below the other, three quarters of which are the same but
for the row, is meant to be one formula. A cell that differs and has that formula above and below
it, or a number typed over it, is reported. What stands before or after may differ: an opening
balance, a total.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from addin.headless import Sheet
from addin.headless.references import cell_name, column_number

LEAST_RUN: Final = 4
MOST: Final = 0.75
_REFERENCE: Final = re.compile(
    r""""(?:[^"]|"")*"|'(?:[^']|'')*'!|(\$?)\b([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})\b(?![(\w.!])"""
)


def relative(text: str, row: int, column: int) -> str:
    """A formula with its relative references as distances, the same wherever it is copied to.

    Example:
        >>> relative("B2*$C$1", 2, 4), relative("B3*$C$1", 3, 4)
        ('R[0]C[-2]*R1C3', 'R[0]C[-2]*R1C3')
    """

    def written(found: re.Match[str]) -> str:
        if found[2] is None:
            return found[0]
        across, down = column_number(found[2]), int(found[4])
        row_part = f"R{down}" if found[3] else f"R[{down - row}]"
        column_part = f"C{across}" if found[1] else f"C[{across - column}]"
        return row_part + column_part

    return _REFERENCE.sub(written, text)


def odd_cells(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The cells that break a column: their rule, "differs" or "typed_over", and their name."""
    columns: dict[int, dict[int, str]] = {}
    for formula in sheet.formulas():
        if formula.kind == "normal":
            texts = columns.setdefault(formula.col, {})
            texts[formula.row] = relative(formula.text, formula.row, formula.col)
    for column, texts in columns.items():
        numbers = _numbers_between(sheet, column, texts)
        for run in _runs(sorted([*texts, *numbers])):
            for row in _odd_rows(run, texts):
                yield ("typed_over" if row in numbers else "differs"), cell_name(row, column)


def _numbers_between(sheet: Sheet, column: int, texts: Mapping[int, str]) -> set[int]:
    """Rows where a number stands between two formulas that agree."""
    gaps = [row + 1 for row in texts if row + 1 not in texts and row + 2 in texts]
    return {
        row
        for row in gaps
        if texts[row - 1] == texts[row + 1] and isinstance(sheet.value(row, column), float | int)
    }


def _runs(rows: list[int]) -> Iterator[list[int]]:
    """Stretches of rows without a gap."""
    run: list[int] = []
    for row in rows:
        if run and row != run[-1] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _odd_rows(run: list[int], texts: Mapping[int, str]) -> Iterator[int]:
    forms = [texts.get(row, "") for row in run]
    form, count = Counter(forms).most_common(1)[0]
    if len(run) < LEAST_RUN or not form or count < MOST * len(run):
        return
    last = len(forms) - 1 - forms[::-1].index(form)
    for place in range(forms.index(form), last):
        if forms[place] != form:
            yield run[place]
