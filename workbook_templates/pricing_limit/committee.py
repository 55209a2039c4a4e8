"""The committee's page: price, limit, approval and register of one request on a sheet of paper."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, put
from workbook_templates.charts import place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.findings import add_findings
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off
from workbook_templates.pages.check_sheet import CHECK_TOTAL_NAME
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.pages.panels import LAST, PANELS, panel_cards, panel_line, set_panel_widths
from workbook_templates.pricing_limit.layout import SHEETS
from workbook_templates.pricing_limit.limit import method_chart
from workbook_templates.pricing_limit.price import rate_chart
from workbook_templates.pricing_limit.register import product_chart
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD,
    GOOD_FILL,
    RESULT,
    SECTION,
)

_TABLES: Final = 10
_ROWS: Final = 8
_CHARTS: Final = _TABLES + _ROWS + 2
_CHART_HEIGHT: Final = 16
_FINDINGS: Final = _CHARTS + _CHART_HEIGHT + 2
_LINE, _ROW = 13.5, 18.0


def add_committee_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the committee's page."""
    say = Speaker(lang)
    day = 'TEXT(asof,"yyyy-mm-dd")'
    sheet = new_result_page(
        book,
        SHEETS["committee"][lang],
        say("Price and limit for the credit committee", "定价与授信贷审会材料"),
        say(
            f'=customer_name&"  ·  "&customer_no&"  ·  as of "&{day}&"  ·  CNY 10k"',
            f'=customer_name&"  ·  "&customer_no&"  ·  基准日 "&{day}&"  ·  万元"',
        ),
        lang,
    )
    rule_off(sheet, LAST)
    set_panel_widths(sheet, 29, (12, 12, 12))
    _cards(sheet, say)
    _tables(sheet, policy, lang)
    for row in range(_CHARTS, _CHARTS + _CHART_HEIGHT + 1):
        sheet.row_dimensions[row].height = 15
    drawn = (
        rate_chart(book[SHEETS["price"][lang]], lang),
        method_chart(book[SHEETS["limit"][lang]], lang),
        product_chart(book[SHEETS["register"][lang]], lang),
    )
    for chart, panel in zip(drawn, PANELS, strict=True):
        place(sheet, chart, Box(sheet, _CHARTS, panel, _CHARTS + _CHART_HEIGHT, panel + 3))
    _findings(sheet, say)


def _cards(sheet: Worksheet, say: Speaker) -> None:
    rows = (
        (
            (say("Loan requested", "申请金额"), "=N(amount)", "money"),
            (say("Limit for new credit", "新增授信额度"), "=new_limit", "money"),
            (say("Least rate", "最低利率"), "=minimum_rate", "pd"),
            (say("Rate quoted", "报价利率"), "=quoted", "pd"),
            (say("RAROC", "RAROC"), "=raroc", "rate"),
            (
                say("Grade · PD", "等级 · 违约概率"),
                '=IF(N(default_pd)=0,"–",grade&" · "&TEXT(default_pd,"0.00%"))',
                "words",
            ),
        ),
        (
            (say("Contribution per year", "年综合贡献"), "=contribution", "number"),
            (say("Loan to value", "抵押率"), "=loan_to_value", "rate"),
            (say("Blended cost of funding", "综合融资成本"), "=mix_cost", "pd"),
            (say("Annual percentage rate", "年化综合资金成本"), "=apr", "pd"),
            (say("Exceptions not closed", "未关闭例外"), "=exceptions_open", "count"),
            (say("Checks, differences", "核对差额"), f"={CHECK_TOTAL_NAME}", "number"),
        ),
    )
    panel_cards(sheet, rows)


def _tables(sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """Three short lists side by side: the loan, what decides, the register."""
    loan: tuple[tuple[Texts, str, str], ...] = (
        (("Product", "产品"), '=IF(product="","–",product)', "words"),
        (("Term, months", "期限（月）"), "=N(months)", "count"),
        (("Repayment", "还款方式"), '=IF(repayment="","–",repayment)', "words"),
        (("Maturity", "到期日"), "=maturity", "date"),
        (("Interest in total", "利息合计"), "=total_interest", "number"),
        (("Spread over LPR, bp", "LPR 加点（基点）"), "=spread_bp", "count"),
        (("Collateral", "押品"), '=IF(collateral_kind="","–",collateral_kind)', "words"),
        (("Collateral lacking", "押品缺口"), "=collateral_short", "money"),
    )
    decides: tuple[tuple[Texts, str, str], ...] = (
        (("Price", "定价"), "=price_decision", "words"),
        (("Binding method of the limit", "额度约束方法"), "=limit_method", "words"),
        (("Limit less request", "额度减申请"), "=limit_margin", "money"),
        (("Credit with the request", "含本次申请授信总额"), "=total_request", "money"),
        (
            ("Level by amount and grade", "按金额与等级的层级"),
            _authority(policy, "level_amount"),
            "words",
        ),
        (("Level by price", "按定价的层级"), _authority(policy, "level_price"), "words"),
        (("Level by limit", "按额度的层级"), _authority(policy, "level_limit"), "words"),
        (("Decides", "审批机构"), _authority(policy, "level_needed"), "words"),
    )
    register: tuple[tuple[Texts, str, str], ...] = (
        (("Limits", "额度合计"), "=total_limit", "money"),
        (("Used", "已用合计"), "=total_used", "money"),
        (("Used / limit", "使用率"), "=total_share", "rate"),
        (("Over the limit", "超额度"), "=count_over", "count"),
        (("Expired", "已到期"), "=count_expired", "count"),
        (("Reviews overdue", "复评逾期"), "=count_overdue", "count"),
        (("Due soon", "即将到期"), "=count_soon", "count"),
        (("Exceptions expired", "已到期例外"), "=exceptions_expired", "count"),
    )
    titles: tuple[Texts, ...] = (
        ("The loan", "贷款"),
        ("What decides", "审批要点"),
        ("Register", "台账"),
    )
    say = Speaker(lang)
    for panel, title, lines in zip(PANELS, titles, (loan, decides, register), strict=True):
        put(sheet, _TABLES, panel, say(*title), SECTION)
        sheet.row_dimensions[_TABLES].height = 22
        for row, (label, formula, kind) in enumerate(lines, start=_TABLES + 1):
            style = RESULT if row == _TABLES + _ROWS else CALCULATION
            panel_line(sheet, row, panel, say(*label), formula, kind, style)
            sheet.row_dimensions[row].height = _ROW
    margin = Box(sheet, _TABLES + 3, 8, _TABLES + 3, 8)
    colour_where(margin, "AND(ISNUMBER($H$13),$H$13<0)", ground=BAD_FILL, ink=BAD)
    colour_where(margin, "AND(ISNUMBER($H$13),$H$13>=0)", ground=GOOD_FILL, ink=GOOD)


def _authority(policy: Policy, level: str) -> str:
    return f'=IF(N({level})=0,"–",{policy.label("approval_levels", level)})'


def _findings(sheet: Worksheet, say: Speaker) -> None:
    """The findings in sentences, and what the officer recommends."""
    height = 2 * _LINE + 4
    findings = (
        (say("Price", "定价"), "=why_rate", height),
        (say("Rate quoted", "报价"), "=why_price", height),
        (say("Limit", "额度"), "=why_limit", height),
        (say("Collateral", "押品"), "=why_collateral", height),
    )
    add_findings(sheet, _FINDINGS, findings, height, say)
