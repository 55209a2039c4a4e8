"""The limit sheet: working-capital need, every method of the limit, collateral."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.collateral import collateral_block
from workbook_templates.customer_rating.layout import title
from workbook_templates.customer_rating.ratios import latest
from workbook_templates.customer_rating.statements import last, prior
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words, named_cards
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    CALCULATION,
    LABEL,
    PROSE,
    RESULT_FILL,
    SECTION,
    TAB_RESULT,
    TEAL,
    UNIT,
)

_LABEL, _VALUE, _WHY = 2, 3, 4
LAST_COLUMN: Final = 11
_HELPER: Final = LAST_COLUMN + 2
_PARTS: Final = "limit_parts"
_CARD_ROW: Final = 4
_METHODS: Final = tuple(layout.METHODS.table.rows["method"])


def add_limit_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; the limit and the amount recommended have names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("limit", lang),
        subtitle=say(
            "CNY 10k. The least of the methods is the limit; a method that lacks an input is named and leaves no room.",
            "单位：万元。各方法取最小值为授信额度；缺少数据的方法会列示，不视为有额度空间。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title("limit", lang), setup, lang)
    set_widths(sheet, {2: 40, 3: 16, 4: 22, 5: 16} | dict.fromkeys(range(6, 12), 16.0))
    set_widths(sheet, dict.fromkeys(range(_HELPER, _HELPER + 2 + len(_METHODS)), 26.0))
    rule_off(sheet, LAST_COLUMN)
    row = _figures(book, sheet, 8, lang)
    row = _methods(book, sheet, row + 1, lang)
    collateral_block(book, sheet, row + 2, lang)
    _results(book, sheet, lang)
    sheet.print_area = f"B1:{get_column_letter(LAST_COLUMN)}{sheet.max_row}"


def _days(item: str, code: str, base: str) -> str:
    return udf(
        "CR_TURNDAYS",
        item=f'"{item}"',
        closing=last(code),
        opening=prior(code),
        **{base: last("revenue" if base == "sales" else "cost_of_sales")},
        bases=layout.TURNOVER.whole,
    )


def _figures(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """What the methods need, from statements and inputs; returns the next free row."""
    say = Speaker(lang)
    put(sheet, top, _LABEL, say("Figures behind the methods", "测算所用数据"), SECTION)
    sheet.row_dimensions[top].height = 22
    ebitda = f"({last('profit_before_tax')}+{last('interest_expense')}+{last('fixed_asset_depreciation')}+N({last('intangible_amortisation')}))"  # fmt: skip
    service = f"({last('principal_due')}+{last('interest_expense')})"
    rows = (
        ("inventory_days", say("Inventory days", "存货周转天数"), "number",
         _days("inventory", "inventories", "cost")),
        ("receivable_days", say("Receivable days", "应收账款周转天数"), "number",
         _days("receivables", "accounts_receivable", "sales")),
        ("payable_days", say("Payable days", "应付账款周转天数"), "number",
         _days("payables", "accounts_payable", "cost")),
        ("prepayment_days", say("Prepayment days", "预付账款周转天数"), "number",
         _days("prepayments", "prepayments", "cost")),
        ("prereceipt_days", say("Days of advance receipts", "预收账款周转天数"), "number",
         _days("prereceipts", "contract_liabilities", "sales")),
        ("sales_margin", say("Profit margin on sales", "销售利润率"), "rate", f"{latest('net_margin')}+0"),
        ("tangible_equity", say("Effective net assets", "有效净资产"), "money",
         f"{last('equity')}-N({last('intangible_assets')})"),
        ("free_cash", say("Cash flow for new debt", "可用于新增债务的现金流"), "money",
         f"{ebitda}-{last('income_tax')}-{service}"),
        ("group_room", say("Room under large-exposure limits", "大额风险暴露余量"), "money",
         udf("CR_EXPOSURE", customers="customer_id", amounts="bank_exposure", tier1="tier1_capital",
             capital="net_capital", limits=layout.LARGE_EXPOSURES.whole)),
        ("working_need", say("New working-capital loan needed", "新增流动资金贷款需求"), "money",
         _working_capital("value", lang)),
    )  # fmt: skip
    row = top
    for row, (name, text, kind, formula) in enumerate(rows, start=top + 1):
        put(sheet, row, _LABEL, text, LABEL)
        put(sheet, row, _VALUE, or_blank(formula), CALCULATION, kind)
        define(book, name, Box(sheet, row, _VALUE, row, _VALUE))
        sheet.row_dimensions[row].height = 18
    spot = Box(sheet, top + 1, _WHY, row - 1, LAST_COLUMN)
    _sentence(sheet, row, _working_capital("why", lang))
    _method_chart(sheet, spot, row + 4, lang)
    return row + 1


def _working_capital(out: str, lang: Lang) -> str:
    del lang
    return udf(
        "CR_WCNEED",
        sales=last("revenue"),
        margin="sales_margin",
        growth="sales_growth",
        inventory_days="inventory_days",
        receivable_days="receivable_days",
        payable_days="payable_days",
        prepayment_days="prepayment_days",
        prereceipt_days="prereceipt_days",
        own_funds="own_funds",
        existing_loans="working_loans",
        other_funds="other_funds",
        out=f'"{out}"',
        lang="lang",
    )


def _sentence(sheet: Worksheet, row: int, formula: str, height: float = 44) -> None:
    """A reason over the columns at the right."""
    for column in range(_WHY, LAST_COLUMN + 1):
        put(sheet, row, column, None, PROSE)
    put(sheet, row, _WHY, or_blank(formula), PROSE)
    sheet.merge_cells(Box(sheet, row, _WHY, row, LAST_COLUMN).address)
    sheet.row_dimensions[row].height = height


def limit_call(out: str) -> str:
    """The limit by all methods."""
    return udf(
        "CR_LIMIT",
        need="working_need",
        assets=last("assets"),
        liabilities=last("liabilities"),
        cash_flow="free_cash",
        rate="quoted_rate",
        years="request_years",
        equity="tangible_equity",
        grade="grade",
        existing="existing_credit",
        collateral_value="collateral_recognised",
        max_ltv="collateral_ltv",
        room="group_room",
        methods=layout.METHODS.whole,
        multiples=layout.MULTIPLES.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _methods(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> int:
    """A row per method; returns the last row."""
    say = Speaker(lang)
    put(sheet, top, _LABEL, say("Limit by method", "各方法测算额度"), SECTION)
    sheet.row_dimensions[top].height = 22
    headers(sheet, top + 1, _LABEL, [say("Method", "方法"), say("Limit, CNY 10k", "额度（万元）")])
    label = layout.METHODS.column("label", lang)
    # All methods at once, beside the page: limit, binding method, then each method's limit.
    parts = Box(sheet, top + 2, _HELPER, top + 3, _HELPER + 1 + len(_METHODS))
    column_formula(parts, or_blank(limit_call("table")), UNIT, "general")
    define(book, _PARTS, parts)
    for i in range(len(_METHODS)):
        row = top + 2 + i
        place_of = f"ROWS(B${top + 2}:B{row})"
        put(sheet, row, _LABEL, or_blank(f"INDEX({label},{place_of})"), LABEL)
        part = f"INDEX({_PARTS},2,{place_of}+2)"
        put(sheet, row, _VALUE, or_blank(part), CALCULATION, "money")
        sheet.row_dimensions[row].height = 18
    bottom = top + 1 + len(_METHODS)
    methods = Box(sheet, top + 2, _LABEL, bottom, _VALUE)
    colour_where(methods, f"$C{top + 2}=limit_amount", ground=RESULT_FILL, bold=True)
    define(book, "method_names", Box(sheet, top + 2, _LABEL, bottom, _LABEL))
    define(book, "method_limits", Box(sheet, top + 2, _VALUE, bottom, _VALUE))
    row = bottom + 1
    put(sheet, row, _LABEL, say("Why this limit", "额度理由"), LABEL)
    for column in range(_VALUE, LAST_COLUMN + 1):
        put(sheet, row, column, None, PROSE)
    put(sheet, row, _VALUE, or_blank(limit_call("why")), PROSE)
    sheet.merge_cells(Box(sheet, row, _VALUE, row, LAST_COLUMN).address)
    define(book, "limit_why", Box(sheet, row, _VALUE, row, _VALUE))
    sheet.row_dimensions[row].height = 44
    return row


def _method_chart(sheet: Worksheet, spot: Box, methods_top: int, lang: Lang) -> None:
    say = Speaker(lang)
    bottom = methods_top + len(_METHODS) - 1
    chart = bars(
        say("Limit by method, CNY 10k", "各方法测算额度（万元）"),
        Box(sheet, methods_top, _LABEL, bottom, _LABEL),
        [Box(sheet, methods_top - 1, _VALUE, bottom, _VALUE)],
        lang,
        colours=(TEAL,),
        direction="bar",
    )
    place(sheet, chart, spot)


def _results(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    least = "MIN(request_amount,limit_amount)"
    amount = f"=IF(COUNT(request_amount,limit_amount)=2,FLOOR({least},limit_step),missing)"
    word = (
        "IF(recommended+0>=request_amount,approve_word,IF(recommended>0,reduce_word,decline_word))"
    )
    cards = (
        ("", say("Asked for", "申请金额"), '=IF(request_amount="",missing,request_amount)', "money", 2, 2),
        ("limit_amount", say("Limit", "授信额度"), known(limit_call("value")), "money", 3, 4),
        ("binding_method", say("Binding method", "决定性方法"), known(limit_call("method")), "words", 5, 6),
        ("recommended", say("Amount recommended", "建议金额"), amount, "money", 7, 8),
        ("recommendation", say("Recommendation", "建议"), known(word), "words", 9, 11),
    )  # fmt: skip
    for _, kind, cell in named_cards(book, sheet, _CARD_ROW, cards):
        if kind == "words":
            fit_words(cell, lang)
