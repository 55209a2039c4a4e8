"""The relationship sheet: the companies of the group, what each contributes, who decides."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, card, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.formulas import udf
from workbook_templates.key_account import layout
from workbook_templates.key_account.case import COMPANIES, CONTACTS
from workbook_templates.key_account.layout import title
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.entry_form import Entry
from workbook_templates.one_customer.entry_table import add_entry_table
from workbook_templates.one_customer.formulas import known, or_blank
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.style import (
    BAD_FILL,
    CALCULATION,
    LABEL,
    RESULT,
    SECTION,
    TAB_INPUT,
    TEAL,
    TOTAL,
    UNIT,
)

COMPANY_ROWS: Final = 8
CONTACT_ROWS: Final = 6
_LEFT: Final = 2
LAST_COLUMN: Final = 14
_GROUPS: Final = LAST_COLUMN + 2
_CARD_ROW: Final = 4
_MAP_ROW: Final = 9
_MAP_LAST: Final = _MAP_ROW + COMPANY_ROWS
_VALUE_ROW: Final = _MAP_LAST + 4
_VALUE_LAST: Final = _VALUE_ROW + COMPANY_ROWS
_CONTACT_ROW: Final = _VALUE_LAST + 4
_PARTS: Final = 8
_RELATIONS: Final = (
    ("parent", "母公司"),
    ("subsidiary", "子公司"),
    ("associate", "联营企业"),
    ("guarantor", "担保人"),
)
_ROLES: Final = (("decides", "决策"), ("influences", "影响"), ("uses", "使用"), ("blocks", "阻碍"))
_STANCES: Final = (("supportive", "支持"), ("neutral", "中立"), ("critical", "保留"))
_MONEY: Final = 1e9


def words(options: tuple[tuple[str, str], ...], lang: Lang) -> dict[str, str]:
    """The options of a list in a language, by their English word."""
    return {en: zh if lang == "zh" else en for en, zh in options}


def add_relationship_sheet(book: Workbook, lang: Lang) -> None:
    """Add the sheet; totals and columns have names that other sheets use."""
    say = Speaker(lang)
    setup = PageSetup(
        title=title("relationship", lang),
        subtitle=say(
            "CNY 10k. One row per company of the group; contribution after funding, cost, expected loss, tax and capital.",
            "单位：万元。集团成员每户一行；综合贡献已扣除资金成本、费用、预期损失、所得税与资本成本。",
        ),
        tab=TAB_INPUT,
        pages_high=1,
    )
    sheet = new_page(book, title("relationship", lang), setup, lang)
    set_widths(sheet, {2: 30, 3: 15} | dict.fromkeys(range(4, LAST_COLUMN + 1), 14.0))
    rule_off(sheet, LAST_COLUMN)
    _map(book, sheet, lang)
    _contribution(book, sheet, lang)
    _contacts(book, sheet, lang)
    _cards(book, sheet, say)


def _map(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    say = Speaker(lang)
    put(sheet, _MAP_ROW - 1, _LEFT, say("Companies of the group", "集团成员"), SECTION)
    relations = words(_RELATIONS, lang)
    columns = (
        Entry("company_names", "Company", "成员企业", "words", None),
        Entry("company_relations", "Relation", "关系", "words", None, choices=tuple(relations.values())),
        Entry("company_shares", "Share held", "持股比例", "rate", None, lower=0, upper=1),
        Entry("company_grades", "Grade", "信用等级", "words", None, choices="list_grades"),
        Entry("company_loans", "Our loans", "本行贷款", "money", None, lower=0, upper=_MONEY),
        Entry("company_loan_rates", "Loan rate", "贷款利率", "pd", None, lower=0, upper=0.36),
        Entry("company_deposits", "Deposits", "存款日均", "money", None, lower=0, upper=_MONEY),
        Entry("company_deposit_rates", "Deposit rate", "存款利率", "pd", None, lower=0, upper=0.36),
        Entry("company_fees", "Fees a year", "年中间业务收入", "money", None, lower=0, upper=_MONEY),
        Entry("company_costs", "Costs a year", "年费用", "money", None, lower=0, upper=_MONEY),
        Entry("company_others", "Loans at other banks", "他行贷款", "money", None, lower=0, upper=_MONEY),
    )  # fmt: skip
    rows = [
        (say(*one.name), relations[one.relation], one.share, one.grade, one.loans, one.loan_rate,
         one.deposits, one.deposit_rate, one.fees, one.costs, one.other_banks)
        for one in COMPANIES
    ]  # fmt: skip
    spot = Box(sheet, _MAP_ROW, _LEFT, _MAP_LAST, _LEFT + len(columns) - 1)
    add_entry_table(book, sheet, spot, columns, rows, lang)
    headers(
        sheet,
        _MAP_ROW,
        13,
        [say("Our share of loans", "本行贷款份额"), say("Room under limits", "限额余量")],
    )
    total = _MAP_LAST + 1
    put(sheet, _MAP_ROW, _GROUPS, say("Group ID", "集团编号"), UNIT)
    put(sheet, _MAP_ROW, _GROUPS + 1, say("Exposure", "风险暴露"), UNIT)
    define(book, "company_groups", Box(sheet, _MAP_ROW + 1, _GROUPS, _MAP_LAST, _GROUPS))
    exposures = Box(sheet, _MAP_ROW + 1, _GROUPS + 1, _MAP_LAST, _GROUPS + 1)
    define(book, "company_exposures", exposures)
    for row in range(_MAP_ROW + 1, total):
        share = f'IF(N(F{row})+N(L{row})=0,"",N(F{row})/(N(F{row})+N(L{row})))'
        put(sheet, row, 13, f"={share}", CALCULATION, "rate")
        at = f"ROWS(B${_MAP_ROW + 1}:B{row})"
        room = f"INDEX({_exposure('value')},{at})"
        put(sheet, row, 14, f'=IF(B{row}="","",IFERROR({room},missing))', CALCULATION, "money")
        put(sheet, row, _GROUPS, f'=IF(B{row}="","",group_id&"")', UNIT)
        # A company without loans has an exposure of nothing; a blank would make the group unknown.
        put(sheet, row, _GROUPS + 1, f'=IF(B{row}="","",N(F{row}))', UNIT)
        sheet.row_dimensions[row].height = 18
    put(sheet, total, _LEFT, say("Group", "集团合计"), TOTAL, "words")
    for column in range(_LEFT + 1, LAST_COLUMN + 1):
        put(sheet, total, column, None, TOTAL)
    for column in (6, 8, 10, 11, 12):
        letter = get_column_letter(column)
        put(
            sheet,
            total,
            column,
            f"=SUM({letter}{_MAP_ROW + 1}:{letter}{_MAP_LAST})",
            TOTAL,
            "money",
        )
    put(sheet, total, 13, f"=IF(F{total}+L{total}=0,0,F{total}/(F{total}+L{total}))", TOTAL, "rate")
    for name, column in (("total_loans", 6), ("total_deposits", 8), ("total_fees", 10), ("total_costs", 11), ("total_others", 12), ("wallet_share", 13)):  # fmt: skip
        define(book, name, Box(sheet, total, column, total, column))


def _exposure(out: str) -> str:
    return udf(
        "CR_EXPOSURE",
        customers="company_names",
        amounts="company_exposures",
        tier1="tier1_capital",
        capital="net_capital",
        groups="company_groups",
        limits=layout.LARGE_EXPOSURES.whole,
        out=f'"{out}"',
    )


def _contribution(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """PD and the parts of the contribution per company, as one block; a chart beside."""
    say = Speaker(lang)
    put(sheet, _VALUE_ROW - 1, _LEFT, say("Contribution a year", "年综合贡献"), SECTION)
    texts = (say("Company", "成员企业"), say("PD", "违约概率"), say("Loan margin", "贷款利差"),
             say("Deposit margin", "存款利差"), say("Fees", "中间业务"), say("Costs", "费用"),
             say("Expected loss", "预期损失"), say("Tax", "所得税"), say("Capital charge", "资本成本"),
             say("Contribution", "综合贡献"))  # fmt: skip
    headers(sheet, _VALUE_ROW, _LEFT, texts)
    sheet.row_dimensions[_VALUE_ROW].height = 22
    first = _VALUE_ROW + 1
    for i in range(COMPANY_ROWS):
        row, source = first + i, _MAP_ROW + 1 + i
        pd = udf("CR_GRADE2PD", grade=f"E{source}", scale=layout.MASTER_SCALE.whole)
        put(sheet, row, _LEFT, f'=B{source}&""', LABEL)
        put(sheet, row, 3, known(pd), CALCULATION, "pd")
        call = udf(
            "CR_CONTRIB",
            loan_balance=f"F{source}",
            loan_rate=f"G{source}",
            funding_rate="funding_rate",
            pd=f"C{row}",
            lgd="lgd",
            deposit_balance=f"H{source}",
            deposit_rate=f"I{source}",
            deposit_ftp="deposit_ftp",
            fees=f"J{source}",
            costs=f"K{source}",
            policy=layout.PRICING.whole,
            out='"table"',
        )
        for column in range(4, 4 + _PARTS):
            style = RESULT if column == 3 + _PARTS else CALCULATION
            part = f"INDEX({call},2,COLUMNS($D{row}:{get_column_letter(column)}{row}))"
            put(sheet, row, column, known(part), style, "number")
        sheet.row_dimensions[row].height = 18
    total = _VALUE_LAST + 1
    put(sheet, total, _LEFT, say("Group", "集团合计"), TOTAL, "words")
    put(sheet, total, 3, None, TOTAL)
    for column in range(4, 4 + _PARTS):
        letter = get_column_letter(column)
        put(sheet, total, column, f"=SUM({letter}{first}:{letter}{_VALUE_LAST})", TOTAL, "number")
    last = 3 + _PARTS
    contribution = Box(sheet, first, last, _VALUE_LAST, last)
    define(book, "company_contributions", contribution)
    define(book, "total_contribution", Box(sheet, total, last, total, last))
    define(book, "contribution_parts", Box(sheet, total, 4, total, last - 1))
    define(book, "contribution_names", Box(sheet, first, _LEFT, _VALUE_LAST, _LEFT))
    colour_where(contribution, f"AND(ISNUMBER($K{first}),$K{first}<0)", ground=BAD_FILL)
    chart = bars(
        say("Contribution by company", "各成员综合贡献"),
        Box(sheet, first, _LEFT, _VALUE_LAST, _LEFT),
        [Box(sheet, _VALUE_ROW, last, _VALUE_LAST, last)],
        lang, number_format="#,##0", colours=(TEAL,), direction="bar",
    )  # fmt: skip
    place(sheet, chart, Box(sheet, _VALUE_ROW, last + 1, total, LAST_COLUMN))


def _contacts(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Who decides at the customer, and when we last met somebody of that company."""
    say = Speaker(lang)
    put(sheet, _CONTACT_ROW - 1, _LEFT, say("Who decides", "决策关系人"), SECTION)
    roles, stances = words(_ROLES, lang), words(_STANCES, lang)
    columns = (
        Entry("contact_names", "Name", "姓名", "words", None),
        Entry("contact_roles", "Role in decisions", "决策角色", "words", None, choices=tuple(roles.values())),
        Entry("contact_stances", "Stance", "态度", "words", None, choices=tuple(stances.values())),
        Entry("contact_companies", "Company", "成员企业", "words", None, choices="company_names"),
        Entry("contact_positions", "Position", "职务", "words", None),
        Entry("contact_ours", "Our counterpart", "我方对接人", "words", None),
    )  # fmt: skip
    rows = [
        (say(*name), roles[role], stances[stance], say(*COMPANIES[company].name), say(*position), say(*ours))
        for name, company, position, role, stance, ours in CONTACTS
    ]  # fmt: skip
    spot = Box(sheet, _CONTACT_ROW, _LEFT, _CONTACT_ROW + CONTACT_ROWS, _LEFT + len(columns) - 1)
    add_entry_table(book, sheet, spot, columns, rows, lang)
    define(book, "contact_days", Box(sheet, _CONTACT_ROW + 1, 9, spot.bottom, 9))
    headers(sheet, _CONTACT_ROW, 8, [say("Last met", "最近接触"), say("Days ago", "距今天数")])
    for row in range(_CONTACT_ROW + 1, spot.bottom + 1):
        met = f"SUMPRODUCT(MAX((visit_people=B{row})*visit_dates))"
        put(sheet, row, 8, or_blank(f'IF(OR(B{row}="",{met}=0),"",{met})'), CALCULATION, "date")
        put(sheet, row, 9, f'=IF(ISNUMBER(H{row}),asof-H{row},"")', CALCULATION, "count")
        sheet.row_dimensions[row].height = 30
    sheet.print_area = f"B1:{get_column_letter(LAST_COLUMN)}{spot.bottom}"


def _cards(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    group = f"INDEX({_exposure('table')},2,2)"
    cards = (
        (say("Our loans to the group", "本行贷款合计"), "=total_loans", "money", 2, 2),
        (say("Deposits", "存款合计"), "=total_deposits", "money", 3, 4),
        (say("Contribution a year", "年综合贡献"), "=total_contribution", "number", 5, 6),
        (say("Our share of loans", "本行贷款份额"), "=wallet_share", "rate", 7, 8),
        (say("Unused group limit", "集团授信余额"), '=IF(group_limit="",missing,group_limit-total_loans)', "money", 9, 10),
        (say("Group exposure", "集团风险暴露"), or_blank(group), "money", 11, 12),
        (say("of tier 1 capital", "占一级资本"), or_blank("group_exposure/tier1_capital"), "rate", 13, 14),
    )  # fmt: skip
    for text, formula, kind, left, right in cards:
        cell = card(sheet, _CARD_ROW, left, right, text, formula, kind)
        if left == 11:  # noqa: PLR2004 - the column of the group's exposure above
            define(book, "group_exposure", cell)
    sheet.row_dimensions[_CARD_ROW + 2].height = 8
