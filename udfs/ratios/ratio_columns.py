"""One ratio for a column of customers, from the columns of their statements."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from udfs.catalogue import udf
from udfs.cells import Column, faulty
from udfs.kinds import FloatArray, Language, Output, Text, TextArray, Texts
from udfs.labels import blank_nan
from udfs.ratios.definitions import Definitions, Ratio, find_ratio
from udfs.ratios.evaluation import Outcome, evaluate, period_label
from udfs.ratios.figures import (
    AVERAGES,
    BLANKS,
    ItemTable,
    StatementItems,
    read_items,
)
from udfs.ratios.reasons import notes_of, reasons_of
from udfs.ratios.statement_columns import Statements, check_periods, figures_of, periods_given


@udf(
    "CR_RATIO",
    family="ratios",
    zh="""按名称计算一列客户的一个财务比率，如流动比率、净资产收益率；也可直接写公式。

    比率按 CR_POLICY("ratios") 的公式计算，各行一个客户。报表项目按代码、中文或英文名称识别；未直接给出的合计项
    （如所有者权益、有息债务）由其组成推导，理由中注明。

    参数：
        ratio: 比率的代码、中文或英文名称，如“流动比率”或 roe；或公式，如“负债合计/资产总计”。
        items: 报表各列的列名；不认识的列忽略。
        current: 本期报表：每个客户一行、每个项目一列，金额单位一致；成本费用与负债填正数。
        prior: 上期报表，行列与 current 相同；计算平均、变动、增长时需要。
        earlier: 再上一期报表；仅公式用到上期的平均等时需要。
        definitions: 比率定义表：比率、公式、单位、优劣方向等；默认为内置表 ratios。
        statement_items: 报表项目表：项目、名称、推导公式等；默认为内置表 statement_items。
        average: "both" 平均值须有期初与期末（默认）；"closing" 缺期初时用期末数，理由中注明。
        blanks: "missing" 空白即缺失（默认）；"nil" 表中“可为零”的项目空白按零计，理由中注明。
        out: "value" 比率（默认）；"why" 公式与数字；"table" 比率、所用各项目与说明。
        lang: 理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个数字：比例为小数，周转为次，天数为天。
    错误：
        缺少项目为 #N/A，并列出所缺项目；分母为零为 #DIV/0!；分母为负而失去意义为 #NUM!；比率或公式有误则整个调用为错误。
    来源：
        见 CR_POLICY("ratios")：国内银行通行口径与教科书通用定义，逐行注明。
    """,
)
def ratio_of_customers(
    ratio: Annotated[str, Text()],
    items: Annotated[Column, Texts(series="items")],
    current: Statements,
    prior: Statements | None = None,
    earlier: Statements | None = None,
    definitions: Definitions | None = None,
    statement_items: StatementItems | None = None,
    average: Annotated[str, AVERAGES] = "both",
    blanks: Annotated[str, BLANKS] = "missing",
    out: Output = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Compute one financial ratio by name, such as current_ratio or roe, for a column of customers.

    The ratio's formula stands in CR_POLICY("ratios"); a formula may also be typed. Items are known
    by code, English or Chinese name; totals that are not given, such as equity or interest-bearing
    debt, are derived from their parts, and the reason says so.

    Args:
        ratio: Code or name of the ratio in either language, such as current_ratio or ROE; or a
            formula, such as liabilities / assets.
        items: Names of the columns of the statements; columns of other names are ignored.
        current: Statements of the period: a row per customer, a column per item, in one unit of
            money; costs and liabilities as positive numbers.
        prior: Statements of the period before, in the same rows and columns; needed for averages,
            changes and growth.
        earlier: Statements of the period before that; needed only where a formula asks for the
            prior period's average.
        definitions: Ratios: ratio, formula, unit, better …; default the built-in ratios.
        statement_items: Items: item, names, formula to derive it …; default the built-in
            statement_items.
        average: "both" an average needs opening and closing balance (default); "closing" without
            an opening balance the closing one stands for it, and the reason says so.
        blanks: "missing" a blank cell is a missing figure (default); "nil" lines that may be nil
            count as zero when blank, and the reason says so.
        out: "value" the ratio (default); "why" formula and figures; "table" the ratio, the items
            it was made of and a note.
        lang: Language of reasons and headers, "en" or "zh".

    Returns:
        One number per row: shares as decimals, turnovers in times, days in days.

    Errors:
        #N/A where an item is missing, with its name; #DIV/0! over zero; #NUM! over a figure below
        zero that would mislead; the whole call fails on an unknown ratio or a faulty formula.

    Example:
        =CR_RATIO("current_ratio",{"current_assets","current_liabilities"},{450,300;200,0}) -> {1.5;#DIV/0!}
        =CR_RATIO("净资产收益率",{"净利润","资产总计","负债合计"},{50,1000,600},{30,900,540}) -> 0.1315789474
        =CR_RATIO("liabilities / assets",{"assets","liabilities"},{1000,600}) -> 0.6

    Source:
        See CR_POLICY("ratios"): PRC bank usage and textbook definitions, row by row.
    """
    wanted = find_ratio(ratio, definitions)
    known = read_items(statement_items)
    given = periods_given(current, prior, earlier)
    closing = average == "closing"
    check_periods(wanted, len(given), known, closing=closing)
    figures = figures_of(items, given, known, blanks=blanks)
    outcome = evaluate(wanted.formula, figures, wanted.labels, closing=closing)
    if out == "value":
        values = outcome.values
        return faulty(values, outcome.faults.items()) if outcome.faults else values
    if out == "table":
        return _table(wanted, outcome, known, lang)
    return faulty(reasons_of(wanted, outcome, known, lang), outcome.faults.items())


def _table(ratio: Ratio, outcome: Outcome, items: ItemTable, lang: str) -> pd.DataFrame:
    shown: dict[str, TextArray] = {
        ratio.labels[lang]: faulty(outcome.values, outcome.faults.items())
    }
    for (item, lag), reading in outcome.used.items():
        name = period_label(items.label(item, lang), lag, lang)
        # A ratio that is itself an item, such as working capital, has its column already.
        shown.setdefault(name, faulty(blank_nan(reading.values), reading.faults.items()))
    notes = notes_of(outcome, items, lang)
    shown["说明" if lang == "zh" else "note"] = np.array(notes, dtype=object)
    return pd.DataFrame(shown, dtype=object)
