"""The table of a contribution model: what the fit spills and CR_CONTRIBPRED takes back."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import Column, Faults, Mixed
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, one_of, shorten
from udfs.kinds import FloatArray, Table, TableColumn
from udfs.read_once import read_once
from udfs.records import record

MODEL_COLUMNS: Final = (
    TableColumn(name="factor", zh="因子", kind="text"),
    TableColumn(name="category", zh="类别取值", kind="text", required=False),
    TableColumn(name="coefficient", zh="系数", kind="number"),
    TableColumn(name="standard_error", zh="标准误", kind="number", required=False),
    TableColumn(name="t", zh="t 值", kind="number", required=False),
    TableColumn(name="p", zh="p 值", kind="number", required=False),
    TableColumn(name="lower_95", zh="95% 下限", kind="number", required=False),
    TableColumn(name="upper_95", zh="95% 上限", kind="number", required=False),
    TableColumn(name="vif", zh="方差膨胀因子", kind="number", required=False),
    TableColumn(name="note", zh="说明", kind="text", required=False),
)
ContributionModel = Annotated[pd.DataFrame, Table(columns=MODEL_COLUMNS)]

CONSTANT: Final = Words("constant", "常数项")
DEVIATION: Final = Words("residual deviation", "残差标准差")
RESERVED: Final = frozenset(
    text.casefold() for words in (CONSTANT, DEVIATION) for text in (str(words), words.zh)
)


@record
class Term:
    """What one factor adds to the expected contribution.

    Attributes:
        factor: its name.
        slope: per unit; None for categories.
        categories: what each adds, by its name in small letters.
        names: the categories as written.
    """

    factor: str
    slope: float | None
    categories: dict[str, float]
    names: tuple[str, ...]


@record
class Model:
    """A contribution model ready to be applied.

    Attributes:
        constant: expected where every factor is 0 or in its reference category.
        terms: by factor.
        deviation: standard deviation of the residuals; NaN if the table does not say.
    """

    constant: float
    terms: tuple[Term, ...]
    deviation: float


@read_once
def read_model(table: pd.DataFrame) -> Model:
    """The model of a table.

    Raises:
        CallError: a factor or category stands twice, or a factor is number and category at once.
    """
    constant, deviation = 0.0, np.nan
    groups: dict[str, list[dict[Any, Any]]] = {}
    for row in table.to_dict("records"):
        folded = str(row["factor"]).casefold()
        if folded in (CONSTANT.casefold(), CONSTANT.zh):
            constant += float(row["coefficient"])
        elif folded in (DEVIATION.casefold(), DEVIATION.zh):
            deviation = float(row["coefficient"])
        else:
            groups.setdefault(folded, []).append(row)
    return Model(constant, tuple(_term(rows) for rows in groups.values()), deviation)


def _term(rows: list[dict[Any, Any]]) -> Term:
    name = str(rows[0]["factor"])
    names = [str(row["category"]) for row in rows]
    if names == [""]:
        return Term(name, float(rows[0]["coefficient"]), {}, ())
    folded = [text.casefold() for text in names]
    if "" in folded or len(set(folded)) < len(folded):
        raise CallError(
            column_of("model", "category", "类别取值", name),
            Words(", ".join(names), "、".join(names)),
            Words(
                "one row for a number, or different categories", "数值因子一行，或互不相同的类别"
            ),
        )
    coefficients = [float(row["coefficient"]) for row in rows]
    return Term(name, None, dict(zip(folded, coefficients, strict=True)), tuple(names))


def parts_of(term: Term, column: Mixed) -> tuple[FloatArray, Faults]:
    """What a factor adds for each row, and the rows for which it cannot be told."""
    if term.slope is not None:
        numbers = column.numbers()
        part: FloatArray = numbers.values * term.slope
        return part, dict(numbers.faults) | _missing(term, numbers)
    texts = column.texts()
    codes, distinct = pd.factorize(texts.values)
    each = [term.categories.get(str(text).casefold(), np.nan) for text in distinct]
    found = np.array([*each, np.nan])[codes]
    faults = dict(texts.faults) | _missing(term, texts)
    for row in np.flatnonzero(np.isnan(found)).tolist():
        if row not in faults:
            faults[row] = _unknown(term, str(texts.values[row]))
    return found, faults


def _missing(term: Term, column: Column) -> Faults:
    lacking = CellError(
        errors.NA,
        f"{term.factor} is missing; the model needs it.",
        joined("缺少", term.factor, "，模型需要该值。"),
    )
    return dict.fromkeys(np.flatnonzero(column.blank).tolist(), lacking)


def _unknown(term: Term, text: str) -> CellError:
    allowed = one_of(term.names)
    return CellError(
        errors.VALUE,
        f"{term.factor} must be {allowed}; got {shorten(text)}.",
        joined(term.factor, "应为", allowed.zh, "，实际为", shorten(text), "。"),
    )
