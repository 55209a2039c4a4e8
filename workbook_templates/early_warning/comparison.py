"""The comparison: each quarter's figures beside those of the year before, and its events."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define
from workbook_templates.early_warning.layout import (
    EVENTS,
    INDICATORS,
    PERIOD_TABLE,
    PERIODS,
    QUARTERS,
    RULES,
    SHEETS,
    TABLES,
    period_name,
    period_place,
)
from workbook_templates.early_warning.trends import if_filled, indicator_format, indicator_label
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import pages_high
from workbook_templates.pages.column_sheet import (
    FIRST_ROW,
    GROUP_ROW,
    HEADER_ROW,
    KEY_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
    column_setup,
)
from workbook_templates.style import FORMATS

CODES: Final = "indicator_codes"
"""Defined name of the cells with the codes of the indicators."""
_HEADER_HEIGHT: Final = 66.0
_BLOCK: Final = 2 * len(INDICATORS) + len(EVENTS) + 1


def now_name(quarter: int) -> str:
    """The figures of a quarter; 1 is the oldest, ``QUARTERS`` the present one."""
    return f"figures_{quarter}"


def before_name(quarter: int) -> str:
    """The figures it is compared with."""
    return f"figures_before_{quarter}"


def events_name(quarter: int) -> str:
    """The events that held at its end, as text."""
    return f"events_{quarter}"


def _left(quarter: int) -> int:
    return LEFT + 1 + (quarter - 1) * _BLOCK


def add_comparison_sheet(book: Workbook, customers: int, lang: Lang) -> None:
    """Add the sheet, with room for so many customers."""
    say = Speaker(lang)
    setup = column_setup(
        title=SHEETS["comparison"][lang],
        subtitle=say(
            "Every cell is a formula: what the warning of each quarter rests on. The band over "
            "the headers names the period, the period before, and the day of the events.",
            "全部为公式：各季预警所依据的数据。表头上方依次为本期、对照期与事件截止日。",
        ),
        repeat_columns="A:B",
        pages_wide=2 * QUARTERS,
        pages_high=pages_high(customers),
    )
    last = HEADER_ROW + customers
    columns = [
        ResultColumn(name="", header=say("Customer ID", "客户编号"), group=say("Customer", "客户"),
                     kind="text", width=13, formula=if_filled(TABLES["customers"].column("customer_id", lang)))
    ]  # fmt: skip
    for quarter in range(1, QUARTERS + 1):
        columns += _quarter(quarter, last, lang)
    add_column_sheet(book, setup, columns, customers, lang, frozen=1)
    _name_cells(book, book[setup.title], last)


def _quarter(quarter: int, last: int, lang: Lang) -> list[ResultColumn]:
    number = PERIODS - QUARTERS + quarter
    left = _left(quarter)
    place, periods = period_place(number), PERIOD_TABLE.column("period", lang)
    before = f'=IF({place}>periods_back,INDEX({periods},{place}-periods_back),"")'
    columns = _figures(left, f"={period_name(number)}", last, lang)
    columns += _figures(left + len(INDICATORS), before, last, lang)
    ends = PERIOD_TABLE.column("ends_on", lang)
    end = f'=IF({place}=0,"",INDEX({ends},{place}))'
    first = left + 2 * len(INDICATORS)
    columns += _events(first, "=asof" if quarter == QUARTERS else end, last, lang)
    return columns


def _keys(last: int) -> str:
    """The customers of the sheet, down to its last row."""
    return f"$B${FIRST_ROW}:$B${last}"


def _figures(left: int, period: str, last: int, lang: Lang) -> list[ResultColumn]:
    """The indicators in the period that the first cell of the group names."""
    cell = f"${get_column_letter(left)}${GROUP_ROW}"
    columns = []
    for indicator in INDICATORS:
        figures = udf(
            "CR_ROLLUP",
            keys=_keys(last),
            row_keys=TABLES["figures"].column("customer_id", lang),
            row_values=TABLES["figures"].column(indicator, lang),
            how='"last"',
            where=TABLES["figures"].column("period", lang),
            equals=cell,
        )
        columns.append(
            ResultColumn(
                name="",
                header=indicator_label(indicator, lang),
                group=period,
                kind=indicator_format(indicator),
                width=11,
                formula=f'=IF({cell}="","",{figures})',
                key=indicator,
            )
        )
    return columns


def _events(left: int, day: str, last: int, lang: Lang) -> list[ResultColumn]:
    """Whether each event held on a day, and those that did as one text."""
    cell = f"${get_column_letter(left)}${GROUP_ROW}"
    customers, events, since, cleared = (
        TABLES["events"].column(name, lang) for name in ("customer_id", "event", "since", "cleared")
    )
    codes, labels = RULES.column("indicator", lang), RULES.column(f"label_{lang}", lang)
    columns = []
    for i, event in enumerate(EVENTS):
        letter = get_column_letter(left + i)
        header = f"=INDEX({labels},MATCH({letter}${KEY_ROW},{codes},0))"
        which = f"{customers},{_keys(last)},{events},{letter}${HEADER_ROW}"
        happened = f'COUNTIFS({which},{since},"<="&{cell})'
        settled = f'COUNTIFS({which},{cleared},"<="&{cell})'
        columns.append(
            ResultColumn(
                name="",
                header=header,
                group=day,
                kind="tally",
                width=15,
                formula=f"=SIGN({happened}-{settled})",
                key=event,
            )
        )
    letters = [get_column_letter(left + i) for i in range(len(EVENTS))]
    named = [
        f'REPT({letter}${HEADER_ROW}&", ",{letter}{FIRST_ROW}:{letter}{last})' for letter in letters
    ]
    text = ResultColumn(
        name="",
        header=Speaker(lang)("Events on record", "在册事件"),
        group=day,
        kind="words",
        width=60,
        formula=f"={'&'.join(named)}",
    )
    return [*columns, text]


def _name_cells(book: Workbook, sheet: Worksheet, last: int) -> None:
    size = len(INDICATORS)
    sheet.row_dimensions[HEADER_ROW].height = _HEADER_HEIGHT
    for quarter in range(1, QUARTERS + 1):
        left = _left(quarter)
        end = left + _BLOCK - 1
        define(book, now_name(quarter), Box(sheet, FIRST_ROW, left, last, left + size - 1))
        before = Box(sheet, FIRST_ROW, left + size, last, left + 2 * size - 1)
        define(book, before_name(quarter), before)
        define(book, events_name(quarter), Box(sheet, FIRST_ROW, end, last, end))
        day = sheet.cell(GROUP_ROW, left + 2 * size)
        day.number_format = FORMATS["date"]
    define(book, CODES, Box(sheet, KEY_ROW, _left(1), KEY_ROW, _left(1) + size - 1))
