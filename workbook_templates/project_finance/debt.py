"""The debt sheet: how much the project carries, how it is repaid, and the cover ratios."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.time_rows import (
    FACTOR,
    LABELS,
    TOTAL,
    UNITS,
    TimeRow,
    TimeRows,
)
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.project_finance.cases import FLAG, MONEY, NONE, TIMES
from workbook_templates.project_finance.layout import CASES
from workbook_templates.project_finance.timeline import (
    FIRST_ROW,
    add_timeline_sheet,
    fade_after,
    section,
)
from workbook_templates.style import CALCULATION, LABEL, PROSE, RESULT, UNIT

CRITERIA: Final = 4
"""Rows that the table of criteria may have."""
_WHY_COLUMNS: Final = (7, 21)
LOCK_UP, DEFAULT = 1, 2
"""Rows of the covenants: the milder one locks distributions up, the harder one is default."""


def add_debt_sheet(book: Workbook, policy: Policy, cases: TimeRows, lang: Lang) -> TimeRows:
    """Add debt sizing, repayment schedule and cover ratios; returns the rows."""
    say = Speaker(lang)
    rows = add_timeline_sheet(
        book,
        "debt",
        say(
            "The loan is sized on the sizing case and repaid by its schedule; the cover ratios "
            "below are those of the case shown.",
            "贷款按测算情景定额并排定还款计划；下方覆盖率按展示情景计算。",
        ),
        lang,
    )
    row = _sizing(book, rows, FIRST_ROW, policy, lang)
    row = _figures(book, rows, row + 1, policy, say)
    others = {"cases": cases}
    row = section(rows, row + 1, say("Repayment schedule, sizing case", "还款计划（测算情景）"))
    row = rows.add(book, row, _schedule(policy), lang, others)
    row = section(rows, row + 1, say("Cover ratios, case shown", "覆盖率（展示情景）"))
    row = rows.add(book, row, _ratios(policy), lang, others)
    row = section(rows, row + 1, say("Interest during construction", "建设期利息"))
    row = _construction(book, rows.sheet, row, say)
    fade_after(rows, FIRST_ROW, row - 1, "project_life")
    return rows


def of_case(name: str, chosen: str) -> str:
    """A row of the chosen case, as seen from a period of another sheet."""
    picks = ",".join(f"{{cases_{name}{number}}}" for number in range(1, CASES + 1))
    return f"CHOOSE({chosen},{picks})"


def _size(policy: Policy, out: str) -> str:
    return udf(
        "CR_DEBTSIZE",
        cfads="sizing_cfads",
        rate="loan_rate",
        project_cost="total_investment",
        loan_periods="tenor",
        method="repayment_code",
        criteria=policy.whole("debt_sizing"),
        out=f'"{out}"',
        lang="lang",
    )


def _sizing(book: Workbook, rows: TimeRows, top: int, policy: Policy, lang: Lang) -> int:
    """The debt by each criterion; returns the next free row."""
    say, sheet = Speaker(lang), rows.sheet
    top = section(rows, top, say("Debt capacity", "债务承受能力"))
    texts = (("Criterion", "标准"), ("No.", "序号"), ("Required", "要求"), ("Debt", "债务"))
    headers(sheet, top, LABELS, [say(*pair) for pair in texts])
    needed = policy.column("debt_sizing", "requirement")
    for number in range(1, CRITERIA + 1):
        row = top + number
        debt = f"INDEX({_size(policy, 'table')},$C{row}+1,3)"
        cells = (
            (LABELS, policy.label("debt_sizing", f"$C{row}"), LABEL, ""),
            (FACTOR, f"INDEX({needed},$C{row})", CALCULATION, "times"),
            (TOTAL, debt, CALCULATION, "money"),
        )
        put(sheet, row, UNITS, number, UNIT, "code")
        for column, found, style, kind in cells:
            formula = f'=IF(ready*(ROWS({needed})>=$C{row})=1,{found},"")'
            put(sheet, row, column, formula, style, kind)
    first, last = _WHY_COLUMNS
    for column in range(first, last + 1):
        for row in range(top, top + CRITERIA + 1):
            put(sheet, row, column, None, PROSE)
    why = Box(sheet, top, first, top + CRITERIA, last)
    sheet.cell(top, first).value = f'=IF(ready=1,{_size(policy, "why")},"")'
    merge(sheet, why)
    define(book, "why_size", Box(sheet, top, first, top, first))
    return top + CRITERIA + 1


def _figures(book: Workbook, rows: TimeRows, top: int, policy: Policy, say: Speaker) -> int:
    """Single figures of the loan, with names; returns the next free row."""
    # The debt at a target of 1 over the loan is the target that the loan stands for.
    sculpt = udf(
        "CR_SCULPT", cfads="sizing_cfads", rate="loan_rate", dscr="1", loan_periods="tenor"
    )
    lines: tuple[tuple[str, Texts, Texts, str, str], ...] = (
        ("debt_capacity", ("Debt capacity", "债务承受能力"), MONEY, "money",
         f"=IF(ready=1,{_size(policy, 'value')},0)"),
        ("loan_amount", ("Loan: the lower of request and capacity", "贷款金额：申请与承受能力孰低"), MONEY, "money",
         "=MAX(0,IF(N(requested)=0,debt_capacity,MIN(requested,debt_capacity)))*ready"),
        ("equity", ("Equity", "资本金"), MONEY, "money", "=total_investment-loan_amount"),
        ("gearing", ("Debt / total investment", "负债比例"), NONE, "rate",
         "=IF(total_investment=0,0,loan_amount/total_investment)"),
        ("sculpt_dscr", ("DSCR that the loan is sculpted to", "量身定制的偿债备付率"), TIMES, "times",
         f'=IF(loan_amount>0,{sculpt}/loan_amount,"")'),
        ("case_rate", ("Loan rate in the case shown", "展示情景的贷款利率"), NONE, "pd",
         f"=loan_rate+INDEX({policy.column('scenarios', 'rate')},case_number)"),
    )  # fmt: skip
    for row, (name, label, unit, kind, formula) in enumerate(lines, start=top):
        put(rows.sheet, row, 2, say(*label), LABEL)
        put(rows.sheet, row, 3, say(*unit), UNIT)
        put(rows.sheet, row, 5, formula, RESULT, kind)
        define(book, name, Box(rows.sheet, row, 5, row, 5))
    return top + len(lines)


def _schedule(policy: Policy) -> list[TimeRow]:
    sculpted = udf("CR_SCULPT", cfads="sizing_cfads", rate="loan_rate", dscr="sculpt_dscr",
                   loan_periods="tenor", out='"balance"')  # fmt: skip
    instalments = udf("CR_BALANCE", amount="loan_amount", rate="loan_rate", months="tenor*12",
                      paid="{period.all}", method="repayment_code", frequency='"yearly"')  # fmt: skip
    covenants = policy.whole("project_covenants")
    dscr = udf("CR_DSCR", cfads="sizing_cfads", debt_service="loan_service", covenants=covenants)
    llcr = udf("CR_LLCR", cfads="sizing_cfads", rate="loan_rate", debt="loan_opening",
               covenants=covenants)  # fmt: skip
    has_loan = "loan_amount>0"
    return [
        TimeRow("sizing_cfads", ("Cash flow available for debt service", "可用于偿债的现金流"), MONEY, "money",
                of_case("cfads", "sizing_case"), total="sum", defined="sizing_cfads"),
        TimeRow("sculpted", ("Balance if sculpted", "量身定制的余额"), MONEY, "money",
                f"IF(AND({has_loan},is_sculpted=1),{sculpted},0)", array=True),
        TimeRow("instalments", ("Balance if by instalments", "等额还款的余额"), MONEY, "money",
                f"IF(AND({has_loan},is_sculpted=0),{instalments},0)", array=True),
        TimeRow("opening", ("Opening balance", "期初余额"), MONEY, "money", "{closing.before}",
                defined="loan_opening"),
        TimeRow("interest", ("Interest", "利息"), MONEY, "money", "{opening}*loan_rate", total="sum", defined="loan_interest"),
        TimeRow("principal", ("Principal", "本金"), MONEY, "money", "{opening}-{closing}", total="sum",
                defined="loan_principal"),
        TimeRow("service", ("Debt service", "还本付息"), MONEY, "money", "ROUND({interest}+{principal},amount_decimals)", total="sum",
                defined="loan_service", decides=True),
        TimeRow("closing", ("Closing balance", "期末余额"), MONEY, "money", "{sculpted}+{instalments}",
                start="loan_amount", decides=True),
        TimeRow("sizing_dscr", ("DSCR", "偿债备付率"), TIMES, "times", f'IF({has_loan},{dscr},"")', array=True),
        TimeRow("sizing_llcr", ("LLCR", "贷款期覆盖率"), TIMES, "times", f'IF({has_loan},{llcr},"")', array=True),
        TimeRow("apart", ("LLCR and DSCR apart", "LLCR 与 DSCR 之差"), TIMES, "times",
                "IF(N({sizing_dscr})*(MIN({sizing_cfads.all})>=0)=0,0,ABS({sizing_llcr}-{sizing_dscr}))"),
    ]  # fmt: skip


def _ratios(policy: Policy) -> list[TimeRow]:
    covenants = policy.whole("project_covenants")
    common = {"covenants": covenants, "lang": "lang"}
    dscr = {"cfads": "cfads", "debt_service": "service"} | common
    life = {"cfads": "cfads", "rate": "case_rate", "debt": "loan_opening"} | common

    def level(column: str, row: int) -> str:
        return f"INDEX({policy.column('project_covenants', column)},{row})"

    def with_loan(formula: str) -> str:
        return f'IF(loan_amount>0,{formula},"")'

    breaches = ",".join(
        f"{{{ratio}}}<{level(ratio, LOCK_UP)}" for ratio in ("dscr", "llcr", "plcr")
    )
    return [
        TimeRow("cfads", ("Cash flow available for debt service", "可用于偿债的现金流"), MONEY, "money",
                of_case("cfads", "case_number"), total="sum", defined="cfads"),
        TimeRow("due", ("Debt service", "还本付息"), MONEY, "money", of_case("service", "case_number"),
                total="sum", defined="service"),
        TimeRow("dscr", ("DSCR", "偿债备付率"), TIMES, "times", with_loan(udf("CR_DSCR", **dscr)),
                array=True, decides=True, defined="dscr"),
        TimeRow("llcr", ("LLCR", "贷款期覆盖率"), TIMES, "times", with_loan(udf("CR_LLCR", **life)),
                array=True, decides=True, defined="llcr"),
        TimeRow("plcr", ("PLCR", "项目期覆盖率"), TIMES, "times", with_loan(udf("CR_PLCR", **life)),
                array=True, decides=True, defined="plcr"),
        TimeRow("lock_up", ("Lock-up level of DSCR", "分红锁定水平"), TIMES, "times", level("dscr", LOCK_UP)),
        TimeRow("default", ("Default level of DSCR", "违约水平"), TIMES, "times", level("dscr", DEFAULT)),
        TimeRow("level", ("Covenant on DSCR", "偿债备付率约束"), NONE, "words",
                with_loan(udf("CR_DSCR", **dscr, out='"level"')), array=True),
        TimeRow("locked", ("Distributions locked up", "分红锁定"), FLAG, "code", f"OR({breaches})*({{opening}}>0)",
                total="sum", defined="locked"),
    ]  # fmt: skip


def _construction(book: Workbook, sheet: Worksheet, top: int, say: Speaker) -> int:
    """What the drawdowns cost in interest before operation, against the budget."""
    lines = (
        ("draw_total", ("Drawn by the end of construction", "建设期累计提款"), "rate",
         "=draw_first+draw_second+draw_third"),
        ("loan_years", ("Years of interest on the loan", "贷款计息年数"), "times",
         ("=(draw_first>0)*draw_first*draw_timing"
         "+(draw_second>0)*(draw_first+draw_second*draw_timing)"
         "+(draw_third>0)*(draw_first+draw_second+draw_third*draw_timing)")),
        ("interest_computed", ("Simple interest on the drawdowns", "按提款计划测算的利息"), "money",
         "=loan_amount*loan_rate*loan_years"),
        ("interest_margin", ("Budget less computed", "概算减测算"), "money",
         "=use_interest-interest_computed"),
    )  # fmt: skip
    for row, (name, label, kind, formula) in enumerate(lines, start=top):
        put(sheet, row, 2, say(*label), LABEL)
        put(sheet, row, 5, formula, CALCULATION, kind)
        define(book, name, Box(sheet, row, 5, row, 5))
    return top + len(lines)
