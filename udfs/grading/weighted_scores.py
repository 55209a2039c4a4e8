"""Weighted means of scores that are already on one scale."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Column, Faults, Mixed, faulty
from udfs.errors import CallError, CellError, Words
from udfs.grading.scorecard_bins import SCORE_DECIMALS
from udfs.kinds import (
    NOT_NEGATIVE,
    Choice,
    FloatArray,
    Grid,
    Language,
    NumberList,
    Output,
    TextArray,
)

_MISSING: Final = Choice({"error": ("错误",), "zero": ("零分",), "reweight": ("重新加权",)})


@udf(
    "CR_WSCORE",
    family="grading",
    zh="""对已打好的各因子分数求加权平均分。

    参数：
        values: 每个客户一行、每个因子一列的分数区域。
        weights: 各列的权重，不小于 0；按合计折算，故 0.3 与 30 均可。
        missing: 缺失分数："error" 该行报错；"zero" 计 0 分；"reweight" 按其余因子重新加权。
        out: "value" 加权分；"why" 理由；"table" 各因子的加权分及合计。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个加权分，与因子分数同一尺度。
    错误：
        权重个数与列数不符，或权重全为 0，为 #VALUE!；分数缺失且 missing 为 "error" 时为 #N/A。
    来源：
        定量与定性得分加权求和：国内银行企业客户评级的通行做法。
    """,
)
def weighted_score(
    values: Annotated[list[Mixed], Grid()],
    weights: Annotated[FloatArray, NumberList(bounds=NOT_NEGATIVE)],
    missing: Annotated[str, _MISSING] = "error",
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Weighted mean of factor scores that are already on one scale.

    Args:
        values: Range of scores with one row per customer and one column per factor.
        weights: Weight of each column, not negative; taken in proportion, so 0.3 and 30 will do.
        missing: A missing score: "error" is the row's error; "zero" counts as 0; "reweight"
            spreads its weight over the row's other factors.
        out: "value" the weighted score; "why" the reason; "table" each factor's share and the sum.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One score per row, on the scale of the factor scores.

    Errors:
        #VALUE! if there are not as many weights as columns or all are 0; #N/A where a score is
        missing and missing is "error".

    Example:
        =CR_WSCORE({80,60,90},{50,30,20}) -> 76
        =CR_WSCORE({80,"",90;80,"",90},{50,30,20},"reweight") -> {82.857142857;82.857142857}

    Source:
        Weighted sum of quantitative and qualitative scores: corporate rating practice of Chinese
        banks.
    """
    if len(weights) != len(values) or not weights.sum() > 0:
        allowed = Words(
            f"{len(values)} weights, one for each column of values, not all 0",
            f"与 values 各列对应的 {len(values)} 个权重，且不全为 0",
        )
        given = Words(f"{weights.tolist()}", f"{weights.tolist()}")
        raise CallError("weights", given, allowed)
    columns = [column.numbers() for column in values]
    faults = _score_faults(columns, missing)
    parts = [_part(weight, column) for weight, column in zip(weights, columns, strict=True)]
    whole: FloatArray | float = weights.sum()
    if missing == "reweight":
        whole, faults = _weight_left(weights, columns, faults)
    total = np.round(sum(parts[1:], start=parts[0]) / whole, SCORE_DECIMALS)
    if out == "value":
        return faulty(total, faults.items()) if faults else total
    shares = np.column_stack([part / whole for part in parts])
    if out == "table":
        return _weighted_table(shares, total, faults, lang)
    blank = np.column_stack([column.blank for column in columns])
    texts = [
        _weighted_reason(*row, missing, lang) for row in zip(shares, blank, total, strict=True)
    ]
    return faulty(np.array(texts, dtype=object), faults.items())


def _score_faults(columns: list[Column], missing: str) -> Faults:
    """Cells that are no scores, and missing ones where they may not be missing."""
    faults: Faults = {}
    for place, column in enumerate(columns, start=1):
        for row, error in column.faults.items():
            faults.setdefault(row, error)
        if missing == "error":
            lacking = CellError(
                errors.NA,
                f"values, column {place}: the score is missing; give it, or say with the argument "
                "missing how it counts.",
                f"values 第 {place} 列：缺少分数；请补充，或用参数 missing 指定处理方式。",
            )
            for row in np.flatnonzero(column.blank).tolist():
                faults.setdefault(row, lacking)
    return faults


def _part(weight: float, column: Column) -> FloatArray:
    """What a column adds to the sum: nothing where it has no score."""
    part: FloatArray = weight * column.values
    lacking = np.isnan(part)
    if lacking.any():
        part[lacking] = 0.0
    return part


def _weight_left(
    weights: FloatArray, columns: list[Column], faults: Faults
) -> tuple[FloatArray, Faults]:
    """The weight of the scores that each row has; a row of which none is left is an error."""
    whole = np.zeros(len(columns[0]))
    for weight, column in zip(weights, columns, strict=True):
        whole += weight * ~column.blank
    nothing = CellError(
        errors.NA,
        "values: every score with a weight is missing.",
        "values：有权重的分数全部缺失。",
    )
    empty = whole == 0
    whole[empty] = 1.0
    return whole, dict.fromkeys(np.flatnonzero(empty).tolist(), nothing) | faults


def _weighted_table(
    parts: FloatArray, total: FloatArray, faults: Faults, lang: str
) -> pd.DataFrame:
    zh = lang == "zh"
    names = [f"因子 {j}" if zh else f"factor {j}" for j in range(1, parts.shape[1] + 1)]
    frame = pd.DataFrame(parts, columns=names)
    frame["得分" if zh else "score"] = total
    if not faults:
        return frame
    return frame.apply(lambda column: faulty(column.to_numpy(), faults.items()))


def _weighted_reason(
    parts: FloatArray, blank: npt.NDArray[np.bool_], total: float, missing: str, lang: str
) -> str:
    zh = lang == "zh"
    gone = [str(j) for j in np.flatnonzero(blank) + 1]
    sum_of_parts = " + ".join(f"{part:.4g}" for part in parts)
    text = f"加权分 {total:.6g} = {sum_of_parts}" if zh else f"Score {total:.6g} = {sum_of_parts}"
    if not gone:
        return f"{text}。" if zh else f"{text}."
    if zh:
        how = "按 0 分计" if missing == "zero" else "其权重分摊至其余因子"
        return f"{text}；缺少第 {'、'.join(gone)} 列分数，{how}。"
    how = "counted as 0" if missing == "zero" else "its weight spread over the others"
    return f"{text}; the score in column {', '.join(gone)} is missing, {how}."
