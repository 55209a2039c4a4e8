"""The service plan: what the account's tier gets, when it is due, which products are open."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account import layout
from workbook_templates.key_account.case import PRODUCTS_HELD, SERVICE_DATES
from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.cards import fit_words
from workbook_templates.one_customer.entry_form import Entry, restrict
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.policy_tables import PolicyTable
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    INPUT,
    LABEL,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    UNIT,
    WARN_FILL,
)
from workbook_templates.tier_colours import colour_tiers

_LEFT, _RIGHT = 2, 11
LAST_COLUMN: Final = 13
_CARD_ROW: Final = 4
_TEXT_ROW: Final = 7
_HEADER_ROW: Final = 13
FIRST_ROW: Final = _HEADER_ROW + 1
SERVICES: Final = len(layout.SERVICES.table.rows)
PRODUCTS: Final = len(layout.PRODUCTS.table.rows)


def add_service_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; tier, statuses and gaps have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("service", lang),
        subtitle=say(
            "The account's tier decides which services it gets and how often; type in when each was last done.",
            "客户层级决定服务内容与频率；请录入各项服务最近一次日期。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title("service", lang), setup, lang)
    set_widths(sheet, {2: 42, 3: 14, 4: 14, 5: 14, 6: 11, 7: 16, 8: 22, 9: 3, 10: 3, 11: 38, 12: 14, 13: 16})  # fmt: skip
    rule_off(sheet, LAST_COLUMN)
    _cards(book, sheet, lang)
    _texts(book, sheet, lang)
    _services(book, sheet, lang)
    _products(book, sheet, lang)
    sheet.print_area = f"B1:M{FIRST_ROW + max(SERVICES, PRODUCTS) - 1}"


def account_tier(out: str, lang: str = "lang") -> str:
    """Strategic, core or general; in English it is the tier's code."""
    return udf(
        "CR_TIER",
        contribution_share="contribution_share",
        grade="grade",
        group='IF(strategic_group="","",strategic_group=yes_word)',
        warning="warning",
        policy=layout.ACCOUNT_TIERS.whole,
        scale=layout.GRADE_SCALE.whole,
        out=f'"{out}"',
        lang=lang,
    )


def _cards(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    pd = udf("CR_GRADE2PD", grade="grade", scale=layout.MASTER_SCALE.whole)
    risk = udf("CR_RISKTIER", pd="group_pd", value_share="contribution_share", npl="overdue_npl",
               tiers=layout.RISK_TIERS.whole, lang="lang")  # fmt: skip
    review = udf("CR_NEXTREVIEW", last_review="last_review", tier="risk_tier", warning="warning",
                 policy=layout.STRATEGY.whole, intervals=layout.INTERVALS.whole)  # fmt: skip
    cards = (
        ("account_tier", say("Account tier", "客户层级"), known(account_tier("value")), "words", 2, 2),
        ("risk_tier", say("Risk tier", "风险层级"), known(risk), "words", 3, 4),
        ("group_pd", say("PD of the group", "集团违约概率"), known(pd), "pd", 5, 6),
        ("next_review", say("Next review", "下次复评"), known(review), "date", 7, 8),
        ("overdue_services", say("Services overdue", "逾期服务"), "=COUNTIF(service_status,overdue_word)", "count", 11, 11),
        ("open_products", say("Products to offer", "可推介产品"), "=COUNTIF(product_status,offer_word)", "count", 12, 13),
    )  # fmt: skip
    for name, text, formula, kind, left, right in cards:
        cell = card(sheet, _CARD_ROW, left, right, text, formula, kind)
        define(book, name, cell)
        if name == "risk_tier":
            colour_tiers(cell)
        if name == "next_review":
            fit_words(cell, lang)
    sheet.row_dimensions[_CARD_ROW + 2].height = 8


def _texts(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Why this tier, which products fit, what to do."""
    say = Speaker(lang)
    size = udf("CR_SIZE", industry="industry_code", employees="employees", revenue="revenue", assets="assets")  # fmt: skip
    product = udf(
        "CR_PRODUCT",
        industry="industry_code",
        size="group_size",
        tier="risk_tier",
        revenue_growth="revenue_growth",
        cash_flow_ratio="cash_flow_ratio",
        years_with_bank="years_with_bank",
        policy=layout.PRODUCT_RULES.whole,
        out='"all"',
        lang="lang",
    )
    action = udf("CR_ACTION", tier="risk_tier", value_class='"A"', policy=layout.ACTIONS.whole, lang="lang")  # fmt: skip
    rows = (
        ("tier_why", say("Why this tier", "层级理由"), account_tier("why")),
        ("products_fit", say("Products that fit", "适配产品"), product),
        ("actions", say("What to do", "管理措施"), action),
        ("approval", say("Approval path", "审批路径"), _strategy("approval")),
    )
    for row, (name, text, formula) in enumerate(rows, start=_TEXT_ROW):
        put(sheet, row, _LEFT, text, LABEL)
        for column in range(_LEFT + 1, LAST_COLUMN + 1):
            put(sheet, row, column, None, PROSE)
        put(sheet, row, _LEFT + 1, known(formula), PROSE)
        sheet.merge_cells(Box(sheet, row, _LEFT + 1, row, LAST_COLUMN).address)
        sheet.row_dimensions[row].height = 20
        define(book, name, Box(sheet, row, _LEFT + 1, row, _LEFT + 1))
    helpers = (
        ("account_tier_code", or_blank(account_tier("value", '"en"'))),
        ("group_size", or_blank(size)),
        ("years_with_bank", '=IF(COUNT(since,asof)=2,YEARFRAC(since,asof),"")'),
        ("overdue_now", or_blank('INDEX(signal_latest,MATCH("overdue_days",signal_codes,0))')),
        ("overdue_npl", '=IF(ISNUMBER(overdue_now),overdue_now>npl_days,"")'),
    )  # fmt: skip
    for row, (name, formula) in enumerate(helpers, start=_TEXT_ROW):
        put(sheet, row, LAST_COLUMN + 2, formula, UNIT, "words")
        define(book, name, Box(sheet, row, LAST_COLUMN + 2, row, LAST_COLUMN + 2))
    sheet.row_dimensions[_HEADER_ROW - 2].height = 8


def _strategy(item: str) -> str:
    return udf("CR_STRATEGY", tier="risk_tier", item=f'"{item}"', policy=layout.STRATEGY.whole, lang="lang")  # fmt: skip


def _of_tier(table: PolicyTable, row: int, lang: Lang) -> str:
    """The cell of a policy table in the row of this line and the column of the account's tier."""
    first = table.column("strategic", lang).removeprefix(table.name)
    last = table.column("general", lang).removeprefix(table.name)
    code = layout.ACCOUNT_TIERS.column("tier", lang)
    block = f"{table.name}[{first}:{last}]"
    return f"INDEX({block},ROWS(B${FIRST_ROW}:B{row}),MATCH(account_tier_code,{code},0))"


def _services(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _HEADER_ROW - 1, _LEFT, say("Services", "服务内容"), SECTION)
    texts = (say("Service", "服务"), say("Every, months", "间隔（月）"), say("Last done", "最近一次"),
             say("Next due", "下次应办"), say("Days left", "剩余天数"), say("Status", "状态"), say("Owner", "责任人"))  # fmt: skip
    headers(sheet, _HEADER_ROW, _LEFT, texts)
    sheet.row_dimensions[_HEADER_ROW].height = 22
    for i, code in enumerate(layout.SERVICES.table.rows["service"]):
        row = FIRST_ROW + i
        at = f"ROWS(B${FIRST_ROW}:B{row})"
        months = _of_tier(layout.SERVICES, row, lang)
        put(sheet, row, 2, or_blank(f"INDEX({layout.SERVICES.column('label', lang)},{at})"), LABEL)
        put(sheet, row, 3, or_blank(f'IF({months}="","",{months})'), CALCULATION, "count")
        put(sheet, row, 4, SERVICE_DATES[code], INPUT, "date")
        tiers = layout.ACCOUNT_TIERS.column("tier", lang)
        no_service = f'IF(ISNUMBER(MATCH(account_tier_code,{tiers},0)),none_word,"")'
        due = f'IF(COUNT(C{row},D{row})=2,EDATE(D{row},C{row}),"")'
        put(sheet, row, 5, f"={due}", CALCULATION, "date")
        put(sheet, row, 6, f'=IF(ISNUMBER(E{row}),E{row}-asof,"")', CALCULATION, "general")
        put(sheet, row, 7, f'=IF(C{row}="",{no_service},IF(F{row}="",never_word,{due_word(f"F{row}")}))', RESULT, "words")  # fmt: skip
        put(sheet, row, 8, or_blank(f"INDEX({layout.SERVICES.column('owner', lang)},{at})"), CALCULATION, "words")  # fmt: skip
        sheet.row_dimensions[row].height = 20
    bottom = FIRST_ROW + SERVICES - 1
    dates = Box(sheet, FIRST_ROW, 4, bottom, 4)
    define(book, "service_dates", dates)
    define(book, "service_names", Box(sheet, FIRST_ROW, 2, bottom, 2))
    define(book, "service_due", Box(sheet, FIRST_ROW, 5, bottom, 5))
    status_cells = Box(sheet, FIRST_ROW, 7, bottom, 7)
    define(book, "service_status", status_cells)
    restrict(dates, Entry("", "Last done", "最近一次", "date", None), lang)
    colour_status(status_cells)


def due_word(days: str) -> str:
    """Overdue, due soon or on track, by the days that are left; without a further IF."""
    return f"CHOOSE(1+({days}>=0)+({days}>notice_days),overdue_word,soon_word,track_word)"


def colour_status(cells: Box) -> None:
    """Colour statuses: red what is overdue, amber what is due soon or not yet done."""
    first = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[cells.left - 1]}{cells.top}"
    colour_where(cells, f"{first}=overdue_word", ground=BAD_FILL)
    colour_where(cells, f"OR({first}=soon_word,{first}=never_word)", ground=WARN_FILL)


def _products(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _HEADER_ROW - 1, _RIGHT, say("Products", "产品持有与缺口"), SECTION)
    texts = (say("Product", "产品"), say("Held", "是否持有"), say("Status", "状态"))
    headers(sheet, _HEADER_ROW, _RIGHT, texts)
    yes, no = say("yes", "是"), say("no", "否")
    for i, code in enumerate(layout.PRODUCTS.table.rows["product"]):
        row = FIRST_ROW + i
        at = f"ROWS(B${FIRST_ROW}:B{row})"
        target = _of_tier(layout.PRODUCTS, row, lang)
        put(sheet, row, 11, or_blank(f"INDEX({layout.PRODUCTS.column('label', lang)},{at})"), LABEL)
        put(sheet, row, 12, yes if code in PRODUCTS_HELD else no, INPUT, "words")
        put(sheet, row, 13, or_blank(f'IF(L{row}=yes_word,held_word,IF({target}=TRUE,offer_word,"–"))'), RESULT, "words")  # fmt: skip
    bottom = FIRST_ROW + PRODUCTS - 1
    held = Box(sheet, FIRST_ROW, 12, bottom, 12)
    status = Box(sheet, FIRST_ROW, 13, bottom, 13)
    define(book, "products_held", held)
    define(book, "product_status", status)
    define(book, "product_names", Box(sheet, FIRST_ROW, 11, bottom, 11))
    restrict(held, Entry("", "Held", "是否持有", "words", None, choices=(yes, no)), lang)
    colour_where(status, f"M{FIRST_ROW}=held_word", ground=GOOD_FILL)
    colour_where(status, f"M{FIRST_ROW}=offer_word", ground=WARN_FILL)
