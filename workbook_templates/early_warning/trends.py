"""Trends: each indicator over the periods, and whether it deteriorates."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put
from workbook_templates.conditions import colour_where
from workbook_templates.early_warning.layout import (
    FIELDS,
    INDICATOR_TABLE,
    INDICATORS,
    PERIOD_TABLE,
    PERIODS,
    SHEETS,
    TABLES,
    TREND_RULES,
    period_name,
    period_place,
    series_name,
    trend_name,
)
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import pages_high
from workbook_templates.pages.column_sheet import (
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
    column_setup,
)
from workbook_templates.style import BAD_FILL, UNIT

DETERIORATING: Final = "decline"
_IDENTITY: Final = 2
_FORMATS: Final = {"%": "rate", "times": "times", "CNY 10k": "money", "days": "count"}


def if_filled(reference: str) -> str:
    """A column of inputs with its blanks kept blank; Excel would make them zeros."""
    return f'=IF({reference}="","",{reference})'


def indicator_format(indicator: str) -> str:
    """The number format of an indicator."""
    unit = next(one for one in FIELDS["figures"] if one.name == indicator).unit["en"]
    return _FORMATS[unit]


def indicator_label(indicator: str, lang: Lang) -> str:
    """What an indicator is called on the sheets."""
    return next(one for one in FIELDS["figures"] if one.name == indicator).header(lang)


def _block(place: int) -> int:
    """The first column of an indicator's block: its periods, then its trend."""
    return LEFT + _IDENTITY + place * (PERIODS + 1)


def add_trends_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["trends"][lang],
        subtitle=say(
            "Every cell is a formula: the figures of the periods up to the as-of date, oldest "
            "first, and the trend by the rules on the policy sheet.",
            "全部为公式：截至基准日的各期指标，由远及近，并按政策页规则判定走势。",
        ),
        pages_wide=4,
        pages_high=pages_high(customers),
    )
    columns = [
        ResultColumn(name="", header=say("Customer ID", "客户编号"), group=say("Customer", "客户"),
                     kind="text", width=13, formula=if_filled(TABLES["customers"].column("customer_id", lang))),
        ResultColumn(name="", header=say("Name", "客户名称"), group=say("Customer", "客户"),
                     kind="words", width=42, formula=if_filled(TABLES["customers"].column("name", lang))),
    ]  # fmt: skip
    for place, indicator in enumerate(INDICATORS):
        columns += _indicator(place, indicator, customers, lang)
    add_column_sheet(book, setup, columns, customers, lang)
    _name_cells(book, customers, lang)


def _indicator(place: int, indicator: str, customers: int, lang: Lang) -> list[ResultColumn]:
    """The columns of one indicator."""
    say = Speaker(lang)
    group, kind = indicator_label(indicator, lang), indicator_format(indicator)
    first = _block(place)
    columns = []
    for number in range(1, PERIODS + 1):
        letter = get_column_letter(first + number - 1)
        figures = udf(
            "CR_ROLLUP",
            keys=f"$B${FIRST_ROW}:$B${FIRST_ROW + customers - 1}",
            row_keys=TABLES["figures"].column("customer_id", lang),
            row_values=TABLES["figures"].column(indicator, lang),
            how='"last"',
            where=TABLES["figures"].column("period", lang),
            equals=f"{letter}${HEADER_ROW}",
        )
        columns.append(
            ResultColumn(
                name="",
                header=f"={period_name(number)}" if place else _period(letter, lang),
                group=group,
                kind=kind,
                width=10,
                formula=f'=IF({letter}${HEADER_ROW}="","",{figures})',
            )
        )
    letter = get_column_letter(first + PERIODS)
    better = INDICATOR_TABLE.column("better", lang)
    names = INDICATOR_TABLE.column("indicator", lang)
    trend = udf(
        "CR_TREND",
        values=series_name(indicator),
        better=f"INDEX({better},MATCH({letter}${KEY_ROW},{names},0))",
        rules=TREND_RULES.whole,
        lang="lang",
    )
    last = ResultColumn(
        name=trend_name(indicator),
        header=say("Trend", "走势"),
        group=group,
        kind="words",
        width=19,
        formula=f"={trend}",
        decides=True,
        key=indicator,
    )
    return [*columns, last]


def _period(letter: str, lang: Lang) -> str:
    """The period in a header, by its place over it."""
    place = f"{letter}${KEY_ROW}"
    return f'=IF({place}=0,"",INDEX({PERIOD_TABLE.column("period", lang)},{place}))'


def _name_cells(book: Workbook, customers: int, lang: Lang) -> None:
    """The periods stand over the first block, the latest found by the as-of date."""
    sheet = book[SHEETS["trends"][lang]]
    first = _block(0)
    ends = PERIOD_TABLE.column("ends_on", lang)
    for number in range(1, PERIODS + 1):
        place = first + number - 1
        later = get_column_letter(place + 1)
        earlier = f"=MAX({later}{KEY_ROW}-1,0)"
        latest = f"=IFERROR(MATCH(asof,{ends},1),0)"
        put(sheet, KEY_ROW, place, latest if number == PERIODS else earlier, UNIT, "code")
        define(book, period_place(number), Box(sheet, KEY_ROW, place, KEY_ROW, place))
        define(book, period_name(number), Box(sheet, HEADER_ROW, place, HEADER_ROW, place))
    last = HEADER_ROW + customers
    for place, indicator in enumerate(INDICATORS):
        left = _block(place)
        define(book, series_name(indicator), Box(sheet, FIRST_ROW, left, last, left + PERIODS - 1))
        trend = Box(sheet, FIRST_ROW, left + PERIODS, last, left + PERIODS)
        cell = f"{get_column_letter(trend.left)}{trend.top}"
        colour_where(trend, f"{cell}={DETERIORATING}", ground=BAD_FILL)
    word = Box(sheet, KEY_ROW, LEFT, KEY_ROW, LEFT)
    put(sheet, KEY_ROW, LEFT, '=IF(lang="zh","恶化","deteriorating")', UNIT)
    define(book, DETERIORATING, word)
