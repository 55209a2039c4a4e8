"""Answers to the slotting grid: which item each is, what is missing, and the factors' grading."""

from __future__ import annotations

import re
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.capital.slots import WEAK, Slots, nearest_slot
from udfs.cells import Column, Faults, Mixed
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, one_of, shorten
from udfs.kinds import FloatArray, Table
from udfs.records import record

SlotGrid = Annotated[pd.DataFrame, Table(builtin="slotting_grid")]
Cells = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

_NOT_APPLICABLE: Final = frozenset({"n/a", "na", "not applicable", "不适用"})
_BEFORE_COLON: Final = re.compile("[:：]")
_VARIANT: Final = re.compile(r"(?P<number>\d+)[a-z]?")


@record
class Answers:
    """The answers of all projects, projects × items.

    Attributes:
        grid: the grid.
        grid_rows: the grid row of each item answered.
        numbers: the number of each item answered, the same for the variants of one item.
        slots: the answers, 1 to 4; NaN where there is none.
        left_out: items answered as not applicable.
        lacking: items without an answer that need one.
        blank: projects without any answer.
        faults: projects that cannot be graded.
    """

    grid: pd.DataFrame
    grid_rows: list[int]
    numbers: list[str]
    slots: Cells
    left_out: Marks
    lacking: Marks
    blank: Marks
    faults: Faults

    def missing(self, project: int, lang: str) -> list[str]:
        """The items of a project without an answer, by number and label."""
        return [
            " ".join(self.name(j, lang)) for j in np.flatnonzero(self.lacking[project]).tolist()
        ]

    def weakest(self, project: int, lang: str) -> tuple[int, list[str]]:
        """The worst category that a project has, and the items in it."""
        row = self.slots[project]
        if np.isnan(row).all():
            return 0, []
        worst = int(np.nanmax(row))
        return worst, [" ".join(self.name(j, lang)) for j in np.flatnonzero(row == worst).tolist()]

    def variants(self, j: int) -> list[int]:
        """The grid rows that an answer may be about: all variants where it names none."""
        if self.numbers.count(self.numbers[j]) > 1:
            return [self.grid_rows[j]]
        items = [_number(str(item)) for item in self.grid["item"]]
        return [at for at, number in enumerate(items) if number == self.numbers[j]]

    def name(self, j: int, lang: str) -> tuple[str, str]:
        """The number and label of an item; of its variants, what they have in common."""
        row = self.grid.iloc[self.grid_rows[j]]
        label = str(row[f"label_{lang}"])
        if len(self.variants(j)) == 1:
            return str(row["item"]), label
        return self.numbers[j], _BEFORE_COLON.split(label)[0]


@record
class Grading:
    """The factors' categories, projects × factors, and what follows from them."""

    categories: Cells
    average: FloatArray
    slot: npt.NDArray[np.intp]

    @property
    def count(self) -> int:
        """How many factors there are."""
        return int(self.categories.shape[1])

    @staticmethod
    def of(
        answers: Answers, factors: pd.DataFrame, grid: pd.DataFrame, weights: FloatArray
    ) -> Grading:
        """Grade the factors by the average of their items, and the project by its factors.

        A missing answer counts as weak here; where it is an error, the project has a fault.

        Raises:
            CallError: an item's factor is not among the factors, or a factor has no weight.
        """
        names = [str(name).casefold() for name in factors["factor"]]
        owner = [_factor_of(grid, at, names) for at in answers.grid_rows]
        item_weights = grid["weight"].to_numpy(dtype=np.float64)[answers.grid_rows]
        filled = np.where(answers.lacking, float(WEAK), answers.slots)
        counted = ~np.isnan(filled) * item_weights
        membership = np.array([[o == f for f in range(len(names))] for o in owner], dtype=float)
        total = np.nan_to_num(filled) * item_weights @ membership
        size = counted @ membership
        # A factor without any answered item has nothing that speaks for it: it is weak.
        mean = np.divide(total, size, out=np.full(size.shape, float(WEAK)), where=size > 0)
        categories = nearest_slot(mean).astype(np.float64)
        average = categories @ weights
        return Grading(categories, average, nearest_slot(average))


def _factor_of(grid: pd.DataFrame, at: int, names: list[str]) -> int:
    factor = str(grid["factor"].iloc[at])
    if factor.casefold() not in names:
        raise CallError(column_of("grid", "factor", "因子", at + 1), factor, one_of(names))
    return names.index(factor.casefold())


def read_answers(
    columns: list[Mixed],
    items: list[str] | None,
    slots: Slots,
    grid: pd.DataFrame,
    *,
    strict: bool,
) -> Answers:
    """The answers of one project in a column or of many in rows.

    Args:
        columns: the cells by column.
        items: the item of each answer; None takes those of the grid in their order.
        slots: the categories by name.
        grid: the grid.
        strict: whether a missing answer makes its project a fault.

    Raises:
        CallError: as many answers as there are items it cannot be.
    """
    height = len(columns[0])
    matrix = [_texts(mixed) for mixed in columns]
    if len(columns) == 1 and height > 1:
        cells = [_one(matrix[0], row) for row in range(height)]
    else:
        cells = matrix
    rows = _grid_rows(items, len(cells), grid)
    numbers = [_number(str(grid["item"].iloc[at])) for at in rows]
    answered, left_out, faults = _decoded(cells, rows, slots, grid)
    blank = np.asarray((np.isnan(answered) & ~left_out).all(axis=1), dtype=bool)
    blank[list(faults)] = False
    lacking, unasked = _lacking(answered, left_out, numbers, grid)
    known = Answers(
        grid,
        rows + unasked,
        numbers + [_number(str(grid["item"].iloc[at])) for at in unasked],
        np.column_stack([answered, np.full((len(blank), len(unasked)), np.nan)]),
        np.column_stack([left_out, np.zeros((len(blank), len(unasked)), dtype=bool)]),
        lacking,
        blank,
        faults,
    )
    if strict:
        for project in np.flatnonzero(lacking.any(axis=1) & ~blank).tolist():
            faults.setdefault(project, _missing(known, project))
    return known


def _texts(mixed: Mixed) -> Column:
    return mixed.texts()


def _one(column: Column, row: int) -> Column:
    """One cell of a column as a column of its own."""
    faults = {0: column.faults[row]} if row in column.faults else {}
    return Column(column.values[row : row + 1], column.blank[row : row + 1], faults, (1, 1))


def _number(item: str) -> str:
    """The number of an item without the letter of its variant."""
    match = _VARIANT.fullmatch(item.strip().casefold())
    return match["number"] if match else item.strip().casefold()


def _grid_rows(items: list[str] | None, width: int, grid: pd.DataFrame) -> list[int]:
    """The grid row of each answer."""
    numbers = [_number(str(item)) for item in grid["item"]]
    if items is None:
        firsts = [numbers.index(number) for number in dict.fromkeys(numbers)]
        if width == len(firsts):
            return firsts
        if width == len(grid):
            return list(range(len(grid)))
        given = Words(f"{width} answers", f"{width} 个答案")
        most, variants = len(firsts), len(grid)
        allowed = Words(
            f"{most} answers for each project ({variants} with both variants), or name the items",
            f"每个项目 {most} 个答案（列出两种情形时 {variants} 个），否则请给出 items",
        )
        raise CallError("answers", given, allowed)
    if len(items) != width:
        given = Words(f"{len(items)} items", f"{len(items)} 项")
        allowed = Words(f"one for each of the {width} answers", f"与 {width} 个答案一一对应")
        raise CallError("items", given, allowed)
    return [_named_row(item, numbers, grid) for item in items]


def _named_row(item: str, numbers: list[str], grid: pd.DataFrame) -> int:
    wanted = item.strip().casefold()
    for name in ("item", "label_en", "label_zh"):
        found = np.flatnonzero(grid[name].str.casefold() == wanted)
        if len(found):
            return int(found[0])
    if wanted in numbers:
        return numbers.index(wanted)
    raise CallError("items", item, one_of(grid["item"]))


def _decoded(
    cells: list[Column], rows: list[int], slots: Slots, grid: pd.DataFrame
) -> tuple[Cells, Marks, Faults]:
    """The answers as numbers, those left out, and the projects with an answer that is none."""
    parts, marks = [], []
    faults: Faults = {}
    optional = grid["optional"].to_numpy() == 1
    for column, at in zip(cells, rows, strict=True):
        item = str(grid["item"].iloc[at])
        out = np.array([str(text).casefold() in _NOT_APPLICABLE for text in column.values])
        rest = Column(column.values, column.blank | out, column.faults, column.shape)
        values, wrong = slots.read(rest, f"answers, item {item}")
        if not optional[at]:
            for project in np.flatnonzero(out).tolist():
                wrong.setdefault(project, _needed(item, str(column.values[project])))
        for project, error in wrong.items():
            faults.setdefault(project, error)
        parts.append(values)
        marks.append(out & optional[at])
    return np.column_stack(parts), np.column_stack(marks), faults


def _needed(item: str, text: str) -> CellError:
    return CellError(
        errors.VALUE,
        f"item {item} must be answered, it applies to every project; got {shorten(text)}.",
        f"第 {item} 项适用于所有项目，须作答，实际为 {shorten(text)}。",
    )


def _lacking(
    answered: Cells, left_out: Marks, numbers: list[str], grid: pd.DataFrame
) -> tuple[Marks, list[int]]:
    """Which items lack an answer, those of the grid that were not asked for included.

    An item with variants lacks one only where none of its variants has it.
    """
    done = ~np.isnan(answered) | left_out
    of_number = {number: [j for j, n in enumerate(numbers) if n == number] for number in numbers}
    lacking = np.zeros(done.shape, dtype=bool)
    for places in of_number.values():
        lacking[:, places[0]] = ~done[:, places].any(axis=1)
    grid_numbers = [_number(str(item)) for item in grid["item"]]
    unasked = [
        grid_numbers.index(number)
        for number in dict.fromkeys(grid_numbers)
        if number not in of_number
    ]
    return np.column_stack([lacking, np.ones((len(done), len(unasked)), dtype=bool)]), unasked


def _missing(answers: Answers, project: int) -> CellError:
    english, chinese = (answers.missing(project, lang) for lang in ("en", "zh"))
    return CellError(
        errors.NA,
        f"answers are missing: {', '.join(english)}.",
        joined("缺少答案：", "、".join(chinese), "。"),
    )
