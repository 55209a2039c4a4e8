"""Supervisory slots, from strong to default, as numbers, words and weights."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Column, Faults, Mixed
from udfs.errors import CallError, CellError, Words, column_of, in_language, one_of, shorten
from udfs.kinds import FloatArray, Table, TextArray
from udfs.read_once import read_column, read_once
from udfs.records import record
from udfs.tables import builtin

SlotRules = Annotated[pd.DataFrame, Table(builtin="slotting_weights")]
SlotFactors = Annotated[pd.DataFrame, Table(builtin="slotting_factors")]

WEAK: Final = 4
DEFAULT: Final = 5
_SUM_TOLERANCE: Final = 1e-6


@read_once
def _rows_of_class(rules: pd.DataFrame | None, exposure_class: str) -> pd.DataFrame:
    every = builtin("slotting_weights").rows if rules is None else rules
    rows = every[every["exposure_class"].str.casefold() == exposure_class]
    if not len(rows):
        known = one_of(dict.fromkeys(every["exposure_class"]))
        raise CallError("exposure_class", exposure_class, known)
    rows = rows.sort_values("slot").reset_index(drop=True)
    if rows["slot"].tolist() != [1, 2, 3, 4, 5]:
        where = column_of("rules", "slot", "监管类别", exposure_class)
        listed = ", ".join(f"{slot:g}" for slot in rows["slot"])
        raise CallError(where, listed, Words("1, 2, 3, 4 and 5", "1、2、3、4、5"))
    return rows


@record
class Slots:
    """The five slots of one kind of exposure, from strong to default."""

    table: pd.DataFrame

    @staticmethod
    def of(rules: pd.DataFrame | None, exposure_class: str) -> Slots:
        """The slots of an exposure class.

        Raises:
            CallError: the table has no such class, or not its slots 1 to 5.
        """
        return Slots(_rows_of_class(rules, exposure_class))

    def labels(self, lang: str) -> TextArray:
        """The labels of the slots, strong first."""
        labels: TextArray = self.table[f"label_{lang}"].to_numpy(dtype=object)
        return labels

    def figures(self, column: str) -> FloatArray:
        """A column of the slots, strong first."""
        figures: FloatArray = read_column(self.table, column)
        return figures

    def read_mixed(self, cells: Mixed) -> tuple[FloatArray, Faults]:
        """Slots 1 to 4 of a column of a grid, as ``read`` gives them; quick for numbers alone."""
        values = cells.block.cells
        if values.dtype.kind in "fiu":
            numbers = values.astype(np.float64)
            known = np.isin(numbers, (1, 2, 3, WEAK))
            if (known | np.isnan(numbers)).all():
                return numbers, {}
        return self.read(cells.texts(), cells.name)

    def read(self, cells: Column, argument: str) -> tuple[FloatArray, Faults]:
        """Slots 1 to 4 of cells with numbers or words in either language; NaN where blank.

        Returns:
            The slots, and the errors of cells that are none.
        """
        codes, texts = pd.factorize(cells.values)
        numbers = np.array([self._number(str(text)) for text in texts], dtype=np.float64)
        slots = numbers[codes]
        faults = dict(cells.faults)
        for row in np.flatnonzero(np.isnan(slots) & ~cells.blank).tolist():
            if row not in faults:
                faults[row] = self._unknown(argument, str(cells.values[row]))
        return slots, faults

    def _number(self, text: str) -> float:
        wanted = text.casefold()
        if wanted in {"1", "2", "3", "4"}:
            return float(wanted)
        for slot in range(WEAK):
            row = self.table.iloc[slot]
            if wanted in {str(row[name]).casefold() for name in ("code", "label_en", "label_zh")}:
                return slot + 1.0
        return np.nan

    def _unknown(self, argument: str, text: str) -> CellError:
        english = ", ".join(self.labels("en")[:WEAK])
        chinese = "、".join(self.labels("zh")[:WEAK])
        return CellError(
            errors.VALUE,
            f"{argument} must be 1, 2, 3, 4 or {english}; got {shorten(text)}.",
            f"{in_language(argument, 'zh')} 应为 1、2、3、4 或{chinese}，实际为 {shorten(text)}。",
        )


def nearest_slot(average: FloatArray) -> npt.NDArray[np.intp]:
    """The slot nearest to an average; one halfway between two belongs to the worse."""
    rounded = np.round(np.nan_to_num(average, nan=float(WEAK)), 9)
    nearest: npt.NDArray[np.intp] = np.floor(rounded + 0.5).astype(np.intp)
    return nearest


def factor_weights(
    weights: FloatArray | None, factors: pd.DataFrame | None, count: int | None
) -> FloatArray:
    """The weights of the factors, checked.

    Args:
        weights: as given in the call; None takes those of the table.
        factors: the table of factors; None takes the built-in one.
        count: how many factors there must be; None takes as many as there are.

    Raises:
        CallError: another number of weights, a weight out of its bounds, or a sum other than 1.
    """
    table = builtin("slotting_factors").rows if factors is None else factors
    stated = table["weight"].to_numpy(dtype=np.float64) if weights is None else weights
    argument = "factors" if weights is None else "weights"
    if count is not None and len(stated) != count:
        given = Words(f"{len(stated)} weights", f"{len(stated)} 个权重")
        allowed = Words(f"as many as there are factors, {count}", f"与因子数相同，{count} 个")
        raise CallError(argument, given, allowed)
    own_bounds = len(table) == len(stated)
    lower = table["weight_lower"].to_numpy(dtype=np.float64)
    upper = table["weight_upper"].to_numpy(dtype=np.float64)
    lower = lower if own_bounds else np.full(len(stated), lower.max())
    upper = upper if own_bounds else np.full(len(stated), upper.min())
    outside: BoolArray = (stated < lower - _SUM_TOLERANCE) | (stated > upper + _SUM_TOLERANCE)
    for i in np.flatnonzero(outside).tolist():
        allowed = Words(
            f"from {lower[i]:g} to {upper[i]:g} each", f"介于 {lower[i]:g} 与 {upper[i]:g} 的数字"
        )
        raise CallError(argument, float(stated[i]), allowed, code=errors.NUM)
    if abs(stated.sum() - 1) > _SUM_TOLERANCE:
        total = Words(f"a sum of {stated.sum():g}", f"合计为 {stated.sum():g}")
        allowed = Words("numbers that add up to 1", "合计为 1 的数字")
        raise CallError(argument, total, allowed, code=errors.NUM)
    return stated


def factor_names(factors: pd.DataFrame | None, count: int, lang: str) -> list[str]:
    """The names of the factors, or their numbers where the table has another number of them."""
    table = builtin("slotting_factors").rows if factors is None else factors
    if len(table) == count:
        return [str(label) for label in table[f"label_{lang}"]]
    template = {"en": "factor {}", "zh": "因子 {}"}[lang]
    return [template.format(i + 1) for i in range(count)]
