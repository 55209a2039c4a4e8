"""Segments of customers: bands, and the label "grade first, then segment"."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import faulty
from udfs.errors import CallError, Words
from udfs.kinds import (
    Choice,
    FloatArray,
    Language,
    NumberList,
    Numbers,
    Table,
    TableColumn,
    TextArray,
    TextList,
    Texts,
)
from udfs.labels import joined_codes, once_each, places, spread, unknown_rows

_BAND_OUTPUTS: Final = Choice(
    {"value": ("值", "结果"), "why": ("理由", "原因"), "number": ("序号",)}
)
GradeNames = Annotated[
    pd.DataFrame,
    Table(
        columns=(
            TableColumn(name="grade", zh="等级", kind="text"),
            TableColumn(name="label_en", zh="英文名称", kind="text"),
            TableColumn(name="label_zh", zh="中文名称", kind="text"),
        )
    ),
]


@udf(
    "CR_BAND",
    family="segments",
    zh="""按给定的分界点把数值分档，例如年营业额、贷款金额或户龄。

    各档左闭右开：等于分界点的数值归入较高的一档。

    参数：
        value: 待分档的数值，单元格或区域。
        cuts: 分界点，由小到大，单位同 value。
        labels: 各档名称，由低到高，比分界点多一个；默认写出区间，如 "100–500"。
        out: "value" 档位名称（默认）；"why" 理由；"number" 档位序号，最低为 1。
        lang: 理由的语言，"en" 或 "zh"。
    结果：
        与 value 同形的文本或序号。
    错误：
        分界点不是由小到大，或名称个数不符，整个调用为错误。
    来源：
        creditcells；左闭右开与国内监管文件的分档一致。
    """,
)
def band_of_value(
    value: Annotated[FloatArray, Numbers()],
    cuts: Annotated[FloatArray, NumberList(ascending=True)],
    labels: Annotated[list[str], TextList()] | None = None,
    out: Annotated[str, _BAND_OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | FloatArray:
    """Band of a value between cut-offs, such as turnover, loan amount or years as a customer.

    Bands are closed on the left: a value on a cut-off belongs to the higher band.

    Args:
        value: Values to put into bands, one cell or a range.
        cuts: Cut-offs in ascending order, in the unit of value.
        labels: Names of the bands, lowest first, one more than cuts; by default the range itself,
            such as 100–500.
        out: "value" the band's name (default); "why" the reason; "number" the band's number from
            1, the lowest.
        lang: Language of the reason, "en" or "zh".

    Returns:
        Text, or whole numbers, in the shape of value.

    Errors:
        The whole call fails if cuts are not ascending or the number of labels does not fit.

    Example:
        =CR_BAND({80;100;2000},{100,500}) -> {"<100";"100–500";"≥500"}
        =CR_BAND(350,{100,500},{"small","middle","large"}) -> "middle"

    Source:
        creditcells; bands closed on the left as in the tables of Chinese regulation.
    """
    if not len(cuts):
        raise CallError(
            "cuts", Words("nothing", "空"), Words("at least one cut-off", "至少一个分界点")
        )
    names = _ranges(cuts) if labels is None else labels
    if len(names) != len(cuts) + 1:
        given, needed = len(names), len(cuts) + 1
        raise CallError(
            "labels",
            Words(f"{given} labels", f"{given} 个名称"),
            Words(f"{needed} labels, one more than cuts", f"{needed} 个名称，比分界点多一个"),
        )
    place = np.searchsorted(cuts, value, side="right")
    if out == "number":
        return place.astype(np.float64) + 1
    if out == "value":
        return spread(place, names)
    sentence = {"en": "{:,.15g} lies in the band {}{}.", "zh": "{:,.15g} 位于 {} 档{}。"}[lang]
    shown = _ranges(cuts)
    colon = "：" if lang == "zh" else ": "
    named = [""] * len(shown) if labels is None else [colon + name for name in labels]
    return spread(
        np.arange(len(value)),
        [sentence.format(x, shown[i], named[i]) for x, i in zip(value, place, strict=True)],
    )


def _ranges(cuts: FloatArray) -> list[str]:
    """The bands as ranges: below the first cut-off, between cut-offs, from the last."""
    ends = [f"{cut:,.15g}" for cut in cuts]
    middle = [f"{low}–{high}" for low, high in pairwise(ends)]
    return [f"<{ends[0]}", *middle, f"≥{ends[-1]}"]


@udf(
    "CR_GRADESEG",
    family="segments",
    zh="""先分级再细分：把信用等级与细分类别合成一个标签，如“AA · 制造业”。

    参数：
        grade: 信用等级，单元格或区域。
        segment: 细分类别，如行业、规模或地区。
        map: 把等级归并成大类的表：等级、英文名称、中文名称；默认直接使用等级。
        lang: 归并名称的语言，"en" 或 "zh"。
    结果：
        与各参数同形的文本，等级在前。
    错误：
        缺等级或类别为 #N/A；表中没有的等级为 #VALUE!。
    来源：
        creditcells；对公信贷中“先分级再细分”的做法。
    """,
)
def grade_then_segment(
    grade: Annotated[TextArray, Texts()],
    segment: Annotated[TextArray, Texts()],
    map: GradeNames | None = None,  # noqa: A002 - the name that users see, as in CR_RFMSEG
    lang: Language = "en",
) -> TextArray:
    """Label of a customer: grade first, then segment, such as AA · Manufacturing.

    Args:
        grade: Credit grade, one cell or a range.
        segment: Segment, such as industry, size or region.
        map: Table that joins grades to classes: grade, label_en, label_zh; by default the grade
            itself stands in the label.
        lang: Language of the classes, "en" or "zh".

    Returns:
        Text in the common shape, the grade in front.

    Errors:
        #N/A where grade or segment is missing; #VALUE! where map does not have the grade.

    Example:
        =CR_GRADESEG({"AA";"B"},"Manufacturing") -> {"AA · Manufacturing";"B · Manufacturing"}

    Source:
        creditcells; first grade, then segment ("先分级再细分") in corporate lending.
    """
    if map is None:
        front = grade
        faults = {}
    else:
        place = places(grade, map, "grade")
        front = map[f"label_{lang}"].to_numpy()[place]
        faults = unknown_rows("grade", grade, place, map["grade"])
    first, fronts = once_each(front, str)
    second, segments = once_each(segment, str)
    codes = joined_codes(first, second)
    _, examples = np.unique(codes, return_index=True)
    labels = [f"{fronts[first[i]]} · {segments[second[i]]}" for i in examples]
    return faulty(spread(codes, labels), faults.items())
