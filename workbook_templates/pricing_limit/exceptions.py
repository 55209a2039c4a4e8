"""The exception log: what departs from the rules, whose it is, why, and until when."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.entries import (
    DATE_LIMITS,
    Entry,
    entry_list,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.pricing_limit.layout import EXCEPTIONS, SHEETS
from workbook_templates.pricing_limit.worked_case import EXCEPTION_ROWS
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    RESULT,
    TAB_INPUT,
    UNIT,
    WARN_FILL,
)

_LEFT: Final = 2
_CARD_ROW: Final = 4
HEADER: Final = 7
_FIRST: Final = HEADER + 1
_LAST: Final = HEADER + EXCEPTIONS
_NONE: Final[Texts] = ("", "")

COLUMNS: Final = (
    (Entry("exc_number", ("No.", "编号"), "words", _NONE, None, ("Number of the exception.", "例外编号。")), 8.0),
    (Entry("exc_date", ("Granted on", "批准日"), "date", _NONE, None, ("Date of the approval.", "批准日期。"), DATE_LIMITS), 12.0),
    (Entry("exc_customer", ("Customer ID", "客户编号"), "words", _NONE, None, ("The bank's number of the customer.", "行内客户编号。")), 12.0),
    (Entry("exc_kind", ("Kind", "种类"), "words", _NONE, None, ("From the policy.", "按政策表选择。"), options="kind_list"), 12.0),
    (Entry("exc_rule", ("Departure from the rule", "偏离事项"), "words", _NONE, None, ("Which rule is departed from, and how.", "偏离何项规定及程度。")), 34.0),
    (Entry("exc_reason", ("Reason", "理由"), "words", _NONE, None, ("Why it is acceptable.", "可接受的理由。")), 40.0),
    (Entry("exc_owner", ("Owner", "责任人"), "words", _NONE, None, ("Who brings it back into order.", "负责落实整改的人员。")), 20.0),
    (Entry("exc_level", ("Approved by", "批准层级"), "words", _NONE, None, ("From the approval levels.", "按审批层级选择。"), options="level_list"), 28.0),
    (Entry("exc_expires", ("Expires on", "到期日"), "date", _NONE, None, ("Date on which the exception ends.", "例外的终止日。"), DATE_LIMITS), 12.0),
    (Entry("exc_closed", ("Closed on", "关闭日"), "date", _NONE, None, ("Blank while it is open.", "未关闭留空。"), DATE_LIMITS), 12.0),
)  # fmt: skip
_FLAGS: Final[tuple[Texts, ...]] = (
    ("Closed", "已关闭"),
    ("Expired", "已到期"),
    ("Expires soon", "即将到期"),
)


def add_exceptions_sheet(book: Workbook, lang: Lang) -> None:
    """Add the exception log."""
    say = Speaker(lang)
    title = SHEETS["exceptions"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "One row per exception: every one has an owner, a reason and a date on which it ends.",
            "每个例外一行：均有责任人、理由与到期日。",
        ),
        tab=TAB_INPUT,
        repeat_rows=f"{HEADER}:{HEADER}",
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    sheet.row_dimensions[HEADER].height = 22
    set_widths(sheet, {_LEFT + i: width for i, (_, width) in enumerate(COLUMNS)})
    entries = [entry for entry, _ in COLUMNS]
    entry_list(
        book, sheet, HEADER, _LEFT, entries, EXCEPTION_ROWS, EXCEPTIONS, 30, lang, wrapped=True
    )
    last = _results(book, sheet, say)
    rule_off(sheet, last)
    _cards(book, sheet, say)
    sheet.freeze_panes = f"C{_FIRST}"
    sheet.auto_filter.ref = f"B{HEADER}:{get_column_letter(last)}{_LAST}"
    sheet.print_area = f"B1:{get_column_letter(last)}{_LAST}"


def _results(book: Workbook, sheet: Worksheet, say: Speaker) -> int:
    """Days left and status; what they rest on stands beside the printed page."""
    days, status = _LEFT + len(COLUMNS), _LEFT + len(COLUMNS) + 1
    headers(sheet, HEADER, days, [say("Days left", "剩余天数"), say("Status", "状态")])
    set_widths(sheet, {days: 10.0, status: 14.0, status + 1: 3.0})
    tests = ('$K{row}<>""', "N($J{row})<asof", "N($J{row})-asof<=notice_days")
    start = status + 2
    first, last = (get_column_letter(start + i) for i in (0, len(_FLAGS) - 1))
    opened = say("Open", "有效")
    for column, text in enumerate(_FLAGS, start=start):
        put(sheet, HEADER, column, say(*text), UNIT)
        set_widths(sheet, {column: 12.0})
    for row in range(_FIRST, _LAST + 1):
        left = f'=IF(OR($B{row}="",$K{row}<>""),"",$J{row}-asof)'
        put(sheet, row, days, left, CALCULATION, "count")
        found = f"INDEX(${first}${HEADER}:${last}${HEADER},MATCH(1,${first}{row}:${last}{row},0))"
        put(sheet, row, status, f'=IF($B{row}="","",IFERROR({found},"{opened}"))', RESULT, "words")
        for column, test in enumerate(tests, start=start):
            put(sheet, row, column, f'=($B{row}<>"")*({test.format(row=row)})', UNIT, "code")
    body = Box(sheet, _FIRST, status, _LAST, status)
    define(book, "exc_status", body)
    cell = f"{get_column_letter(status)}{_FIRST}"
    words = [say(*text) for text in _FLAGS]
    colour_where(body, f'{cell}="{words[1]}"', ground=BAD_FILL)
    colour_where(body, f'{cell}="{words[2]}"', ground=WARN_FILL)
    return status


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    closed, expired, soon = (say(*text) for text in _FLAGS)
    cards = (
        ("exceptions_all", say("Exceptions", "例外总数"), '=SUMPRODUCT(--(exc_number<>""))', 2, 4),
        ("exceptions_open", say("Not closed", "未关闭"), f'=exceptions_all-COUNTIF(exc_status,"{closed}")', 5, 6),
        ("exceptions_expired", expired, f'=COUNTIF(exc_status,"{expired}")', 7, 7),
        ("exceptions_soon", soon, f'=COUNTIF(exc_status,"{soon}")', 8, 9),
        ("exceptions_unowned", say("Without owner, reason or expiry", "缺责任人、理由或到期日"),
         '=SUMPRODUCT((exc_number<>"")*(1-(exc_owner<>"")*(exc_reason<>"")*(exc_expires<>"")))', 10, 13),
    )  # fmt: skip
    for name, text, formula, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, "count"))
