"""PD by a table of coefficients: what a logistic fit spilled, applied to customers."""

from __future__ import annotations

import math
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import FloatArray, Grid, Language, Output, TextArray
from udfs.learning.binning_samples import FactorNames, names_in_order
from udfs.learning.binning_tables import BinTable, card_of, read_bins, woe_of
from udfs.learning.logistic_fit import chance_of
from udfs.learning.logistic_tables import Coefficients, CoefficientTable, read_coefficients
from udfs.learning.woe import faults_of
from udfs.records import record

_NAMED: Final = 3


@udf(
    "CR_PD",
    family="learning",
    zh="""按逻辑回归系数表计算违约概率：PD = 1 ÷ (1 + e^−z)，z = 常数项 + Σ 系数 × 取值（或 WoE）。

    参数：
        values: 每个客户一行、每个因子一列的区域；有分箱表时数字与文本可混排。
        coefficients: 系数表：因子、系数，其中一行为常数项，如 CR_LOGIT 的结果。系数为 0 的因子无须取值。
        bins: 分箱表，以 WoE 建模时必须给出：取值先转换为 WoE。
        factors: values 各列的列名；省略时列序与系数表的因子顺序一致。多余的列不参与。
        out: "value" 违约概率；"why" 使违约概率升高最多的因子；"table" 各因子对 z 的贡献。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个违约概率，小数。理由与明细中的贡献为相对于拟合样本均值（系数表的“均值”列，缺省为 0）的差异。
    错误：
        所需取值缺失为 #N/A；文本不是数字为 #VALUE!；不在任何分箱内为 #NUM! 或 #VALUE!。理由中写明因子与取值。
    来源：
        Hosmer、Lemeshow，Applied Logistic Regression；Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def probability_of_default(
    values: Annotated[list[Mixed], Grid()],
    coefficients: CoefficientTable,
    bins: BinTable | None = None,
    factors: FactorNames | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """PD by a table of logistic coefficients: 1 / (1 + exp(-z)), z = constant + sum of products.

    Each coefficient is multiplied by the factor's value or, with bins, by the WoE of its bin.

    Args:
        values: Range with one row per customer and one column per factor; with bins, numbers and
            text mixed.
        coefficients: Table of factor and coefficient with one row constant, such as CR_LOGIT
            spills. A factor with coefficient 0 needs no value.
        bins: Table of bins; needed where the model was fitted on WoE.
        factors: Names of the columns of values; if left out, they stand in the order of
            coefficients. Further columns do not count.
        out: "value" the PD; "why" the factors that raise it most; "table" what each factor adds
            to z.
        lang: Language of reasons and headers, "en" or "zh".

    Returns:
        PD per row, decimal. Reasons and table compare with the mean of the rows of the fit
        (column mean of coefficients; 0 where blank).

    Errors:
        #N/A for a missing value, #VALUE! for a text that is no number, #NUM! or #VALUE! for a
        value that fits no bin; the reason names factor and value.

    Example:
        =CR_PD({0.6,2},{"factor","coefficient";"constant",-3;"dti",2;"late",0.5}) -> 0.3100255189
        =CR_PD({0.6,"rent";0.2,"own"},{"factor","coefficient";"constant",-1;"dti",-1;"home",-0.5},{"factor","lower","upper","category","woe";"dti","",0.4,"",0.7;"dti",0.4,"","",-0.6;"home","","","own",0.2;"home","","","rent",-0.3}) -> {0.4378234991;0.1418510649}

    Source:
        Hosmer and Lemeshow, Applied Logistic Regression; Siddiqi, Credit Risk Scorecards, 2006,
        chapter 6.
    """
    model = read_coefficients(coefficients)
    if bins is None:
        terms = _number_terms(model, values, factors)
    else:
        terms = _bin_terms(model, values, factors, bins)
    log_odds = np.full(len(values[0]), model.constant)
    for term in terms:
        log_odds += term.added
    faults: Faults = {}
    for term in terms:
        faults = term.faults | faults
    if out == "value":
        chances = chance_of(log_odds)
        return faulty(chances, faults.items()) if faults else chances
    if out == "table":
        return _table(terms, log_odds, faults, lang)
    compared = np.column_stack([term.against_mean for term in terms] or [log_odds * 0])
    chances = chance_of(log_odds)
    sentences = [
        _sentence(chance, row, terms, lang)
        for chance, row in zip(chances.tolist(), compared.tolist(), strict=True)
    ]
    return faulty(np.array(sentences, dtype=object), faults.items())


@record
class _Term:
    """What one factor adds to the log-odds of default of each row.

    Attributes:
        name: as shown.
        added: coefficient times value.
        average: coefficient times mean.
        faults: the error of each row without a value.
    """

    name: str
    added: FloatArray
    average: float
    faults: Faults

    @property
    def against_mean(self) -> FloatArray:
        """What it adds more than for the average row."""
        return self.added - self.average


def _number_terms(
    model: Coefficients, values: list[Mixed], factors: list[str] | None
) -> list[_Term]:
    if model.needs_bins:
        raise CallError(
            "bins",
            Words("nothing", "空"),
            Words("the table of bins that the model was fitted with", "拟合该模型所用的分箱表"),
        )
    headers = names_in_order(values, model.names, "coefficients") if factors is None else factors
    if len(headers) != len(values):
        raise CallError(
            "factors",
            Words(f"{len(headers)} names", f"{len(headers)} 个名称"),
            Words(
                f"one name for each of the {len(values)} columns of values",
                f"与 values 的 {len(values)} 列一一对应的名称",
            ),
        )
    return [
        _number_term(model, place, values[_column_of(model.names[place], headers)])
        for place in model.used
    ]


def _column_of(name: str, headers: list[str]) -> int:
    places = [i for i, header in enumerate(headers) if header.strip().casefold() == name.casefold()]
    if len(places) == 1:
        return places[0]
    raise CallError(
        "factors",
        Words(", ".join(headers), "、".join(headers)),
        Words(
            f"names of columns with {name} among them once", f"列名，其中“{name}”出现且仅出现一次"
        ),
    )


def _number_term(model: Coefficients, place: int, column: Mixed) -> _Term:
    name, coefficient = model.names[place], float(model.values[place])
    numbers = Mixed(column.block, name).numbers()
    faults = dict(numbers.faults)
    for row in np.flatnonzero(numbers.blank).tolist():
        faults[row] = CellError(errors.NA, f"{name} is missing.", joined("缺少", name, "。"))
    return _Term(name, coefficient * numbers.values, coefficient * model.means[place], faults)


def model_bins(model: Coefficients, bins: pd.DataFrame) -> list[pd.DataFrame]:
    """The bins of each factor that the model uses, with coefficient times WoE as their points.

    Raises:
        CallError: a factor of the model has no bins, or the table of bins contradicts itself.
    """
    table = read_bins(bins)
    known = {
        label.casefold(): factor.name
        for factor in card_of(table, woe_of(table)).factors
        for label in (factor.name, *factor.labels.values())
    }
    parts = []
    for place in model.used:
        name = model.names[place]
        factor = known.get(name.casefold())
        if factor is None:
            raise CallError(
                "bins",
                Words(f"no bins of {name}", f"没有因子 {name} 的分箱"),
                Words("bins of every factor of coefficients", "含系数表中每个因子的分箱表"),
            )
        rows = table[table["factor"] == factor]
        woe = rows["woe"].to_numpy(dtype=np.float64)
        parts.append(rows.assign(points=model.values[place] * woe))
    return parts


def _bin_terms(
    model: Coefficients, values: list[Mixed], factors: list[str] | None, bins: pd.DataFrame
) -> list[_Term]:
    parts = model_bins(model, bins)
    if not parts:
        return []
    table = pd.concat(parts, ignore_index=True)
    card = card_of(table, table["points"].to_numpy(dtype=np.float64))
    headers = factors
    if headers is None:
        headers = names_in_order(values, model.names, "coefficients")
    columns = card.columns(values, headers)
    terms = []
    for place, factor, column in zip(model.used, card.factors, columns, strict=True):
        placed = factor.place(column)
        average = float(model.values[place] * model.means[place])
        faults = faults_of(factor, column, placed)
        terms.append(_Term(factor.name, placed.look_up(factor.points), average, faults))
    return terms


def _table(terms: list[_Term], log_odds: FloatArray, faults: Faults, lang: str) -> pd.DataFrame:
    """What each factor adds against the average row, the log-odds and the PD."""
    shown: dict[str, npt.NDArray[np.generic]] = {}
    for term in terms:
        shown[term.name] = faulty(term.against_mean, term.faults.items())
    headers = {"en": ("log_odds", "pd"), "zh": ("对数几率", "违约概率")}[lang]
    for header, column in zip(headers, (log_odds, chance_of(log_odds)), strict=True):
        shown[header] = faulty(column, faults.items())
    return pd.DataFrame(shown)


def _sentence(chance: float, row: list[float], terms: list[_Term], lang: str) -> str:
    zh = lang == "zh"
    order = sorted(range(len(terms)), key=lambda place: -row[place])
    raising = [place for place in order if row[place] > 0][:_NAMED]
    lowering = [place for place in reversed(order) if row[place] < 0][:1]
    parts = []
    for places, word, word_zh in (
        (raising, "raised most by", "推高最多："),
        (lowering, "lowered most by", "压低最多："),
    ):
        named = [_effect(terms[place].name, row[place]) for place in places]
        if named:
            parts.append(word_zh + "、".join(named) if zh else f"{word} {', '.join(named)}")
    if zh:
        tail = "；".join(parts) or "各因子均处于平均水平"
        return f"违约概率 {chance:.2%}；{tail}（相对于平均水平的几率倍数）。"
    tail = "; ".join(parts) or "every factor is average"
    return f"PD {chance:.2%}: {tail} (odds of default against the average)."


def _effect(name: str, log_odds: float) -> str:
    return f"{name} ×{math.exp(min(log_odds, 700)):.3g}"
