"""Customers in clusters: k-means on a sample, the nearest centre for each customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column, Faults, Mixed, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Grid, Language, Number, TextArray, TextList
from udfs.labels import blank_nan
from udfs.learning.clusters_fit import (
    Clusters,
    Rows,
    explained_share,
    find_clusters,
    ordered_rows,
    silhouettes,
)
from udfs.learning.clusters_names import cluster_names
from udfs.learning.clusters_table import (
    CENTRE_COLUMNS,
    Centres,
    CentreTable,
    nearest,
    own_headers,
    read_centres,
    scaling_rows,
)
from udfs.learning.factor_columns import (
    IndexArray,
    factor_names,
    missing_column,
    place_of,
    read_factor,
    report_table,
)

_CLUSTERS: Final = 4
_MOST_CLUSTERS: Final = 10
_SCALES: Final = Choice(
    {
        "zscore": ("z", "标准化", "z 分数"),
        "log": ("对数",),
        "robust": ("稳健",),
        "minmax": ("极差",),
        "none": ("无",),
    }
)
_FIT_OUTPUTS: Final = Choice(
    {"centres": ("value", "table", "centers", "中心"), "choose": ("选择",), "report": ("报告",)}
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
    "CR_KMEANS",
    family="learning",
    zh="""全部样本：用 k 均值聚类把客户分为若干类，输出带名称的类中心表，可直接传给 CR_CLUSTER。

    默认按均值与标准差标准化；类按第一个因子的中心由高到低编号，以最突出的两个因子命名（偏离均值 0.5 个标准差以上为高或低）。有空白或错误值的行不参与，行数见 "report"。结果与行序无关。

    参数：
        values: 每行一个客户、每列一个因子的数字区域。
        clusters: 类数，默认 4；out 为 "choose" 时为最多的类数，默认 10。
        factors: values 各列的列名；省略时为“第 1 列”等。
        scale: "zscore" 标准化（默认）；"log" 取对数后标准化，适合收入、资产等偏态数值；"robust" 中位数与四分位距；"minmax" 极差；"none" 不缩放。
        seed: 随机种子，默认 0；同一种子结果相同。
        starts: 随机起点个数，取最好的一个，默认 10；超过 1 万行时在等距抽取的行上比较起点。
        out: "centres" 类中心表（默认）；"choose" 各类数的离差平方和与轮廓系数；"report" 拟合报告。
        lang: 名称与表头的语言，"en" 或 "zh"。
    结果：
        类中心表：编号、名称、客户数、占比、轮廓系数（超过 2000 行时按种子抽样计算）、各因子中心（原单位），末两行为缩放参数。
    错误：
        文本列、取值无变化的列、类数多于不同的行，均为 #VALUE!。
    来源：
        k-means++：Arthur 与 Vassilvitskii，2007；轮廓系数：Rousseeuw，1987；由 scikit-learn 计算。
    """,
)
def fit_clusters(
    values: Annotated[list[Mixed], Grid(series="rows")],
    clusters: Annotated[float | None, Number(bounds=Bounds(lower=2, upper=50, whole=True))] = None,
    factors: Annotated[list[str] | None, TextList()] = None,
    scale: Annotated[str, _SCALES] = "zscore",
    seed: Annotated[float, Number(bounds=Bounds(lower=0, upper=2**31, whole=True))] = 0,
    starts: Annotated[float, Number(bounds=Bounds(lower=1, upper=100, whole=True))] = 10,
    out: Annotated[str, _FIT_OUTPUTS] = "centres",
    lang: Language = "en",
) -> Whole:
    """All rows together: customers in clusters by k-means, as a table of named centres.

    CR_CLUSTER takes the table. Clusters are numbered by their centre in the first factor, the
    highest first, and named by the two factors that set them apart (0.5 deviations or more from
    the mean). Rows with a blank or an error are left out and counted in the report. The order of
    rows does not matter.

    Args:
        values: Range of numbers with one row per customer and one column per factor.
        clusters: Number of clusters, default 4; with out "choose" the most to try, default 10.
        factors: Names of the columns of values; "column 1" and so on if left out.
        scale: "zscore" by mean and deviation (default); "log" the same of logarithms, for skewed
            figures such as revenue; "robust" by median and quartiles; "minmax" by range; "none".
        seed: Seed of the random starts, default 0; the same seed gives the same result.
        starts: Random starts of which the best is taken, default 10; beyond 10,000 rows they are
            compared on evenly spaced rows.
        out: "centres" the table (default); "choose" inertia and silhouette for each number of
            clusters; "report" how the fit went.
        lang: Language of names and headers, "en" or "zh".

    Returns:
        Table of centres: number, name, customers, share, silhouette (beyond 2,000 rows on rows
        drawn with the seed), centre of each factor in its own unit; two last rows hold the scaling.

    Errors:
        #VALUE! for a column of texts or without variation, or more clusters than different rows.

    Example:
        =CR_KMEANS({1,2;1,4;1,0;10,2;10,4;10,0},2,{"x","y"},"none") -> {"cluster","name","customers","share","silhouette","x","y";1,"high x",3,0.5,0.713347779,10,2;2,"low x",3,0.5,0.713347779,1,2}

    Source:
        k-means++: Arthur and Vassilvitskii, 2007; silhouette: Rousseeuw, 1987; computed by
        scikit-learn.
    """
    sample = _read_sample(values, factors, lang)
    chosen = (sample.rows, scale, int(seed), int(starts))
    if out == "choose":
        return _choices(*chosen, int(clusters or _MOST_CLUSTERS), lang)
    rows, _, _, _ = chosen
    found = find_clusters(rows, int(clusters or _CLUSTERS), scale, int(seed), int(starts))
    measured = silhouettes(rows, found, int(seed))
    if out == "report":
        return _report(sample, found, measured, scale, int(seed), lang)
    return _centre_table(found, measured, lang)


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


# --- the sample -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sample:
    """The rows that can be used, and how many cannot."""

    rows: Rows
    incomplete: int
    faulty: int


def _read_sample(values: list[Mixed], factors: list[str] | None, lang: str) -> _Sample:
    names = factor_names(values, factors, lang)
    columns = [read_factor(column, name) for column, name in zip(values, names, strict=True)]
    for column in columns:
        if column.labels:
            raise CallError(
                Words(f"values, column {column.name}", f"values 的“{column.name}”列"),
                Words("texts", "文本"),
                Words("numbers", "数字"),
            )
        if column.name.casefold() in own_headers():
            own = ", ".join(c.name for c in CENTRE_COLUMNS)
            own_zh = "、".join(c.zh for c in CENTRE_COLUMNS)
            raise CallError(
                "factors",
                column.name,
                Words(
                    f"a name other than the table's own columns ({own})",
                    f"与类中心表自有列（{own_zh}）不同的名称",
                ),
            )
    wrong = np.logical_or.reduce([column.faulty for column in columns])
    missing = np.column_stack([column.missing for column in columns])
    usable = ~wrong & ~missing.any(axis=1)
    if not usable.any():
        raise CallError(
            "values",
            Words("no row without blanks and errors", "没有完整的行"),
            Words("rows with a number in every column", "各列均为数字的行"),
        )
    kept = columns if usable.all() else [column.take(np.flatnonzero(usable)) for column in columns]
    incomplete = ~wrong & missing.any(axis=1) & ~missing.all(axis=1)
    rows = ordered_rows([column.values.astype(np.float64, copy=False) for column in kept], names)
    return _Sample(rows, int(incomplete.sum()), int(wrong.sum()))


# --- what a fit spills ----------------------------------------------------------------------


def _centre_table(found: Clusters, measured: FloatArray | None, lang: str) -> Whole:
    model = found.centres
    names = cluster_names(found.deviations, list(model.factors), lang)
    each = [None] * len(names) if measured is None else blank_nan(measured[:-1]).tolist()
    share = found.sizes / found.sizes.sum()
    rows: list[list[Any]] = [
        [number, name, int(size), float(part), width, *point]
        for number, name, size, part, width, point in zip(
            model.clusters, names, found.sizes, share, each, model.points.tolist(), strict=True
        )
    ]
    rows += [
        [word, None, None, None, None, *figures]
        for word, figures in scaling_rows(model.scales, lang)
    ]
    own = [column.zh if lang == "zh" else column.name for column in CENTRE_COLUMNS]
    headers = [*own, *model.factors]
    return Whole(pd.DataFrame(rows, columns=headers, dtype=object))


def _choices(rows: Rows, scale: str, seed: int, starts: int, most: int, lang: str) -> Whole:
    """Inertia and silhouette for every number of clusters there can be."""
    lines = []
    for count in range(2, min(most, rows.distinct) + 1):
        found = find_clusters(rows, count, scale, seed, starts)
        measured = silhouettes(rows, found, seed)
        average = None if measured is None else float(measured[-1])
        smallest = float(found.sizes.min() / len(rows))
        lines.append([count, found.inertia, explained_share(rows, found), average, smallest])
    headers = {
        "en": ["clusters", "inertia", "explained_share", "silhouette", "smallest_share"],
        "zh": ["类数", "离差平方和", "解释占比", "轮廓系数", "最小类占比"],
    }[lang]
    if not lines:
        raise CallError(
            "values",
            Words(f"{rows.distinct} different row", f"{rows.distinct} 种不同的行"),
            Words("at least two different rows", "至少两种不同的行"),
        )
    return Whole(pd.DataFrame(lines, columns=headers, dtype=object))


def _report(
    sample: _Sample,
    found: Clusters,
    measured: FloatArray | None,
    scale: str,
    seed: int,
    lang: str,
) -> Whole:
    average = None if measured is None else float(measured[-1])
    items: Sequence[tuple[Words, object]] = [
        (Words("rows used", "使用行数"), len(sample.rows)),
        (Words("rows left out: blank cells", "剔除行数：有空白"), sample.incomplete),
        (Words("rows left out: error cells", "剔除行数：错误值"), sample.faulty),
        (Words("clusters", "类数"), len(found.sizes)),
        (Words("scale", "缩放方法"), _SCALES.options[scale][-1] if lang == "zh" else scale),
        (Words("seed", "随机种子"), seed),
        (Words("inertia", "离差平方和"), found.inertia),
        (Words("explained share", "解释占比"), explained_share(sample.rows, found)),
        (Words("silhouette", "轮廓系数"), average),
        (Words("smallest cluster", "最小类客户数"), int(found.sizes.min())),
    ]
    return report_table(items, lang)


# --- customers ------------------------------------------------------------------------------


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
