"""All ratios of one customer over the years of its statements."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import BoolArray, Column, Faults, Mixed, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Choice, Grid, Language, TextArray, TextList, Texts
from udfs.labels import blank_nan
from udfs.ratios.definitions import Definitions, Ratio, find_ratios
from udfs.ratios.evaluation import Outcome, evaluate
from udfs.ratios.figures import (
    AVERAGES,
    BLANKS,
    Figures,
    ItemTable,
    Period,
    StatementItems,
    read_items,
    statement_numbers,
)
from udfs.ratios.reasons import notes_of, reasons_of
from udfs.units import UNITS

_ORDERS: Final = Choice(
    {
        "auto": ("自动",),
        "ascending": ("oldest first", "升序", "由远到近"),
        "descending": ("newest first", "降序", "由近到远"),
    }
)
_OUTPUTS: Final = Choice(
    {
        "table": ("all", "明细", "表"),
        "value": ("值", "结果"),
        "why": ("reason", "原因", "理由"),
    }
)
_HEADERS: Final = {
    "en": (("ratio", "name", "group", "unit"), ("change", "trend", "note")),
    "zh": (("比率", "名称", "分组", "单位"), ("变动", "趋势", "说明")),
}
_UNITS: Final = {
    "en": {"": ""} | {unit: unit for unit in UNITS.options},
    "zh": {"": ""} | {unit: words[0] for unit, words in UNITS.options.items()},
}
_TRENDS: Final = {
    "en": {1: "better", -1: "worse", 0: "unchanged"},
    "zh": {1: "改善", -1: "恶化", 0: "持平"},
}
_OLD: Final = ("期初", "年初", "上期", "上年", "prior", "opening", "previous", "last year")
_NEW: Final = ("期末", "年末", "本期", "本年", "current", "closing", "this year")
_NUMBER: Final = re.compile(r"\d+")
_LAGS: Final = 3
_CALENDAR: Final = range(1900, 2200)


@udf(
    "CR_RATIOS",
    family="ratios",
    zh="""一个客户：由各年报表算出全部财务比率，逐年列示，并给出变动、好坏与缺失项目。

    报表每行一个项目、每列一年，可直接选取整张资产负债表、利润表与现金流量表；不认识的行忽略。平均值取上一列年末与本列年末。
    最早一年没有上期，需要上期的比率留空。

    参数：
        items: 报表项目名称列，代码、中文或英文均可，序号、“减：”等忽略。
        statement: 报表数字：每行一个项目，每列一年，金额单位一致；成本费用与负债填正数。
        years: 各列的年度，如 2023、2024，或期末、期初；用作表头并判断先后。缺少的年度请留一空列。
        ratios: 只要这些比率或分组，如流动比率、盈利能力；省略则为定义表的全部。
        order: "auto" 按 years 判断（默认）；"ascending" 最早一年在前；"descending" 最近一年在前。
        definitions: 比率定义表；默认为内置表 ratios。
        statement_items: 报表项目表；默认为内置表 statement_items。
        average: "both" 平均值须有期初与期末（默认）；"closing" 缺期初时用期末数并说明。
        blanks: "missing" 空白即缺失（默认）；"nil" 表中“可为零”的项目空白按零计并说明。
        out: "table" 带表头的表（默认）；"value" 只有数字，比率为行、年度为列；"why" 每个比率最近一年的公式与数字。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        带表头的表：比率、名称、分组、单位、各年、变动（最近一年减上年）、趋势、说明。
    错误：
        缺少项目的单元格为 #N/A，说明列写明所缺项目；分母为零 #DIV/0!，为负而失去意义 #NUM!；无法判断年度先后则整个调用为错误。
    来源：
        见 CR_POLICY("ratios")：国内银行通行口径与教科书通用定义，逐行注明。
    """,
)
def ratios_of_statement(
    items: Annotated[Column, Texts(series="statement")],
    statement: Annotated[list[Mixed], Grid(series="statement")],
    years: Annotated[list[str] | None, TextList()] = None,
    ratios: Annotated[list[str] | None, TextList()] = None,
    order: Annotated[str, _ORDERS] = "auto",
    definitions: Definitions | None = None,
    statement_items: StatementItems | None = None,
    average: Annotated[str, AVERAGES] = "both",
    blanks: Annotated[str, BLANKS] = "missing",
    out: Annotated[str, _OUTPUTS] = "table",
    lang: Language = "en",
) -> Whole:
    """One customer: all ratios over the years of its statements, with change and missing items.

    A row per item and a column per year: whole balance sheets, income and cash flow statements can
    be selected, and lines of other names are ignored. Averages take this year's and the year
    before's closing balances. The first year has no year before it: what needs one stays blank.

    Args:
        items: Names of the statement's lines, by code, English or Chinese name.
        statement: Figures: a row per item, a column per year, in one unit of money; costs and
            liabilities as positive numbers.
        years: Years of the columns, such as 2023, 2024 or 期末, 期初; they head the table and tell
            the order. Leave an empty column for a missing year.
        ratios: Ratios or groups wanted, such as current_ratio or Profitability; if left out, all
            of the definitions.
        order: "auto" as the years tell (default); "ascending" oldest year first; "descending"
            newest year first.
        definitions: Ratios: ratio, formula, unit, better …; default the built-in ratios.
        statement_items: Items: item, names, formula to derive it …; default the built-in
            statement_items.
        average: "both" an average needs opening and closing balance (default); "closing" without
            an opening balance the closing one stands for it, and the note says so.
        blanks: "missing" a blank cell is a missing figure (default); "nil" lines that may be nil
            count as zero when blank, and the note says so.
        out: "table" with headers (default); "value" the numbers alone, ratios down and years
            across; "why" formula and figures of the newest year.
        lang: Language of names, reasons and headers, "en" or "zh".

    Returns:
        Table with headers: ratio, name, group, unit, the years, change (newest year less the year
        before), trend and note.

    Errors:
        #N/A where an item is missing, named in the note; #DIV/0! over zero; #NUM! over a figure
        below zero that would mislead; the call fails if nothing tells the order of the years.

    Example:
        =CR_RATIOS({"assets";"liabilities"},{900,1000;540,650},{2023,2024},"debt_ratio",,,,,,"value") -> {0.6,0.65}
        =CR_RATIOS({"资产总计";"负债合计"},{900,1000;540,650},{2023,2024},"资产负债率") -> {"ratio","name","group","unit",2023,2024,"change","trend","note";"debt_ratio","Debt ratio","Leverage","decimal",0.6,0.65,0.05,"worse",""}

    Source:
        See CR_POLICY("ratios"): PRC bank usage and textbook definitions, row by row.
    """
    known = read_items(statement_items)
    labels = _labels(years, len(statement))
    newest_first = _newest_first(labels, order, given=years is not None)
    columns = statement[::-1] if newest_first else statement
    in_time = labels[::-1] if newest_first else labels
    figures = _figures(items, columns, in_time, known, blanks=blanks)
    closing = average == "closing"
    chosen = find_ratios(ratios, definitions)
    outcomes = [evaluate(one.formula, figures, one.labels, closing=closing) for one in chosen]
    if out == "why":
        pairs = zip(chosen, outcomes, strict=True)
        return Whole(_objects([_newest_reason(one, done, known, lang) for one, done in pairs]))
    cells = [_cells(one, done, closing=closing) for one, done in zip(chosen, outcomes, strict=True)]
    shown = [row[::-1] for row in cells] if newest_first else cells
    if out == "value":
        return Whole(np.array(shown, dtype=object).reshape(len(chosen), len(labels)))
    rows = []
    for one, done, ordered, row in zip(chosen, outcomes, cells, shown, strict=True):
        front = (one.code, one.labels[lang], one.groups[lang], _UNITS[lang][one.unit])
        note = _note(done, ordered, in_time, known, lang)
        rows.append((*front, *row, *_trend(one, ordered, lang), note))
    left, right = _HEADERS[lang]
    heads = [_as_number(label) for label in labels]
    frame = pd.DataFrame(rows, dtype=object)
    frame.columns = pd.Index([*left, *heads, *right], dtype=object)
    return Whole(frame)


# --- years ----------------------------------------------------------------------------------------


def _labels(years: list[str] | None, count: int) -> list[str]:
    if years is None:
        return [str(n + 1) for n in range(count)]
    if len(years) != count:
        raise CallError(
            "years",
            Words(f"{len(years)} years", f"{len(years)} 个年度"),
            Words(
                f"one for each of the {count} columns of statement",
                f"与 statement 的 {count} 列一一对应的年度",
            ),
        )
    if len(set(years)) != count:
        raise CallError("years", ", ".join(years), Words("years that differ", "互不相同的年度"))
    return years


def _newest_first(labels: list[str], order: str, *, given: bool) -> bool:
    """Whether the first column is the newest year.

    Raises:
        CallError: nothing tells, or a year between two others has no column.
    """
    if given:
        _refuse_gaps(labels)
    if order != "auto":
        return order == "descending"
    if len(labels) == 1:
        return False
    times = [_time_of(label) for label in labels]
    if given and all(times):
        if all(a < b for a, b in pairwise(times)):
            return False
        if all(a > b for a, b in pairwise(times)):
            return True
    raise CallError(
        "order",
        Words(
            f"auto, with the years {', '.join(labels)}" if given else "auto, without years",
            f"auto，年度为 {'、'.join(labels)}" if given else "auto，且未给出 years",
        ),
        Words(
            '"ascending" or "descending" where the years do not tell which is newer',
            'years 看不出先后时，为 "ascending"（最早在前）或 "descending"（最近在前）',
        ),
    )


def _time_of(label: str) -> tuple[int, ...]:
    """What a year's label says of its time, to be compared; nothing if it says nothing."""
    numbers = tuple(int(number) for number in _NUMBER.findall(label))
    if numbers:
        return numbers
    text = label.casefold()
    if any(word in text for word in _OLD):
        return (1,)
    return (2,) if any(word in text for word in _NEW) else ()


def _refuse_gaps(labels: list[str]) -> None:
    years = [_NUMBER.findall(label) for label in labels]
    if any(len(found) != 1 or int(found[0]) not in _CALENDAR for found in years):
        return
    numbers = sorted(int(found[0]) for found in years)
    for before, after in pairwise(numbers):
        if after - before > 1:
            raise CallError(
                "years",
                f"{before}, {after}",
                Words(
                    "years without a gap; leave an empty column for a missing year",
                    "没有间断的年度；缺少的年度请留一空列",
                ),
            )


def _as_number(label: str) -> Any:
    return float(label) if label.isdecimal() else label


# --- figures --------------------------------------------------------------------------------------


def _figures(
    items: Column, columns: list[Mixed], years: list[str], known: ItemTable, *, blanks: str
) -> Figures:
    """The figures with a row per year, the oldest first."""
    decoded = [
        statement_numbers(replace(column, name=f"statement, {year}"))
        for column, year in zip(columns, years, strict=True)
    ]
    lines = known.places(str(text) for text in items.values)
    count = len(decoded)

    def find(code: str, lag: int) -> tuple[list[Column], list[Column]]:
        own, others = (
            [_line(decoded, line, lag, str(items.values[line])) for line in named]
            for named in lines.get(code, ([], []))
        )
        return own, others

    def present(lag: int) -> BoolArray:
        given = [not column.blank.all() for column in decoded]
        return np.array(([False] * lag + given)[:count])

    periods = [Period(partial(find, lag=lag), partial(present, lag)) for lag in range(_LAGS)]
    return Figures(known, periods, count, blank_is_nil=blanks == "nil")


def _line(years: list[Column], line: int, lag: int, name: str) -> Column:
    """One item over the years, each year showing what it was ``lag`` years before."""
    values = np.full(len(years), np.nan)
    faults: Faults = {}
    for place in range(lag, len(years)):
        year = years[place - lag]
        values[place] = year.values[line]
        fault = year.faults.get(line)
        if fault is not None:
            reason, reason_zh = f"{name}: {fault.reason}", f"{name}：{fault.reason_zh}"
            faults[place] = CellError(fault.code, reason, reason_zh)
    return Column(values, np.isnan(values), faults, (len(years), 1))


# --- results --------------------------------------------------------------------------------------


def _cells(ratio: Ratio, outcome: Outcome, *, closing: bool) -> list[Any]:
    """The ratio of each year; blank where it would need a year before the first."""
    cells = faulty(blank_nan(outcome.values), outcome.faults.items())
    cells[: ratio.formula.periods_back(opening=not closing)] = None
    return list(cells)


def _trend(ratio: Ratio, cells: list[Any], lang: str) -> tuple[float | None, str]:
    """The change in the newest year and whether it is for the better."""
    last = cells[-2:]
    if len(last) < 2 or not all(isinstance(cell, float) for cell in last):  # noqa: PLR2004 - two years
        return None, ""
    change = last[1] - last[0]
    if not ratio.better:
        return change, ""
    sign = int(np.sign(change)) * (1 if ratio.better == "higher" else -1)
    return change, _TRENDS[lang][sign]


def _note(outcome: Outcome, cells: list[Any], years: list[str], items: ItemTable, lang: str) -> str:
    """Why years have no result, and what a reader must know of the others."""
    notes = notes_of(outcome, items, lang)
    said: dict[str, list[str]] = defaultdict(list)
    for year, cell, note in zip(years, cells, notes, strict=True):
        text = cell.why(lang).rstrip("。.") if isinstance(cell, CellError) else note
        if cell is not None and text:
            said[text].append(year)
    parted, colon, mark = ("；", "：", "、") if lang == "zh" else ("; ", ": ", ", ")
    filled = sum(cell is not None for cell in cells)
    return parted.join(
        text if len(when) == filled else f"{mark.join(when)}{colon}{text}"
        for text, when in said.items()
    )


def _newest_reason(ratio: Ratio, outcome: Outcome, items: ItemTable, lang: str) -> str:
    newest = len(outcome.values) - 1
    if newest in outcome.faults:
        return outcome.faults[newest].why(lang)
    return str(reasons_of(ratio, outcome, items, lang)[newest])


def _objects(texts: list[str]) -> TextArray:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
