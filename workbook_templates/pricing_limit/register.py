"""The limit register: limit, used and available by facility, expiry, reviews, and what is due."""

from __future__ import annotations

from typing import Final

from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, column_formula, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.entries import (
    AMOUNT_LIMITS,
    DATE_LIMITS,
    Entry,
    entry_list,
)
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.pricing_limit.layout import FACILITIES, SHEETS
from workbook_templates.pricing_limit.worked_case import FACILITY_ROWS
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    NAVY,
    RESULT,
    SECTION,
    TAB_INPUT,
    TOTAL,
    UNIT,
    WARN_FILL,
)

_LEFT: Final = 2
_CARD_ROW: Final = 4
HEADER: Final = 8
_FIRST: Final = HEADER + 1
_LAST: Final = HEADER + FACILITIES
_PRODUCTS: Final = 5
_BY_PRODUCT: Final = _LAST + 2
_MONEY: Final[Texts] = ("CNY 10k", "万元")
_NONE: Final[Texts] = ("", "")
_PART_COLOUR: Final = "B9CCD6"

COLUMNS: Final = (
    (Entry("reg_number", ("Facility", "额度编号"), "words", _NONE, None, ("Number of the facility.", "额度编号。")), 10.0),
    (Entry("reg_customer", ("Customer ID", "客户编号"), "words", _NONE, None, ("The bank's number of the customer.", "行内客户编号。")), 11.0),
    (Entry("reg_name", ("Customer", "客户名称"), "words", _NONE, None, ("Full name.", "客户全称。")), 36.0),
    (Entry("reg_group", ("Group", "集团"), "words", _NONE, None, ("Group of connected customers; blank is none.", "关联客户所属集团；留空为无。")), 21.0),
    (Entry("reg_product", ("Product", "产品"), "words", _NONE, None, ("From the policy.", "按政策表选择。"), options="product_list"), 21.0),
    (Entry("reg_tier", ("Risk tier", "风险层级"), "words", _NONE, None, ("Decides the months between reviews.", "决定复评间隔。"), options="tier_list"), 11.0),
    (Entry("reg_limit", ("Limit", "额度"), "money", _MONEY, None, ("Approved limit.", "已批复额度。"), AMOUNT_LIMITS), 11.0),
    (Entry("reg_used", ("Used", "已用"), "money", _MONEY, None, ("In use at the as-of date.", "基准日已用金额。"), AMOUNT_LIMITS), 11.0),
    (Entry("reg_approved", ("Approved on", "批复日"), "date", _NONE, None, ("Date of the approval.", "批复日期。"), DATE_LIMITS), 12.0),
    (Entry("reg_expires", ("Expires on", "到期日"), "date", _NONE, None, ("Date on which the limit ends.", "额度到期日。"), DATE_LIMITS), 12.0),
    (Entry("reg_reviewed", ("Last review", "上次复评"), "date", _NONE, None, ("Date of the last review.", "上次复评日期。"), DATE_LIMITS), 12.0),
    (Entry("reg_warning", ("Warning", "预警"), "words", _NONE, None, ("Early warning; a warning shortens the interval.", "预警状态；有预警时缩短复评间隔。"), options="warning_list"), 10.0),
)  # fmt: skip
_FLAGS: Final[tuple[Texts, ...]] = (
    ("Over the limit", "超额度"),
    ("Expired", "已到期"),
    ("Review overdue", "复评逾期"),
    ("Due soon", "即将到期"),
)
"""What may be wrong with a facility, the gravest first."""
_FLAG_COLUMN: Final = 24


def add_register_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the limit register."""
    say = Speaker(lang)
    title = SHEETS["register"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "One row per facility. Available, days and status follow; room is what the large-exposure limits leave.",
            "每个额度一行。可用、天数与状态由公式得出；余量为大额风险暴露限额的剩余空间。",
        ),
        tab=TAB_INPUT,
        repeat_rows=f"{HEADER}:{HEADER}",
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    _inputs(book, sheet, lang)
    last = _results(book, sheet, policy, say)
    rule_off(sheet, last)
    _flags(book, sheet, say)
    _cards(book, sheet, say)
    _by_product(book, sheet, policy, lang)
    sheet.freeze_panes = f"E{_FIRST}"
    sheet.auto_filter.ref = f"B{HEADER}:{get_column_letter(last)}{_LAST}"
    sheet.print_area = f"B1:{get_column_letter(last)}{_BY_PRODUCT + _PRODUCTS + 9}"


def _inputs(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    sheet.row_dimensions[HEADER].height = 32
    set_widths(sheet, {_LEFT + i: width for i, (_, width) in enumerate(COLUMNS)})
    entries = [entry for entry, _ in COLUMNS]
    entry_list(book, sheet, HEADER, _LEFT, entries, FACILITY_ROWS, FACILITIES, 17, lang)


def _results(book: Workbook, sheet: Worksheet, policy: Policy, say: Speaker) -> int:
    """The computed columns as array formulas; returns the last of them."""
    review = udf("CR_NEXTREVIEW", last_review="reg_reviewed", tier="reg_tier", warning="reg_warning",
                 policy=policy.whole("tier_strategy"), intervals=policy.whole("review_intervals"))  # fmt: skip
    room = udf("CR_EXPOSURE", customers="reg_customer", amounts="reg_used", tier1="tier1_capital",
               capital="net_capital", groups="reg_group", limits=policy.whole("large_exposures"))  # fmt: skip
    filled = 'reg_number<>""'
    first, last = (get_column_letter(_FLAG_COLUMN + i) for i in (0, len(_FLAGS) - 1))
    columns = (
        (
            "reg_available",
            say("Available", "可用"),
            "money",
            11.0,
            f'IF({filled},reg_limit-reg_used,"")',
            True,
        ),
        (
            "reg_share",
            say("Used / limit", "使用率"),
            "rate",
            10.0,
            'IF(reg_limit>0,reg_used/reg_limit,"")',
            False,
        ),
        (
            "reg_days",
            say("Days to expiry", "距到期天数"),
            "count",
            11.0,
            f'IF({filled},reg_expires-asof,"")',
            False,
        ),
        (
            "reg_review",
            say("Next review", "下次复评"),
            "date",
            12.0,
            f'IF(SUM(reg_limit)=0,"",{review})',
            True,
        ),
        (
            "reg_room",
            say("Room", "大额余量"),
            "money",
            11.0,
            f'IF(SUM(reg_used)*N(tier1_capital)=0,"",{room})',
            False,
        ),
    )
    start = _LEFT + len(COLUMNS)
    for column, (name, text, kind, width, formula, decides) in enumerate(columns, start=start):
        headers(sheet, HEADER, column, [text])
        body = Box(sheet, _FIRST, column, _LAST, column)
        column_formula(body, f"={formula}", RESULT if decides else CALCULATION, kind)
        define(book, name, body)
        set_widths(sheet, {column: width})
    status = start + len(columns)
    headers(sheet, HEADER, status, [say("Status", "状态")])
    set_widths(sheet, {status: 16.0})
    good = say("In order", "正常")
    for row in range(_FIRST, _LAST + 1):
        found = f"INDEX(${first}${HEADER}:${last}${HEADER},MATCH(1,${first}{row}:${last}{row},0))"
        put(sheet, row, status, f'=IF($B{row}="","",IFERROR({found},"{good}"))', RESULT, "words")
    body = Box(sheet, _FIRST, status, _LAST, status)
    define(book, "reg_status", body)
    cell = f"{get_column_letter(status)}{_FIRST}"
    colour_where(body, f"SUM(${first}{_FIRST}:$Z{_FIRST})>0", ground=BAD_FILL)
    colour_where(body, f'AND(LEN({cell})>0,{cell}<>"{good}")', ground=WARN_FILL)
    return status


def _flags(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """What is wrong with a facility, one column each, beside the printed page."""
    tests = (
        "N(I{row})>N(H{row})",
        'AND(K{row}<>"",N(K{row})<asof)',
        "AND(N(Q{row})>0,N(Q{row})<asof)",
        "OR(AND(N(K{row})>0,N(K{row})-asof<=notice_days),AND(N(Q{row})>0,N(Q{row})-asof<=notice_days))",
    )
    names = ("reg_over", "reg_expired", "reg_overdue", "reg_soon")
    for column, (text, test, name) in enumerate(
        zip(_FLAGS, tests, names, strict=True), start=_FLAG_COLUMN
    ):
        put(sheet, HEADER, column, say(*text), UNIT)
        set_widths(sheet, {column: 14.0})
        for row in range(_FIRST, _LAST + 1):
            put(sheet, row, column, f'=($B{row}<>"")*({test.format(row=row)})', UNIT, "code")
        define(book, name, Box(sheet, _FIRST, column, _LAST, column))


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    cards = (
        ("total_limit", say("Limits", "额度合计"), "=SUM(reg_limit)", "money", 2, 3),
        ("total_used", say("Used", "已用合计"), "=SUM(reg_used)", "money", 4, 4),
        ("total_available", say("Available", "可用合计"), "=SUM(reg_available)", "money", 5, 5),
        (
            "total_share",
            say("Used / limit", "使用率"),
            "=IF(total_limit=0,0,total_used/total_limit)",
            "rate",
            6,
            6,
        ),
        ("count_over", say("Over the limit", "超额度"), "=SUM(reg_over)", "count", 7, 9),
        ("count_expired", say("Expired", "已到期"), "=SUM(reg_expired)", "count", 10, 11),
        ("count_overdue", say("Reviews overdue", "复评逾期"), "=SUM(reg_overdue)", "count", 12, 14),
        ("count_soon", say("Due soon", "即将到期"), "=SUM(reg_soon)", "count", 15, 19),
    )
    for name, text, formula, kind, first, last in cards:
        define(book, name, card(sheet, _CARD_ROW, first, last, text, formula, kind))
    put(sheet, HEADER - 1, _LEFT, say("Facilities, CNY 10k", "额度明细（万元）"), SECTION)
    sheet.row_dimensions[HEADER - 1].height = 24


def _by_product(book: Workbook, sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """Limit, used and available by product, whose names follow the workbook's language."""
    say = Speaker(lang)
    put(sheet, _BY_PRODUCT, _LEFT, say("By product, CNY 10k", "按产品（万元）"), SECTION)
    labels = policy.labels("products")[0 if lang == "en" else 1]
    texts = (("Product", "产品"), ("Limit", "额度"), ("Used", "已用"), ("Available", "可用"))
    headers(sheet, _BY_PRODUCT + 1, 4, [say(*text) for text in texts])
    for number in range(1, _PRODUCTS + 1):
        row = _BY_PRODUCT + 1 + number
        put(sheet, row, 4, f"=INDEX({labels},{number})", LABEL)
        for column, name in ((5, "reg_limit"), (6, "reg_used")):
            put(sheet, row, column, f"=SUMIFS({name},reg_product,$D{row})", CALCULATION, "money")
        put(sheet, row, 7, f"=E{row}-F{row}", RESULT, "money")
    bottom = _BY_PRODUCT + 2 + _PRODUCTS
    put(sheet, bottom, 4, say("Total", "合计"), TOTAL, "words")
    for column in (5, 6, 7):
        letter = get_column_letter(column)
        put(
            sheet,
            bottom,
            column,
            f"=SUM({letter}{bottom - _PRODUCTS}:{letter}{bottom - 1})",
            TOTAL,
            "money",
        )
    define(book, "product_limit", Box(sheet, bottom, 5, bottom, 5))
    place(sheet, product_chart(sheet, lang), Box(sheet, _BY_PRODUCT + 1, 9, bottom + 7, 19))


def product_chart(sheet: Worksheet, lang: Lang) -> BarChart:
    """Used and available by product."""
    say = Speaker(lang)
    first, last = _BY_PRODUCT + 1, _BY_PRODUCT + 1 + _PRODUCTS
    return bars(
        say("Limits by product: used and available, CNY 10k", "各产品额度：已用与可用（万元）"),
        Box(sheet, first + 1, 4, last, 4),
        [Box(sheet, first, 6, last, 6), Box(sheet, first, 7, last, 7)],
        lang, stacked="stacked", colours=(NAVY, _PART_COLOUR),
    )  # fmt: skip
