"""The parameters of the risk weight functions, row by row, and the supervisory LGD."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import numpy as np
import pandas as pd

from udfs import errors
from udfs.capital.schemes import rows_of_scheme
from udfs.cells import Faults
from udfs.errors import CallError, CellError, Words, column_of
from udfs.kinds import FloatArray, Table, TextArray
from udfs.labels import NOWHERE, IndexArray, places, unknown_rows
from udfs.read_once import read_column, read_once
from udfs.records import record
from udfs.tables import builtin

IrbSchemes = Annotated[pd.DataFrame, Table(builtin="irb_schemes")]
IrbLgds = Annotated[pd.DataFrame, Table(builtin="irb_lgd")]
Figure: TypeAlias = "float | FloatArray"

CLASS_COLUMNS: Final = ("exposure_class", "label_en", "label_zh")
CLAIM_COLUMNS: Final = ("claim", "label_en", "label_zh")


@record
class Rules:
    """The rules of one scheme, and which of them holds for each exposure.

    Attributes:
        table: one row per exposure class.
        place: the table row of each exposure; ``NOWHERE`` where the class is unknown.
        uniform: whether one row holds for all exposures, so that its figures need no array.
    """

    table: pd.DataFrame
    place: IndexArray
    uniform: bool

    def figure(self, column: str) -> Figure:
        """A parameter: one number where it is the same for all exposures, else one for each."""
        values = read_column(self.table, column)
        if self.uniform:
            return float(values[self.place[0]])
        per_row: FloatArray = values[self.place]
        return per_row

    def words(self, column: str) -> TextArray:
        """A text of each exposure's row."""
        texts: TextArray = self.table[column].to_numpy(dtype=object)[self.place]
        return texts


@read_once
def read_rules(table: pd.DataFrame | None, scheme: str) -> pd.DataFrame:
    """The rules of a scheme, checked.

    Raises:
        CallError: no such scheme, or parameters for which the formula has no meaning.
    """
    every = builtin("irb_schemes").rows if table is None else table
    rules = rows_of_scheme(every, scheme)
    _check(rules, "pd_floor", "监管违约概率下限", lower=0.00001, upper=1)
    _check(rules, "correlation_low", "相关性下限", lower=0, upper=0.99)
    _check(rules, "correlation_high", "相关性上限", lower=0, upper=0.99)
    _check(rules, "correlation_decay", "相关性衰减系数", lower=0.001, upper=1000)
    _check(rules, "confidence", "置信度", lower=0.5, upper=0.9999999)
    _check(rules, "scaling", "调整系数", lower=0, upper=100)
    bounds = rules["sales_upper"] <= rules["sales_lower"]
    if bounds.any():
        row = rules[bounds].iloc[0]
        raise CallError(
            column_of("rules", "sales_upper", "销售收入上限", str(row["exposure_class"])),
            float(row["sales_upper"]),
            Words(f"above sales_lower, {row['sales_lower']:g}", f"大于下限 {row['sales_lower']:g}"),
            code=errors.NUM,
        )
    return rules


def _check(rules: pd.DataFrame, column: str, zh: str, *, lower: float, upper: float) -> None:
    values = rules[column].to_numpy(dtype=np.float64)
    bad = np.flatnonzero(~((values >= lower) & (values <= upper)))
    if len(bad):
        row = str(rules["exposure_class"].iloc[int(bad[0])])
        allowed = Words(f"from {lower:g} to {upper:g}", f"{lower:g} 至 {upper:g}")
        where = column_of("rules", column, zh, row)
        raise CallError(where, float(values[bad[0]]), allowed, code=errors.NUM)


def rules_by_row(
    rules: pd.DataFrame, exposure_class: TextArray | None, count: int
) -> tuple[Rules, Faults]:
    """Which rule holds for each exposure; a blank class is the table's first.

    Returns:
        The rules, and the errors of the exposures whose class is not among them.
    """
    if exposure_class is None:
        return Rules(rules, np.zeros(count, dtype=np.intp), uniform=count > 0), {}
    given = np.where(exposure_class == "", rules["exposure_class"].iloc[0], exposure_class)
    place = places(given, rules, *CLASS_COLUMNS)
    faults = unknown_rows("exposure_class", given, place, rules["exposure_class"])
    uniform = bool(len(place)) and bool((place == place[0]).all()) and not faults
    return Rules(rules, np.where(place == NOWHERE, 0, place), uniform), faults


@read_once
def _supervisory(every: pd.DataFrame, rules: pd.DataFrame) -> tuple[pd.DataFrame, IndexArray]:
    """The LGD rows of the rules' scheme, and the place in them of each class's default claim."""
    lgds = every[every["scheme"] == rules["scheme"].iloc[0]].reset_index(drop=True)
    defaults = places(rules["default_claim"].to_numpy(dtype=object), lgds, *CLAIM_COLUMNS)
    for row in np.flatnonzero(defaults == NOWHERE).tolist():
        name = rules["default_claim"].iloc[row]
        if name:
            where = Words("lgds, column claim", "lgds 的“债权”列")
            allowed = Words(f"a list that holds {name}", f"含有 {name} 的列表")
            raise CallError(where, ", ".join(lgds["claim"]) or "nothing", allowed)
    return lgds, defaults


def claims_by_row(
    rules: Rules, claim: TextArray | None, table: pd.DataFrame | None
) -> tuple[pd.DataFrame, IndexArray, Faults]:
    """The row of the LGD table for each exposure: its claim, or else the default of its class.

    Returns:
        The LGD rows of the scheme; each exposure's place in them, ``NOWHERE`` where a class has
        no supervisory LGD; and the errors of claims that are not in the table.

    Raises:
        CallError: a default claim of the rules is not in the table.
    """
    lgds, defaults = _supervisory(builtin("irb_lgd").rows if table is None else table, rules.table)
    place = defaults[rules.place]
    if claim is None:
        return lgds, place, {}
    stated = claim != ""
    found = places(claim, lgds, *CLAIM_COLUMNS)
    faults = unknown_rows("claim", claim, np.where(stated, found, 0), lgds["claim"])
    return lgds, np.where(stated, found, place), faults


NO_LGD: Final = CellError(
    errors.NA,
    "lgd is missing: this exposure class has no supervisory loss given default; enter your own "
    "estimate.",
    "缺少 lgd：该敞口类别没有监管给定的违约损失率，请填写本行估计值。",
)
