"""Weight of evidence of values, and the information value of factors."""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Faults, Mixed, faulty
from udfs.errors import Words, in_language
from udfs.grading.scorecard_bins import NONE, Factor, Placed
from udfs.kinds import Choice, Grid, Language, Table, TextArray
from udfs.labels import spread
from udfs.learning.binning import (
    LEAST_SHARE,
    MOST_BINS,
    Codes,
    Direction,
    LeastShare,
    Method,
    MostBins,
    Specials,
    bin_rule,
    made,
    unknown_outcomes,
)
from udfs.learning.binning_samples import (
    FactorNames,
    Outcomes,
    Sample,
    Values,
    names_in_order,
    read_sample,
)
from udfs.learning.binning_tables import (
    NO_ROWS,
    SMOOTHING,
    BinTable,
    Convention,
    Smoothing,
    both,
    card_of,
    counted,
    factors_of,
    read_bins,
    woe_of,
)
from udfs.validation.bands import Bands, read_bands

_WOE_OUTPUTS: Final = Choice({"value": ("值", "woe"), "bin": ("分箱",)})
_IV_HEADERS: Final = {
    "en": ("factor", "iv", "strength", "bins", "missing_share", "note"),
    "zh": ("因子", "IV", "预测能力", "分箱数", "缺失占比", "说明"),
}


@udf(
    "CR_WOE",
    family="learning",
    zh="""按分箱表把取值转换为 WoE：每个因子一列，附表头。

    参数：
        values: 每个客户一行、每个因子一列的区域，数字与文本可混排。
        bins: 分箱表：因子、分箱、下限、上限、类别取值、WoE，如 CR_BINNING 的结果。
        factors: values 各列的列名；省略时列序与分箱表的因子顺序一致。多余的列不转换。
        out: "value" WoE（默认）；"bin" 所在分箱的文字。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        带表头的表，每行一个客户、每个因子一列。
    错误：
        取值不在任何分箱内：数字为 #NUM!，文本为 #VALUE!；缺失且无缺失分箱为 #N/A。理由中写明因子与取值。
    来源：
        Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def woe(
    values: Annotated[list[Mixed], Grid()],
    bins: BinTable,
    factors: FactorNames | None = None,
    out: Annotated[str, _WOE_OUTPUTS] = "value",
    lang: Language = "en",
) -> pd.DataFrame:
    """Weight of evidence of values by a table of bins: a column per factor, with headers.

    Args:
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        bins: Table of factor, bin, lower, upper, category and woe, such as CR_BINNING spills.
        factors: Names of the columns of values; if left out, they stand in the order of bins.
            Further columns are left out.
        out: "value" the WoE (default); "bin" the bin in words.
        lang: Language of words and headers, "en" or "zh".

    Returns:
        Table with headers, a row per customer and a column per factor.

    Errors:
        #NUM! for a number and #VALUE! for a text that fits no bin, #N/A for a missing value
        without a missing bin; the reason names factor and value.

    Example:
        =CR_WOE({35,"own"},{"factor","upper","lower","category","woe";"age",30,"","",-0.4;"age","",30,"",0.3;"home","","","own",0.2}) -> {"age","home";0.3,0.2}
        =CR_WOE({35,"own";20,"rent"},{"factor","lower","upper","category","woe";"age","",30,"",-0.4;"age",30,"","",0.3;"home","","","own",0.2;"home","","","rent",-0.4},,"bin") -> {"age","home";"at least 30","own";"below 30","rent"}

    Source:
        Siddiqi, Credit Risk Scorecards, 2006, chapter 6.
    """
    table = read_bins(bins)
    card = card_of(table, woe_of(table))
    columns = card.columns(values, factors)
    shown: dict[str, npt.NDArray[np.generic]] = {}
    for factor, column in zip(card.factors, columns, strict=True):
        placed = factor.place(column)
        cells = (
            _bins_in_words(factor, placed, lang) if out == "bin" else placed.look_up(factor.points)
        )
        faults = faults_of(factor, column, placed)
        shown[factor.labels[lang]] = faulty(cells, faults.items()) if faults else cells
    return pd.DataFrame(shown)


def faults_of(factor: Factor, column: Mixed, placed: Placed) -> Faults:
    """The error of each row whose value fits no bin."""
    lost = np.flatnonzero(placed.bins() == NONE).tolist()
    return {row: placed.faults.get(row) or factor.fault_of(column, row) for row in lost}


def _bins_in_words(factor: Factor, placed: Placed, lang: str) -> TextArray:
    # The bin of a value without one, -1, is the last: its error stands there.
    return spread(
        np.asarray(placed.bins(), dtype=np.intp),
        [*(each.describe(lang) for each in factor.bins), None],
    )


@udf(
    "CR_IV",
    family="learning",
    zh="""全体样本：各因子的信息值（IV）及其预测能力，由高到低。

    不给分箱表时，按 CR_BINNING 的同名参数分箱。

    参数：
        bad: 每行一个结果：1 违约，0 未违约；留空的行不参与。
        values: 每行一个客户、每列一个因子，数字与文本可混排。
        factors: values 各列的列名；省略时为 x1、x2……，有分箱表时按其因子顺序。
        bins: 分箱表，如 CR_BINNING 的结果；按 bad 重新计数。省略则自动分箱。
        method: 自动分箱的方法："merge"（默认）、"quantile" 或 "tree"，同 CR_BINNING。
        maximum_bins: 每个因子的区间或类别组的最大个数，默认 5。
        special: 须单独成箱的取值，如 -999。
        minimum_share: 每箱至少占全部样本的比例，小数，默认 0.05；类别不足者并入“其他”。
        monotone: 坏样本率的方向："auto"（默认）、"none"、"rising"、"falling" 或 "either"，同 CR_BINNING。
        smoothing: 某箱缺好或缺坏样本时，给该箱的好、坏样本数各加的数，默认 0.5。
        categories: 数字实为代码的因子名称，每个代码一个类别。
        bands: 评价表：名称、IV 下限，由高到低；默认为内置表 iv_bands。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表：因子、IV、预测能力、分箱数、缺失占比、说明；IV 最高者在前。
    错误：
        结果全为 0 或全为 1 为 #NUM!；结果不是 0 或 1 为 #VALUE!。
    来源：
        IV = Σ（好占比 − 坏占比）× WoE：Siddiqi，Credit Risk Scorecards，2006，第 6 章；分档同上。
    """,
)
def information_values(
    bad: Outcomes,
    values: Values,
    factors: FactorNames | None = None,
    bins: BinTable | None = None,
    method: Method = "merge",
    maximum_bins: MostBins = MOST_BINS,
    special: Specials | None = None,
    minimum_share: LeastShare = LEAST_SHARE,
    monotone: Direction = "auto",
    smoothing: Smoothing = SMOOTHING,
    categories: Codes | None = None,
    bands: Annotated[pd.DataFrame, Table(builtin="iv_bands")] | None = None,
    lang: Language = "en",
) -> Whole:
    """All rows together: information value of each factor and how strong it is, highest first.

    Without a table of bins the factors are binned as CR_BINNING does with the same arguments.

    Args:
        bad: Outcome of each row: 1 default, 0 none; rows where it is blank are left out.
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        factors: Names of the columns of values; if left out, x1, x2 and so on, or the order of
            bins.
        bins: Table of bins, such as CR_BINNING spills, counted anew; default: bins are made.
        method: How bins are made: "merge" (default), "quantile" or "tree", as in CR_BINNING.
        maximum_bins: Most ranges or groups of categories of a factor, default 5.
        special: Values that are bins of their own, such as -999.
        minimum_share: Least share of all rows in a bin, decimal, default 0.05; smaller categories
            go to other.
        monotone: Bad rate along the number: "auto" (default), "none", "rising", "falling" or
            "either", as in CR_BINNING.
        smoothing: Added to goods and bads of a bin that lacks either, default 0.5.
        categories: Names of factors whose numbers are codes, each a category.
        bands: Table of ratings and iv_from, highest first; default the built-in iv_bands.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        Table with headers: factor, IV, strength, number of bins, share of missing values, note.

    Errors:
        #NUM! if all outcomes are alike, #VALUE! if one is neither 1 nor 0.

    Example:
        =CR_IV({0;0;1;0;1;1},{1,"a";2,"a";3,"b";4,"a";5,"b";5,"b"},{"dti","job"},,"quantile",2) -> {"factor","iv","strength","bins","missing_share","note";"job",3.8918202981,"suspicious",2,0,"one class only: 0.5 added to good and bad";"dti",0.4620981204,"strong",2,0,""}

    Source:
        IV = sum of (good share - bad share) x WoE, and its bands: Siddiqi, Credit Risk Scorecards,
        2006, chapter 6.
    """
    convention = Convention(smoothing=smoothing)
    if bins is None:
        sample = read_sample(bad, values, factors)
        rule = bin_rule(sample, method, maximum_bins, special, minimum_share, monotone, categories)
        table = made(sample, rule, convention)
    else:
        given = read_bins(bins)
        names = names_in_order(values, factors_of(given), "bins") if factors is None else factors
        sample = read_sample(bad, values, names)
        table = counted(given, sample, convention)
    return _iv_table(table, sample, read_bands(bands, "iv_bands", "iv_from", "bands"), lang)


def _iv_table(table: pd.DataFrame, sample: Sample, bands: Bands, lang: str) -> Whole:
    rows: list[list[Any]] = []
    for name, bins in table.groupby("factor", sort=False):
        value = float(bins["iv"].sum())
        filled = bins[bins["count"] > 0]
        missing = int(bins.loc[bins["bin"] == "missing", "count"].sum())
        said = [note for note in dict.fromkeys(bins["note"]) if note and note != NO_ROWS]
        note = reduce(both, said, Words("", ""))
        label = str(bands.labels[lang][bands.place(value)])
        share = missing / len(sample)
        rows.append([str(name), value, label, int(filled["group"].nunique()), share, note])
    # Equal values stay in the order of the columns.
    rows.sort(key=lambda row: -row[1])
    if sample.unknown:
        rows[0][-1] = both(rows[0][-1], unknown_outcomes(sample.unknown))
    for row in rows:
        row[-1] = in_language(row[-1], lang)
    return Whole(pd.DataFrame(rows, dtype=object), _IV_HEADERS[lang])
