"""Vintage curves: cumulative default of each origination period by months on book."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words
from udfs.kinds import (
    NOT_NEGATIVE,
    Bounds,
    Choice,
    Date,
    DateArray,
    Dates,
    FloatArray,
    Language,
    NumberList,
    Numbers,
)
from udfs.labels import blank_nan
from udfs.monitoring.calendar_months import begun_months, full_months
from udfs.monitoring.series_columns import filled_rows, refuse_empty, refuse_faults, row_of
from udfs.monitoring.shares import share_of
from udfs.records import record

LoanDates = Annotated[Column, Dates(series="loans")]
LoanAmounts = Annotated[Column, Numbers(series="loans", bounds=NOT_NEGATIVE)]

_PERIODS: Final = Choice(
    {
        "month": ("months", "月"),
        "quarter": ("quarters", "季", "季度"),
        "half": ("half-year", "半年"),
        "year": ("years", "年", "年度"),
    }
)
_MONTHS_OF: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_OUTPUTS: Final = Choice(
    {
        "value": ("curve", "值", "曲线"),
        "amounts": ("counts", "金额", "户数"),
        "marginal": ("边际",),
        "why": ("reason", "原因", "理由"),
    }
)
_STEP: Final = 3
_LAST_MONTH: Final = 1200
_FEW: Final = 30
"""Fewer loans than this are passed over when the highest and lowest period are named."""
_NEVER: Final = np.iinfo(np.int64).max


@udf(
    "CR_VINTAGE",
    family="monitoring",
    zh="""全体贷款：账龄分析（vintage），按发放月、季或年分组，给出各账龄月数的累计违约率。

    某组只有全部贷款都已观察满该月数时才有数，否则留空而不为零。基准日后的违约与发放不计。账龄 m 月的违约为发放日起
    m 个月内（含当日）发生的违约。

    参数：
        origination: 每笔贷款的发放日期。
        default_date: 每笔贷款的违约日期；空白为截至基准日未违约。
        as_of: 基准日，观察截止日。
        amounts: 每笔贷款的发放金额；给出则按金额计，省略则按笔数计。
        loss_amounts: 每笔贷款违约的金额，如核销或违约余额；省略则为发放金额。
        period: 分组："quarter" 季（默认）、"month" 月、"half" 半年、"year" 年。
        months: 各账龄月数，如 {3,6,9,12}；省略则为 3 的倍数直至最长账龄。
        out: "value" 累计违约率（默认）；"amounts" 累计违约笔数或金额；"marginal" 各段新增违约率；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表：每组一行，依次为组别、笔数、金额（按金额时）与各账龄。
    错误：
        日期或金额无法使用、缺失时整个调用为错误，并指出所在行。
    来源：
        账龄分析（vintage analysis），零售与小企业信贷通行做法。
    """,
)
def vintage(
    origination: LoanDates,
    default_date: LoanDates,
    as_of: Annotated[np.datetime64, Date()],
    amounts: LoanAmounts | None = None,
    loss_amounts: LoanAmounts | None = None,
    period: Annotated[str, _PERIODS] = "quarter",
    months: Annotated[
        FloatArray | None,
        NumberList(bounds=Bounds(lower=1, upper=_LAST_MONTH, whole=True), ascending=True),
    ] = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All loans together: vintage curves, cumulative default by origination period and months on book.

    A cell has a value only if every loan of the row has been watched for so many months; otherwise
    it is blank, not zero. Loans and defaults after the as-of date are not counted. A default counts
    from m months on if it falls within m months of origination, the last day included.

    Args:
        origination: Date of origination of each loan.
        default_date: Date of default of each loan; blank if there was none up to the as-of date.
        as_of: Date up to which the loans were watched.
        amounts: Amount granted of each loan, to weight by; default every loan counts one.
        loss_amounts: Amount defaulted or charged off of each loan; default the amount granted.
        period: "quarter" (default), "month", "half" or "year" of origination.
        months: Months on book, such as {3,6,9,12}; default every third month up to the longest.
        out: "value" cumulative default rates (default); "amounts" cumulative numbers or amounts;
            "marginal" what each step adds to the rate; "why" a sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers and one row per origination period: its name, the number of loans,
        the amount (when weighted), and one column per month on book.

    Errors:
        The call is an error where a date or amount is missing or cannot be used; the reason names
        the row.

    Example:
        =CR_VINTAGE({"2025-01-15";"2025-02-10";"2025-05-05"},{"2025-06-01";"";""},"2025-12-31",,,,{3,6,9}) -> {"vintage","loans","3","6","9";"2025Q1",2,0,0.5,0.5;"2025Q2",1,0,0,""}

    Source:
        Vintage analysis, practice of retail and small-business lending.
    """
    book = _read(origination, default_date, as_of, amounts, loss_amounts)
    grid = _grid(book, _MONTHS_OF[period], months)
    if out == "why":
        return Whole(_sentence(grid, period, lang))
    values = grid.defaults
    if out != "amounts":
        values = grid.rates()
    if out == "marginal":
        values = np.diff(values, axis=1, prepend=0.0)
    names = [_period_name(first, period) for first in grid.periods]
    words = ("组别", "笔数", "金额") if lang == "zh" else ("vintage", "loans", "amount")
    columns = [np.array(names, dtype=object), grid.loans]
    columns += [grid.amounts] if book.weighted else []
    columns += [blank_nan(column) for column in values.T]
    headers = [*words[: 2 + book.weighted], *(f"{month:g}" for month in grid.months)]
    return Whole(pd.DataFrame(dict(enumerate(columns))), tuple(headers))


@record
class _Book:
    """The loans granted up to the as-of date.

    Attributes:
        first_month: the month of origination, counted from 1970.
        watched: full months on book up to the as-of date.
        defaulted: the month on book of the default; a number never reached if there was none.
        amount: what each loan weighs.
        lost: what its default weighs.
        weighted: whether these are amounts.
    """

    first_month: npt.NDArray[np.int64]
    watched: npt.NDArray[np.int64]
    defaulted: npt.NDArray[np.int64]
    amount: FloatArray
    lost: FloatArray
    weighted: bool


def _read(
    origination: Column,
    default_date: Column,
    as_of: np.datetime64,
    amounts: Column | None,
    loss_amounts: Column | None,
) -> _Book:
    refuse_faults(default_date, "default_date")
    there = filled_rows({"origination": origination, "amounts": amounts})
    _refuse_stray_defaults(default_date, there)
    there &= ~(origination.values > as_of)
    refuse_empty(there, "origination")
    start: DateArray = origination.values[there]
    default: DateArray = default_date.values[there]
    counted = ~np.isnat(default) & ~(default > as_of)
    defaulted = np.full(len(start), _NEVER)
    defaulted[counted] = np.maximum(begun_months(start[counted], default[counted]), 0)
    amount = np.ones(len(start)) if amounts is None else amounts.values[there]
    lost = amount
    if loss_amounts is not None:
        refuse_faults(loss_amounts, "loss_amounts")
        blank = np.flatnonzero(there)[counted & loss_amounts.blank[there]]
        if len(blank):
            nothing = Words("a blank cell", "空单元格")
            allowed = Words("the amount of a loan that defaulted", "违约贷款的金额")
            raise CallError(row_of("loss_amounts", int(blank[0])), nothing, allowed, code=errors.NA)
        lost = np.where(loss_amounts.blank, 0.0, loss_amounts.values)[there]
    return _Book(
        start.astype("datetime64[M]").astype(np.int64),
        full_months(start, np.full(len(start), as_of)),
        defaulted,
        amount,
        lost,
        amounts is not None or loss_amounts is not None,
    )


def _refuse_stray_defaults(default_date: Column, there: npt.NDArray[np.bool_]) -> None:
    """A default belongs to a loan."""
    stray = np.flatnonzero(~default_date.blank & ~there)
    if len(stray):
        where = row_of("origination", int(stray[0]))
        blank = Words("a blank cell", "空单元格")
        allowed = Words("the origination of a loan that defaulted", "违约贷款的发放日期")
        raise CallError(where, blank, allowed, code=errors.NA)


@record
class _Grid:
    """Cumulative defaults by origination period (rows) and months on book (columns).

    Attributes:
        periods: the first month of each origination period, counted from 1970.
        months: the months on book.
        loans: how many loans each period has.
        amounts: what they weigh.
        defaults: what defaulted up to each month; NaN where not all loans were watched so long.
    """

    periods: npt.NDArray[np.int64]
    months: FloatArray
    loans: FloatArray
    amounts: FloatArray
    defaults: FloatArray

    def rates(self) -> FloatArray:
        """The defaults as shares of what was granted."""
        return share_of(self.defaults, self.amounts[:, np.newaxis])


def _grid(book: _Book, months_of_period: int, months: FloatArray | None) -> _Grid:
    starts = book.first_month // months_of_period * months_of_period
    periods, place = np.unique(starts, return_inverse=True)
    size = len(periods)
    columns = _columns(book) if months is None else months
    watched = np.full(size, _NEVER)
    np.minimum.at(watched, place, book.watched)
    # A default counts from the first column on that is at or after its month.
    column = np.searchsorted(columns, book.defaulted)
    counted = column < len(columns)
    width = len(columns)
    cells = place[counted] * width + column[counted]
    added = np.bincount(cells, weights=book.lost[counted], minlength=size * width)
    defaults = np.cumsum(added.reshape(size, width), axis=1).astype(np.float64)
    defaults[watched[:, np.newaxis] < columns] = np.nan
    return _Grid(
        periods,
        columns,
        np.bincount(place, minlength=size).astype(np.float64),
        np.bincount(place, weights=book.amount, minlength=size).astype(np.float64),
        defaults,
    )


def _columns(book: _Book) -> FloatArray:
    """Every third month up to the longest watched; single months in a book younger than three."""
    longest = int(book.watched.max())
    if longest >= _STEP:
        return np.arange(float(_STEP), longest + 1, _STEP)
    return np.arange(1.0, max(longest, 1) + 1)


def _period_name(first_month: int, period: str) -> str:
    """The name of an origination period: 2025, 2025H1, 2025Q1 or 2025-01."""
    year, month = 1970 + int(first_month) // 12, int(first_month) % 12
    if period == "month":
        return f"{year}-{month + 1:02d}"
    if period == "year":
        return f"{year}"
    letter = {"quarter": "Q", "half": "H"}[period]
    return f"{year}{letter}{month // _MONTHS_OF[period] + 1}"


def _sentence(grid: _Grid, period: str, lang: str) -> str:
    """The worst and the best period at the last month that half of all loans were watched for."""
    zh = lang == "zh"
    rates = grid.rates()
    # A handful of loans says little about its period: it is passed over where others can be compared.
    large = grid.loans >= _FEW
    if large.sum() > 1:
        rates = np.where(large[:, np.newaxis], rates, np.nan)
    watched = np.where(np.isnan(rates), 0.0, grid.loans[:, np.newaxis]).sum(axis=0)
    shared = (watched >= grid.loans.sum() / 2) & ((~np.isnan(rates)).sum(axis=0) > 1)
    loans, groups = f"{grid.loans.sum():,.0f}", len(grid.periods)
    head = f"{loans} 笔贷款，{groups} 组" if zh else f"{loans} loans of {groups} vintages"
    if not shared.any():
        tail = "尚无可比的两组" if zh else "no two of them can be compared yet"
        return f"{head}；{tail}。" if zh else f"{head}: {tail}."
    column = int(np.flatnonzero(shared)[-1])
    rows = int(np.nanargmax(rates[:, column])), int(np.nanargmin(rates[:, column]))
    names = [_period_name(grid.periods[row], period) for row in rows]
    figures = [f"{rates[row, column]:.2%}" for row in rows]
    month = f"{grid.months[column]:g}"
    if zh:
        return f"{head}；账龄 {month} 个月时，最高 {names[0]} {figures[0]}，最低 {names[1]} {figures[1]}。"
    return (
        f"{head}: after {month} months the highest is {names[0]} with {figures[0]}, "
        f"the lowest {names[1]} with {figures[1]}."
    )
