"""The structure: the balance by the classes of each of the eighteen lists."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    LIST_COUNT,
    LISTS,
    SHEETS,
    TAGS,
    list_tags,
    result_name,
    tag_name,
)
from workbook_templates.page import as_of_line, new_result_page, rule_off, set_widths
from workbook_templates.style import CALCULATION, LABEL, SECTION, TOTAL

LISTED_LOANS: Final = "listed_loans"
"""Defined name of the total of loans over all lists, which the checks compare."""
_PANELS: Final = (2, 9, 16)
_LAST: Final = 21
_TOP: Final = 4
_BLOCK: Final = 9
_ROWS: Final = 5
_KINDS: Final = ("count", "money", "rate", "money", "pd")


def place_of(number: int) -> tuple[int, int]:
    """The row of a list's title and the first column of its block."""
    line, panel = divmod(number - 1, len(_PANELS))
    return _TOP + line * _BLOCK, _PANELS[panel]


def add_structure_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    sheet = new_result_page(
        book,
        SHEETS["structure"][lang],
        say("Structure by the eighteen lists", "十八种清单结构"),
        as_of_line(lang),
        lang,
    )
    rule_off(sheet, _LAST)
    for panel in _PANELS:
        widths = {panel: 25.0, panel + 6: 2.0}
        widths |= dict.fromkeys(range(panel + 1, panel + 6), 11.0)
        set_widths(sheet, widths)
    totals = [_block(sheet, number, lang) for number in range(1, LIST_COUNT + 1)]
    cell = Box(sheet, 2, _LAST + 2, 2, _LAST + 2)
    put(sheet, cell.top, cell.left, f"={'+'.join(totals)}", CALCULATION, "count")
    define(book, LISTED_LOANS, cell)
    set_widths(sheet, {_LAST + 1: 2.0, _LAST + 2: 12.0})
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{_TOP + (LIST_COUNT // 3) * _BLOCK - 1}"


def _block(sheet: Worksheet, number: int, lang: Lang) -> str:
    """One list; returns the cell with its total of loans."""
    say = Speaker(lang)
    top, left = place_of(number)
    label = LISTS.table.rows[f"label_{lang}"].tolist()[number - 1]
    put(sheet, top, left, f"{number}  {label}", SECTION)
    sheet.row_dimensions[top].height = 22
    texts = [say("Class", "类别"), say("Loans", "笔数"), say("Balance", "余额"), say("Share", "占比"),
             say("NPL", "不良余额"), say("NPL ratio", "不良率")]  # fmt: skip
    headers(sheet, top + 1, left, texts)
    tags = list_tags(number)
    letter = get_column_letter(left)
    for line in range(_ROWS):
        row = top + 2 + line
        if line >= len(tags):
            continue
        put(sheet, row, left, _label(tags[line], lang), LABEL)
        for i, formula in enumerate(_figures(number, f"${letter}{row}", row, left), start=1):
            put(sheet, row, left + i, formula, CALCULATION, _KINDS[i - 1])
    total = top + 2 + len(tags)
    put(sheet, total, left, say("Total", "合计"), TOTAL)
    for i in (1, 2, 4):
        column = get_column_letter(left + i)
        formula = f"=SUM({column}{top + 2}:{column}{total - 1})"
        put(sheet, total, left + i, formula, TOTAL, _KINDS[i - 1])
    balance, bad = (get_column_letter(left + i) for i in (2, 4))
    put(sheet, total, left + 3, f"=SUM({get_column_letter(left + 3)}{top + 2}:{get_column_letter(left + 3)}{total - 1})",
        TOTAL, "rate")  # fmt: skip
    put(
        sheet,
        total,
        left + 5,
        f"=IF({balance}{total}=0,0,{bad}{total}/{balance}{total})",
        TOTAL,
        "pd",
    )
    return f"{get_column_letter(left + 1)}{total}"


def _label(place: int, lang: Lang) -> str:
    """The name of a class in the language of the results."""
    english, chinese = (TAGS.column(f"label_{x}", lang) for x in ("en", "zh"))
    return f'=IF(lang="zh",INDEX({chinese},{place}),INDEX({english},{place}))'


def _figures(number: int, cell: str, row: int, left: int) -> list[str]:
    tags, balance, npl = tag_name(number), result_name("balance"), result_name("npl")
    amount, bad = (f"{get_column_letter(left + i)}{row}" for i in (2, 4))
    return [
        f"=COUNTIF({tags},{cell})",
        f"=SUMIFS({balance},{tags},{cell})",
        f"=IF(total_balance=0,0,{amount}/total_balance)",
        f"=SUMIFS({balance},{tags},{cell},{npl},TRUE)",
        f"=IF({amount}=0,0,{bad}/{amount})",
    ]
