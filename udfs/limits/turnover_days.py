"""Turnover days of inventory, receivables and the like from their balances."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Faults, faulty
from udfs.chinese import joined
from udfs.errors import CallError, CellError, column_of, one_of
from udfs.kinds import (
    NOT_NEGATIVE,
    POSITIVE,
    FloatArray,
    Language,
    Number,
    Numbers,
    Output,
    Table,
    TextArray,
    Texts,
)
from udfs.labels import NOWHERE, places, unknown_rows
from udfs.limits.amounts import or_unknown, parts_table, shown
from udfs.tables import builtin

_HEADERS: Final = {
    "en": ("item", "average_balance", "base", "base_amount", "turns", "days"),
    "zh": ("项目", "平均余额", "计算基础", "基础金额", "周转次数", "天数"),
}
_BASES: Final = {"en": ("sales", "cost"), "zh": ("销售收入", "销售成本")}


@udf(
    "CR_TURNDAYS",
    family="limits",
    zh="""由余额计算周转天数：应收、预收按销售收入，存货、预付、应付按销售成本。

    天数 = 平均余额 × 360 ÷ 基础；平均余额为期初与期末的平均，缺期初时用期末余额并在理由中注明。

    参数：
        item: 项目：receivables、prereceipts、inventory、prepayments、payables，也可用中文：应收账款、预收账款、存货、预付账款、应付账款。
        closing: 期末余额，万元。
        opening: 期初余额，万元；空白则只用期末余额。
        sales: 年销售收入，万元；应收、预收所需。
        cost: 年销售成本，万元；存货、预付、应付所需。
        year_days: 一年的天数，默认 360。
        bases: 计算基础表；默认为内置表 turnover_bases。
        out: "value" 天数；"why" 理由；"table" 明细。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        与各参数同形的天数，不取整。
    错误：
        项目无法识别为 #VALUE!；缺该项目所需的销售收入或销售成本为 #N/A；二者为 0 或负为 #NUM!。
    来源：
        《流动资金贷款管理暂行办法》（银监会令 2010 年第 1 号）附件。
    """,
)
def turnover_days(
    item: Annotated[TextArray, Texts()],
    closing: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)],
    opening: Annotated[FloatArray, Numbers(bounds=NOT_NEGATIVE)] | None = None,
    sales: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    cost: Annotated[FloatArray, Numbers(bounds=POSITIVE)] | None = None,
    year_days: Annotated[float, Number(bounds=POSITIVE)] = 360,
    bases: Annotated[pd.DataFrame, Table(builtin="turnover_bases")] | None = None,
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Turnover days from balances: receivables on sales, inventory and payables on cost of sales.

    Days = average balance x 360 / base; the average of opening and closing balance, or the
    closing balance alone where there is no opening one, which the reason names.

    Args:
        item: receivables, prereceipts (advance receipts), inventory, prepayments or payables; in
            either language.
        closing: Balance at the end of the year, 10k yuan.
        opening: Balance at its start, 10k yuan; blank uses the closing balance alone.
        sales: Sales of the year, 10k yuan; needed for receivables and advance receipts.
        cost: Cost of sales of the year, 10k yuan; needed for inventory, prepayments and payables.
        year_days: Days of a year; default 360.
        bases: Which item turns on which base; default the built-in turnover_bases.
        out: "value" days; "why" the reason; "table" all parts.
        lang: Language of reason and headers, "en" or "zh".

    Returns:
        Days, not rounded, in the common shape.

    Errors:
        #VALUE! where the item is unknown; #N/A where the base it needs is missing; #NUM! where
        that is not above 0.

    Example:
        =CR_TURNDAYS({"receivables";"存货"},{500;400},{300;440},3600,2520) -> {40;60}

    Source:
        Interim Measures for Working Capital Loans (CBRC Order 2010 No. 1), annex.
    """
    table = builtin("turnover_bases").rows if bases is None else bases
    on_sales = _on_sales(table)
    place = places(item, table, "item", "label_en", "label_zh")
    faults = unknown_rows("item", item, place, table["item"])
    count = len(closing)
    first = or_unknown(opening, count)
    balance = np.where(np.isnan(first), closing, (first + closing) / 2)
    by_sales = on_sales[place]
    base = np.where(by_sales, or_unknown(sales, count), or_unknown(cost, count))
    for row in np.flatnonzero((place != NOWHERE) & np.isnan(base)).tolist():
        faults.setdefault(row, _missing("sales" if by_sales[row] else "cost", item[row]))
    days = balance * year_days / base
    if out == "value":
        return faulty(days, faults.items()) if faults else days
    labels = table[f"label_{lang}"].to_numpy(dtype=object)[place]
    names = np.array(_BASES[lang], dtype=object)[np.where(by_sales, 0, 1)]
    if out == "table":
        turns = np.divide(base, balance, out=np.full(count, np.nan), where=balance > 0)
        columns = (labels, balance, names, base, turns, days)
        return parts_table(_HEADERS[lang], columns, faults)
    averaged = ~np.isnan(first)
    return _reasons((labels, names), (balance, base, days), averaged, year_days, faults, lang)


def _on_sales(table: pd.DataFrame) -> BoolArray:
    """Whether each item turns on sales rather than cost.

    Raises:
        CallError: the table names another base.
    """
    bases = table["base"].str.casefold().str.strip()
    for row, base in enumerate(bases):
        if base not in _BASES["en"]:
            where = column_of("bases", "base", "计算基础", row + 1)
            raise CallError(where, table["base"].iloc[row], one_of(_BASES["en"]))
    return (bases == "sales").to_numpy(dtype=bool)


def _missing(base: str, item: str) -> CellError:
    return CellError(
        errors.NA,
        f"{base} is missing: the days of {item} are counted on it.",
        joined(f"缺少 {base}：", item, "的周转天数以其为基础。"),
    )


_WORDS: Final = {
    "en": (
        "{}: {} {} / {} {} × {:.15g} = {:.4g} days.",
        "average balance",
        "closing balance (no opening one given)",
    ),
    "zh": ("{}：{} {} ÷ {} {} × {:.15g} = {:.4g} 天。", "平均余额", "期末余额（未给出期初）"),
}


def _reasons(
    names: tuple[TextArray, TextArray],
    figures: tuple[FloatArray, FloatArray, FloatArray],
    averaged: BoolArray,
    year_days: float,
    faults: Faults,
    lang: str,
) -> TextArray:
    sentence, average, closing = _WORDS[lang]
    labels, bases = names
    reasons = np.empty(len(averaged), dtype=object)
    for i, (balance, base, days) in enumerate(zip(*figures, strict=True)):
        kind = average if averaged[i] else closing
        parts = (labels[i], kind, shown(balance), bases[i], shown(base), year_days, days)
        reasons[i] = sentence.format(*parts)
    return faulty(reasons, faults.items())
