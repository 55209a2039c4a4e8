"""Master scales: the PD of each grade, and the grade of each PD."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, column_of, one_of, shorten
from udfs.kinds import (
    PROBABILITY,
    Bounds,
    FloatArray,
    Language,
    Number,
    Numbers,
    Output,
    Table,
    Text,
    TextArray,
    Texts,
)
from udfs.read_once import read_column, read_once
from udfs.tables import builtin

MasterScale = Annotated[pd.DataFrame, Table(builtin="master_scale")]
INSIDE: Final = Bounds(lower=0, upper=1, lower_open=True, upper_open=True)
"""A probability of something that is neither sure nor impossible."""

_DASHES: Final = str.maketrans("\u2212\u2013\u2014", "---")


@udf(
    "CR_GRADE2PD",
    family="grading",
    zh="""按主标尺查询信用等级对应的违约概率。

    参数：
        grade: 信用等级，单元格或区域；不区分大小写与全半角。
        scale: 主标尺：等级、违约概率，由好到差；默认为内置表 master_scale。
    结果：
        与 grade 同形的一年期违约概率，小数。
    错误：
        主标尺中没有该等级为 #VALUE!。
    来源：
        主标尺见 CR_POLICY("master_scale","source","zh")；已违约客户的违约概率为 100%：巴塞尔框架 CRE32。
    """,
)
def pd_of_grade(
    grade: Annotated[TextArray, Texts()],
    scale: MasterScale | None = None,
) -> FloatArray | TextArray:
    """Probability of default of a grade on the master scale.

    Args:
        grade: Credit grade, one cell or a range; case and full-width letters do not matter.
        scale: Master scale: grade, pd, best grade first; default the built-in master_scale.

    Returns:
        Probability of default in one year, decimal, in the shape of grade.

    Errors:
        #VALUE! where the grade is not on the scale.

    Example:
        =CR_GRADE2PD("BBB") -> 0.00724
        =CR_GRADE2PD({"aaa";"D"}) -> {0.000064;1}

    Source:
        Master scale: see CR_POLICY("master_scale","source"). PD of a defaulted customer 100 %:
        Basel Framework CRE32.
    """
    scale = read_master_scale(scale)
    probability = _probability_by_grade(scale)
    codes, texts = pd.factorize(grade)
    found = np.array([probability.get(grade_key(text), np.nan) for text in texts])[codes]
    faults: Faults = {}
    for row in np.flatnonzero(np.isnan(found)).tolist():
        grades, given = scale["grade"], shorten(grade[row])
        faults[row] = CellError(
            errors.VALUE,
            f"grade must be on the scale ({', '.join(grades)}); got {given}.",
            f"grade 应为主标尺中的等级（{'、'.join(grades)}），实际为 {given}。",
        )
    return faulty(found, faults.items()) if faults else found


@read_once
def _probability_by_grade(scale: pd.DataFrame) -> dict[str, float]:
    return {grade_key(g): p for g, p in zip(scale["grade"], scale["pd"], strict=True)}


@udf(
    "CR_PD2GRADE",
    family="grading",
    zh="""按主标尺将违约概率映射为信用等级。

    参数：
        pd: 一年期违约概率，小数（0.02 即 2%），单元格或区域。
        scale: 主标尺：等级、违约概率，由好到差；默认为内置表 master_scale。
        out: "value" 等级；"why" 理由；"table" 等级及其违约概率区间。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与 pd 同形的等级文本。
    错误：
        违约概率不在 0 与 1 之间为 #NUM!。
    来源：
        主标尺见 CR_POLICY("master_scale","source","zh")；以几何平均为分界是 creditcells 约定。
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
    to the worse grade. A grade whose PD is 1 is that of customers in default: only a PD of 1
    leads there.

    Args:
        pd: Probability of default in one year, decimal (0.02 is 2 %), one cell or a range.
        scale: Master scale: grade, pd, best grade first; default the built-in master_scale.
        out: "value" the grade; "why" the reason; "table" the grade and the PD range it covers.
        lang: Language of the reason and headers, "en" or "zh".

    Returns:
        Grade text in the shape of pd.

    Errors:
        #NUM! where pd is not between 0 and 1.

    Example:
        =CR_PD2GRADE(0.0018) -> "A"
        =CR_PD2GRADE({0.0001;0.03}) -> {"AA+";"BB"}

    Source:
        Master scale: see CR_POLICY("master_scale","source"); borders by geometric mean:
        creditcells convention.
    """
    scale = read_master_scale(scale)
    grades, middles = read_column(scale, "grade"), read_column(scale, "pd")
    borders = np.where(middles[1:] == 1, 1.0, np.sqrt(middles[:-1] * middles[1:]))
    place = np.searchsorted(borders, pd, side="right")
    if out == "value":
        return grades[place]
    lower = np.concatenate(([0.0], borders))[place]
    upper = np.concatenate((borders, [1.0]))[place]
    if out == "table":
        return _pd_table(grades[place], pd, lower, upper, lang)
    rows = zip(pd, lower, upper, grades[place], strict=True)
    return np.array([_pd_reason(*row, lang) for row in rows], dtype=object)


def _pd_reason(chance: float, lower: float, upper: float, grade: str, lang: str) -> str:
    zh = lang == "zh"
    if lower == 1:
        return f"违约概率为 100%，等级为 {grade}。" if zh else f"PD is 100 %: grade {grade}."
    if zh:
        return f"违约概率 {chance:.4%} 不低于 {lower:.4%} 且低于 {upper:.4%}，等级为 {grade}。"
    return f"PD {chance:.4%} lies from {lower:.4%} to below {upper:.4%}: grade {grade}."


def _pd_table(
    grade: TextArray, chance: FloatArray, lower: FloatArray, upper: FloatArray, lang: str
) -> pd.DataFrame:
    headers = {
        "en": ("grade", "pd", "lower", "upper"),
        "zh": ("等级", "违约概率", "下限", "上限"),
    }[lang]
    return pd.DataFrame(dict(zip(headers, (grade, chance, lower, upper), strict=True)))


@read_once
def read_master_scale(table: pd.DataFrame | None, argument: str = "scale") -> pd.DataFrame:
    """A master scale with PDs that rise from grade to grade; the built-in one if there is none.

    Raises:
        CallError: a grade stands twice, or the PDs do not rise or are no probabilities.
    """
    if table is None:
        return builtin("master_scale").rows
    check_unique(table["grade"].to_numpy(), argument, "grade", "等级")
    chances = table["pd"].to_numpy(dtype=np.float64)
    rising = (np.diff(chances) > 0).all()
    if not (rising and chances[0] >= 0 and chances[-1] <= 1):
        raise CallError(
            column_of(argument, "pd", "违约概率"),
            Words(", ".join(_shown(chances, "blank")), "、".join(_shown(chances, "空白"))),
            Words(
                "PDs between 0 and 1 that rise from the best grade to the worst",
                "介于 0 与 1、由好到差递增的违约概率",
            ),
        )
    return table


@udf(
    "CR_MASTERSCALE",
    family="grading",
    zh="""由一个锚定等级的违约概率和对数几率步长生成主标尺。

    参数：
        anchor_grade: 锚定等级，如 "BBB"。
        anchor_pd: 锚定等级的一年期违约概率，小数，大于 0 小于 1。
        steps: 步长表：等级、步长（违约对数几率较上一等级的增量），由好到差；默认为内置表 master_scale_steps。
        lang: 表头的语言，"en" 或 "zh"。
    结果：
        带表头的主标尺：等级、违约概率，可传给 CR_PD2GRADE 与 CR_GRADE2PD。
    错误：
        锚定等级不在步长表中，或步长不为正，为 #VALUE!。
    来源：
        逻辑回归校准：违约对数几率随等级线性上升；已违约等级的违约概率为 1：巴塞尔框架 CRE32。
    """,
)
def master_scale(
    anchor_grade: Annotated[str, Text()],
    anchor_pd: Annotated[float, Number(bounds=INSIDE)],
    steps: Annotated[pd.DataFrame, Table(builtin="master_scale_steps")] | None = None,
    lang: Language = "en",
) -> Whole:
    """Build a master scale from the PD of one grade and steps in log-odds between the grades.

    Args:
        anchor_grade: The grade whose PD is known, such as "BBB".
        anchor_pd: Its probability of default in one year, decimal, above 0 and below 1.
        steps: Table of grade and step (how far the log-odds of default rise from the grade
            above), best grade first; default the built-in master_scale_steps.
        lang: Language of the headers, "en" or "zh".

    Returns:
        Master scale with headers, grade and pd, for CR_PD2GRADE and CR_GRADE2PD.

    Errors:
        #VALUE! if the anchor is not among the grades or a step is not above 0.

    Example:
        =CR_MASTERSCALE("B",0.05,{"grade","step";"A","";"B",0.6;"D",""}) -> {"grade","pd";"A",0.0280739129;"B",0.05;"D",1}

    Source:
        Logistic calibration, log-odds linear in the grade; default is PD 1: Basel Framework CRE32.
    """
    table = builtin("master_scale_steps").rows if steps is None else steps
    grades = table["grade"].to_numpy()
    step = table["step"].to_numpy(dtype=np.float64).copy()
    step[0] = 0.0
    in_default = np.isnan(step)
    if (step[1:] <= 0).any() or in_default[:-1].any():
        raise CallError(
            column_of("steps", "step", "步长"),
            Words(", ".join(_shown(step, "blank")), "、".join(_shown(step, "空白"))),
            Words(
                "steps above 0; only the first and the last may be blank",
                "大于 0 的步长，仅首末可留空",
            ),
        )
    keys = [grade_key(grade) for grade in grades]
    wanted = grade_key(anchor_grade)
    if wanted not in keys or in_default[keys.index(wanted)]:
        raise CallError("anchor_grade", anchor_grade, one_of(grades[~in_default]))
    climb = np.cumsum(np.where(in_default, 0.0, step))
    anchor = math.log(anchor_pd) - math.log1p(-anchor_pd)
    log_odds = anchor + climb - climb[keys.index(wanted)]
    chances = np.where(in_default, 1.0, np.exp(-np.logaddexp(0.0, -log_odds)))
    chances[keys.index(wanted)] = anchor_pd
    scale = pd.DataFrame({"grade": grades, "pd": chances})
    read_master_scale(scale, "steps")
    return Whole(scale, tuple(builtin("master_scale").headers(lang)))


def _shown(numbers: FloatArray, blank: str) -> list[str]:
    """Numbers as a message lists them."""
    return [blank if np.isnan(number) else f"{number:g}" for number in numbers]


def grade_key(grade: str) -> str:
    """A grade as it is compared: without regard to case, full width or kind of minus sign."""
    return unicodedata.normalize("NFKC", str(grade)).translate(_DASHES).strip().casefold()


def check_unique(keys: TextArray, argument: str, column: str, zh: str) -> None:
    """Refuse a table whose key column names something twice.

    Raises:
        CallError: it does.
    """
    folded = [grade_key(key) for key in keys]
    for key, once in zip(keys, folded, strict=True):
        if folded.count(once) > 1:
            raise CallError(
                column_of(argument, column, zh),
                Words(f"{key} twice", joined(key, "出现两次")),
                Words(f"each {column} once", f"每个{zh}只出现一次"),
            )
