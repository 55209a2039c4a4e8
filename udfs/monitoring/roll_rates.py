"""Roll rates: how balances move between delinquency buckets from one month to the next."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, one_of
from udfs.keys import KeyColumn
from udfs.kinds import NOT_NEGATIVE, Choice, FloatArray, Keys, Language, Numbers, TextArray
from udfs.labels import blank_nan
from udfs.monitoring.delinquency import Buckets, BucketTable, read_buckets
from udfs.monitoring.grade_lists import ABSENT, Codes, GradeList, distinct_texts
from udfs.monitoring.migration_counts import MigrationCounts, count_moves
from udfs.monitoring.series_columns import refuse_empty, refuse_faults, row_of
from udfs.monitoring.shares import share_of

_DOUBLINGS: Final = 40

Accounts = Annotated[KeyColumn, Keys(series="accounts")]
Balances = Annotated[Column, Numbers(series="accounts", bounds=NOT_NEGATIVE)]

_OUTPUTS: Final = Choice(
    {
        "value": ("table", "值", "表"),
        "matrix": ("矩阵",),
        "amounts": ("counts", "金额", "户数"),
        "why": ("reason", "原因", "理由"),
    }
)
_HEADERS: Final = {
    "en": ("bucket", "beginning", "cured", "improved", "unchanged", "roll to next", "roll forward", "closed", "flow to last"),
    "zh": ("逾期期次", "期初", "恢复正常", "好转", "不变", "滚入下一期", "向后滚动合计", "结清", "滚至末期"),
}  # fmt: skip


@udf(
    "CR_ROLLRATE",
    family="monitoring",
    zh="""全体账户：逾期期次的滚动率，即期初在某期次的余额中有多少滚入下一期、不变、好转或恢复正常。

    期次可写代码 M0 至 M7，也可直接给逾期天数。多个月可一次计算：期初传 1 至 5 月各列，期末传 2 至 6 月各列，
    逐格对应，各月合并。"滚至末期"为按此滚动率、未经恢复正常或结清即滚至最后一期的占比。

    参数：
        bucket_begin: 每个账户的期初期次或逾期天数；空白为新账户，不计。
        bucket_end: 每个账户的期末期次或逾期天数，与期初逐格对应；空白为已结清。
        balance: 每个账户的期初余额；省略则按户数计。
        buckets: 期次表；默认为内置表 delinquency_buckets。
        out: "value" 滚动率表（默认）；"matrix" 期次间转移比例矩阵；"amounts" 金额或户数矩阵；"why" 一句话小结。
        lang: 表头与文字的语言，"en" 或 "zh"。
    结果：
        带表头的表，每个期次一行；占比以期初余额为分母。
    错误：
        期次无法识别或缺余额时整个调用为错误，并指出所在行。
    来源：
        滚动率 = 由期次 k 滚入 k+1 的余额 / 期初期次 k 的余额；零售信贷通行做法。
    """,
)
def roll_rate(
    bucket_begin: Accounts,
    bucket_end: Accounts,
    balance: Balances | None = None,
    buckets: BucketTable | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> Whole:
    """All accounts together: roll rates between delinquency buckets, forward, back and cured.

    A bucket may be given by its code, M0 to M7, or as days overdue. Several months go at once:
    months 1 to 5 as the beginning, months 2 to 6 as the end, cell by cell, all months together.
    "flow to last" is the share of a bucket that reaches the last one before it is cured or closed,
    at these rates.

    Args:
        bucket_begin: Bucket or days overdue of each account at the beginning; a blank one is new
            and not counted.
        bucket_end: The same at the end, cell by cell beside the beginning; a blank one is closed.
        balance: Balance of each account at the beginning; default every account counts one.
        buckets: Buckets; default the built-in delinquency_buckets.
        out: "value" the roll rates (default); "matrix" shares from bucket to bucket; "amounts" the
            amounts or numbers behind them; "why" a sentence.
        lang: Language of headers and words, "en" or "zh".

    Returns:
        A table with headers and one row per bucket; shares are of the balance at the beginning.

    Errors:
        The call is an error where a bucket is unknown or a balance missing; the reason names the
        row.

    Example:
        =CR_ROLLRATE({"M0";"M0";"M1";"M1"},{"M0";"M1";"M2";"M0"},{90;10;30;10},,"why") -> "M0 to M1 10.0%, M1 to M2 75.0%."
        =CR_ROLLRATE({0,15;0,0},{15,45;0,0},,{"bucket","label_en","label_zh","days_from";"M0","current","未逾期",0;"M1","late","逾期",1}) -> {"bucket","beginning","cured","improved","unchanged","roll to next","roll forward","closed","flow to last";"M0",3,"","",0.666666666667,0.333333333333,0.333333333333,0,0.333333333333;"M1",1,0,0,1,"","",0,1}

    Source:
        Roll rate = balance that moves from bucket k to k+1 / balance in k at the beginning;
        practice of retail lending.
    """
    book = read_buckets(buckets)
    begin = _places(book, bucket_begin, "bucket_begin")
    end = _places(book, bucket_end, "bucket_end")
    there = begin != ABSENT
    refuse_empty(there, "bucket_begin")
    weights = None if balance is None else _balances(balance, there)
    counts = count_moves(GradeList(book.codes), begin, end, weights)
    if out in ("matrix", "amounts"):
        return _matrix(book, counts, out, lang)
    rates = _rates(counts)
    if out == "why":
        return Whole(_sentence(book, rates, lang))
    parts = [np.array(book.codes, dtype=object), *(blank_nan(rate) for rate in rates.values())]
    return Whole(pd.DataFrame(dict(enumerate(parts))), _HEADERS[lang])


def _places(book: Buckets, column: KeyColumn, name: str) -> Codes:
    refuse_faults(column, name, passing=errors.NA)
    codes, texts = distinct_texts(column)
    places = [book.place(text) if text else ABSENT for text in texts]
    unknown = np.flatnonzero(np.array([*(place is None for place in places), False])[codes])
    if len(unknown):
        row = int(unknown[0])
        options = one_of(book.codes)
        allowed = Words(
            f"{options}, days overdue from 0 or blank", f"{options.zh}、不小于 0 的逾期天数或空白"
        )
        raise CallError(row_of(name, row), texts[codes[row]], allowed)
    known = [ABSENT if place is None else place for place in places]
    return np.array([*known, ABSENT], dtype=np.intp)[codes]


def _balances(balance: Column, there: np.ndarray) -> FloatArray:
    refuse_faults(balance, "balance")
    gaps = np.flatnonzero(balance.blank & there)
    if len(gaps):
        blank = Words("a blank cell", "空单元格")
        allowed = Words("the balance of an account with a bucket", "有期次的账户的余额")
        raise CallError(row_of("balance", int(gaps[0])), blank, allowed, code=errors.NA)
    return np.where(balance.blank, 0.0, balance.values)


def _rates(counts: MigrationCounts) -> dict[str, FloatArray]:
    """What happened to each bucket, as shares of its beginning; NaN where it means nothing."""
    moves = counts.moves
    within = moves[:, :-1]
    size = len(within)
    begin = moves.sum(axis=1)
    better = np.tril(within, -1)
    cured = better[:, 0].copy()
    improved = better[:, 1:].sum(axis=1)
    forward = np.triu(within, 1).sum(axis=1)
    following = np.append(np.diag(within, 1), np.nan)
    cured[:1] = improved[:1] = forward[size - 1 :] = np.nan
    parts = {
        "cured": cured,
        "improved": improved,
        "unchanged": np.diag(within),
        "next": following,
        "forward": forward,
        "closed": moves[:, -1],
    }
    shares = {name: share_of(part, begin) for name, part in parts.items()}
    return {"begin": begin, **shares, "flow": _flow(within, begin)}


def _flow(within: FloatArray, begin: FloatArray) -> FloatArray:
    """The share of each bucket that reaches the last one before it is cured or closed.

    NaN where the way there leads through a bucket that nobody was in.
    """
    size = len(within)
    empty = begin <= 0
    steps = np.divide(
        within, begin[:, np.newaxis], out=np.zeros_like(within), where=~empty[:, None]
    )
    middle = steps[1:-1, 1:-1]
    # The sum of all powers of the moves among the middle buckets: after k rounds 2^k terms.
    paths, power = np.eye(size - 2), middle
    for _ in range(_DOUBLINGS):
        paths = paths + power @ paths
        power = power @ power
    known = np.append(paths @ steps[1:-1, -1], 1.0)
    unknown = np.append(paths @ empty[1:-1].astype(np.float64), 0.0)
    flow = np.append(steps[0, 1:] @ known, known)
    lost = np.append(steps[0, 1:] @ unknown, unknown)
    flow[(lost > 0) | empty] = np.nan
    flow[-1] = 1.0
    return flow


def _matrix(book: Buckets, counts: MigrationCounts, out: str, lang: str) -> Whole:
    """Shares or amounts from bucket to bucket, with what was closed."""
    values = counts.moves if out == "amounts" else counts.probabilities(withdrawn=True)
    columns: dict[int, TextArray] = {0: np.array(book.codes, dtype=object)}
    columns |= {place + 1: blank_nan(column) for place, column in enumerate(values.T)}
    headers = _HEADERS[lang]
    return Whole(pd.DataFrame(columns), (headers[0], *book.codes, headers[7]))


def _sentence(book: Buckets, rates: dict[str, FloatArray], lang: str) -> str:
    """The share that rolls on from each bucket, and how much of the first goes on to the last."""
    zh = lang == "zh"
    codes = book.codes
    forward = rates["next"][:-1]
    parts = [
        f"{codes[i]} 滚入 {codes[i + 1]} {rate:.1%}"
        if zh
        else f"{codes[i]} to {codes[i + 1]} {rate:.1%}"
        for i, rate in enumerate(forward)
        if not np.isnan(rate)
    ]
    listed = ("，" if zh else ", ").join(parts) or ("没有滚动" if zh else "nothing rolled")
    text = listed if zh else f"{listed[:1].upper()}{listed[1:]}"
    flow = rates["flow"][0]
    if np.isnan(flow):
        return f"{text}。" if zh else f"{text}."
    if zh:
        return f"{text}；{codes[0]} 中有 {flow:.2%} 未经恢复即滚至 {codes[-1]}。"
    return f"{text}; {flow:.2%} of {codes[0]} go on to {codes[-1]} without being cured."
