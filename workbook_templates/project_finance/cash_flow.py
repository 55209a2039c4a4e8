"""The cash flow sheet: the case shown, from revenue to what the owners receive."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put
from workbook_templates.finance_pages.time_rows import TimeRow, TimeRows
from workbook_templates.language import Lang, Speaker
from workbook_templates.project_finance.cases import MONEY, NONE
from workbook_templates.project_finance.debt import of_case
from workbook_templates.project_finance.timeline import (
    FIRST_ROW,
    add_timeline_sheet,
    fade_after,
    section,
)
from workbook_templates.style import LABEL, RESULT

_CASE = "case_number"


def add_cash_flow_sheet(book: Workbook, cases: TimeRows, debt: TimeRows, lang: Lang) -> TimeRows:
    """Add the cash flow of the case shown and the waterfall; returns the rows."""
    say = Speaker(lang)
    rows = add_timeline_sheet(
        book,
        "cash_flow",
        say(
            "The case chosen on the Inputs sheet: cash flow available for debt service, reserve, "
            "lock-up and distributions.",
            "“输入”页所选情景：可用于偿债的现金流、偿债准备金、分红锁定与分配。",
        ),
        lang,
    )
    others = {"cases": cases, "debt": debt}
    row = section(rows, FIRST_ROW, say("Cash flow of the project", "项目现金流"))
    row = rows.add(book, row, _operation(), lang, others)
    row = section(rows, row + 1, say("Debt service reserve", "偿债准备金"))
    row = rows.add(book, row, _reserve(), lang, others)
    row = section(rows, row + 1, say("Distributions", "分配"))
    row = rows.add(book, row, _distributions(), lang, others)
    row = section(rows, row + 1, say("Returns", "收益"))
    row = rows.add(book, row, _returns(), lang, others)
    for name, flow, text in (
        ("project_irr", "project_flow", say("Return of the project (IRR)", "项目内部收益率")),
        ("equity_irr", "equity_flow", say("Return of the owners (IRR)", "资本金内部收益率")),
    ):
        put(rows.sheet, row, 2, text, LABEL)
        formula = f'=IFERROR(IRR({rows.seen()[flow].flow}),"")'
        put(rows.sheet, row, 5, formula, RESULT, "pd")
        define(book, name, Box(rows.sheet, row, 5, row, 5))
        row += 1
    fade_after(rows, FIRST_ROW, row - 1, "project_life")
    return rows


def _operation() -> list[TimeRow]:
    def shown(name: str, label: tuple[str, str], *, defined: str = "") -> TimeRow:
        return TimeRow(
            name, label, MONEY, "money", of_case(name, _CASE), total="sum", defined=defined
        )

    return [
        shown("revenue", ("Revenue", "营业收入"), defined="revenue"),
        shown("costs", ("Operating costs", "经营成本"), defined="costs"),
        shown("surcharges", ("Taxes and surcharges", "税金及附加")),
        TimeRow("ebitda", ("EBITDA", "息税折旧摊销前利润"), MONEY, "money",
                "{revenue}-{costs}-{surcharges}", total="sum", decides=True),
        shown("repairs", ("Major repairs", "大修支出")),
        shown("tax", ("Income tax", "所得税")),
        shown("increase", ("Increase of receivables", "应收账款增加")),
        TimeRow("available", ("Cash flow available for debt service", "可用于偿债的现金流"), MONEY, "money",
                "{ebitda}-{repairs}-{tax}-{increase}", total="sum", decides=True),
        TimeRow("due", ("Debt service", "还本付息"), MONEY, "money", of_case("service", _CASE), total="sum"),
        TimeRow("after", ("Cash flow after debt service", "偿债后现金流"), MONEY, "money",
                "{available}-{due}", total="sum"),
    ]  # fmt: skip


def _reserve() -> list[TimeRow]:
    """A surplus fills the reserve up to its target; a deficit draws on it."""
    return [
        TimeRow("target", ("Target", "目标余额"), MONEY, "money", "reserve_months/12*{due.next}"),
        TimeRow("paid_in", ("Paid in (drawn: negative)", "存入（动用为负）"), MONEY, "money",
                "MAX(-{balance.before},MIN({after},{target}-{balance.before}))", total="sum"),
        TimeRow("balance", ("Balance", "余额"), MONEY, "money", "{balance.before}+{paid_in}",
                start="N(use_reserve)", decides=True),
    ]  # fmt: skip


def _distributions() -> list[TimeRow]:
    """Cash kept in lock-up pays for later deficits and is distributed once the test is met."""
    return [
        TimeRow("cash", ("Cash after reserve, with cash kept", "准备金后现金（含留存）"), MONEY, "money",
                "{kept.before}+{after}-{paid_in}"),
        TimeRow("shortfall", ("Shortfall for the sponsor to cover", "缺口（需股东补足）"), MONEY, "money",
                "MAX(0,-{cash})", total="sum", decides=True),
        TimeRow("locked", ("Locked up: 1", "锁定为 1"), NONE, "code", "{debt_locked}", total="sum"),
        TimeRow("distributed", ("Distributed to the owners", "向股东分配"), MONEY, "money",
                "MAX(0,{cash})*(1-{locked})", total="sum", decides=True),
        TimeRow("kept", ("Cash kept", "留存现金"), MONEY, "money", "MAX(0,{cash})*{locked}"),
    ]  # fmt: skip


def _returns() -> list[TimeRow]:
    return [
        TimeRow("project_flow", ("Project, before financing", "项目（融资前）"), MONEY, "money",
                "{available}", start="-total_investment", total="sum"),
        TimeRow("equity_flow", ("Owners", "资本金"), MONEY, "money", "{distributed}-{shortfall}",
                start="-equity", total="sum"),
    ]  # fmt: skip
