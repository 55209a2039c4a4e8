"""The dashboard: charts of classes, arrears, provisions, industries and triggers."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, put
from workbook_templates.charts import bars, place
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    CLASS_CODES,
    SHEETS,
    TRIGGER_CODES,
    list_tags,
)
from workbook_templates.loan_classification.structure import place_of
from workbook_templates.loan_classification.summary_tables import (
    BAND_COUNT,
    CLASS_TOP,
    LEFT,
    RIGHT,
    TRIGGER_TOP,
)
from workbook_templates.page import as_of_line, new_result_page, rule_off, set_widths
from workbook_templates.style import BAD, NAVY, TEAL, UNIT

_PANELS: Final = (2, 6, 10)
_LAST: Final = 12
_CARD_ROW: Final = 4
_CHART_ROWS: Final = (7, 25)
_CHART_HEIGHT: Final = 17
_INDUSTRY_LIST: Final = 7
_BEHIND: Final = _LAST + 2


def add_dashboard_sheet(book: Workbook, lang: Lang) -> None:
    """Add the dashboard."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["dashboard"][lang],
        say("Loan classification dashboard", "贷款分类看板"),
        as_of_line(lang),
        lang,
    )
    rule_off(sheet, _LAST)
    for panel in _PANELS:
        widths = {panel + 3: 2.0}
        widths |= dict.fromkeys(range(panel, panel + 3), 20.0)
        set_widths(sheet, widths)
    _cards(sheet, say)
    for row in range(_CHART_ROWS[0], _CHART_ROWS[1] + _CHART_HEIGHT + 1):
        sheet.row_dimensions[row].height = 17
    _charts(book, sheet, lang)
    bottom = _CHART_ROWS[1] + _CHART_HEIGHT
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{bottom}"


def _cards(sheet: Worksheet, say: Speaker) -> None:
    cards = (
        (say("Loans", "贷款笔数"), "=total_loans", "count", 2, 2),
        (say("Balance", "贷款余额"), "=total_balance", "money", 3, 4),
        (say("Non-performing", "不良贷款"), "=npl_balance", "money", 6, 6),
        (say("NPL ratio", "不良率"), "=npl_ratio", "pd", 7, 8),
        (say("Coverage, booked", "拨备覆盖率（已提）"), "=coverage", "rate", 10, 10),
        (
            say("Provisions to loans, booked", "贷款拨备率（已提）"),
            "=loan_provisions",
            "pd",
            11,
            12,
        ),
    )
    for text, formula, kind, first, last in cards:
        card(sheet, _CARD_ROW, first, last, text, formula, kind)
    sheet.row_dimensions[_CARD_ROW + 2].height = 6


def _charts(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    spots = [
        Box(sheet, top, panel, top + _CHART_HEIGHT - 1, panel + 2)
        for top in _CHART_ROWS
        for panel in _PANELS
    ]
    summary, structure = book[SHEETS["summary"][lang]], book[SHEETS["structure"][lang]]
    header, last = CLASS_TOP + 1, CLASS_TOP + 1 + len(CLASS_CODES)

    def figures(position: int, left: int = LEFT, bottom: int = last) -> Box:
        return Box(summary, header, left + position, bottom, left + position)

    classes = Box(summary, header + 1, LEFT, last, LEFT)
    chart = bars(
        say("Balance by class", "各类贷款余额"), classes, [figures(2)], lang, colours=(NAVY,)
    )
    place(sheet, chart, spots[0])
    grave, late = _behind(sheet, lang)
    chart = bars(say("Overdue balance by days", "逾期贷款余额"), _names(late), [late.column(1)], lang,
                 colours=(BAD,))  # fmt: skip
    place(sheet, chart, spots[1])
    chart = bars(say("Provisions by class: two schemes and booked", "各类准备：两种方案与已提"), classes,
                 [figures(5), figures(6), figures(7)], lang, colours=(NAVY, TEAL, "CBD5DF"))  # fmt: skip
    place(sheet, chart, spots[2])
    chart = bars(say("Balance below normal: each by itself and after the rules", "非正常类余额：单笔与最终"),
                 _names(grave), [grave.column(1), grave.column(2)], lang,
                 colours=("CBD5DF", NAVY))  # fmt: skip
    place(sheet, chart, spots[3])
    top, left = place_of(_INDUSTRY_LIST)
    end = top + 1 + len(list_tags(_INDUSTRY_LIST))
    names = Box(structure, top + 2, left, end, left)
    ratios = Box(structure, top + 1, left + 5, end, left + 5)
    chart = bars(say("NPL ratio by industry", "各行业不良率"), names, [ratios], lang,
                 number_format="0.0%", colours=(TEAL,), direction="bar")  # fmt: skip
    place(sheet, chart, spots[4])
    end = TRIGGER_TOP + 1 + len(TRIGGER_CODES)
    names = Box(summary, TRIGGER_TOP + 2, RIGHT, end, RIGHT)
    counts = Box(summary, TRIGGER_TOP + 1, RIGHT + 1, end, RIGHT + 1)
    chart = bars(say("Loans by deciding trigger", "各触发条件贷款笔数"), names, [counts], lang,
                 colours=(BAD,), direction="bar")  # fmt: skip
    chart.x_axis.tickLblSkip = 1
    place(sheet, chart, spots[5])


def _behind(sheet: Worksheet, lang: Lang) -> tuple[Box, Box]:
    """Figures without the good class and band, which would dwarf the rest, beside the page."""
    say = Speaker(lang)
    title = SHEETS["summary"][lang]
    blocks = (
        (
            LEFT,
            len(CLASS_CODES),
            (4, 2),
            [say("By itself", "单笔"), say("After the rules", "最终")],
        ),
        (RIGHT, BAND_COUNT, (2,), [say("Overdue", "逾期")]),
    )
    made: list[Box] = []
    row = _CHART_ROWS[0]
    for left, size, columns, texts in blocks:
        for i, text in enumerate(texts, start=1):
            put(sheet, row, _BEHIND + i, text, UNIT)
        for number in range(2, size + 1):
            source = CLASS_TOP + 1 + number
            for i, column in enumerate((0, *columns)):
                cell = f"='{title}'!{get_column_letter(left + column)}{source}"
                put(
                    sheet, row + number - 1, _BEHIND + i, cell, UNIT, "words" if i == 0 else "money"
                )
        made.append(Box(sheet, row, _BEHIND, row + size - 1, _BEHIND + len(columns)))
        row += size + 1
    set_widths(sheet, {_LAST + 1: 2.0, _BEHIND: 24.0, _BEHIND + 1: 12.0, _BEHIND + 2: 14.0})
    return made[0], made[1]


def _names(block: Box) -> Box:
    return Box(block.sheet, block.top + 1, block.left, block.bottom, block.left)
