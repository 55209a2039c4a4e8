"""Cohort migration matrices from a long history of ratings."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words
from udfs.keys import KeyColumn, unique_keys
from udfs.kinds import Choice, DateArray, Dates, FloatArray, Keys, Language, TextList
from udfs.labels import blank_nan
from udfs.monitoring.grade_lists import ABSENT, Codes, GradeList, grade_list
from udfs.monitoring.migration import MIGRATION_OUTPUTS, shown
from udfs.monitoring.migration_counts import WITHDRAWN_OPTIONS, MigrationCounts, count_moves
from udfs.monitoring.series_columns import refuse_faults, row_of
from udfs.records import record

_OUTPUTS: Final = Choice({**MIGRATION_OUTPUTS.options, "periods": ("by period", "各期")})
_HEADERS: Final = {
    "en": ("begin", "end", "customers", "upgraded", "unchanged", "downgraded", "worst", "withdrawn", "new"),
    "zh": ("期初", "期末", "客户数", "上调占比", "不变占比", "下调占比", "降至最差等级占比", "退出占比", "新增"),
}  # fmt: skip


@udf(
    "CR_COHORT",
    family="monitoring",
    zh="""全体客户：由评级历史（客户、日期、等级的长表）按多个时点计算的迁徙矩阵，各期合并。

    给出 as_of 时，长表为评级变动记录：每个时点取该日或之前的最近一次等级，一直沿用到下次变动。省略 as_of 时，
    长表为各期快照：表中每个日期为一个时点，某时点不在表中的客户视为退出。同一天有两个等级时取较差者。

    参数：
        customers: 每行的客户编号；空白行不属于任何人。
        dates: 每行的评级日期或快照日期。
        ratings: 每行的等级；NR 为退出；空白不计。
        as_of: 各时点日期，至少两个，如各年年末；省略则以长表中的日期为时点。
        grades: 等级由好到差的列表；默认取出现的等级，按等级表 grade_scale 排序。
        withdrawn: "exclude" 剔除退出客户（默认）；"column" 退出单列。
        out: "value" 概率矩阵（默认）；"counts" 次数矩阵；"summary" 汇总；"why" 一句话小结；"periods" 各期上调、不变、下调占比。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的矩阵，为两个相邻时点之间的迁徙，可直接传给 CR_MIGRATEPOWER；"periods" 为每期一行。
    错误：
        等级不在列表中、缺日期、时点少于两个时，整个调用为错误，并指出所在行。
    来源：
        队列法，各期合并：N_ij / N_i，i 为期初等级；与 MathWorks transprob 的 cohort 算法一致。
    """,
)
def cohort(
    customers: Annotated[KeyColumn, Keys(series="history")],
    dates: Annotated[Column, Dates(series="history")],
    ratings: Annotated[KeyColumn, Keys(series="history")],
    as_of: Annotated[Column, Dates(series="snapshots")] | None = None,
    grades: Annotated[list[str], TextList()] | None = None,
    withdrawn: Annotated[str, WITHDRAWN_OPTIONS] = "exclude",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All customers together: cohort migration matrix from a rating history over several dates.

    With as_of the history lists changes: at each of these dates the last rating up to it holds,
    and goes on holding until the next. Without as_of the history lists snapshots: each date in it
    is one, and a customer who is not in the next has withdrawn. Of two grades on one day the worse
    counts.

    Args:
        customers: Customer number of each row; a blank one belongs to nobody.
        dates: Date of each rating or snapshot.
        ratings: Grade of each row; NR is a withdrawal, a blank says nothing.
        as_of: Two or more dates to compare, such as the ends of years; default the dates of the
            history itself.
        grades: Grades from best to worst; default those that occur, in the order of the grade
            scale.
        withdrawn: "exclude" leaves out customers who withdrew (default); "column" gives them a
            column.
        out: "value" probabilities (default); "counts" numbers; "summary" shares and mobility;
            "why" a sentence; "periods" shares up, unchanged and down in each period.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A matrix with headers of the moves from one date to the next, all periods together, which
        CR_MIGRATEPOWER takes as it is; for "periods" one row per period.

    Errors:
        The call is an error where a grade is not in the list, a date is missing or fewer than two
        dates are left; the reason names the row.

    Example:
        =CR_COHORT({"ABC";"ABC"},{"2015-02-17";"2017-07-06"},{"AA";"A"},{"2015-12-31","2016-12-31","2017-12-31"}) -> {"from","AA","A","total";"AA",0.5,0.5,2;"A","","",0}

    Source:
        Cohort method over pooled periods, N_ij / N_i with i the grade at the beginning of a
        period; as algorithm "cohort" of transprob (MathWorks).
    """
    refuse_faults(dates, "dates")
    order = grade_list(grades, {"ratings": ratings})
    keys, lookup = unique_keys(customers, "customers")
    codes = order.codes(ratings, "ratings")
    rated = (lookup.place >= 0) & (codes != ABSENT)
    _refuse_undated(dates, rated)
    rows = _Rows(lookup.place, dates.values, codes)
    if not rated.all():
        rows = _Rows(rows.customer[rated], rows.date[rated], rows.code[rated])
    days = _days(rows.date if as_of is None else _given_days(as_of))
    states = _states(rows, len(keys), days, order, carry=as_of is not None)
    if out == "periods":
        return _periods(order, states, days, lang)
    return shown(_pooled(order, states), withdrawn, out, lang)


@record
class _Rows:
    """The rows of the history that say something."""

    customer: Codes
    date: DateArray
    code: Codes


def _refuse_undated(dates: Column, rated: np.ndarray) -> None:
    undated = np.flatnonzero(dates.blank & rated)
    if len(undated):
        blank = Words("a blank cell", "空单元格")
        where = row_of("dates", int(undated[0]))
        raise CallError(where, blank, Words("a date", "日期"), code=errors.NA)


def _given_days(as_of: Column) -> DateArray:
    refuse_faults(as_of, "as_of")
    given: DateArray = as_of.values[~as_of.blank]
    return given


def _days(dates: DateArray) -> DateArray:
    """The distinct dates in their order, at least two."""
    days: DateArray = np.sort(pd.unique(dates))
    if len(days) < 2:  # noqa: PLR2004 - a move is between two dates
        given = Words(f"{len(days)} date(s)", f"{len(days)} 个日期")
        allowed = Words("at least two different dates", "至少两个不同的日期")
        raise CallError("as_of", given, allowed, code=errors.NA)
    return days


def _states(
    rows: _Rows, customers: int, days: DateArray, order: GradeList, *, carry: bool
) -> list[Codes]:
    """The place of every customer at each date."""
    number = rows.date.astype(np.int64)
    period = np.searchsorted(days.astype(np.int64), number)
    known = period < len(days)
    size = len(order) + 1
    # The latest row of a period counts, on one day the worst grade, and any grade before NR: the
    # greatest of these numbers tells it, whatever the order of the rows.
    first = number.min(initial=0)
    rank = np.where(rows.code == order.withdrawn, 0, rows.code + 1)
    latest = np.full(customers * len(days), -1, dtype=np.int64)
    cell = period * customers + rows.customer
    stamp = (number - first) * size + rank
    if not known.all():
        cell, stamp = cell[known], stamp[known]
    np.maximum.at(latest, cell, stamp)
    states = []
    before = np.full(customers, ABSENT, dtype=np.intp)
    for stamps in latest.reshape(len(days), customers):
        ranks = stamps % size
        state = np.where(stamps < 0, ABSENT, np.where(ranks == 0, order.withdrawn, ranks - 1))
        if carry:
            state = np.where(stamps < 0, before, state)
        states.append(state)
        before = state
    return states


def _pooled(order: GradeList, states: list[Codes]) -> MigrationCounts:
    """The moves of all periods together."""
    parts = [count_moves(order, *pair) for pair in pairwise(states)]
    moves: FloatArray = np.sum([part.moves for part in parts], axis=0)
    return MigrationCounts(order, moves, sum(part.new for part in parts), are_amounts=False)


def _periods(order: GradeList, states: list[Codes], days: DateArray, lang: str) -> Whole:
    """One row per period: how many customers, and their shares that moved each way."""
    begin, up, stayed, down, worst, withdrawn, new = range(7)
    rows = []
    for pair in pairwise(states):
        numbers, _ = count_moves(order, *pair).figures()
        whole = numbers[begin] or np.nan
        shares = [numbers[item] / whole for item in (up, stayed, down, worst, withdrawn)]
        rows.append([numbers[begin], *shares, numbers[new]])
    figures = np.array(rows)
    columns: list[np.ndarray] = [days[:-1], days[1:]]
    columns += [blank_nan(column) for column in figures.T]
    return Whole(pd.DataFrame(dict(enumerate(columns))), _HEADERS[lang])
