"""The account plan: the group on one page, for the account team and the committee."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, named, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account.financing import repayment_chart
from workbook_templates.key_account.layout import title
from workbook_templates.key_account.relationship import CONTACT_ROWS
from workbook_templates.key_account.service import PRODUCTS, SERVICES, colour_status
from workbook_templates.key_account.signals import LOOKS
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words
from workbook_templates.one_customer.committee_page import (
    LAST_COLUMN,
    LEFT,
    TextRow,
    card_rows,
    checks_row,
    colour_checks,
    new_committee_page,
    text_rows,
)
from workbook_templates.one_customer.formulas import or_blank
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    RESULT,
    SECTION,
    TEAL,
    WARN_FILL,
)
from workbook_templates.tier_colours import colour_tiers

_L, _R = LEFT, 7
_WIDTHS: Final = {2: 41.0, 3: 12, 4: 12, 5: 16, 6: 2, 7: 36, 8: 12, 9: 13, 10: 17}
_TEXT_ROW: Final = 10
_LISTS_ROW: Final = 23
_CHART_ROWS: Final = 14


def add_plan_sheet(book: Workbook, lang: Lang) -> None:
    """Add the page; every figure on it stands on one of the other sheets."""
    say = Speaker(lang)
    sheet = new_committee_page(
        book,
        title("plan", lang),
        say("Account plan", "大客户服务与融资计划"),
        "group_name",
        _WIDTHS,
        lang,
    )
    _cards(sheet, lang)
    _texts(sheet, lang)
    bottom = _people_and_signals(sheet, _lists(sheet, lang) + 2, lang)
    _charts(book, sheet, bottom + 2, lang)
    last = bottom + 1 + 2 * _CHART_ROWS
    sheet.print_area = f"B1:J{last}"


def _cards(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    rows = (
        (4, (
            (say("Account tier", "客户层级"), "=account_tier", "words", 2, 2),
            (say("Admission", "准入结论"), "=admission", "words", 3, 4),
            (say("Grade", "信用等级"), '=IF(grade="",missing,grade)', "words", 5, 5),
            (say("Early warning", "预警颜色"), '=warning&"  ·  "&warning_points', "words", 7, 7),
            (say("Risk tier", "风险层级"), "=risk_tier", "words", 8, 9),
            (say("Next review", "下次复评"), "=next_review", "date", 10, 10),
        )),
        (7, (
            (say("Contribution a year", "年综合贡献"), "=total_contribution", "number", 2, 2),
            (say("Our loans", "本行贷款"), "=total_loans", "money", 3, 4),
            (say("Share of loans", "贷款份额"), "=wallet_share", "rate", 5, 5),
            (say("Deposits", "存款"), "=total_deposits", "money", 7, 7),
            (say("Plan's blended cost", "方案综合成本"), "=blended_cost", "pd", 8, 9),
            (say("Follow-ups overdue", "逾期跟进"), "=overdue_follow_ups", "count", 10, 10),
        )),
    )  # fmt: skip
    for cell, formula, kind in card_rows(sheet, rows):
        if formula == "=risk_tier":
            colour_tiers(cell)
        if kind == "date":
            fit_words(cell, lang)
            late = f"AND(ISNUMBER({formula[1:]}),{formula[1:]}<asof)"
            colour_where(cell, late, ground=BAD_FILL, bold=True)


def _texts(sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    section = udf("CR_INDUSTRY", code="industry_code", level='"division_name"', lang="lang")
    rows = (
        TextRow(say("Industry", "行业"), or_blank(section)),
        TextRow(say("Why this tier", "层级理由"), '=tier_why&""'),
        TextRow(say("Admission", "准入"), '=admission_why&""', 2),
        TextRow(say("Early warning", "预警"), '=warning_why&""', 2),
        TextRow(say("Under this warning", "预警应对"), '=warning_actions&""'),
        TextRow(say("What to do", "管理措施"), '=actions&""'),
        TextRow(say("Products that fit", "适配产品"), '=products_fit&""'),
        TextRow(say("Urgency of funds", "资金紧急程度"), '=urgency&"  ·  "&urgency_advice'),
        TextRow(say("Financing", "融资方案"), '=financing_why&""', 2),
        TextRow(say("Approval path", "审批路径"), '=approval&""'),
        checks_row(say),
    )
    text = say("Where the account stands", "客户现状与结论")
    colour_checks(sheet, text_rows(sheet, _TEXT_ROW, text, rows, 20, lang))


def _lists(sheet: Worksheet, lang: Lang) -> int:
    """Services with their status at the left, products at the right; returns the last row."""
    say = Speaker(lang)
    put(sheet, _LISTS_ROW, _L, say("Service plan", "服务计划"), SECTION)
    put(sheet, _LISTS_ROW, _R, say("Products", "产品"), SECTION)
    sheet.row_dimensions[_LISTS_ROW].height = 20
    headers(
        sheet,
        _LISTS_ROW + 1,
        _L,
        [say("Service", "服务"), say("Due", "应办日"), say("Status", "状态"), ""],
    )
    sheet.merge_cells(Box(sheet, _LISTS_ROW + 1, 4, _LISTS_ROW + 1, 5).address)
    headers(sheet, _LISTS_ROW + 1, _R, [say("Product", "产品"), say("Status", "状态"), "", ""])
    sheet.merge_cells(Box(sheet, _LISTS_ROW + 1, 8, _LISTS_ROW + 1, LAST_COLUMN).address)
    first = _LISTS_ROW + 2
    for i in range(SERVICES):
        row = first + i
        at = f"ROWS(B${first}:B{row})"
        put(sheet, row, _L, f"=INDEX(service_names,{at})", LABEL)
        put(sheet, row, 3, f"=INDEX(service_due,{at})", CALCULATION, "date")
        for column in (4, 5):
            put(sheet, row, column, None, RESULT)
        put(sheet, row, 4, f"=INDEX(service_status,{at})", RESULT, "words")
        sheet.merge_cells(Box(sheet, row, 4, row, 5).address)
        sheet.row_dimensions[row].height = 16.5
    for i in range(PRODUCTS):
        row = first + i
        at = f"ROWS(B${first}:B{row})"
        put(sheet, row, _R, f"=INDEX(product_names,{at})", LABEL)
        for column in range(8, LAST_COLUMN + 1):
            put(sheet, row, column, None, RESULT)
        put(sheet, row, 8, f"=INDEX(product_status,{at})", RESULT, "words")
        sheet.merge_cells(Box(sheet, row, 8, row, LAST_COLUMN).address)
    bottom = first + SERVICES - 1
    colour_status(Box(sheet, first, 4, bottom, 4))
    products = Box(sheet, first, 8, first + PRODUCTS - 1, 8)
    colour_where(products, f"H{first}=offer_word", ground=WARN_FILL)
    for row in range(first, bottom + 1):
        sheet.cell(row, _L).alignment = Alignment(horizontal="left", vertical="center", indent=1)
    return bottom


def _people_and_signals(sheet: Worksheet, top: int, lang: Lang) -> int:
    """Who decides at the left, the indicators at the right; returns the last row."""
    say = Speaker(lang)
    put(sheet, top, _L, say("Who decides", "决策关系人"), SECTION)
    put(sheet, top, _R, say("Early signals", "早期信号"), SECTION)
    sheet.row_dimensions[top].height = 20
    people = ("contact_names", "contact_roles", "contact_stances", "contact_days")
    headers(sheet, top + 1, _L, [say("Name", "姓名"), say("Role", "角色"), say("Stance", "态度"),
                                 say("Last met, days", "距上次接触天数")])  # fmt: skip
    signals = ("signal_names", "signal_latest", "signal_change", "signal_trend")
    headers(sheet, top + 1, _R, [say("Indicator", "指标"), say("Latest", "最近一季"),
                                 say("Year's change", "同比变动"), say("Trend", "趋势")])  # fmt: skip
    first = top + 2
    looks = list(LOOKS.values())
    rows = max(CONTACT_ROWS, len(looks))
    for i in range(rows):
        row = first + i
        at = f"ROWS(B${first}:B{row})"
        sheet.row_dimensions[row].height = 16.5
        for j, name in enumerate(people if i < CONTACT_ROWS else ()):
            style, kind = (LABEL, "") if j == 0 else (CALCULATION, "words" if j < len(people) - 1 else "count")  # fmt: skip
            blank = f'INDEX({name},{at})=""'
            put(sheet, row, _L + j, f'=IF({blank},"",INDEX({name},{at}))', style, kind)
        kinds = ("", looks[i], looks[i], "words") if i < len(looks) else ()
        for j, (name, kind) in enumerate(zip(signals, kinds, strict=False)):
            style = (LABEL, CALCULATION, CALCULATION, RESULT)[j]
            put(sheet, row, _R + j, f"=INDEX({name},{at})", style, kind)
    return first + rows - 1


def _charts(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    """Contribution by company, cost by channel, repayment by year."""
    say = Speaker(lang)
    for row in range(top, top + 2 * _CHART_ROWS):
        sheet.row_dimensions[row].height = 15
    pairs = (
        (say("Contribution by company, CNY 10k", "各成员综合贡献（万元）"), "contribution_names",
         "company_contributions", "#,##0", _L, 5),
        (say("All-in cost by channel", "各渠道综合成本"), "source_names", "source_costs", "0.00%", _R, LAST_COLUMN),
    )  # fmt: skip
    for text, names, figures, look, left, right in pairs:
        labels, values = named(book, names), named(book, figures)
        block = Box(values.sheet, values.top - 1, values.left, values.bottom, values.left)
        chart = bars(text, labels, [block], lang, number_format=look, colours=(TEAL,), direction="bar")  # fmt: skip
        place(sheet, chart, Box(sheet, top, left, top + _CHART_ROWS - 1, right))
    below = top + _CHART_ROWS
    repayment_chart(book, sheet, Box(sheet, below, _L, below + _CHART_ROWS - 1, LAST_COLUMN), lang)
