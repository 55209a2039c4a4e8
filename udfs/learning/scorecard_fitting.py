"""A scorecard from bins and logistic coefficients, in the form that CR_SCORE reads."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words, in_language
from udfs.grading.scales import BASE, ODDS, PDO
from udfs.grading.scorecard_table import BIN_KINDS
from udfs.kinds import POSITIVE, Choice, FloatArray, Language, Number
from udfs.labels import blank_nan
from udfs.learning.binning_tables import BinTable
from udfs.learning.logistic_scoring import model_bins
from udfs.learning.logistic_tables import CONSTANT, CoefficientTable, read_coefficients
from udfs.tables import builtin

_ROUNDINGS: Final = Choice({"none": ("不取整",), "whole": ("取整", "整数")})
_CONSTANTS: Final = Choice({"base": ("基础分",), "spread": ("分摊",)})
_OPTIONAL: Final = ("label_en", "label_zh", "category_zh")


@udf(
    "CR_SCORECARD",
    family="learning",
    zh="""由分箱表与逻辑回归系数生成评分卡，可直接用于 CR_SCORE 与 CR_REASONS，亦可手工修改。

    得分 = base + pdo ÷ ln2 × ln（好坏比 ÷ odds）；不取整时与 CR_PD、CR_PD2SCORE 的结果完全对应。

    参数：
        bins: 分箱表：因子、分箱、上下限、类别取值、WoE，如 CR_BINNING 的结果。
        coefficients: 以 WoE 建模的系数表，如 CR_LOGIT 的结果；系数为 0 的因子不进入评分卡。
        base: 好坏比为 odds 时的得分，默认 600。
        odds: 基准得分对应的好坏比（好 ÷ 坏），默认 50。
        pdo: 好坏比翻倍所增加的得分，默认 20。
        rounding: "none" 不取整（默认）；"whole" 各分值取整，总分最多偏差（因子数 + 1）的一半。
        constant: "base" 常数项单列一行基础分（默认）；"spread" 平均分摊到各因子。
        lang: 表头的语言，"en" 或 "zh"。
    结果：
        带表头的评分卡：因子、分箱、下限、上限、类别取值、分值；每行一个分箱，得分越高越好。
    错误：
        系数表中的因子没有分箱、没有常数项或系数留空，为 #VALUE!。
    来源：
        得分 = 偏移 + 因子 × ln（好坏比），因子 = pdo ÷ ln2：Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def fitted_scorecard(
    bins: BinTable,
    coefficients: CoefficientTable,
    base: Annotated[float, Number()] = BASE,
    odds: Annotated[float, Number(bounds=POSITIVE)] = ODDS,
    pdo: Annotated[float, Number(bounds=POSITIVE)] = PDO,
    rounding: Annotated[str, _ROUNDINGS] = "none",
    constant: Annotated[str, _CONSTANTS] = "base",
    lang: Language = "en",
) -> Whole:
    """Make a scorecard of bins and logistic coefficients, for CR_SCORE and CR_REASONS.

    Score = base + pdo / ln 2 × ln(good:bad odds / odds). Without rounding the scores are exactly
    those that CR_PD2SCORE gives for the PDs of CR_PD. The card may be edited by hand.

    Args:
        bins: Table of factor, bin, limits, category and woe, such as CR_BINNING spills.
        coefficients: Coefficients of WoE, such as CR_LOGIT spills; a factor with coefficient 0 is
            not on the card.
        base: Score at the odds given next, default 600.
        odds: Good:bad odds at the base score, default 50 (good for each bad).
        pdo: Points that double the odds, default 20.
        rounding: "none" (default); "whole" points are rounded to whole ones, which moves a score
            by half a point for each factor and the base at most.
        constant: "base" the constant is a row of its own (default); "spread" it is shared out
            evenly among the factors.
        lang: Language of the headers, "en" or "zh".

    Returns:
        Scorecard with headers: factor, bin, lower, upper, category, points, a row per bin; more
        points are better.

    Errors:
        #VALUE! if a factor of the coefficients has no bins, there is no constant, or a
        coefficient is blank.

    Example:
        =CR_SCORECARD({"factor","lower","upper","woe";"dti","",0.4,0.7;"dti",0.4,"",-0.6},{"factor","coefficient";"constant",-2;"dti",-1},,,,"whole") -> {"factor","bin","lower","upper","category","points";"constant","base","","","",545;"dti","range","",0.4,"",20;"dti","range",0.4,"","",-17}

    Source:
        Score = Offset + Factor × ln(odds), Factor = PDO / ln 2: Siddiqi, Credit Risk Scorecards,
        2006, chapter 6.
    """
    model = read_coefficients(coefficients)
    parts = model_bins(model, bins)
    if not parts:
        raise CallError(
            "coefficients",
            Words("no factor with a coefficient", "没有系数不为 0 的因子"),
            Words("a table with at least one factor", "至少含一个因子的表"),
        )
    factor = pdo / math.log(2)
    fixed = base - factor * math.log(odds) - factor * model.constant
    spread = fixed / len(parts) if constant == "spread" else 0.0
    table = pd.concat(parts, ignore_index=True)
    points = _rounded(spread - factor * table["points"].to_numpy(dtype=np.float64), rounding)
    card = table.assign(points=points)
    if constant == "base":
        points_of_base = float(_rounded(np.array([fixed]), rounding)[0])
        first = _base_row(points_of_base, list(table.columns), lang)
        card = pd.concat([first, card], ignore_index=True)
    return _spilled(card, lang)


def _rounded(points: FloatArray, rounding: str) -> FloatArray:
    """Whole points, halves up; minus zero is zero."""
    if rounding == "none":
        return points
    whole: FloatArray = np.floor(points + 0.5) + 0.0
    return whole


def _base_row(points: float, columns: list[str], lang: str) -> pd.DataFrame:
    row: dict[str, Any] = dict.fromkeys(columns, "") | {
        "factor": in_language(CONSTANT, lang),
        "label_en": "",
        "bin": "base",
        "lower": math.nan,
        "upper": math.nan,
        "points": points,
    }
    return pd.DataFrame([row])


def _spilled(card: pd.DataFrame, lang: str) -> Whole:
    shown: dict[str, Any] = {}
    headers = []
    for column in builtin("scorecard_corporate").columns:
        if column.name not in card or (column.name in _OPTIONAL and not card[column.name].any()):
            continue
        cells = card[column.name].to_numpy()
        if column.kind == "number":
            cells = blank_nan(cells.astype(np.float64))
        elif column.name == "bin" and lang == "zh":
            cells = np.array([BIN_KINDS.options[kind][0] for kind in cells], dtype=object)
        shown[column.name] = cells
        headers.append(column.zh if lang == "zh" else column.name)
    return Whole(pd.DataFrame(shown, dtype=object), tuple(headers))
