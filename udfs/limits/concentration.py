"""Concentration of a portfolio: the largest names, shares by key, limits used."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Column
from udfs.errors import CallError, Words, column_of
from udfs.keys import KeyColumn
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    Bounds,
    Choice,
    FloatArray,
    Keys,
    Language,
    Number,
    Numbers,
    Table,
    TableColumn,
)
from udfs.limits.amounts import shown
from udfs.limits.portfolio import Portfolio, portfolio
from udfs.records import record
from udfs.tables import builtin

ConcentrationLimits = Annotated[pd.DataFrame, Table(builtin="concentration_limits")]
KeyLimits = Annotated[
    pd.DataFrame,
    Table(
        columns=(
            TableColumn(name="key", zh="键", kind="text"),
            TableColumn(name="max_share", zh="最高占比"),
        )
    ),
]

_OUTPUTS: Final = Choice(
    {
        "value": ("share", "值", "结果", "占比"),
        "capital": ("资本占比",),
        "amount": ("金额",),
        "keys": ("breaches", "超限的键"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_HEADERS: Final = {
    "en": (
        "rank",
        "key",
        "amount",
        "share",
        "cumulative_share",
        "share_of_capital",
        "max_share",
        "limit_used",
        "room",
    ),
    "zh": (
        "位次",
        "键",
        "金额",
        "占比",
        "累计占比",
        "占资本净额",
        "最高占比",
        "限额使用率",
        "余量",
    ),
}
_UNNAMED: Final = {"en": "(blank)", "zh": "（空白）"}


@udf(
    "CR_CONCENTRATION",
    family="limits",
    zh="""全体金额：按客户、行业、地区或集团汇总，给出最大若干项的占比、占资本净额的比例、累计占比与限额使用率。

    同一键的金额相加后由大到小排列。没有键的金额在表中单列一行，计入合计，但不参与最大若干项。

    参数：
        amounts: 金额，如贷款余额，万元。
        keys: 每个金额的键：客户编号、行业、地区或集团。
        capital: 本行资本净额，万元；用于占资本的比例与监管指标。
        number: 最大多少项（如多少家客户），默认 10。
        key_limits: 各键的最高占比（占合计）：键、最高占比两列；省略则没有限额。
        rules: 监管监测指标表；默认为内置表 concentration_limits。
        out: "value" 最大若干项占合计；"capital" 占资本净额；"amount" 其金额；"keys" 超过最高占比的键；"why" 理由；"table" 各键一行。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        一个数或文本；或每个键一行的表，由大到小。
    错误：
        金额为负、不是数字或合计为 0 时整个调用报错；out 为 "capital" 而缺 capital 为 #N/A。
    来源：
        最大十家客户贷款不超过资本净额 50% 的监测指标；请核对法规原文，见 CR_POLICY("concentration_limits","note","zh")。
    """,
)
def concentration(
    amounts: Annotated[Column, Numbers(bounds=NOT_NEGATIVE, series="portfolio")],
    keys: Annotated[KeyColumn, Keys(series="portfolio")],
    capital: Annotated[float | None, Number(bounds=POSITIVE)] = None,
    number: Annotated[float, Number(bounds=Bounds(lower=1, whole=True))] = 10,
    key_limits: KeyLimits | None = None,
    rules: ConcentrationLimits | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> float | str | Whole:
    """All amounts together: share of the largest names, shares by key, and limits used.

    Amounts of one key (customer, industry, region, group) are added up, the largest first.
    Amounts without a key have a row of their own in the table and count in the total, but not
    among the largest.

    Args:
        amounts: Amounts, such as loan balances, 10k yuan.
        keys: Key of each amount: customer number, industry, region or group.
        capital: The bank's net capital, 10k yuan; for shares of capital and the supervisor's
            indicators.
        number: How many of the largest; default 10.
        key_limits: Highest share of the total by key: columns key and max_share; left out, no
            limits.
        rules: The supervisor's indicators; default the built-in concentration_limits.
        out: "value" share of the largest in the total; "capital" their share of capital; "amount"
            their sum; "keys" the keys above their highest share; "why" the reason; "table" one row
            per key.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        One number or text; or a table with one row per key, the largest first.

    Errors:
        The whole call is an error where an amount is negative or no number, or all add up to 0;
        #N/A for out "capital" without capital.

    Example:
        =CR_CONCENTRATION({30;20;25;25},{"A";"B";"A";"C"},,1) -> 0.55
        =CR_CONCENTRATION({30;20;25;25},{"A";"B";"A";"C"},200,2,,,"capital") -> 0.4

    Source:
        Supervisory indicator of at most 50 % of net capital for the ten largest customers: check
        against the regulation, see CR_POLICY("concentration_limits","note").
    """
    held = portfolio(amounts, keys)
    largest = held.totals[~held.unnamed][: int(number)]
    top = _Top(int(number), float(largest.sum()), len(largest))
    limits = _limits(held, key_limits)
    if out == "table":
        return Whole(_table(held, capital, limits, lang))
    if out == "keys":
        return Whole(_listed(held, limits, lang) or None)
    if out == "why":
        return _reason(held, top, capital, limits, rules, lang)
    if out == "amount":
        return top.amount
    if out == "capital":
        if capital is None:
            nothing, allowed = Words("nothing", "空"), Words("the net capital", "资本净额")
            raise CallError("capital", nothing, allowed, code=errors.NA)
        return top.amount / capital
    return top.amount / held.total


@record
class _Top:
    """The largest names: how many were asked for, their sum, how many there are."""

    number: int
    amount: float
    count: int


def _limits(held: Portfolio, table: pd.DataFrame | None) -> FloatArray:
    """The highest share of each key; NaN where none is set.

    Raises:
        CallError: a limit below 0, or a key twice.
    """
    if table is None:
        return np.full(len(held.keys), np.nan)
    shares = table["max_share"].to_numpy(dtype=np.float64)
    bad = np.flatnonzero(shares < 0)
    if len(bad):
        where = column_of("key_limits", "max_share", "最高占比", int(bad[0]) + 1)
        allowed = Words("a share of at least 0", "不小于 0 的占比")
        raise CallError(where, float(shares[bad[0]]), allowed, code=errors.NUM)
    names = [str(key).strip() for key in table["key"]]
    for row, name in enumerate(names):
        if name in names[:row]:
            where = column_of("key_limits", "key", "键", row + 1)
            raise CallError(where, name, Words("each key once", "每个键只出现一次"))
    by_key = dict(zip(names, shares, strict=True))
    return np.array([by_key.get(str(key), np.nan) for key in held.keys], dtype=np.float64)


def _table(held: Portfolio, capital: float | None, limits: FloatArray, lang: str) -> pd.DataFrame:
    shares = held.shares
    rank = np.cumsum(~held.unnamed).astype(object)
    rank[held.unnamed] = None
    names = np.where(held.unnamed, _UNNAMED[lang], held.keys)
    nothing = np.full(len(shares), np.nan)
    used = np.divide(shares, limits, out=nothing.copy(), where=limits > 0)
    of_capital = nothing if capital is None else held.totals / capital
    room = (limits - shares) * held.total
    columns: tuple[Any, ...] = (
        rank,
        names,
        held.totals,
        shares,
        np.cumsum(shares),
        *(_blank(column) for column in (of_capital, limits, used, room)),
    )
    return pd.DataFrame(dict(zip(_HEADERS[lang], columns, strict=True)), dtype=object)


def _blank(values: FloatArray) -> Any:
    cells = values.astype(object)
    cells[np.isnan(values)] = None
    return cells


def _beyond(held: Portfolio, limits: FloatArray, lang: str) -> list[str]:
    """The keys above their highest share, with their figures."""
    shares = held.shares
    template = {"en": "{} {:.2%} of at most {:.4g}%", "zh": "{} {:.2%}（最高 {:.4g}%）"}[lang]
    return [
        template.format(held.keys[i] or _UNNAMED[lang], shares[i], 100 * limits[i])
        for i in np.flatnonzero(shares > limits).tolist()
    ]


def _listed(held: Portfolio, limits: FloatArray, lang: str) -> str:
    beyond = held.shares > limits
    joint = "、" if lang == "zh" else ", "
    return joint.join(str(key) or _UNNAMED[lang] for key in held.keys[beyond])


_WORDS: Final = {
    "en": {
        "top": "The {} largest of {} hold {} of {} ({:.2%})",
        "capital": ", {:.2%} of net capital {}",
        "within": ", within {:.4g}% for {}",
        "beyond": ", above {:.4g}% for {}",
        "keys": "; above their highest share: {}",
        "kept": "; no key above its highest share",
        "unnamed": "; {} without a key",
        "joint": ", ",
        "stop": ".",
    },
    "zh": {
        "top": "{1} 项中最大 {0} 项合计 {2}，占合计 {3} 的 {4:.2%}",
        "capital": "，占资本净额 {1} 的 {0:.2%}",
        "within": "，未超过{1} {0:.4g}% 的指标",
        "beyond": "，超过{1} {0:.4g}% 的指标",
        "keys": "；超过最高占比：{}",
        "kept": "；没有超过最高占比的键",
        "unnamed": "；另有 {} 没有键",
        "joint": "、",
        "stop": "。",
    },
}


def _reason(
    held: Portfolio,
    top: _Top,
    capital: float | None,
    limits: FloatArray,
    rules: pd.DataFrame | None,
    lang: str,
) -> str:
    words = _WORDS[lang]
    names = int((~held.unnamed).sum())
    share = top.amount / held.total
    text = words["top"].format(top.count, names, shown(top.amount), shown(held.total), share)
    if capital is not None:
        of_capital = top.amount / capital
        text += words["capital"].format(of_capital, shown(capital))
        table = builtin("concentration_limits").rows if rules is None else rules
        for row in table[table["number"] == top.number].to_dict("records"):
            kind = "beyond" if of_capital > row["base_share"] else "within"
            text += words[kind].format(100 * row["base_share"], row[f"label_{lang}"])
    if not np.isnan(limits).all():
        beyond = _beyond(held, limits, lang)
        text += words["keys"].format(words["joint"].join(beyond)) if beyond else words["kept"]
    if held.unnamed.any():
        text += words["unnamed"].format(shown(float(held.totals[held.unnamed].sum())))
    return text + words["stop"]
