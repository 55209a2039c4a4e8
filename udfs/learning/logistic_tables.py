"""The table of coefficients: what a fit spills and scoring reads."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.chinese import joined
from udfs.errors import CallError, Words
from udfs.kinds import FloatArray, Table, TableColumn
from udfs.read_once import read_once
from udfs.records import record

COLUMNS: Final = (
    TableColumn(name="factor", zh="因子", kind="text"),
    TableColumn(name="input", zh="输入", kind="text", required=False),
    TableColumn(name="coefficient", zh="系数"),
    TableColumn(name="mean", zh="均值", required=False),
)
CoefficientTable = Annotated[pd.DataFrame, Table(columns=COLUMNS)]

CONSTANT: Final = Words("constant", "常数项")
INPUT_WORDS: Final = {"number": Words("number", "数值"), "woe": Words("WoE", "WoE")}
_CONSTANTS: Final = frozenset({"constant", "常数项", "常数", "intercept", "截距", "const"})


@record
class Coefficients:
    """A model ready to score with.

    Attributes:
        constant: the log-odds of a row in which all factors are 0.
        names: the factors.
        values: the coefficient of each.
        means: the mean of each in the rows of the fit; 0 where it is not known.
        needs_bins: whether the coefficients belong to WoE that bins give.
    """

    constant: float
    names: list[str]
    values: FloatArray
    means: FloatArray
    needs_bins: bool

    @property
    def used(self) -> list[int]:
        """The factors that the model uses: a coefficient of 0 asks for nothing."""
        return [place for place, value in enumerate(self.values.tolist()) if value]


def is_constant(name: str) -> bool:
    """Whether a factor's name means the constant."""
    return name.strip().casefold() in _CONSTANTS


@read_once
def read_coefficients(table: pd.DataFrame) -> Coefficients:
    """The model of a table of coefficients.

    Raises:
        CallError: no constant or two, or a factor twice.
    """
    fixed = table["factor"].map(is_constant).to_numpy(dtype=bool)
    if fixed.sum() != 1:
        raise CallError(
            "coefficients",
            Words(f"{fixed.sum()} rows constant", f"{fixed.sum()} 行常数项"),
            Words("a table with one row constant", "含一行“常数项”的表"),
        )
    factors = table[~fixed]
    names = [str(name) for name in factors["factor"]]
    folded = [name.casefold() for name in names]
    for name, key in zip(names, folded, strict=True):
        if folded.count(key) > 1:
            raise CallError(
                "coefficients",
                Words(f"{name} twice", joined(name, "出现两次")),
                Words("each factor once", "每个因子只出现一次"),
            )
    return Coefficients(
        constant=float(table.loc[fixed, "coefficient"].iloc[0]),
        names=names,
        values=factors["coefficient"].to_numpy(dtype=np.float64),
        means=np.nan_to_num(factors["mean"].to_numpy(dtype=np.float64)),
        needs_bins=bool((factors["input"].str.casefold() == "woe").any()),
    )
