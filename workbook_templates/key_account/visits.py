"""The visit log: who met whom, what was said, what follows; the notes read for risk words."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account import layout
from workbook_templates.key_account.case import COMPANIES, VISITS
from workbook_templates.key_account.layout import title
from workbook_templates.key_account.service import colour_status, due_word
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import named_cards
from workbook_templates.one_customer.entry_form import Entry
from workbook_templates.one_customer.entry_table import add_entry_table
from workbook_templates.one_customer.formulas import or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import CALCULATION, RESULT, TAB_INPUT, WARN_FILL

VISIT_ROWS: Final = 20
_LEFT: Final = 2
_HEADER_ROW: Final = 8
FIRST_ROW: Final = _HEADER_ROW + 1
LAST_ROW: Final = _HEADER_ROW + VISIT_ROWS
_POINTS, _WARNING, _STATUS = 11, 12, 13
_CARD_ROW: Final = 4
_KINDS: Final = (
    ("visit", "走访"),
    ("meeting", "会谈"),
    ("call", "电话"),
    ("site check", "现场检查"),
)


def add_visits_sheet(book: Workbook, lang: Lang) -> None:
    """Add the log; its columns have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("visits", lang),
        subtitle=say(
            "One row per contact. Risk words in the notes give points; follow-ups are watched until they are done.",
            "每次接触一行。纪要中的风险词计分；跟进事项跟踪至完成。",
        ),
        tab=TAB_INPUT,
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    sheet = new_page(book, title("visits", lang), setup, lang)
    set_widths(sheet, {2: 12, 3: 22, 4: 14, 5: 12, 6: 52, 7: 30, 8: 18, 9: 12, 10: 12, 11: 9, 12: 11, 13: 14})  # fmt: skip
    rule_off(sheet, _STATUS)
    kinds = {en: say(en, zh) for en, zh in _KINDS}
    columns = (
        Entry("visit_dates", "Date", "日期", "date", None),
        Entry("visit_companies", "Company", "成员企业", "words", None, choices="company_names"),
        Entry("visit_people", "Met", "会见人", "words", None, choices="contact_names"),
        Entry("visit_kinds", "Kind", "方式", "words", None, choices=tuple(kinds.values())),
        Entry("visit_notes", "Notes", "纪要", "words", None),
        Entry("visit_follow_ups", "Follow-up", "跟进事项", "words", None),
        Entry("visit_owners", "Owner", "责任人", "words", None),
        Entry("visit_due", "Due", "到期日", "date", None),
        Entry("visit_done", "Done", "完成日", "date", None),
    )
    rows = [
        (one.day, say(*COMPANIES[one.company].name), say(*one.met), kinds[one.kind], say(*one.note),
         say(*one.follow_up) or None, say(*one.owner) or None, one.due, one.done)
        for one in VISITS
    ]  # fmt: skip
    spot = Box(sheet, _HEADER_ROW, _LEFT, LAST_ROW, _LEFT + len(columns) - 1)
    add_entry_table(book, sheet, spot, columns, rows, lang)
    for row in range(FIRST_ROW, LAST_ROW + 1):
        sheet.row_dimensions[row].height = 30
    _results(book, sheet, lang)
    _cards(book, sheet, say)
    sheet.freeze_panes = f"C{FIRST_ROW}"


def _text_risk(out: str) -> str:
    return udf(
        "CR_TEXTRISK",
        text="visit_notes",
        lexicon=layout.LEXICON.whole,
        modifiers=layout.MODIFIERS.whole,
        warnings=layout.TEXT_WARNINGS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _results(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Points and colour of each note, status of each follow-up."""
    say = Speaker(lang)
    headers(
        sheet,
        _HEADER_ROW,
        _POINTS,
        [say("Risk points", "风险分"), say("Colour", "颜色"), say("Follow-up is", "跟进状态")],
    )
    points = Box(sheet, FIRST_ROW, _POINTS, LAST_ROW, _POINTS)
    colours = Box(sheet, FIRST_ROW, _WARNING, LAST_ROW, _WARNING)
    column_formula(points, or_blank(_text_risk("value")), CALCULATION, "number")
    column_formula(colours, or_blank(_text_risk("warning")), CALCULATION, "words")
    for row in range(FIRST_ROW, LAST_ROW + 1):
        open_word = due_word(f"(I{row}-asof)")
        status = f'IF(I{row}="","",IF(J{row}<>"",done_word,{open_word}))'
        put(sheet, row, _STATUS, f"={status}", RESULT, "words")
    status_cells = Box(sheet, FIRST_ROW, _STATUS, LAST_ROW, _STATUS)
    for name, box in (("visit_points", points), ("visit_colours", colours), ("visit_status", status_cells)):  # fmt: skip
        define(book, name, box)
    colour_status(status_cells)
    colour_where(
        Box(sheet, FIRST_ROW, _POINTS, LAST_ROW, _WARNING), f"N($K{FIRST_ROW})>0", ground=WARN_FILL
    )
    for row in range(FIRST_ROW, LAST_ROW + 1):
        for column in (_POINTS, _WARNING, _STATUS):
            sheet.cell(row, column).alignment = Alignment(horizontal="center", vertical="center")
    sheet.print_area = f"B1:{get_column_letter(_STATUS)}{LAST_ROW}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    since = 'COUNTIFS(visit_dates,">"&EDATE(asof,-visit_months),visit_dates,"<="&asof)'
    latest = '=IF(COUNT(visit_dates)=0,"",asof-MAX(visit_dates))'
    open_count = "=COUNTIF(visit_status,overdue_word)+COUNTIF(visit_status,soon_word)+COUNTIF(visit_status,track_word)"  # fmt: skip
    cards = (
        ("visits_counted", say("Contacts in the window", "统计期内接触次数"), f"={since}", "count", 2, 3),
        ("days_since_visit", say("Days since the last", "距上次接触天数"), latest, "count", 4, 5),
        ("open_follow_ups", say("Open follow-ups", "未完成跟进事项"), open_count, "count", 6, 6),
        ("overdue_follow_ups", say("of these overdue", "其中已逾期"), "=COUNTIF(visit_status,overdue_word)", "count", 7, 8),
        ("note_points", say("Risk points in the notes", "纪要风险分合计"), "=SUM(visit_points)", "number", 9, 13),
    )  # fmt: skip
    named_cards(book, sheet, _CARD_ROW, cards)
