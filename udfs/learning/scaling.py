"""Figures on one scale: z-score, min-max, percent rank, and the same scale for new rows."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.chinese import joined
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, FloatArray, Language, Numbers, Table, TableColumn, TextArray
from udfs.learning.scaling_methods import NAMES, Scale, curved, scale_of
from udfs.read_once import read_once
from udfs.records import record

_METHODS: Final = Choice(
    {
        "zscore": ("z", "标准化", "z 分数"),
        "minmax": ("极差",),
        "rank": ("percentrank", "百分位"),
        "robust": ("稳健",),
        "log": ("对数",),
    }
)
_OUTPUTS: Final = Choice(
    {"value": ("值", "结果"), "parameters": ("table", "参数"), "why": ("reason", "原因", "理由")}
)
_COLUMNS: Final = (
    TableColumn(name="parameter", zh="参数", kind="text"),
    TableColumn(name="value", zh="数值", kind="number"),
    TableColumn(name="share", zh="占比", kind="number", required=False),
)
_RANK: Final = {"en": "rank", "zh": "百分位"}
_ROWS: Final = {
    word.casefold(): (method, place)
    for method, names in NAMES.items()
    for words in names.values()
    for place, word in enumerate(words)
}

ScaleTable = Annotated[pd.DataFrame, Table(columns=_COLUMNS)]


@udf(
    "CR_SCALE",
    family="learning",
    zh="""全体数值：标准化到同一尺度；也可用另一总体或先前输出的参数，对新客户按同一尺度处理。

    参数：
        values: 要标准化的数值，单位自定；空白行不计入。
        method: "zscore" 减均值除以样本标准差（默认）；"minmax" 减最小值除以极差；"rank" 百分位 0 至 1；"robust" 减中位数除以四分位距；"log" 取对数后同 zscore。
        reference: 作为总体的另一区域，如建模样本；省略则以 values 自身为总体。
        parameters: 先前以 "parameters" 输出的参数表；给出时方法由该表决定。
        out: "value" 标准化后的数值（默认）；"parameters" 参数表；"why" 算式。
        lang: 算式与表头的语言，"en" 或 "zh"。
    结果：
        与 values 同形的数值。"minmax" 对总体以外的数值可小于 0 或大于 1；"rank" 在相邻数值之间线性插值，超出总体的取 0 或 1。
    错误：
        非数字为 #VALUE!，该行不计入总体；总体没有两个不同的数值、同时给出 reference 与 parameters，整个调用为 #VALUE!。
    来源：
        Excel：STANDARDIZE、STDEV.S、PERCENTRANK.INC、QUARTILE.INC。
    """,
)
def scaled_values(
    values: Annotated[FloatArray, Numbers()],
    method: Annotated[str, _METHODS] = "zscore",
    reference: Annotated[Column | None, Numbers(series="reference")] = None,
    parameters: ScaleTable | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | Whole:
    """All values together: put them on one scale; new rows on the scale of an earlier population.

    Args:
        values: Numbers to scale, in any unit; blank rows are not counted.
        method: "zscore" less mean over sample deviation (default); "minmax" less minimum over
            range; "rank" percent rank 0 to 1; "robust" less median over quartile range; "log" as
            zscore, of logarithms.
        reference: Range that is the population, such as the sample of a model; default values
            themselves.
        parameters: Table spilled by "parameters" before; it decides the method.
        out: "value" the scaled numbers (default); "parameters" the table; "why" the sum.
        lang: Language of sum and headers, "en" or "zh".

    Returns:
        One number per value. "minmax" of a value beyond the population is below 0 or above 1;
        "rank" lies on a line between neighbours and is 0 or 1 beyond them.

    Errors:
        #VALUE! where the cell is no number; that row is not counted. The call is #VALUE! for a
        population without two different numbers, or reference and parameters at once.

    Example:
        =CR_SCALE({10;20;30}) -> {-1;0;1}
        =CR_SCALE({10;20;40;20},"rank") -> {0;0.333333333;1;0.333333333}
        =CR_SCALE(26,"zscore",{10;20;30},,"why") -> "(26 - mean 20) / deviation 10 = 0.6."

    Source:
        Excel: STANDARDIZE, STDEV.S, PERCENTRANK.INC, QUARTILE.INC.
    """
    if reference is not None and parameters is not None:
        raise CallError(
            Words("reference and parameters", "reference 与 parameters"),
            Words("both", "同时给出"),
            Words("given one at a time", "只给出其一"),
        )
    if parameters is None:
        scale = _scale(values if reference is None else _population(reference), method)
    else:
        scale = _read(parameters)
    if out == "parameters":
        return _spilled(scale, lang)
    scaled = scale.apply(values)
    if out == "value":
        return scaled
    pairs = zip(values.tolist(), scaled.tolist(), strict=True)
    return np.array([_sum(scale, x, y, lang) for x, y in pairs], dtype=object)


@record
class _Ranks:
    """The percent rank of each different number of a population."""

    numbers: FloatArray
    shares: FloatArray

    def apply(self, values: FloatArray) -> FloatArray:
        """The percent rank of any numbers."""
        return np.interp(values, self.numbers, self.shares)


def _population(reference: Column) -> FloatArray:
    for row, fault in reference.faults.items():
        raise CallError(
            Words(f"reference, row {row + 1}", f"reference 第 {row + 1} 行"),
            Words(fault.reason or str(fault), fault.why("zh") or str(fault)),
            Words("a number or blank", "数字或空白"),
            code=fault.code,
        )
    known: FloatArray = reference.values[~reference.blank]
    return known


def _scale(population: FloatArray, method: str) -> Scale | _Ranks:
    """The scale of a population; sorted, so that the order of rows leaves no trace."""
    ordered = np.sort(population)
    if not len(ordered) or ordered[0] == ordered[-1]:
        only = f"{len(ordered)} times {ordered[0]:g}" if len(ordered) else "no number"
        only_zh = f"{len(ordered)} 个 {ordered[0]:g}" if len(ordered) else "没有数字"
        raise CallError(
            "values",
            Words(only, only_zh),
            Words("a population with at least two different numbers", "至少有两个不同数值的总体"),
        )
    if method != "rank":
        return _with_spread(scale_of(ordered, method))
    numbers, first = np.unique(ordered, return_index=True)
    return _Ranks(numbers, first / (len(ordered) - 1))


def _with_spread(scale: Scale) -> Scale:
    if not scale.spread > 0:
        raise CallError(
            "method",
            Words(
                f"{scale.method} of values whose middle half is one number",
                f"{scale.method}，而中间一半的数值相同",
            ),
            Words("zscore, minmax or rank", "zscore、minmax 或 rank"),
        )
    return scale


def _spilled(scale: Scale | _Ranks, lang: str) -> Whole:
    rows: list[list[object]]
    if isinstance(scale, _Ranks):
        pairs = zip(scale.numbers.tolist(), scale.shares.tolist(), strict=True)
        rows = [[_RANK[lang], number, share] for number, share in pairs]
    else:
        shift, spread = NAMES[scale.method][lang]
        rows = [[shift, scale.shift, None], [spread, scale.spread, None]]
    headers = [column.zh if lang == "zh" else column.name for column in _COLUMNS]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


@read_once
def _read(table: pd.DataFrame) -> Scale | _Ranks:
    words = [str(word).casefold() for word in table["parameter"]]
    numbers = table["value"].to_numpy(dtype=np.float64)
    if set(words) <= set(_RANK.values()):
        shares = table["share"].to_numpy(dtype=np.float64)
        if np.isnan(shares).any() or (np.diff(numbers) <= 0).any() or (np.diff(shares) < 0).any():
            raise CallError(
                column_of("parameters", "share", "占比"),
                Words("numbers out of order, or a blank", "次序有误或有空白"),
                Words("rising numbers with rising shares", "由小到大的数值及其占比"),
            )
        return _Ranks(numbers, shares)
    found = {
        _ROWS[word]: x for word, x in zip(words, numbers.tolist(), strict=True) if word in _ROWS
    }
    methods = {method for method, _ in found}
    if len(found) != 2 or len(methods) != 1 or len(words) != 2:  # noqa: PLR2004 - shift and spread
        raise CallError(
            column_of("parameters", "parameter", "参数"),
            Words(", ".join(words), "、".join(words)),
            Words(
                "the two parameters of one method, such as mean and deviation",
                "同一方法的两个参数，如均值与标准差",
            ),
        )
    method = methods.pop()
    spread = found[method, 1]
    if not spread > 0:
        raise CallError(
            column_of("parameters", "value", "数值", NAMES[method]["en"][1]),
            spread,
            Words("a number above 0", "大于 0 的数字"),
        )
    return Scale(method, found[method, 0], spread)


def _sum(scale: Scale | _Ranks, value: float, result: float, lang: str) -> str:
    zh = lang == "zh"
    if isinstance(scale, _Ranks):
        if zh:
            return f"{value:.6g} 高于总体中 {result:.1%} 的数值。"
        return f"{value:.6g} is above {result:.1%} of the other values."
    shift, spread = NAMES[scale.method][lang]
    shown = f"{value:.6g}"
    if scale.method == "log":
        curve = float(curved(np.array([value]), "log")[0])
        shown = f"ln(1 + {value:.6g}) = {curve:.6g}" if value >= 0 else f"{curve:.6g}"
        shown = f"({shown})" if value >= 0 else shown
    if zh:
        return joined(
            f"（{shown} - {shift} {scale.shift:.6g}）÷ {spread} {scale.spread:.6g} = {result:.4g}。"
        )
    return f"({shown} - {shift} {scale.shift:.6g}) / {spread} {scale.spread:.6g} = {result:.4g}."
