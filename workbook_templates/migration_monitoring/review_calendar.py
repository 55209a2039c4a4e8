"""The review calendar: how many reviews fall due in each month, and whose are first."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.conditions import colour_where, heat_map
from workbook_templates.language import Lang, Speaker
from workbook_templates.migration_monitoring.layout import SHEETS, move_name
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    RESULT,
    SECTION,
    TOTAL,
    UNIT,
)
from workbook_templates.tier_colours import colour_tiers

LEFT: Final = 2
MONTHS: Final = 12
MONTH_TOP: Final = 4
LAST: Final = LEFT + MONTHS + 3
_LIST_TOP: Final = MONTH_TOP + 6
ROWS: Final = 30
"""How many customers the list shows, those due first."""
_FOUND: Final = LAST + 2
_LISTED: Final = (
    ("customer_id", ("Customer ID", "客户编号"), "text", 1),
    ("name", ("Name", "客户名称"), "words", 3),
    ("tier_now", ("Tier", "层级"), "words", 1),
    ("grade_now", ("Grade", "等级"), "words", 1),
    ("manager", ("Manager", "客户经理"), "words", 2),
    ("next_review", ("Next review", "下次复评日"), "date", 2),
    ("next_annual", ("Next annual review", "下次年度评审日"), "date", 2),
    ("first_due", ("Due first", "最早到期日"), "date", 2),
)


def add_calendar_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["calendar"][lang],
        SHEETS["calendar"][lang],
        say('="As of "&TEXT(asof,"yyyy-mm-dd")', '="基准日 "&TEXT(asof,"yyyy-mm-dd")'),
        lang,
    )
    rule_off(sheet, LAST)
    set_widths(sheet, {LEFT: 24.0} | dict.fromkeys(range(LEFT + 1, LAST + 1), 12.2))
    for top in (MONTH_TOP, _LIST_TOP):
        sheet.row_dimensions[top].height = 24
    _months(book, sheet, say)
    _list(book, sheet, say)
    sheet.print_area = f"B1:{get_column_letter(LAST)}{_LIST_TOP + 1 + ROWS}"


def _months(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """Reviews by month; what is overdue comes first, what lies beyond last."""
    put(sheet, MONTH_TOP, LEFT, say("Reviews due", "到期评审"), SECTION)
    header, first = MONTH_TOP + 1, LEFT + 2
    headers(sheet, header, LEFT, [say("Review", "评审"), say("Overdue", "已逾期")])
    for i in range(MONTHS):
        place = first + i
        earlier = f"{get_column_letter(place - 1)}{header}"
        start = "=DATE(YEAR(asof),MONTH(asof),1)" if i == 0 else (
            f"=DATE(YEAR({earlier}),MONTH({earlier})+1,1)")  # fmt: skip
        headers(sheet, header, place, [start])
        sheet.cell(header, place).number_format = "yyyy-mm"
    headers(sheet, header, first + MONTHS, [say("Later", "更晚"), say("Total", "合计")])
    sheet.row_dimensions[header].height = 22
    rows = (
        (say("By tier", "按层级复评"), "next_review"),
        (say("Annual", "年度评审"), "next_annual"),
    )
    for row, (text, name) in enumerate(rows, start=header + 1):
        dates = move_name(name)
        put(sheet, row, LEFT, text, LABEL)
        put(sheet, row, LEFT + 1, f'=COUNTIF({dates},"<"&asof)', CALCULATION, "tally")
        for i in range(MONTHS):
            letter = get_column_letter(first + i)
            begin, month = (
                f"{letter}${header}",
                f"DATE(YEAR({letter}${header}),MONTH({letter}${header})+1,1)",
            )
            inside = f'{dates},">="&{begin},{dates},"<"&{month},{dates},">="&asof'
            put(sheet, row, first + i, f"=COUNTIFS({inside})", CALCULATION, "tally")
        last = get_column_letter(first + MONTHS - 1)
        end = f"DATE(YEAR({last}${header}),MONTH({last}${header})+1,1)"
        put(sheet, row, first + MONTHS, f'=COUNTIF({dates},">="&{end})', CALCULATION, "tally")
        total = f"=SUM(C{row}:{get_column_letter(first + MONTHS)}{row})"
        put(sheet, row, first + MONTHS + 1, total, RESULT, "tally")
        sheet.row_dimensions[row].height = 20
    bottom = header + len(rows)
    heat_map(Box(sheet, header + 1, LEFT + 1, bottom, first + MONTHS))
    put(sheet, bottom + 1, LEFT, say("Total", "合计"), TOTAL)
    for place in range(LEFT + 1, LAST + 1):
        letter = get_column_letter(place)
        put(
            sheet, bottom + 1, place, f"=SUM({letter}{header + 1}:{letter}{bottom})", TOTAL, "tally"
        )
    define(book, "calendar_total", Box(sheet, bottom + 1, LAST, bottom + 1, LAST))


def _list(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    put(sheet, _LIST_TOP, LEFT, say("Due first", "最先到期"), SECTION)
    header = _LIST_TOP + 1
    put(sheet, header, _FOUND, say("Row found", "所在行"), UNIT)
    for row in range(header, header + ROWS + 1):
        place = LEFT
        found = f"${get_column_letter(_FOUND)}{row}"
        texts = [say("No.", "序号")] if row == header else []
        if texts:
            headers(sheet, row, place, texts)
        else:
            put(sheet, row, place, row - header, LABEL, "count")
            match = f"=IFERROR(MATCH($B{row},{move_name('position')},0),0)"
            put(sheet, row, _FOUND, match, UNIT, "count")
        place += 1
        for name, text, kind, size in _LISTED:
            for extra in range(size):
                if row == header:
                    headers(sheet, row, place + extra, [say(*text) if extra == 0 else ""])
                else:
                    put(sheet, row, place + extra, None, CALCULATION, kind)
            if row > header:
                value = f'=IF({found}=0,"",INDEX({move_name(name)},{found}))'
                put(sheet, row, place, value, CALCULATION, kind)
            if size > 1:
                sheet.merge_cells(
                    start_row=row, end_row=row, start_column=place, end_column=place + size - 1
                )
            place += size
    bottom = header + ROWS
    colour_tiers(Box(sheet, header + 1, 7, bottom, 7))
    for place in (11, 13, 15):
        cells = Box(sheet, header + 1, place, bottom, place)
        first = f"{get_column_letter(place)}{header + 1}"
        colour_where(cells, f"AND(ISNUMBER({first}),{first}<asof)", ground=BAD_FILL)
    define(book, "calendar_found", Box(sheet, header + 1, _FOUND, bottom, _FOUND))
