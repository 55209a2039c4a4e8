"""Customers lost: who was there at the beginning and is not at the end."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import BoolArray, Column
from udfs.errors import CallError, Words
from udfs.keys import KeyColumn, locate, unique_keys
from udfs.kinds import (
    NOT_NEGATIVE,
    UNKNOWN,
    Choice,
    Flags,
    FloatArray,
    Keys,
    Language,
    Numbers,
    Texts,
)
from udfs.labels import blank_nan
from udfs.monitoring.groups import Groups, group_rows
from udfs.monitoring.series_columns import refuse_faults
from udfs.monitoring.shares import share_of
from udfs.records import record

_OUTPUTS: Final = Choice(
    {
        "value": ("table", "值", "表"),
        "lost": ("流失", "名单"),
        "why": ("reason", "原因", "理由"),
    }
)
_HEADERS: Final = {
    "en": ("group", "customers", "lost", "unknown", "churn rate", "new", "amount", "amount lost", "churn rate by amount"),
    "zh": ("组别", "期初客户数", "流失数", "未知", "流失率", "新增数", "期初金额", "流失金额", "金额流失率"),
}  # fmt: skip


@udf(
    "CR_CHURN",
    family="monitoring",
    zh="""全体客户：流失率 = 流失客户数 / 期初客户数，可按组列出；也可取得流失客户名单。

    给出期末名单时，期初有、期末没有的客户为流失，期末有、期初没有的为新增；或以 lost 标出每个客户是否流失。
    同一客户出现多次只计一户，归入首行的组别，金额全部计入。

    参数：
        customers_begin: 期初客户编号。
        customers_end: 期末客户编号；与 lost 二者给其一。
        lost: 每个期初客户是否流失，TRUE 或 FALSE；空白为未知，不计入分母。
        group: 每个期初客户的组别，如机构、细分；省略则只有合计。
        amounts: 每个期初客户的金额，如贡献或余额；给出则同时计算金额流失率。
        out: "value" 流失率表（默认）；"lost" 流失客户编号；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，末行为合计；"lost" 为一列编号。
    错误：
        编号为错误值、缺金额、customers_end 与 lost 都没有或都给出时，整个调用为错误。
    来源：
        流失率 = 流失客户 / 期初客户，客户管理通行做法。
    """,
)
def churn(
    customers_begin: Annotated[KeyColumn, Keys(series="customers")],
    customers_end: Annotated[KeyColumn, Keys(series="end")] | None = None,
    lost: Annotated[Column, Flags(series="customers")] | None = None,
    group: Annotated[Column, Texts(series="customers")] | None = None,
    amounts: Annotated[Column, Numbers(series="customers", bounds=NOT_NEGATIVE)] | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All customers together: churn rate, lost / customers at the beginning, by group; or who left.

    With the list of the end, who is only in that of the beginning is lost, and who is only in that
    of the end is new. Or lost says of each customer whether it is. A customer who stands several
    times is one customer, with all amounts.

    Args:
        customers_begin: Customer numbers at the beginning.
        customers_end: Customer numbers at the end; give this or lost.
        lost: Whether each customer of the beginning is lost, TRUE or FALSE; a blank is unknown and
            not part of the rate.
        group: Group of each customer of the beginning, such as branch or segment; default the
            total only.
        amounts: Amount of each customer of the beginning, such as contribution or balance; with it
            the rate is by amount, too.
        out: "value" the rates (default); "lost" the numbers of the customers lost; "why" a
            sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers, the total last; for "lost" a column of customer numbers.

    Errors:
        The call is an error where a customer number is an error cell, an amount is missing, or not
        exactly one of customers_end and lost is given.

    Example:
        =CR_CHURN({"C1";"C2";"C3";"C4"},{"C1";"C3";"C9"},,{"A";"A";"B";"B"}) -> {"group","customers","lost","unknown","churn rate","new";"A",2,1,0,0.5,"";"B",2,1,0,0.5,"";"total",4,2,0,0.5,1}
        =CR_CHURN({"C1";"C2";"C3"},{"C1";"C9"},,,,"lost") -> {"C2";"C3"}

    Source:
        Churn rate = customers lost / customers at the beginning, practice of customer management.
    """
    book = _read(customers_begin, customers_end, lost)
    if out == "lost":
        gone = book.names[book.state == _LOST]
        return Whole(gone.astype(object) if len(gone) else "")
    groups = group_rows(group, amounts, book.place >= 0, "customers_begin", "amounts")
    figures = _figures(book, groups)
    if out == "why":
        return Whole(_sentence(groups, figures, book, lang))
    columns: list[npt.NDArray[Any]] = [groups.names(lang), figures.customers, figures.lost]
    columns += [figures.unknown, blank_nan(figures.rate)]
    if customers_end is not None:
        new = np.full(len(figures.lost), np.nan)
        new[-1] = book.new
        columns.append(blank_nan(new))
    headers = list(_HEADERS[lang][: len(columns)])
    if amounts is not None:
        columns += [figures.amount, figures.amount_lost, blank_nan(figures.amount_rate)]
        headers += _HEADERS[lang][-3:]
    return Whole(pd.DataFrame(dict(enumerate(columns))), tuple(headers))


_KEPT: Final = 0
_LOST: Final = 1


@record
class _Book:
    """The customers of the beginning, each once.

    Attributes:
        names: their numbers.
        state: whether each is kept, lost or unknown.
        place: the customer of each row; -1 for none.
        first: whether a row is the first of its customer.
        new: how many customers only the end has.
    """

    names: npt.NDArray[Any]
    state: npt.NDArray[np.int8]
    place: npt.NDArray[np.intp]
    first: BoolArray
    new: int


def _read(begin: KeyColumn, end: KeyColumn | None, lost: Column | None) -> _Book:
    if (end is None) == (lost is None):
        given = Words("none", "均未给出") if end is None else Words("both", "均给出")
        both = Words("customers_end and lost", "customers_end 与 lost")
        raise CallError(both, given, Words("one of them", "二者之一"))
    names, lookup = unique_keys(begin, "customers_begin")
    if not len(names):
        allowed = Words("at least one customer", "至少一个客户")
        raise CallError("customers_begin", Words("none", "空"), allowed, code=errors.NA)
    rows = np.flatnonzero(lookup.place >= 0)
    first = np.zeros(len(lookup.place), dtype=bool)
    first[rows[np.unique(lookup.place[rows], return_index=True)[1]]] = True
    new = 0
    if end is not None:
        later = locate(names, end, "customers_end")
        state = np.full(len(names), _LOST, dtype=np.int8)
        state[later.place[later.place >= 0]] = _KEPT
        others = unique_keys(end, "customers_end")[0]
        new = len(others) - int((state == _KEPT).sum())
    else:
        state = _flagged(lost, lookup.place, len(names))
    return _Book(names, state, lookup.place, first, new)


def _flagged(lost: Column | None, place: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.int8]:
    """Whether each customer is lost by the flags of its rows: kept by any, unknown before lost."""
    if lost is None:
        raise AssertionError("Either the list of the end or the flags are given.")
    refuse_faults(lost, "lost")
    rows = place >= 0
    # Kept is told by any row; a customer of whom nothing is known but blanks is unknown.
    weight = np.array([1, 2, 0], dtype=np.int8)[lost.values]  # by flag: no, yes, unknown (-1)
    told = np.full(count, 3, dtype=np.int8)
    np.minimum.at(told, place[rows], np.where(weight == 0, 3, weight)[rows])
    return np.array([UNKNOWN, _KEPT, _LOST, UNKNOWN], dtype=np.int8)[told]


@record
class _Figures:
    """By group, the total last."""

    customers: FloatArray
    lost: FloatArray
    unknown: FloatArray
    rate: FloatArray
    amount: FloatArray
    amount_lost: FloatArray
    amount_rate: FloatArray


def _figures(book: _Book, groups: Groups) -> _Figures:
    state = np.where(book.place >= 0, book.state[book.place], UNKNOWN)
    counted = book.first
    customers = groups.count(counted)
    lost = groups.count(counted & (state == _LOST))
    unknown = groups.count(counted & (state == UNKNOWN))
    known = groups.weights * (state != UNKNOWN)
    amount, amount_lost = groups.total(known), groups.total(groups.weights * (state == _LOST))
    rate = share_of(lost, customers - unknown)
    return _Figures(
        customers, lost, unknown, rate, amount, amount_lost, share_of(amount_lost, amount)
    )


def _sentence(groups: Groups, figures: _Figures, book: _Book, lang: str) -> str:
    """The total, and the group that loses most."""
    zh = lang == "zh"
    customers, lost = f"{figures.customers[-1]:,.0f}", f"{figures.lost[-1]:,.0f}"
    if np.isnan(figures.rate[-1]):
        return (
            "没有已知是否流失的客户。" if zh else "Of no customer is it known whether it is lost."
        )
    rate = f"{figures.rate[-1]:.2%}"
    text = (
        f"期初 {customers} 户中流失 {lost} 户，流失率 {rate}"
        if zh
        else f"{lost} of {customers} customers lost, {rate}"
    )
    if book.new:
        text += f"；新增 {book.new:,} 户" if zh else f"; {book.new:,} new"
    if figures.unknown[-1]:
        unknown = f"{figures.unknown[-1]:,.0f}"
        text += f"；{unknown} 户未知，未计入" if zh else f"; {unknown} unknown and not counted"
    by_group = figures.rate[:-1]
    if groups.is_split and not np.isnan(by_group).all():
        worst = int(np.nanargmax(by_group))
        name, share = groups.names(lang)[worst], f"{by_group[worst]:.2%}"
        text += f"；最高：{name} {share}" if zh else f"; highest: {name} {share}"
    return f"{text}。" if zh else f"{text}."
