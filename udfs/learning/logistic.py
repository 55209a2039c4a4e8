"""PD by logistic regression: the fit, with all that says how far to trust it."""

from __future__ import annotations

import math
from typing import Annotated, Final

import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    Language,
    Number,
    Numbers,
    Table,
)
from udfs.learning.binning_samples import (
    FactorNames,
    Outcomes,
    Values,
    names_in_order,
    read_sample,
)
from udfs.learning.binning_tables import BinTable, factors_of, read_bins
from udfs.learning.logistic_data import model_data
from udfs.learning.logistic_report import Model
from udfs.learning.logistic_tables import is_constant
from udfs.tables import builtin

_SELECTIONS: Final = Choice({"all": ("全部",), "forward": ("逐步引入", "向前")})
_OUTPUTS: Final = Choice({"table": ("表", "系数"), "fit": ("拟合", "statistics", "拟合优度")})
_CONFIDENCE: Final = 0.95
_HEADERS: Final = {
    "en": (
        "factor",
        "input",
        "coefficient",
        "standard_error",
        "z",
        "p_value",
        "lower",
        "upper",
        "vif",
        "mean",
        "note",
    ),
    "zh": ("因子", "输入", "系数", "标准误", "z", "p 值", "下限", "上限", "VIF", "均值", "说明"),
}
_FIT_HEADERS: Final = {"en": ("statistic", "value", "note"), "zh": ("统计量", "值", "说明")}


@udf(
    "CR_LOGIT",
    family="learning",
    zh="""全体样本：用逻辑回归拟合违约概率，给出系数、标准误、p 值、置信区间、VIF 与说明。

    默认为极大似然估计（牛顿法）。给出 bins 时各因子先转换为 WoE，空白与文本由分箱处理；不给时 values 须为数字，
    任一因子缺数的行不参与并计数。完全分离（好坏样本可被完全区分）时没有有限的估计，系数留空并说明。

    参数：
        bad: 每行一个结果：1 违约，0 未违约；留空的行不参与。
        values: 每行一个客户、每列一个因子的区域。
        factors: values 各列的列名；省略时为 x1、x2……，有分箱表时按其因子顺序。
        bins: 分箱表，如 CR_BINNING 的结果；给出时以 WoE 建模。
        weights: 每行的权重，视为重复次数；留空或为 0 的行不参与。省略则均为 1。
        regularisation: 对标准化系数平方和的一半施加的惩罚（岭），不小于 0，默认 0，即极大似然。
        selection: "all" 全部因子（默认）；"forward" 按得分检验的 p 值逐个引入，直到高于阈值。
        confidence: 置信区间的置信水平，默认 0.95。
        checks: 检查项与阈值；默认为内置表 logit_checks。
        out: "table" 系数表（默认）；"fit" 样本数、似然、伪 R²、AUC 等。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的系数表，首行为常数项，可传给 CR_PD 与 CR_SCORECARD；或拟合统计量表。
    错误：
        可用行数不足、结果全为 0 或全为 1 为 #NUM!；结果不是 0 或 1 为 #VALUE!。
    来源：
        Hosmer、Lemeshow，Applied Logistic Regression；分离的判别：Konis，2007；伪 R²：McFadden，1974。
    """,
)
def logit(
    bad: Outcomes,
    values: Values,
    factors: FactorNames | None = None,
    bins: BinTable | None = None,
    weights: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="sample")] | None = None,
    regularisation: Annotated[float, Number(bounds=NOT_NEGATIVE)] = 0.0,
    selection: Annotated[str, _SELECTIONS] = "all",
    confidence: Annotated[
        float, Number(bounds=Bounds(lower=0, upper=1, lower_open=True, upper_open=True))
    ] = _CONFIDENCE,
    checks: Annotated[pd.DataFrame, Table(builtin="logit_checks")] | None = None,
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """All rows together: fit PD by logistic regression, with errors, p-values, intervals and VIF.

    The estimates are those of maximum likelihood (Newton's method). With bins, each factor enters
    as its WoE, and blanks and texts take their bins; without, values must be numbers, and rows
    where a factor has none are left out and counted. Where good and bad rows can be told apart
    fully (separation) no finite estimate exists: the coefficients stay blank and the note says so.

    Args:
        bad: Outcome of each row: 1 default, 0 none; rows where it is blank are left out.
        values: Range with one row per customer and one column per factor.
        factors: Names of the columns of values; if left out, x1, x2 and so on, or the order of
            bins.
        bins: Table of bins, such as CR_BINNING spills; if given, the model is fitted on WoE.
        weights: Weight of each row, as if it stood there so often; rows with a blank or 0 are
            left out. Default 1 each.
        regularisation: Penalty on half the squared standardised coefficients (ridge), at least 0;
            default 0, maximum likelihood.
        selection: "all" every factor (default); "forward" one by one by the p-value of the score
            test, up to the threshold.
        confidence: Level of the Wald interval, default 0.95.
        checks: Checks and their thresholds; default the built-in logit_checks.
        out: "table" coefficients (default); "fit" rows, likelihood, pseudo R2, AUC and so on.
        lang: Language of headers and notes, "en" or "zh".

    Returns:
        Table of coefficients with headers, the constant first, for CR_PD and CR_SCORECARD; or the
        table of statistics.

    Errors:
        #NUM! if too few rows are usable or all outcomes are alike, #VALUE! if an outcome is
        neither 1 nor 0.

    Example:
        =CR_LOGIT({0;1;0;1;0;1},{1;1;1;2;2;2},"late") -> {"factor","input","coefficient","standard_error","z","p_value","lower","upper","vif","mean","note";"constant","number",-2.0794415417,2.7386127875,-0.7593046920,0.4476703114,-7.4470239690,3.2881408857,"","","only 3 bads: fewer than 10 for each factor";"late","number",1.3862943611,1.7320508076,0.8003774226,0.4234921578,-2.0084628417,4.7810515639,1,1.5,"p-value above 0.05: may be chance"}

    Source:
        Hosmer and Lemeshow, Applied Logistic Regression; separation: Konis, 2007; pseudo R2:
        McFadden, 1974.
    """
    table = None if bins is None else read_bins(bins)
    if table is not None and factors is None:
        factors = names_in_order(values, factors_of(table), "bins")
    sample = read_sample(bad, values, factors)
    for name in sample.names:
        if is_constant(name):
            raise CallError(
                "factors", name, Words("names other than constant", "“常数项”以外的名称")
            )
    data = model_data(sample, table, weights)
    model = Model.of(data, regularisation, selection, _thresholds(checks))
    if out == "fit":
        return Whole(model.statistics(lang), _FIT_HEADERS[lang])
    form = "number" if table is None else "woe"
    return Whole(model.table(form, confidence, lang), _HEADERS[lang])


def _thresholds(checks: pd.DataFrame | None) -> dict[str, float]:
    """The threshold of each check; one that is not in the table is never passed."""
    table = builtin("logit_checks").rows if checks is None else checks
    known = {
        str(key).casefold(): float(x)
        for key, x in zip(table["check"], table["threshold"], strict=True)
    }
    return {"vif": math.inf, "p_value": 1.0, "events_per_factor": 0.0} | known
