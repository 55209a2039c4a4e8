"""Each customer put into the cluster whose centre is nearest."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Column, Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Choice, FloatArray, Grid, Language, TextArray, TextList
from udfs.learning.clusters_table import (
    Centres,
    CentreTable,
    nearest,
    read_centres,
)
from udfs.learning.factor_columns import (
    IndexArray,
    factor_names,
    missing_column,
    place_of,
)

_OUTPUTS: Final = Choice(
    {
        "value": ("cluster", "值", "聚类"),
        "name": ("名称",),
        "distance": ("距离",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)


@udf(
    "CR_CLUSTER",
    family="learning",
    zh="""把客户归入最近的类中心；类中心表来自 CR_KMEANS，其中的名称可以修改。

    参数：
        values: 每行一个客户、每列一个因子的数字区域。
        centres: 类中心表，每个类一行；末两行为缩放参数，没有则按原单位计算距离。
        factors: values 各列的列名；省略时列序与类中心表的因子顺序一致。
        out: "value" 类的编号（默认）；"name" 名称；"distance" 到该中心的距离；"why" 理由；"table" 到各中心的距离。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个类的编号。
    错误：
        缺少某个因子为 #N/A，并指明因子；非数字为 #VALUE!。
    来源：
        欧氏距离最近的中心，各因子按类中心表缩放。
    """,
)
def cluster_of(
    values: Annotated[list[Mixed], Grid()],
    centres: CentreTable,
    factors: Annotated[list[str] | None, TextList()] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Put customers into the cluster with the nearest centre, by a table from CR_KMEANS.

    Args:
        values: Range of numbers with one row per customer and one column per factor.
        centres: Table of centres, a row per cluster, whose names may be changed; the two last rows
            hold the scaling, without them distances are in the factors' own units.
        factors: Names of the columns of values; if left out, they stand in the table's order.
        out: "value" the number of the cluster (default); "name" its name; "distance" to its centre;
            "why" the reason; "table" the distances to all centres.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One cluster number per row.

    Errors:
        #N/A where a factor is missing, with its name; #VALUE! where it is no number.

    Example:
        =CR_CLUSTER({9,1;2,3},{"cluster","x","y";1,10,2;2,1,2}) -> {1;2}
        =CR_CLUSTER({9,1},{"cluster","name","x","y";1,"big",10,2;2,"small",1,2},,"why") -> "Cluster 1 (big): distance 1.41; next is cluster 2 (small) at 8.06; furthest from the centre in x: 9 against 10."

    Source:
        Nearest centre by Euclidean distance of the scaled factors.
    """
    model = read_centres(centres)
    columns = [column.numbers() for column in _columns(model, values, factors)]
    faults = _faults(model, columns)
    numbers = [np.where(np.isnan(column.values), 0.0, column.values) for column in columns]
    squares = model.squares(numbers)
    place = nearest(squares)
    if out == "table":
        return _distances(model, squares, place, faults, lang)
    if out == "why":
        return faulty(_reasons(model, numbers, squares, place, lang), faults.items())
    if out == "distance":
        least = np.sqrt(squares[place, np.arange(len(place))])
        return faulty(least, faults.items()) if faults else least
    listed = model.names if out == "name" else model.clusters
    contents = np.empty(len(listed), dtype=object)
    contents[:] = listed
    return faulty(contents[place], faults.items())


def _columns(model: Centres, values: list[Mixed], factors: list[str] | None) -> list[Mixed]:
    """The column of each factor of the table."""
    if factors is None:
        if len(values) != len(model.factors):
            listed, listed_zh = ", ".join(model.factors), "、".join(model.factors)
            raise CallError(
                "values",
                Words(f"{len(values)} columns", f"{len(values)} 列"),
                Words(
                    f"{len(model.factors)} columns in the table's order ({listed}), or columns named "
                    "by the argument factors",
                    f"按类中心表顺序的 {len(model.factors)} 列（{listed_zh}），或用参数 factors 给出列名",
                ),
            )
        return [replace(c, name=n) for c, n in zip(values, model.factors, strict=True)]
    names = factor_names(values, factors, "en")
    found = []
    for factor in model.factors:
        place = place_of(factor, names)
        if place is None:
            raise missing_column(factor, names)
        found.append(replace(values[place], name=factor))
    return found


def _faults(model: Centres, columns: list[Column]) -> Faults:
    faults: Faults = {}
    for factor, column in zip(model.factors, columns, strict=True):
        for row, fault in column.faults.items():
            faults.setdefault(row, fault)
        lacking = CellError(
            errors.NA,
            f"{factor} is missing; no distance can be measured without it.",
            joined("缺少", factor, "，无法计算距离。"),
        )
        for row in np.flatnonzero(column.blank).tolist():
            faults.setdefault(row, lacking)
    return faults


def _distances(
    model: Centres, squares: FloatArray, place: IndexArray, faults: Faults, lang: str
) -> pd.DataFrame:
    zh = lang == "zh"
    numbers = np.array(model.clusters, dtype=object)
    names = np.array(model.names, dtype=object)
    columns: dict[str, TextArray] = {
        "聚类" if zh else "cluster": numbers[place],
        "名称" if zh else "name": names[place],
    }
    for number, row in zip(model.clusters, squares, strict=True):
        header = joined("到聚类", str(number), "的距离") if zh else f"distance to {number}"
        columns[header] = np.sqrt(row).astype(object)
    return pd.DataFrame(
        {header: faulty(cells, faults.items()) for header, cells in columns.items()}, dtype=object
    )


def _reasons(
    model: Centres, columns: list[FloatArray], squares: FloatArray, place: IndexArray, lang: str
) -> TextArray:
    """The nearest centre, the next one, and the factor furthest from the centre."""
    away = np.stack(
        [
            np.abs(scale.apply(column) - scale.apply(points)[place])
            for column, scale, points in zip(columns, model.scales, model.points.T, strict=True)
        ]
    )
    furthest = away.argmax(axis=0)
    rank = np.argsort(squares, axis=0, kind="stable")
    reasons = np.empty(len(place), dtype=object)
    for row, k in enumerate(place.tolist()):
        j = int(furthest[row])
        facts = (model.factors[j], f"{columns[j][row]:.6g}", f"{model.points[k, j]:.6g}")
        reasons[row] = _sentence(model, np.sqrt(squares[:, row]), rank[:, row], facts, lang)
    return reasons


def _sentence(
    model: Centres, distances: FloatArray, rank: IndexArray, facts: tuple[str, str, str], lang: str
) -> str:
    zh = lang == "zh"
    first = int(rank[0])
    factor, value, centre = facts
    if zh:
        text = joined("归入", _called(model, first, lang), f"：距离 {distances[first]:.3g}")
        if len(rank) > 1:
            second = int(rank[1])
            text = joined(
                text, "；其次为", _called(model, second, lang), f"，距离 {distances[second]:.3g}"
            )
        return joined(text, "；偏离中心最多的是", factor, f"：{value}，中心 {centre}。")
    text = f"Cluster {_called(model, first, lang)}: distance {distances[first]:.3g}"
    if len(rank) > 1:
        second = int(rank[1])
        text += f"; next is cluster {_called(model, second, lang)} at {distances[second]:.3g}"
    return f"{text}; furthest from the centre in {factor}: {value} against {centre}."


def _called(model: Centres, place: int, lang: str) -> str:
    number, name = model.clusters[place], model.names[place]
    if lang == "zh":
        return joined("聚类", str(number), f"（{name}）" if name else "")
    return f"{number} ({name})" if name else str(number)
