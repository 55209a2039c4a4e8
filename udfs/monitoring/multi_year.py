"""Migration over several years: powers of a matrix, cumulative PD, and its generator."""

from __future__ import annotations

import math
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Mixed
from udfs.kinds import Bounds, Choice, FloatArray, Grid, Language, Number
from udfs.labels import blank_nan
from udfs.monitoring.matrices import Generator, MigrationMatrix, generator, power, read_matrix

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "矩阵"),
        "pd": ("cumulative PD", "违约概率", "累计违约概率"),
        "curve": ("曲线",),
        "marginal": ("边际",),
        "generator": ("生成矩阵",),
        "why": ("reason", "原因", "理由"),
    }
)
Years = Annotated[float, Number(bounds=Bounds(lower=0, lower_open=True, upper=100))]
Months = Annotated[float, Number(bounds=Bounds(lower=1, upper=120, whole=True))]
_YEAR: Final = 12.0
_PERIOD_DECIMALS: Final = 9


@udf(
    "CR_MIGRATEPOWER",
    family="monitoring",
    zh="""由一期迁徙矩阵推算多年：矩阵的幂、累计违约概率与期限结构，可取非整年。

    各行先归一化，故概率、百分比或户数均可。没有客户的等级视为停留原级，其结果留空。非整期用生成矩阵：取矩阵对数，
    负的非对角元素置零并调整对角，修正情况见 "why"。累计违约概率以末级为违约且不再离开。

    参数：
        matrix: 迁徙矩阵，可带表头，如 CR_MIGRATE 的结果；末级（违约）一行可省略。
        years: 年数，可为小数，如 2.5。
        months: 矩阵一期的月数，默认 12；季度矩阵填 3。
        out: "value" 多年矩阵（默认）；"pd" 各等级累计违约概率；"curve" 逐年累计违约概率；"marginal" 逐年边际违约概率；"generator" 生成矩阵；"why" 归一化与修正说明。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，每个等级一行。
    错误：
        不是方阵、有负数或行内有空格时整个调用为错误；矩阵没有生成矩阵而年数不是整期时为 #NUM!。
    来源：
        P(Δt) = P₀^(ns·Δt)：MathWorks transprobbytotals；生成矩阵修正：Israel、Rosenthal、Wei，2001。
    """,
)
def migrate_power(
    matrix: Annotated[list[Mixed], Grid(series="matrix")],
    years: Years,
    months: Months = 12,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """A migration matrix over several years: its power, cumulative PD by grade and year.

    Rows are made to add up to one, so that probabilities, percentages or counts will do. A grade
    nobody had stays where it is and has blank results. A part of a period is taken by the
    generator: the matrix logarithm with negative rates set to zero and the diagonal fitted; "why"
    tells what was repaired. For cumulative PD the last grade is default and is never left.

    Args:
        matrix: Migration matrix with or without headers, such as the result of CR_MIGRATE; the
            row of the last grade (default) may be left out.
        years: Number of years, also a part of one, such as 2.5.
        months: Months that the matrix spans, default 12; 3 for a quarterly matrix.
        out: "value" the matrix after these years (default); "pd" cumulative PD of each grade;
            "curve" cumulative PD by year; "marginal" PD of each year; "generator" rates per
            period; "why" what was normalised and repaired.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers and one row per grade.

    Errors:
        The call is an error where the matrix is not square, has a negative cell or a gap in a
        row; #NUM! for a part of a period where the matrix has no generator.

    Example:
        =CR_MIGRATEPOWER({0.9,0.08,0.02;0.1,0.8,0.1},2,,"pd") -> {"from","cumulative PD";"1",0.046;"2",0.182}
        =CR_MIGRATEPOWER({"from","A","D";"A",98,2;"D",0,100},1.5) -> {"from","A","D";"A",0.970150504303,0.029849495697;"D",0,1}

    Source:
        P(Δt) = P0^(ns·Δt), MathWorks transprobbytotals; repair of the generator: Israel,
        Rosenthal and Wei, Finding generators for Markov chains, 2001.
    """
    book = read_matrix(matrix, "matrix")
    periods = round(years * _YEAR / months, _PERIOD_DECIMALS)
    if out == "why":
        return Whole(_sentence(book, periods, lang))
    if out == "generator":
        return _spilled(book, generator(book.values).values, book.names, lang)
    if out == "value":
        return _spilled(book, power(book.values, periods)[0], book.names, lang)
    steps = np.append(np.arange(1.0, math.ceil(years)), years)
    if out == "pd":
        steps = steps[-1:]
    absorbing = book.absorbing()
    curve = np.column_stack(
        [power(absorbing, round(t * _YEAR / months, _PERIOD_DECIMALS))[0][:, -1] for t in steps]
    )
    if out == "pd":
        headers = ["累计违约概率" if lang == "zh" else "cumulative PD"]
    else:
        headers = [f"第 {t:g} 年" if lang == "zh" else f"year {t:g}" for t in steps]
    if out == "marginal":
        curve = np.diff(curve, axis=1, prepend=0.0)
    return _spilled(book, curve, headers, lang, rows=len(book.names) - 1)


def _spilled(
    book: MigrationMatrix, values: FloatArray, headers: list[str], lang: str, rows: int = 0
) -> Whole:
    """Values of the states under headers; blank for a state that nobody was in."""
    shown = values.copy()
    inner = book.unobserved.copy()
    inner[-1] = False
    shown[inner] = np.nan
    count = rows or len(book.names)
    columns = {0: np.array(book.names[:count], dtype=object)}
    columns |= {place + 1: blank_nan(column[:count]) for place, column in enumerate(shown.T)}
    return Whole(pd.DataFrame(columns), ("期初等级" if lang == "zh" else "from", *headers))


def _sentence(book: MigrationMatrix, periods: float, lang: str) -> str:
    """What was done to the matrix before and while it was raised to a power."""
    zh = lang == "zh"
    facts = [f"{periods:g} 期" if zh else f"{periods:g} periods"]
    if book.moved > 0:
        size = f"{book.moved:.2%}"
        facts.append(
            f"各行归一化，最大修正 {size}" if zh else f"rows normalised, by {size} at most"
        )
    idle = [name for name, blank in zip(book.names[:-1], book.unobserved, strict=False) if blank]
    if idle:
        listed = ("、" if zh else ", ").join(idle)
        facts.append(
            f"没有客户的等级停留原级：{listed}" if zh else f"grades nobody had stay put: {listed}"
        )
    if book.unobserved[-1]:
        last = book.names[-1]
        facts.append(f"{last} 视为不再离开" if zh else f"{last} is taken as final")
    rates = power(book.values, periods)[1]
    if rates is not None:
        facts.append(_repair(rates, lang))
    return "；".join(facts) + "。" if zh else f"{'; '.join(facts)}."


def _repair(rates: Generator, lang: str) -> str:
    if lang == "zh":
        if not rates.repaired:
            return "非整期用生成矩阵，无需修正"
        return (
            f"非整期用生成矩阵，{rates.repaired} 个负值置零，一期矩阵最大偏差 {rates.distance:.2e}"
        )
    if not rates.repaired:
        return "the part of a period by the generator, which needed no repair"
    return (
        f"the part of a period by the generator, with {rates.repaired} negative rates set to zero, "
        f"which moves the matrix of one period by {rates.distance:.2e} at most"
    )
