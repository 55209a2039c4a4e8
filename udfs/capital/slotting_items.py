"""Measured items of the slotting grid: a ratio to its category."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.capital.slots import WEAK, Slots
from udfs.catalogue import udf
from udfs.cells import BoolArray, faulty
from udfs.errors import CallError, Words, column_of, one_of
from udfs.kinds import Choice, FloatArray, Language, Numbers, Table, TextArray, Texts
from udfs.labels import IndexArray, blank_nan, places, unknown_rows
from udfs.tables import builtin

Thresholds = Annotated[pd.DataFrame, Table(builtin="slotting_thresholds")]

_OUTPUTS: Final = Choice(
    {
        "value": ("category", "值", "结果", "监管类别"),
        "slot": ("number", "序号"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_STEPS: Final = ("strong", "good", "satisfactory")
_DIRECTIONS: Final = ("higher", "lower")
_HEADERS: Final = {
    "en": ("item", "value", "category", "slot", "threshold", "next_threshold"),
    "zh": ("项目", "数值", "类别名称", "监管类别", "达到的阈值", "上一档阈值"),
}


@udf(
    "CR_SLOTITEM",
    family="capital",
    zh="""按阈值表把可量化的映射项目换成优、良、中、差：DSCR、LLCR、PLCR、债务占比、尾期等。

    巴塞尔标准没有给出数值，阈值为本行政策。结果可直接填入 CR_SLOTGRID 的评价表。

    参数：
        item: 项目：dscr、llcr、plcr、debt_share、tail、extra_debt、reserves，也可用中文名称。
        value: 数值：倍数、小数比例或年数，见阈值表。
        thresholds: 阈值表；默认为内置表 slotting_thresholds。
        out: "value" 类别；"slot" 序号 1 至 4；"why" 理由；"table" 明细。
        lang: 类别、理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的类别。
    错误：
        项目无法识别为 #VALUE!；缺数值为 #N/A；阈值次序颠倒时整个调用为 #NUM!。
    来源：
        项目见巴塞尔框架 CRE33.13；阈值为 creditcells 默认，见 CR_POLICY("slotting_thresholds","source","zh")。
    """,
)
def slot_of_item(
    item: Annotated[TextArray, Texts()],
    value: Annotated[FloatArray, Numbers()],
    thresholds: Thresholds | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Category of a measured slotting item: DSCR, LLCR, PLCR, debt share, tail and the like.

    Basel gives no numbers for them: the thresholds are the bank's policy. The result goes into
    the answers of CR_SLOTGRID.

    Args:
        item: dscr, llcr, plcr, debt_share, tail, extra_debt or reserves, or a label in either
            language.
        value: The figure: times, a decimal share or years, see the table.
        thresholds: Table of thresholds; default the built-in slotting_thresholds.
        out: "value" the category; "slot" its number 1 to 4; "why" the reason; "table" all parts.
        lang: Language of category, reason and headers, "en" or "zh".

    Returns:
        Category in the common shape.

    Errors:
        #VALUE! where the item is unknown; #N/A where the value is missing; the whole call is
        #NUM! for thresholds in the wrong order.

    Example:
        =CR_SLOTITEM("dscr",{1.52;1.3;1.1}) -> {"strong";"good";"weak"}
        =CR_SLOTITEM({"debt_share";"tail"},{0.72;2},,"slot") -> {2;4}

    Source:
        Items: Basel Framework CRE33.13; thresholds: creditcells default, see
        CR_POLICY("slotting_thresholds","source").
    """
    table = builtin("slotting_thresholds").rows if thresholds is None else thresholds
    limits, higher = _limits(table)
    place = places(item, table, "item", "label_en", "label_zh")
    faults = unknown_rows("item", item, place, table["item"])
    steps = limits[place]
    up = higher[place]
    reached = np.where(up[:, None], value[:, None] >= steps, value[:, None] <= steps)
    number = WEAK - reached.sum(axis=1)
    labels = Slots.of(None, "project").labels(lang)[number - 1]
    if out == "slot":
        return faulty(number.astype(np.float64), faults.items())
    if out == "value":
        return faulty(labels, faults.items()) if faults else labels
    names = table[f"label_{lang}"].to_numpy(dtype=object)[place]
    edges = _edges(steps, number)
    if out == "table":
        columns = (names, value, labels, number.astype(np.float64), *map(blank_nan, edges))
        return pd.DataFrame(
            {
                header: faulty(column, faults.items())
                for header, column in zip(_HEADERS[lang], columns, strict=True)
            },
            dtype=object,
        )
    floors = table["floor"].to_numpy(dtype=np.float64)[place]
    beyond = np.where(up, value < floors, value > floors)
    reasons = _reasons((names, labels), (value, *edges, floors), (up, beyond), lang)
    return faulty(reasons, faults.items())


def _limits(table: pd.DataFrame) -> tuple[npt.NDArray[np.float64], BoolArray]:
    """The thresholds, items × steps, and whether more is better for each item.

    Raises:
        CallError: an unknown direction, or thresholds that do not get easier.
    """
    limits = table[list(_STEPS)].to_numpy(dtype=np.float64)
    words = table["better"].str.strip().str.casefold()
    for row, word in enumerate(words):
        if word not in _DIRECTIONS:
            where = column_of("thresholds", "better", "优劣方向", row + 1)
            raise CallError(where, table["better"].iloc[row], one_of(_DIRECTIONS))
    higher = (words == "higher").to_numpy(dtype=bool)
    steps = np.diff(limits, axis=1)
    wrong = np.flatnonzero((np.where(higher[:, None], steps, -steps) > 0).any(axis=1))
    if len(wrong):
        item = str(table["item"].iloc[int(wrong[0])])
        where = column_of("thresholds", "strong", "优的阈值", item)
        given = ", ".join(f"{limit:g}" for limit in limits[wrong[0]])
        allowed = Words(
            "thresholds that get easier from strong to satisfactory", "由优到中逐档放宽的阈值"
        )
        raise CallError(where, given, allowed, code=errors.NUM)
    return limits, higher


def _edges(steps: npt.NDArray[np.float64], number: IndexArray) -> tuple[FloatArray, FloatArray]:
    """The threshold each value reached, and that of the next better category."""
    padded = np.column_stack([np.full(len(steps), np.nan), steps, np.full(len(steps), np.nan)])
    rows = np.arange(len(steps))
    return padded[rows, number], padded[rows, number - 1]


_WORDS: Final = {
    "en": {
        "sentence": "{}: {:.4g}, {}{}{}{}.",
        "reached": (" ({} {:.4g})", "at most", "at least"),
        "next": ("; {} asks for {} {:.4g}", "at most", "at least"),
        "beyond": ("; {} the floor of {:.4g}", "above", "below"),
    },
    "zh": {
        "sentence": "{}：{:.4g}，{}{}{}{}。",
        "reached": ("（{} {:.4g}）", "不高于", "不低于"),
        "next": ("；“{}”须{} {:.4g}", "不高于", "不低于"),
        "beyond": ("；{}底线 {:.4g}", "高于", "低于"),
    },
}


def _reasons(
    texts: tuple[TextArray, TextArray],
    figures: tuple[FloatArray, ...],
    flags: tuple[BoolArray, BoolArray],
    lang: str,
) -> TextArray:
    words = _WORDS[lang]
    better = Slots.of(None, "project").labels(lang)
    place = {label: i for i, label in enumerate(better)}
    reasons = np.empty(len(texts[0]), dtype=object)
    for i, (value, edge, above, floor) in enumerate(zip(*figures, strict=True)):
        up = 2 if flags[0][i] else 1
        label = texts[1][i]
        at = "" if np.isnan(edge) else words["reached"][0].format(words["reached"][up], edge)
        up_to = ""
        if not np.isnan(above):
            name = better[place[label] - 1]
            up_to = words["next"][0].format(name, words["next"][up], above)
        side = words["beyond"][up]
        beyond = words["beyond"][0].format(side, floor) if flags[1][i] else ""
        sentence = str(words["sentence"])
        reasons[i] = sentence.format(texts[0][i], value, label, at, up_to, beyond)
    return reasons
