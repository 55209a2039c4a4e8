"""The table of cluster centres: what a fit spills and CR_CLUSTER takes back.

One row per cluster with its centre in the factors' own units, a column per factor; below them two
rows that say how each factor is scaled before distances are measured. A table without those rows
is measured in the factors' own units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.cells import Block, decode_numbers
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Table, TableColumn
from udfs.learning.factor_columns import IndexArray
from udfs.learning.scaling_methods import NAMES, Scale
from udfs.read_once import read_once
from udfs.records import record

CENTRE_COLUMNS: Final = (
    TableColumn(name="cluster", zh="聚类", kind="text"),
    TableColumn(name="name", zh="名称", kind="text", required=False),
    TableColumn(name="customers", zh="客户数", kind="number", required=False),
    TableColumn(name="share", zh="占比", kind="number", required=False),
    TableColumn(name="silhouette", zh="轮廓系数", kind="number", required=False),
)
CentreTable = Annotated[pd.DataFrame, Table(columns=CENTRE_COLUMNS, further=True)]

_SCALE_ROWS: Final = {
    word: (method, place)
    for method, names in NAMES.items()
    for words in names.values()
    for place, word in enumerate(words)
}


@record
class Centres:
    """Cluster centres ready to measure distances from.

    Attributes:
        clusters: the number of each cluster, as in the table.
        names: the name of each cluster; empty where it has none.
        factors: the factors in the order of the columns.
        points: clusters × factors, in the factors' own units.
        scales: how each factor is scaled.
    """

    clusters: tuple[int | str, ...]
    names: tuple[str, ...]
    factors: tuple[str, ...]
    points: FloatArray
    scales: tuple[Scale, ...]

    def squares(self, columns: Sequence[FloatArray]) -> FloatArray:
        """Squared distances of rows to centres, in scaled units: clusters × rows.

        They are summed factor by factor in the order of the table, so that a row alone gives the
        same bits as in a batch.
        """
        total = np.zeros((len(self.clusters), len(columns[0])))
        for column, scale, points in zip(columns, self.scales, self.points.T, strict=True):
            scaled = scale.apply(column)
            for sums, point in zip(total, scale.apply(points), strict=True):
                away = scaled - point
                away *= away
                np.add(sums, away, out=sums)
        return total


def nearest(squares: FloatArray) -> IndexArray:
    """The nearest centre of each row; of equally near ones the first."""
    best = squares[0].copy()
    place = np.zeros(len(best), dtype=np.intp)
    for k in range(1, len(squares)):
        nearer = squares[k] < best
        place[nearer] = k
        np.minimum(best, squares[k], out=best)
    return place


@read_once
def read_centres(table: pd.DataFrame) -> Centres:
    """The centres of a table.

    Raises:
        CallError: no factor, a cell that is no number, or scaling rows that do not make a pair.
    """
    own = [column.name for column in CENTRE_COLUMNS]
    factors = [str(header) for header in table.columns if header not in own]
    if not factors:
        raise CallError(
            "centres",
            Words("no column of a factor", "没有因子列"),
            Words("a table with a column for each factor", "每个因子一列的表"),
        )
    numbers = np.column_stack([_numbers(table[name], name) for name in factors])
    marks = [_SCALE_ROWS.get(str(text).casefold()) for text in table["cluster"]]
    is_centre = np.array([mark is None for mark in marks], dtype=bool)
    if not is_centre.any():
        raise CallError(
            "centres",
            Words("no cluster", "没有聚类"),
            Words("a table with a row for each cluster", "每个聚类一行的表"),
        )
    names = table.loc[is_centre, "name"].astype(str).tolist()
    return Centres(
        tuple(_number_if_whole(text) for text in table.loc[is_centre, "cluster"]),
        tuple(names),
        tuple(factors),
        numbers[is_centre],
        _scales(marks, numbers, factors),
    )


def _numbers(cells: pd.Series[Any], header: str) -> FloatArray:
    column = decode_numbers(Block(cells.to_numpy(dtype=object), (len(cells), 1)), header)
    for row, fault in column.faults.items():
        raise CallError(
            column_of("centres", header, header, row + 1),
            Words(fault.reason or str(fault), fault.why("zh") or str(fault)),
            Words("a number", "数字"),
            code=fault.code,
        )
    if column.blank.any():
        row = int(np.argmax(column.blank)) + 1
        where = column_of("centres", header, header, row)
        raise CallError(where, Words("a blank cell", "空单元格"), Words("a number", "数字"))
    values: FloatArray = column.values
    return values


def _scales(
    marks: list[tuple[str, int] | None], numbers: FloatArray, factors: list[str]
) -> tuple[Scale, ...]:
    found = {mark: row for row, mark in enumerate(marks) if mark is not None}
    if not found:
        return tuple(Scale("none") for _ in factors)
    methods = {method for method, _ in found}
    if len(methods) > 1 or len(found) != 2:  # noqa: PLR2004 - shift and spread
        words = [NAMES[method]["en"][place] for method, place in found]
        raise CallError(
            column_of("centres", "cluster", "聚类"),
            Words(", ".join(words), "、".join(words)),
            Words(
                "both scaling rows of one method, such as mean and deviation",
                "同一方法的两行参数，如均值与标准差",
            ),
        )
    method = methods.pop()
    shifts, spreads = numbers[found[method, 0]], numbers[found[method, 1]]
    if not (spreads > 0).all():
        name = factors[int(np.argmin(spreads > 0))]
        raise CallError(
            column_of("centres", name, name, NAMES[method]["en"][1]),
            Words(f"{spreads.min():g}", f"{spreads.min():g}"),
            Words("a number above 0", "大于 0 的数字"),
        )
    return tuple(Scale(method, float(a), float(b)) for a, b in zip(shifts, spreads, strict=True))


def _number_if_whole(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def own_headers() -> frozenset[str]:
    """The headers that no factor can have."""
    return frozenset(text.casefold() for c in CENTRE_COLUMNS for text in (c.name, c.zh))


def scaling_rows(scales: Sequence[Scale], lang: str) -> list[tuple[str, list[float]]]:
    """The rows of a table that say how the factors are scaled; none if they are not."""
    method = scales[0].method
    if method not in NAMES:
        return []
    shift, spread = NAMES[method][lang]
    return [(shift, [s.shift for s in scales]), (spread, [s.spread for s in scales])]
