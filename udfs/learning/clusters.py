"""Customers in clusters: k-means on a sample, spilled as a table of named centres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Mixed
from udfs.errors import CallError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Grid, Language, Number, TextList
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
    own_headers,
    scaling_rows,
)
from udfs.learning.factor_columns import (
    factor_names,
    read_factor,
    report_table,
)
from udfs.records import record

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


# --- the sample -----------------------------------------------------------------------------


@record
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
