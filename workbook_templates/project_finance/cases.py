"""The case calculations: cash flow and debt service of every case at once, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.time_rows import TimeRow, TimeRows
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.project_finance.layout import CASES, case_name
from workbook_templates.project_finance.timeline import (
    FIRST_ROW,
    add_timeline_sheet,
    fade_after,
    section,
)

MONEY: Final[Texts] = ("CNY 10k", "万元")
TIMES: Final[Texts] = ("times", "倍")
FLAG: Final[Texts] = ("flag", "标志")
NONE: Final[Texts] = ("", "")
SHARE: Final[Texts] = ("%", "%")


def add_cases_sheet(book: Workbook, policy: Policy, lang: Lang) -> TimeRows:
    """Add the calculations of all cases; returns their rows."""
    say = Speaker(lang)
    rows = add_timeline_sheet(
        book,
        "cases",
        say(
            "The same rows for each case of the Policy sheet. The loan is the one sized on the "
            "Debt sheet; a case changes what is left to serve it.",
            "对“政策”页的每个情景作同样测算。贷款为“债务”页测定的贷款，各情景检验其偿债来源。",
        ),
        lang,
    )
    top = section(rows, FIRST_ROW, say("Common to all cases", "各情景共用"))
    row = rows.add(book, top, _common(policy), lang)
    for number in range(1, CASES + 1):
        row = section(rows, row + 1, "")
        rows.sheet.cell(row - 1, 2).value = f"={policy.label('scenarios', str(number))}"
        row = rows.add(book, row, list(_case(policy, number)), lang)
    fade_after(rows, FIRST_ROW, row - 1, "project_life")
    define(book, "years", rows.box("year"))
    return rows


def _common(policy: Policy) -> list[TimeRow]:
    starts, shares = (policy.column("tax_relief", name) for name in ("from_year", "share"))
    yearly = "INDEX(yearly_factor,{period})"
    return [
        TimeRow("running", ("In operation", "运营期"), FLAG, "code", "--({period}<=N(project_life))"),
        TimeRow("output", ("Output factor", "产量系数"), SHARE, "rate",
                f'IF({yearly}="",1,{yearly})*{{running}}'),
        TimeRow("base_volume", ("Volume", "产量"), ("10k units", "万单位"), "money",
                "volume*(1+volume_growth)^({period}-1)*{output}"),
        TimeRow("base_price", ("Price", "单价"), ("CNY", "元"), "times", "price*(1+price_growth)^({period}-1)"),
        TimeRow("base_other", ("Other revenue", "其他收入"), MONEY, "money", "other_revenue*{running}"),
        TimeRow("base_fixed", ("Fixed costs", "固定成本"), MONEY, "money",
                "fixed_cost*(1+cost_growth)^({period}-1)*{running}"),
        TimeRow("base_repairs", ("Major repairs", "大修支出"), MONEY, "money",
                "N(INDEX(yearly_repairs,{period}))*{running}"),
        TimeRow("depreciation", ("Depreciation", "折旧"), MONEY, "money",
                "IF(N(depreciation_years)=0,0,depreciable*(1-residual_share)/depreciation_years)"
                "*({period}<=N(depreciation_years))*{running}", total="sum"),
        TimeRow("tax_share", ("Share of tax paid", "所得税缴纳比例"), SHARE, "whole_rate",
                f"IF(relief_applies=1,INDEX({shares},MATCH({{period}},{starts},1)),1)"),
    ]  # fmt: skip


def _case(policy: Policy, number: int) -> Iterator[TimeRow]:
    """The rows of one case; their names end with its number, for which ``@`` stands."""

    def factor(column: str) -> str:
        return f"INDEX({policy.column('scenarios', column)},{number})"

    def row(
        name: str, label: Texts, unit: Texts, kind: str, formula: str, *, given: str = "",
        given_kind: str = "times", total: str = "", decides: bool = False, array: bool = False,
    ) -> TimeRow:  # fmt: skip
        defined = (
            case_name(name, number)
            if name in ("cfads", "service", "revenue", "costs", "dscr")
            else ""
        )
        return TimeRow(f"{name}{number}", label, unit, kind, formula.replace("@", str(number)), factor=given,
                       factor_kind=given_kind, total=total, decides=decides, array=array,
                       defined=defined)  # fmt: skip

    dscr = udf(
        "CR_DSCR",
        cfads=case_name("cfads", number),
        debt_service=case_name("service", number),
        covenants=policy.whole("project_covenants"),
        lang="lang",
    )
    yield row("volume", ("Volume", "产量"), ("10k units", "万单位"), "money",
              "{base_volume}*{volume@.factor}", given=factor("volume"))  # fmt: skip
    yield row("price", ("Price", "单价"), ("CNY", "元"), "times",
              "{base_price}*{price@.factor}", given=factor("price"))  # fmt: skip
    yield row("revenue", ("Revenue", "营业收入"), MONEY, "money",
              "{volume@}*{price@}+{base_other}", total="sum")  # fmt: skip
    yield row("costs", ("Operating costs", "经营成本"), MONEY, "money",
              "({base_fixed}+variable_share*{revenue@})*{costs@.factor}", given=factor("cost"), total="sum")  # fmt: skip
    yield row("surcharges", ("Taxes and surcharges", "税金及附加"), MONEY, "money",
              "surcharge_share*{revenue@}", total="sum")  # fmt: skip
    yield row("repairs", ("Major repairs", "大修支出"), MONEY, "money",
              "{base_repairs}*{repairs@.factor}", given=factor("cost"), total="sum")  # fmt: skip
    yield row("tax", ("Income tax", "所得税"), MONEY, "money",
              "tax_rate*{tax_share}*MAX(0,{revenue@}-{costs@}-{surcharges@}-{repairs@}-{depreciation})",
              total="sum")  # fmt: skip
    yield row("receivables", ("Receivables at the end", "期末应收账款"), MONEY, "money",
              "{revenue@}*(collection_days+{receivables@.factor})/days_in_year*{running.next}",
              given=factor("days"), given_kind="count")  # fmt: skip
    yield row("increase", ("Increase of receivables", "应收账款增加"), MONEY, "money",
              "{receivables@}-{receivables@.before}", total="sum")  # fmt: skip
    yield row("cfads", ("Cash flow available for debt service", "可用于偿债的现金流"), MONEY, "money",
              "{revenue@}-{costs@}-{surcharges@}-{repairs@}-{tax@}-{increase@}", total="sum", decides=True)  # fmt: skip
    yield row("interest", ("Interest", "利息"), MONEY, "money",
              "INDEX(loan_opening,{period})*{interest@.factor}", given=f"loan_rate+{factor('rate')}",
              given_kind="pd", total="sum")  # fmt: skip
    yield row("service", ("Debt service", "还本付息"), MONEY, "money",
              "ROUND(INDEX(loan_principal,{period})+{interest@},amount_decimals)", total="sum")  # fmt: skip
    yield row("dscr", ("DSCR", "偿债备付率"), TIMES, "times",
              f'IF(loan_amount>0,{dscr},"")', decides=True, array=True)  # fmt: skip
