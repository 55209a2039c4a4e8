"""PD and grade on the master scale."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.kinds import PROBABILITY, FloatArray, Language, Numbers, Output, Table, TextArray
from udfs.tables import builtin

MasterScale = Annotated[pd.DataFrame, Table(builtin="master_scale")]


@udf(
    "CR_PD2GRADE",
    family="grading",
    zh="""按主标尺把违约概率换成信用等级。

    参数:
        pd: 一年期违约概率,小数(0.02 即 2%),单元格或区域。
        scale: 主标尺:等级、违约概率,由好到差;默认为内置表 master_scale。
        out: "value" 等级;"why" 理由;"table" 等级及其违约概率区间。
        lang: 理由的语言,"en" 或 "zh"。
    结果:
        与 pd 同形的等级文本。
    错误:
        违约概率不在 0 与 1 之间为 #NUM!。
    """,
)
def grade_of_pd(
    pd: Annotated[FloatArray, Numbers(bounds=PROBABILITY)],
    scale: MasterScale | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Grade on the master scale for a probability of default.

    The border between two grades is the geometric mean of their PDs; a PD on the border belongs
    to the worse grade.

    Args:
        pd: Probability of default in one year, decimal (0.02 is 2 %), one cell or a range.
        scale: Master scale: grade, pd, best grade first; default the built-in master_scale.
        out: "value" the grade; "why" the reason; "table" the grade and the PD range it covers.
        lang: Language of the reason, "en" or "zh".

    Returns:
        Grade text in the shape of pd.

    Errors:
        #NUM! where pd is not between 0 and 1.

    Example:
        =CR_PD2GRADE(0.0018) -> "A"
        =CR_PD2GRADE({0.0001;0.03}) -> {"AA+";"BB"}

    Source:
        Master scale: see CR_POLICY("master_scale"); borders by geometric mean: creditcells
        convention.
    """
    scale = builtin("master_scale").rows if scale is None else scale
    grades = scale["grade"].to_numpy()
    middles = scale["pd"].to_numpy()
    borders = np.sqrt(middles[:-1] * middles[1:])
    place = np.searchsorted(borders, pd, side="right")
    if out == "value":
        return grades[place]
    lower = np.concatenate(([0.0], borders))[place]
    upper = np.concatenate((borders, [1.0]))[place]
    if out == "table":
        return _pandas_frame(grades[place], pd, lower, upper)
    sentence = {
        "en": "PD {:.4%} lies from {:.4%} to below {:.4%}: grade {}.",
        "zh": "违约概率 {:.4%} 位于 {:.4%} 至 {:.4%} 之间,等级为 {}。",
    }[lang]
    return np.array(
        [sentence.format(*row) for row in zip(pd, lower, upper, grades[place], strict=True)],
        dtype=object,
    )


def _pandas_frame(
    grade: TextArray, probability: FloatArray, lower: FloatArray, upper: FloatArray
) -> pd.DataFrame:
    return pd.DataFrame({"grade": grade, "pd": probability, "lower": lower, "upper": upper})
