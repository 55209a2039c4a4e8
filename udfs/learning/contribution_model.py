"""What customers of a given size and kind contribute: a linear model fitted on history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import (
    Choice,
    FloatArray,
    Grid,
    Language,
    Numbers,
    TextList,
)
from udfs.learning.contribution_model_fit import (
    Column as DesignColumn,
)
from udfs.learning.contribution_model_fit import Fit, design, least_squares, reference
from udfs.learning.contribution_model_table import (
    CONSTANT,
    DEVIATION,
    MODEL_COLUMNS,
    RESERVED,
)
from udfs.learning.factor_columns import (
    FactorColumn,
    canonical_order,
    factor_names,
    read_factor,
    report_table,
)
from udfs.records import record

_HIGH_INFLATION: Final = 10.0
_ERRORS: Final = Choice({"classic": ("普通",), "robust": ("hc3", "稳健")})
_FIT_OUTPUTS: Final = Choice({"model": ("value", "table", "模型"), "report": ("报告",)})


@udf(
    "CR_CONTRIBFIT",
    family="learning",
    zh="""全部样本：用线性回归（最小二乘）估计客户的预期贡献，输出系数表，可直接传给 CR_CONTRIBPRED。

    贡献与风险分开建模：本模型只看客户应当带来多少收入。文本列按类别展开，以最常见的类别为参照。可由其他列推出的列不进入模型，并在说明中注明。有空白或错误值的行不参与，行数见 "report"。

    参数：
        contribution: 每个客户的实际贡献，金额单位自定。
        values: 每行一个客户、每列一个因子的区域，数字或文本。
        factors: values 各列的列名；省略时为“第 1 列”等。
        errors: 标准误："classic" 普通（默认）；"robust" 残差离散不均时仍有效（HC3）。
        out: "model" 系数表（默认）；"report" 拟合报告。
        lang: 表头与说明的语言，"en" 或 "zh"。
    结果：
        系数表：因子、类别取值、系数、标准误、t 值、p 值、95% 区间、方差膨胀因子、说明；末行为残差标准差。
    错误：
        行数不多于系数个数、因子名与表内用语重复，均为 #VALUE!。
    来源：
        普通最小二乘；稳健标准误：MacKinnon 与 White，1985（HC3）；异方差检验：Breusch 与 Pagan，1979。
    """,
)
def fit_contribution(
    contribution: Annotated[Column, Numbers(series="rows")],
    values: Annotated[list[Mixed], Grid(series="rows")],
    factors: Annotated[list[str] | None, TextList()] = None,
    errors: Annotated[str, _ERRORS] = "classic",
    out: Annotated[str, _FIT_OUTPUTS] = "model",
    lang: Language = "en",
) -> Whole:
    """All rows together: expected contribution of a customer by linear regression (least squares).

    CR_CONTRIBPRED takes the table. Contribution is modelled apart from risk: it says what a
    customer of this size and kind should bring. Categories are compared with the most frequent
    one. Columns that others determine are left out, with a note. Rows with a blank or an error are
    left out and counted in the report.

    Args:
        contribution: Actual contribution of each customer, in any unit of money.
        values: Range with one row per customer and one column per factor, numbers or texts.
        factors: Names of the columns of values; "column 1" and so on if left out.
        errors: Standard errors: "classic" (default); "robust" where residuals spread unevenly (HC3).
        out: "model" the table of coefficients (default); "report" how the fit went.
        lang: Language of headers and notes, "en" or "zh".

    Returns:
        Table: factor, category, coefficient, standard error, t, p, limits of 95 %, variance
        inflation factor, note; the last row is the standard deviation of the residuals.

    Errors:
        #VALUE! for no more rows than coefficients, or a factor named like a row of the table.

    Example:
        =CR_CONTRIBFIT({3;5;7;9.5},{1;2;3;4},"deposits",,"report") -> {"item","value";"rows used",4;"rows left out: blank cells",0;"rows left out: error cells",0;"R squared",0.99676549865;"adjusted R squared",0.99514824798;"residual deviation",0.19364916731;"p of all factors together",0.00161856054;"p of even spread (Breusch-Pagan)",0.23750388184;"largest variance inflation",1;"columns left out","";"rows per coefficient",2}

    Source:
        Ordinary least squares; robust errors: MacKinnon and White, 1985 (HC3); even spread: Breusch
        and Pagan, 1979.
    """
    sample = _read_sample(contribution, values, factors, lang)
    columns = design(sample.factors)
    fit = least_squares(sample.actual, columns, robust=errors == "robust")
    if out == "report":
        return _report(sample, columns, fit, lang)
    return _model_table(sample, columns, fit, lang)


# --- the sample and its fit -----------------------------------------------------------------


@record
class _Sample:
    """The rows that can be used, in an order of their own, and how many cannot."""

    actual: FloatArray
    factors: list[FactorColumn]
    incomplete: int
    faulty: int


def _read_sample(
    contribution: Column, values: list[Mixed], factors: list[str] | None, lang: str
) -> _Sample:
    names = factor_names(values, factors, lang)
    for name in names:
        if name.casefold() in RESERVED:
            raise CallError(
                "factors",
                name,
                Words(
                    f"a name other than {CONSTANT} and {DEVIATION}",
                    f"不同于“{CONSTANT.zh}”“{DEVIATION.zh}”的名称",
                ),
            )
    columns = [read_factor(column, name) for column, name in zip(values, names, strict=True)]
    wrong = np.zeros(len(contribution), dtype=bool)
    wrong[list(contribution.faults)] = True
    wrong = np.logical_or.reduce([wrong, *(column.faulty for column in columns)])
    gaps = np.column_stack([contribution.blank, *(column.missing for column in columns)])
    usable = np.flatnonzero(~wrong & ~gaps.any(axis=1))
    if not len(usable):
        raise CallError(
            "values",
            Words("no row without blanks and errors", "没有完整的行"),
            Words("rows with a contribution and a value in every column", "有贡献且各列均有值的行"),
        )
    order = usable[
        canonical_order([contribution.values[usable], *(c.values[usable] for c in columns)])
    ]
    kept = [column.take(order) for column in columns]
    incomplete = ~wrong & gaps.any(axis=1) & ~gaps.all(axis=1)
    return _Sample(contribution.values[order], kept, int(incomplete.sum()), int(wrong.sum()))


def _model_table(sample: _Sample, columns: list[DesignColumn], fit: Fit, lang: str) -> Whole:
    from scipy import stats  # noqa: PLC0415 - slow to import

    zh = lang == "zh"
    reach = float(stats.t.ppf(0.975, fit.freedom))
    rows = [_figures(fit, 0, reach, [CONSTANT.zh if zh else str(CONSTANT), None], stats.t.sf)]
    place_of_column = {place: nth for nth, place in enumerate(fit.used, start=1)}
    for factor in sample.factors:
        if factor.labels:
            note = "参照类别" if zh else "reference"
            rows.append([factor.name, reference(factor), 0.0, *[None] * 6, note])
        for place, column in enumerate(columns):
            if column.factor == factor.name:
                first = [column.factor, column.category or None]
                nth = place_of_column.get(place)
                if nth is None:
                    rows.append([*first, 0.0, *[None] * 6, _why_left_out(column, zh=zh)])
                else:
                    rows.append(_figures(fit, nth, reach, first, stats.t.sf, zh=zh))
    last = DEVIATION.zh if zh else str(DEVIATION)
    rows.append([last, None, fit.deviation, *[None] * 7])
    headers = [column.zh if zh else column.name for column in MODEL_COLUMNS]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


def _figures(
    fit: Fit,
    nth: int,
    reach: float,
    first: list[Any],
    tail: Callable[..., Any],
    *,
    zh: bool = False,
) -> list[Any]:
    """One coefficient as a row of the table; without spread there is no t."""
    value, error = float(fit.coefficients[nth]), float(fit.standard_errors[nth])
    t = value / error if error > 0 else None
    p = None if t is None else float(2 * tail(abs(t), fit.freedom))
    inflation = None if nth == 0 else float(fit.inflation[nth - 1])
    high = inflation is not None and inflation > _HIGH_INFLATION
    note = ("与其他列高度相关" if zh else "closely related to other columns") if high else None
    limits = [value - reach * error, value + reach * error]
    return [*first, value, error, t, p, *limits, inflation, note]


def _why_left_out(column: DesignColumn, *, zh: bool) -> str:
    if not np.ptp(column.values) > 0:
        return "取值无变化，未进入模型" if zh else "left out: does not vary"
    return "可由前面的列推出，未进入模型" if zh else "left out: determined by the columns before it"


def _report(sample: _Sample, columns: list[DesignColumn], fit: Fit, lang: str) -> Whole:
    from scipy import stats  # noqa: PLC0415 - slow to import

    rows, used = len(sample.actual), len(fit.used)
    total = float(((sample.actual - sample.actual.mean()) ** 2).sum())
    left = float((fit.residuals**2).sum())
    determined = 1 - left / total if total > 0 else None
    adjusted = None if determined is None else 1 - (1 - determined) * (rows - 1) / fit.freedom
    together = None
    if used and left > 0:
        together = float(
            stats.f.sf((total - left) / used / (left / fit.freedom), used, fit.freedom)
        )
    uneven = None
    if used and left > 0:
        squares = fit.residuals**2
        again = least_squares(squares, [columns[place] for place in fit.used], robust=False)
        spread = float(((squares - squares.mean()) ** 2).sum())
        explained = 1 - float((again.residuals**2).sum()) / spread if spread > 0 else 0.0
        uneven = float(stats.chi2.sf(rows * explained, used))
    gone = [
        f"{column.factor} {column.category}".strip()
        for place, column in enumerate(columns)
        if place not in fit.used
    ]
    mark = "、" if lang == "zh" else ", "
    largest = float(fit.inflation.max()) if used else None
    items: list[tuple[Words, object]] = [
        (Words("rows used", "使用行数"), rows),
        (Words("rows left out: blank cells", "剔除行数：有空白"), sample.incomplete),
        (Words("rows left out: error cells", "剔除行数：错误值"), sample.faulty),
        (Words("R squared", "R 方"), determined),
        (Words("adjusted R squared", "调整 R 方"), adjusted),
        (Words("residual deviation", "残差标准差"), fit.deviation),
        (Words("p of all factors together", "全部因子的 p 值（F 检验）"), together),
        (Words("p of even spread (Breusch-Pagan)", "残差离散均匀的 p 值（Breusch-Pagan）"), uneven),
        (Words("largest variance inflation", "最大方差膨胀因子"), largest),
        (Words("columns left out", "未进入模型的列"), mark.join(gone) or None),
        (Words("rows per coefficient", "每个系数的行数"), rows / (used + 1)),
    ]
    return report_table(items, lang)
