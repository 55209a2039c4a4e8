"""Early warning: green, yellow, orange or red, with the signals behind it."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import Faults, Mixed, decode_flags, decode_numbers, faulty
from udfs.errors import CallError, CellError, Words, one_of, shorten
from udfs.kinds import (
    Choice,
    FlagArray,
    FloatArray,
    Grid,
    Language,
    TextArray,
    TextList,
    Texts,
)
from udfs.labels import once_each
from udfs.monitoring.warning_reasons import Reasons, signal_points
from udfs.monitoring.warning_rules import (
    Figures,
    Findings,
    Rules,
    WarningColours,
    WarningRules,
    colour_places,
    examine,
    named_events,
    plain,
    read_colours,
    read_rules,
)

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果"),
        "code": ("代码",),
        "points": ("分值",),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)


@udf(
    "CR_EWS",
    family="monitoring",
    zh="""客户预警：绿、黄、橙、红，按信号计分；重大事项直接红色；缺失的数据逐一列明，过半缺失为“数据不足”。

    同一信号只计最重的一条规则，各信号分值相加定颜色。上期数值用于变动类规则。缺失的数据不计分，也不算良好；
    过半缺失时不给颜色，已为最重颜色者除外。

    参数：
        values: 每个客户一行、每个指标一列的区域（竖排的单个客户用 TRANSPOSE）；比率为小数，天数为整数，事件列填 TRUE/FALSE。
        indicators: values 各列的列名，指标代码或中英文名称均可，如 debt_ratio、资产负债率；规则表中没有的列不参与。
        prior_values: 上期（通常为上年同期）的同一区域，列序与 values 相同；省略则变动类规则缺数据。
        flags: 每个客户已发生的事件，代码或名称，用逗号分隔，如“被列为被执行人”；空白为没有记录。
        rules: 规则表；默认为内置表 early_warning。
        colours: 颜色分档表；默认为内置表 early_warning_colours。
        out: "value" 颜色（默认）；"code" 颜色代码；"points" 分值；"why" 理由；"table" 颜色、各信号分值与缺失数据。
        lang: 名称、理由与表头的语言，"en" 或 "zh"。
    结果：
        每行一个颜色名称。
    错误：
        指标不是数字为 #VALUE!，仅影响该行；没有一列是规则表中的指标时整个调用为 #VALUE!。
    来源：
        信号取自国内公开的预警信号清单；分值与阈值为 creditcells 默认，见 CR_POLICY("early_warning")。
    """,
)
def early_warning(
    values: Annotated[list[Mixed], Grid()],
    indicators: Annotated[list[str], TextList()],
    prior_values: Annotated[list[Mixed], Grid()] | None = None,
    flags: Annotated[TextArray, Texts()] | None = None,
    rules: WarningRules | None = None,
    colours: WarningColours | None = None,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> TextArray | FloatArray | pd.DataFrame:
    """Early warning of customers, green to red, by points per signal; grave events are red at once.

    Of the rules of one signal the heaviest that holds counts; the points of all signals give the
    colour. Figures that are missing score nothing, are named, and never count as good: if more
    than half are missing the answer is "insufficient data", unless the customer is red anyway.

    Args:
        values: Range with one row per customer and one column per indicator (one customer in a
            column: TRANSPOSE): rates as decimals, days as whole numbers, events as TRUE or FALSE.
        indicators: Names of the columns of values: codes or labels in either language, such as
            debt_ratio; columns that no rule asks for are left alone.
        prior_values: The same range for the prior period, usually a year before; without it the
            rules on changes lack their figures.
        flags: Events that are true of each customer, by code or label, with commas between, such
            as executed_person; a blank means that none is on record.
        rules: Rules; default the built-in early_warning.
        colours: Points of the colours; default the built-in early_warning_colours.
        out: "value" the colour (default); "code" its code; "points" the points; "why" the reason;
            "table" the colour, the points of each signal and what is missing.
        lang: Language of labels, reason and headers, "en" or "zh".

    Returns:
        One colour per row.

    Errors:
        #VALUE! in the row whose figure is no number; the whole call if no column is an indicator.

    Example:
        =CR_EWS({0.62,0.08,1.4,3.1,1.3,0,0.05},{"debt_ratio","profit_margin","current_ratio","interest_cover","dscr","overdue_days","receivables_overdue_ratio"}) -> "green"
        =CR_EWS({0.9,0.9,0.8,45;0.5,1.8,4,0},{"资产负债率","流动比率","利息保障倍数","逾期天数"},,{"";"fraud"}) -> {"red";"red"}
        =CR_EWS({0.5,1.8},{"资产负债率","流动比率"},,,,,"value","zh") -> "数据不足"

    Source:
        Signals of published Chinese warning lists; points and thresholds are a creditcells
        default, see CR_POLICY("early_warning").
    """
    book = read_rules(rules)
    shades = read_colours(colours)
    figures, faults = _figures(book, values, indicators, prior_values)
    if flags is not None:
        faults |= _add_events(figures, flags, book)
    found = examine(book, figures)
    if out == "points":
        return faulty(found.points, faults.items()) if faults else found.points
    place = colour_places(shades, found, len(book.inputs()))
    if out in ("value", "code"):
        words = shades.codes if out == "code" else shades.labels[lang]
        named = np.array(words, dtype=object)[place]
        return faulty(named, faults.items()) if faults else named
    reasons = Reasons(book, figures, found, lang, events_given=flags is not None)
    labels = np.array(shades.labels[lang], dtype=object)[place]
    if out == "why":
        texts = reasons.sentences(labels, place == shades.insufficient)
        return faulty(np.array(texts, dtype=object), faults.items())
    return _table(book, figures, found, labels, reasons, faults, lang)


def _figures(
    book: Rules, values: list[Mixed], headers: list[str], prior: list[Mixed] | None
) -> tuple[Figures, Faults]:
    """The columns of the indicators as numbers, and the rows in which one is no number."""
    columns = _columns(book, values, headers, prior)
    nothing = [None] * len(book.indicators)
    figures = Figures([*nothing], [*nothing], [*nothing], len(values[0]))
    faults: Faults = {}
    for place, column in columns.items():
        indicator = book.indicators[place]
        name = headers[column]
        if indicator.is_event:
            flags = decode_flags(values[column].block, name)
            figures.events[place] = flags.values
            faults = flags.faults | faults
            continue
        for each, target in ((values, figures.current), (prior, figures.prior)):
            if each is not None:
                numbers = decode_numbers(each[column].block, name)
                target[place] = numbers.values
                faults = numbers.faults | faults
    return figures, faults


def _columns(
    book: Rules, values: list[Mixed], headers: list[str], prior: list[Mixed] | None
) -> dict[int, int]:
    """Where the column of each indicator is."""
    for name, grid in (("values", values), ("prior_values", prior)):
        if grid is not None and len(grid) != len(headers):
            given = Words(f"{len(grid)} columns", f"{len(grid)} 列")
            number = len(headers)
            allowed = Words(
                f"as many columns as indicators has names ({number})",
                f"与 indicators 的列名一样多的列（{number} 列）",
            )
            raise CallError(name, given, allowed)
    known: dict[str, int] = {}
    for place, indicator in enumerate(book.indicators):
        for text in (indicator.name, *indicator.labels.values()):
            known.setdefault(plain(text), place)
    columns: dict[int, int] = {}
    for column, header in enumerate(headers):
        place = known.get(plain(header), -1)
        if place in columns:
            allowed = Words("each indicator once", "每个指标只出现一次的列名")
            raise CallError("indicators", header, allowed)
        if place >= 0:
            columns[place] = column
    if not columns:
        allowed = one_of(indicator.name for indicator in book.indicators)
        raise CallError("indicators", ", ".join(headers), allowed)
    return columns


def _add_events(figures: Figures, flags: TextArray, book: Rules) -> Faults:
    """Note the events that the texts name; a text with an unknown event is its row's error."""
    codes, texts = once_each(flags, str)
    events: dict[int, FlagArray] = {}
    unknown: dict[int, CellError] = {}
    for i, named in enumerate(named_events(texts, book)):
        if isinstance(named, str):
            unknown[i] = _unknown_event(named, book)
            continue
        for place in named:
            marks = events.setdefault(place, np.zeros(len(texts), dtype=np.int8))
            marks[i] = 1
    for place, indicator in enumerate(book.indicators):
        if indicator.is_event:
            marks = events.get(place, np.zeros(len(texts), dtype=np.int8))[codes]
            column = figures.events[place]
            figures.events[place] = marks if column is None else np.maximum(marks, column)
    rows = np.flatnonzero(np.isin(codes, list(unknown))).tolist()
    return {row: unknown[int(codes[row])] for row in rows}


def _unknown_event(name: str, book: Rules) -> CellError:
    events = [indicator for indicator in book.indicators if indicator.is_event]
    codes = ", ".join(event.name for event in events)
    labels = "、".join(event.labels["zh"] for event in events)
    return CellError(
        errors.VALUE,
        f"flags must name events of the rules ({codes}); got {shorten(name)}.",
        f"flags 应为规则表中的事件（{labels}），实际为 {shorten(name)}。",
    )


def _table(
    book: Rules,
    figures: Figures,
    found: Findings,
    labels: TextArray,
    reasons: Reasons,
    faults: Faults,
    lang: str,
) -> pd.DataFrame:
    zh = lang == "zh"
    parts = {
        "预警" if zh else "warning": labels,
        "分值" if zh else "points": found.points,
        "直接触发" if zh else "hard trigger": reasons.hard_triggers(),
        "缺失数据" if zh else "missing inputs": reasons.missing_texts(),
        **signal_points(book, figures, found, lang),
    }
    return pd.DataFrame(
        {name: faulty(part, faults.items()) if faults else part for name, part in parts.items()}
    )
