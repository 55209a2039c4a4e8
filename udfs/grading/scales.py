"""Scales: scores and PDs on a points scale, and cut-offs shifted for a downturn."""

from __future__ import annotations

import math
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors, tables
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.errors import CallError, Words
from udfs.grading.master_scales import INSIDE, read_master_scale
from udfs.grading.scorecard_bins import SCORE_DECIMALS
from udfs.kinds import (
    POSITIVE,
    Choice,
    FloatArray,
    Language,
    Number,
    Numbers,
    Table,
    TableColumn,
)

BASE: Final = 600.0
ODDS: Final = 50.0
PDO: Final = 20.0
_SCALE_COLUMNS: Final = (
    TableColumn(name="grade", zh="等级", kind="text"),
    TableColumn(name="lower", zh="下限", required=False),
    TableColumn(name="pd", zh="违约概率", required=False),
    TableColumn(name="meaning_en", zh="英文含义", kind="text", required=False),
    TableColumn(name="meaning_zh", zh="中文含义", kind="text", required=False),
)
_WHAT: Final = Choice({"score": ("得分", "分数"), "pd": ("违约概率",)})


@udf(
    "CR_PD2SCORE",
    family="grading",
    zh="""把违约概率换算为评分卡得分：得分 = base + pdo ÷ ln2 × ln（好坏比 ÷ odds）。

    参数：
        pd: 违约概率，小数，大于 0 小于 1，单元格或区域。
        base: 好坏比为 odds 时的得分，默认 600。
        odds: 基准得分对应的好坏比（好 ÷ 坏），默认 50。
        pdo: 好坏比翻倍所增加的得分，默认 20。
    结果：
        与 pd 同形的得分，越高越好。
    错误：
        违约概率不在 0 与 1 之间（不含两端）为 #NUM!。
    来源：
        得分 = 偏移 + 因子 × ln（好坏比），因子 = pdo ÷ ln2：Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def score_of_pd(
    pd: Annotated[FloatArray, Numbers(bounds=INSIDE)],
    base: Annotated[float, Number()] = BASE,
    odds: Annotated[float, Number(bounds=POSITIVE)] = ODDS,
    pdo: Annotated[float, Number(bounds=POSITIVE)] = PDO,
) -> FloatArray:
    """Score on a points scale for a probability of default: base points at given odds, PDO.

    Args:
        pd: Probability of default, decimal, above 0 and below 1, one cell or a range.
        base: Score at the odds given next, default 600.
        odds: Good:bad odds at the base score, default 50 (good for each bad).
        pdo: Points that double the odds, default 20.

    Returns:
        Score in the shape of pd, more is better.

    Errors:
        #NUM! where pd is not above 0 and below 1.

    Example:
        =CR_PD2SCORE(0.02) -> 599.4170730868
        =CR_PD2SCORE(0.05,600,19,50) -> 600

    Source:
        Score = Offset + Factor × ln(odds), Factor = PDO / ln 2: Siddiqi, Credit Risk Scorecards,
        2006, chapter 6.
    """
    log_odds = np.log1p(-pd) - np.log(pd)
    result: FloatArray = base + pdo / math.log(2) * (log_odds - math.log(odds))
    return result


@udf(
    "CR_SCORE2PD",
    family="grading",
    zh="""把评分卡得分换算为违约概率，与 CR_PD2SCORE 互逆。

    参数：
        score: 得分，单元格或区域。
        base: 好坏比为 odds 时的得分，默认 600。
        odds: 基准得分对应的好坏比（好 ÷ 坏），默认 50。
        pdo: 好坏比翻倍所增加的得分，默认 20。
    结果：
        与 score 同形的违约概率，小数。
    错误：
        得分不是数字为 #VALUE!。
    来源：
        得分 = 偏移 + 因子 × ln（好坏比），因子 = pdo ÷ ln2：Siddiqi，Credit Risk Scorecards，2006，第 6 章。
    """,
)
def pd_of_score(
    score: Annotated[FloatArray, Numbers()],
    base: Annotated[float, Number()] = BASE,
    odds: Annotated[float, Number(bounds=POSITIVE)] = ODDS,
    pdo: Annotated[float, Number(bounds=POSITIVE)] = PDO,
) -> FloatArray:
    """Probability of default for a score on a points scale; the inverse of CR_PD2SCORE.

    Args:
        score: Score, one cell or a range.
        base: Score at the odds given next, default 600.
        odds: Good:bad odds at the base score, default 50 (good for each bad).
        pdo: Points that double the odds, default 20.

    Returns:
        Probability of default, decimal, in the shape of score.

    Errors:
        #VALUE! where score is not a number.

    Example:
        =CR_SCORE2PD({600;620}) -> {0.0196078431;0.0099009901}

    Source:
        Score = Offset + Factor × ln(odds), Factor = PDO / ln 2: Siddiqi, Credit Risk Scorecards,
        2006, chapter 6.
    """
    log_odds = math.log(odds) + (score - base) * (math.log(2) / pdo)
    # 1 / (1 + odds), written so that neither end of the scale overflows.
    result: FloatArray = np.exp(-np.logaddexp(0.0, log_odds))
    return result


@udf(
    "CR_CUTSHIFT",
    family="grading",
    zh="""经济下行期整体调整等级的分界：抬高得分下限，或放大违约几率（违约与不违约之比）。

    参数：
        scale: 等级表（等级、下限）或主标尺（等级、违约概率），带表头，由好到差。
        shift: what 为 "score" 时为各下限增加的得分；为 "pd" 时为违约几率的倍数，大于 0。
        what: "score" 调整得分下限（默认）；"pd" 调整违约概率。
        lang: 表头的语言，"en" 或 "zh"。
    结果：
        调整后的表，带表头，可传给 CR_GRADE、CR_PD2GRADE、CR_GRADE2PD。最低分（最后一个下限）不变。
    错误：
        缺少所需的列，或调整后次序被打乱，为 #VALUE!；倍数不大于 0 为 #NUM!。
    来源：
        下行期提高门槛为 creditcells 约定；几率平移即逻辑回归的先验修正。
    """,
)
def shifted_scale(
    scale: Annotated[pd.DataFrame, Table(columns=_SCALE_COLUMNS)],
    shift: Annotated[float, Number()],
    what: Annotated[str, _WHAT] = "score",
    lang: Language = "en",
) -> Whole:
    """Shift all cut-offs of a scale for a downturn: score cut-offs by points, PDs by odds.

    Raised score cut-offs make CR_GRADE stricter. PD odds times more than 1 give CR_GRADE2PD the
    PDs of a downturn; times less than 1 they make CR_PD2GRADE stricter. The order of the grades
    is kept.

    Args:
        scale: Grade scale (grade, lower) or master scale (grade, pd) with headers, best grade
            first.
        shift: For "score" the points that each cut-off rises; for "pd" what the odds of default
            are multiplied by, above 0.
        what: "score" shifts score cut-offs (default); "pd" shifts PDs.
        lang: Language of the headers, "en" or "zh".

    Returns:
        The shifted table with headers, for CR_GRADE, CR_PD2GRADE or CR_GRADE2PD. The last score
        cut-off is the floor of the scale and stays.

    Errors:
        #VALUE! if the column is missing or the shift breaks the order of the cut-offs; #NUM! if
        odds are to be multiplied by a number not above 0.

    Example:
        =CR_CUTSHIFT({"grade","lower";"A",70;"B",50;"C",0},5) -> {"grade","lower";"A",75;"B",55;"C",0}
        =CR_CUTSHIFT({"grade","pd";"A",0.01;"D",1},2,"pd") -> {"grade","pd";"A",0.0198019802;"D",1}

    Source:
        Raising thresholds in a downturn: creditcells convention; odds shift: prior correction of
        logistic models.
    """
    kept = ["grade", "lower" if what == "score" else "pd"]
    if scale[kept[1]].isna().all():
        wanted = "“下限”" if what == "score" else "“违约概率”"
        raise CallError(
            "scale",
            Words(f"a table without {kept[1]}", f"没有{wanted}列的表"),
            Words(f"a table with a column {kept[1]}", f"含有{wanted}列的表"),
        )
    shifted = scale.copy()
    if what == "score":
        shifted["lower"] = _shifted_cuts(scale["lower"].to_numpy(dtype=np.float64), shift)
    else:
        shifted["pd"] = _shifted_pds(read_master_scale(scale)["pd"].to_numpy(), shift)
    kept += [name for name in ("meaning_en", "meaning_zh") if (scale[name] != "").any()]
    columns = tuple(column for column in _SCALE_COLUMNS if column.name in kept)
    headers = tuple(column.zh if lang == "zh" else column.name for column in columns)
    return Whole(tables.spilled(shifted, columns), headers)


def _shifted_cuts(cuts: FloatArray, shift: float) -> FloatArray:
    filled = np.flatnonzero(~np.isnan(cuts))
    shifted = cuts.copy()
    shifted[filled[:-1]] = np.round(cuts[filled[:-1]] + shift, SCORE_DECIMALS)
    if (np.diff(shifted[filled]) >= 0).any():
        raise CallError(
            "shift",
            f"{shift:g}",
            Words(
                "a shift that leaves every cut-off above the next, and all above the last",
                "使各得分下限仍逐级递减、且均高于最低分的数值",
            ),
        )
    return shifted


def _shifted_pds(chances: FloatArray, factor: float) -> FloatArray:
    if factor <= 0:
        raise CallError(
            "shift",
            f"{factor:g}",
            Words("a factor above 0 for the odds of default", "大于 0 的违约几率倍数"),
            code=errors.NUM,
        )
    shifted: FloatArray = factor * chances / (1 - chances + factor * chances)
    return shifted
