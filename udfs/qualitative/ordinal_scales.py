"""Ordinal scales: words such as strong, good, average and weak, and the points they are worth."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, Words, one_of
from udfs.kinds import Choice, Language, Table, Text, TextArray, Texts
from udfs.labels import NOWHERE, IndexArray, once_each, unknown
from udfs.parsing import parse_number
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

OrdinalScales = Annotated[pd.DataFrame, Table(builtin="ordinal_scales")]
_OUTPUTS: Final = Choice(
    {
        "value": ("points", "值", "分值"),
        "label": ("名称",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)


@record
class Scale:
    """One ordinal scale.

    Attributes:
        name: as in the table.
        labels: English and Chinese label of each answer.
        points: of each answer.
        places: the answer that each spelling means, in small letters.
    """

    name: str
    labels: dict[str, tuple[str, ...]]
    points: tuple[float, ...]
    places: dict[str, int]

    @property
    def best(self) -> float:
        """Most points of the scale."""
        return max(self.points)

    @property
    def worst(self) -> float:
        """Least points of the scale."""
        return min(self.points)

    def place(self, text: str) -> int:
        """The answer that a text means; ``NOWHERE`` if it is none."""
        found = self.places.get(text.casefold())
        if found is None:
            number = parse_number(text)
            found = None if number is None else self.places.get(f"{number:g}")
        return NOWHERE if found is None else found

    def answers(self, lang: str) -> tuple[str, ...]:
        """The labels in a language."""
        return self.labels[lang]


@read_once
def read_scales(table: pd.DataFrame | None) -> dict[str, Scale]:
    """The scales of a table by their names in small letters.

    Raises:
        CallError: a spelling means two answers of one scale.
    """
    rows = builtin("ordinal_scales").rows if table is None else table
    grouped = rows.groupby(rows["scale"].str.casefold(), sort=False)
    return {str(name): _read_scale(group) for name, group in grouped}


def _read_scale(rows: pd.DataFrame) -> Scale:
    name = str(rows["scale"].iloc[0])
    labels = {lang: tuple(rows[f"label_{lang}"].astype(str)) for lang in ("en", "zh")}
    places: dict[str, int] = {}
    for place, also in enumerate(rows["also"]):
        spellings = [labels["en"][place], labels["zh"][place], *_split(str(also))]
        for spelling in dict.fromkeys(text.casefold() for text in spellings):
            if places.setdefault(spelling, place) != place:
                raise CallError(
                    Words(f"scales, scale {name}", joined("scales 的量表", name)),
                    Words(f"{spelling} for two answers", f"{spelling} 对应两个答案"),
                    Words("spellings that mean one answer each", "每种写法只对应一个答案"),
                )
    return Scale(name, labels, tuple(float(x) for x in rows["points"]), places)


def _split(text: str) -> list[str]:
    parts = text.replace("；", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


def find_scale(scales: dict[str, Scale], name: str, where: str) -> Scale:
    """The scale of a name.

    Raises:
        CallError: there is none of that name.
    """
    found = scales.get(name.casefold())
    if found is None:
        raise CallError(where, name, one_of(scale.name for scale in scales.values()))
    return found


@udf(
    "CR_ORD",
    family="qualitative",
    zh="""把有序的文字评价换成分值，如“优、良、中、差”。

    参数：
        answer: 评价文字，中文、英文或其他写法均可，单元格或区域。
        scale: 量表名称，默认 quality（优、良、中、差）；其他见 CR_POLICY("ordinal_scales")。
        scales: 量表的表；默认为内置表 ordinal_scales。
        out: "value" 分值（默认）；"label" 规范名称；"why" 理由；"table" 名称与分值。
        lang: 名称与理由的语言，"en" 或 "zh"。
    结果：
        与 answer 同形的分值，内置量表为 0 至 100。
    错误：
        无法识别的评价为 #VALUE!，并列出可填的答案；没有该量表则整个调用为 #VALUE!。
    来源：
        creditcells 默认，见 CR_POLICY("ordinal_scales")。
    """,
)
def ordinal_points(
    answer: Annotated[TextArray, Texts()],
    scale: Annotated[str, Text()] = "quality",
    scales: OrdinalScales | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | pd.DataFrame:
    """Points of a judgement in words, such as strong, good, average or weak.

    Args:
        answer: Judgement in either language or another spelling, one cell or a range.
        scale: Name of the scale, default quality (strong, good, average, weak); for others see
            CR_POLICY("ordinal_scales").
        scales: Table of scales; default the built-in ordinal_scales.
        out: "value" the points (default); "label" the judgement as the scale spells it; "why" the
            reason; "table" label and points.
        lang: Language of label and reason, "en" or "zh".

    Returns:
        Points in the shape of answer; 0 to 100 in the built-in scales.

    Errors:
        #VALUE! where the judgement is none of the scale, with those that are. The call is #VALUE!
        for an unknown scale.

    Example:
        =CR_ORD({"strong";"良好";"C"}) -> {100;75;50}
        =CR_ORD("often","frequency",,"label","zh") -> "经常"

    Source:
        creditcells default, see CR_POLICY("ordinal_scales").
    """
    chosen = find_scale(read_scales(scales), scale, "scale")
    place, faults = place_answers("answer", answer, chosen)
    points = np.array([*chosen.points, np.nan])[place]
    labels = np.array([*chosen.labels[lang], None], dtype=object)[place]
    if out == "value":
        return faulty(points, faults.items())
    if out == "label":
        return faulty(labels, faults.items())
    if out == "table":
        headers = ("名称", "分值") if lang == "zh" else ("label", "points")
        columns = (labels, points)
        return pd.DataFrame(
            {h: faulty(c, faults.items()) for h, c in zip(headers, columns, strict=True)}
        )
    order = _in_words(chosen, lang)
    texts: list[Any] = [
        faults.get(row) or _why(labels[row], points[row], order, lang) for row in range(len(place))
    ]
    reasons = np.empty(len(texts), dtype=object)
    reasons[:] = texts
    return reasons


def place_answers(argument: str, answers: TextArray, scale: Scale) -> tuple[IndexArray, Faults]:
    """The answer that each text means, and the errors of those that mean none.

    A blank has the place ``NOWHERE`` and no error.
    """
    codes, places = once_each(answers, scale.place)
    found = np.array([*places, NOWHERE], dtype=np.intp)[codes]
    faults: Faults = {}
    known = [f"{en} ({zh})" for en, zh in zip(*scale.labels.values(), strict=True)]
    for row in np.flatnonzero((found == NOWHERE) & np.not_equal(answers, "")).tolist():
        faults[row] = unknown(argument, str(answers[row]), known)
    return found, faults


def _in_words(scale: Scale, lang: str) -> str:
    pairs = zip(scale.labels[lang], scale.points, strict=True)
    mark = "、" if lang == "zh" else ", "
    return mark.join(f"{label} {points:g}" for label, points in pairs)


def _why(label: str, points: float, order: str, lang: str) -> str:
    if lang == "zh":
        return joined(label, f"：{points:g} 分（{order}）。")
    return f"{label}: {points:g} points ({order})."
