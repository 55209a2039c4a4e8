"""The committee's page: the loan, its cover, the cases and the rating on one sheet of paper."""

from __future__ import annotations

from typing import Final

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.charts import place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.finance_charts import Line, lines_over_bars
from workbook_templates.finance_pages.findings import add_findings
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_result_page, rule_off, set_widths
from workbook_templates.pages.check_sheet import CHECK_TOTAL_NAME
from workbook_templates.pages.panels import (
    CARD_ROWS,
    LAST,
    PANELS,
    panel_cards,
    panel_line,
    set_panel_widths,
)
from workbook_templates.project_finance.debt import DEFAULT, LOCK_UP
from workbook_templates.project_finance.layout import CASES, SHEETS
from workbook_templates.project_finance.scenarios import HEADER_ROW, SHOWN_FALL, case_chart
from workbook_templates.project_finance.worked_case import USES
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD,
    GOOD_FILL,
    LABEL,
    NAVY,
    QUIET,
    RESULT,
    SECTION,
    TEAL,
    TOTAL,
    UNIT,
)

_TABLES: Final = 10
_CHARTS: Final = _TABLES + len(USES) + 6
_CHART_HEIGHT: Final = 15
_FINDINGS: Final = _CHARTS + _CHART_HEIGHT + 2
_DATA: Final = LAST + 3
"""First column of the charts' data, beside the printed page."""
_SHOWN: Final = 25
"""Operating years in the charts."""
_LOWEST: Final = 0.5
"""Where the axis of cover ratios begins; years without a loan lie below it and are not drawn."""
_LINE: Final = 13.5
_ROW: Final = 17.0
_CENTRE: Final = Alignment(horizontal="center", vertical="center")


def add_committee_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the committee's page."""
    say = Speaker(lang)
    shown = policy.label("scenarios", "case_number")
    day = 'TEXT(asof,"yyyy-mm-dd")'
    sheet = new_result_page(
        book,
        SHEETS["committee"][lang],
        say("Project loan for the credit committee", "项目贷款贷审会材料"),
        say(
            f'=project_name&"  ·  "&borrower_name&"  ·  as of "&{day}&"  ·  "&{shown}&"  ·  CNY 10k"',
            f'=project_name&"  ·  "&borrower_name&"  ·  基准日 "&{day}&"  ·  "&{shown}&"  ·  万元"',
        ),
        lang,
    )
    rule_off(sheet, LAST)
    set_panel_widths(sheet, 31, (12, 12, 12))
    _cards(sheet, say)
    _uses(sheet, say)
    _covenants(sheet, policy, say)
    _cases(sheet, lang)
    _charts(book, sheet, policy, lang)
    _findings(sheet, policy, say)
    for row in range(_TABLES, _CHARTS - 1):
        sheet.row_dimensions[row].height = _ROW


def _cards(sheet: Worksheet, say: Speaker) -> None:
    none = say("none", "无")
    status = f'=IF(loan_amount=0,"–",IF(SUM(locked)>0,"{say("locked up", "触发锁定")}","{say("all met", "全部满足")}"))'
    rows = (
        (
            (say("Loan", "贷款金额"), "=loan_amount", "money"),
            (say("Debt / total investment", "负债比例"), "=gearing", "rate"),
            (say("Least DSCR", "最低偿债备付率"), "=least_dscr", "times"),
            (say("Least LLCR", "最低贷款期覆盖率"), "=least_llcr", "times"),
            (say("Least PLCR", "最低项目期覆盖率"), "=least_plcr", "times"),
            (say("Slot · risk weight", "监管类别 · 风险权重"),
             f'=IF(N(slot_weight)=0,"{none}",slot&" · "&TEXT(slot_weight,"0%"))', "words"),
        ),
        (
            (say("Distribution covenants", "分红约束"), status, "words"),
            (say("Revenue may fall by", "收入可降幅度"), f"={SHOWN_FALL}", "rate"),
            (say("Return of the project (IRR)", "项目内部收益率"), "=project_irr", "pd"),
            (say("Return of the owners (IRR)", "资本金内部收益率"), "=equity_irr", "pd"),
            (say("Loan rate / least rate", "贷款利率 / 最低利率"),
             '=IF(N(minimum_rate)=0,"–",TEXT(loan_rate,"0.00%")&" / "&TEXT(minimum_rate,"0.00%"))', "words"),
            (say("Checks, differences", "核对差额"), f"={CHECK_TOTAL_NAME}", "number"),
        ),
    )  # fmt: skip
    panel_cards(sheet, rows)


def _uses(sheet: Worksheet, say: Speaker) -> None:
    """Uses of funds, and the sources that pay for them."""
    panel = PANELS[0]
    put(sheet, _TABLES, panel, say("Uses and sources of funds", "资金用途与来源"), SECTION)
    texts = (("Use", "用途"), ("CNY 10k", "万元"), ("Share", "占比"), ("", ""))
    headers(sheet, _TABLES + 1, panel, [say(*text) for text in texts[:3]])
    lines = [*((say(*use.label), use.name) for use in USES)]
    row = _TABLES + 2
    for text, name in lines:
        _share_row(sheet, row, panel, text, f"=N({name})", LABEL, CALCULATION)
        row += 1
    _share_row(
        sheet, row, panel, say("Total investment", "项目总投资"), "=total_investment", TOTAL, TOTAL
    )
    _share_row(sheet, row + 1, panel, say("Loan", "贷款"), "=loan_amount", LABEL, RESULT)
    _share_row(sheet, row + 2, panel, say("Equity", "资本金"), "=equity", LABEL, RESULT)


def _share_row(
    sheet: Worksheet, row: int, panel: int, text: str, formula: str, label: str, style: str
) -> None:
    put(sheet, row, panel, text, label, "words")
    put(sheet, row, panel + 1, formula, style, "money")
    share = f"=IF(total_investment=0,0,{formula[1:]}/total_investment)"
    put(sheet, row, panel + 2, share, style, "rate")


def _covenants(sheet: Worksheet, policy: Policy, say: Speaker) -> None:
    """Each ratio's least value against the covenants' levels, and the shape of the loan."""
    panel = PANELS[1]
    put(sheet, _TABLES, panel, say("Covenants", "约束条款"), SECTION)
    named = (f"={policy.label('project_covenants', str(row))}" for row in (LOCK_UP, DEFAULT))
    texts = [say("Ratio", "比率"), say("Least", "最低值"), *named]
    headers(sheet, _TABLES + 1, panel, texts)
    ratios = (("dscr", "DSCR", "偿债备付率 DSCR"), ("llcr", "LLCR", "贷款期覆盖率 LLCR"),
              ("plcr", "PLCR", "项目期覆盖率 PLCR"))  # fmt: skip
    row = _TABLES + 2
    for name, en, zh in ratios:
        put(sheet, row, panel, say(en, zh), LABEL)
        put(sheet, row, panel + 1, f"=least_{name}", RESULT, "times")
        levels = policy.column("project_covenants", name)
        for place_, which in ((panel + 2, LOCK_UP), (panel + 3, DEFAULT)):
            found = f"INDEX({levels},{which})"
            put(sheet, row, place_, f'=IF({found}="","–",{found})', CALCULATION, "times")
        row += 1
    least = Box(sheet, _TABLES + 2, panel + 1, row - 1, panel + 1)
    first, lock = f"H{_TABLES + 2}", f"I{_TABLES + 2}"
    colour_where(
        least, f"AND(ISNUMBER({first}),ISNUMBER({lock}),{first}<{lock})", ground=BAD_FILL, ink=BAD
    )
    colour_where(
        least,
        f"AND(ISNUMBER({first}),ISNUMBER({lock}),{first}>={lock})",
        ground=GOOD_FILL,
        ink=GOOD,
    )
    lines = (
        (say("Years locked up", "锁定年数"), "=SUM(locked)", "count"),
        (say("Repayment", "还款方式"), '=IF(repayment="","–",repayment)', "words"),
        (say("Repayment period, years", "还款期（年）"), "=N(tenor)", "count"),
        (say("Years of operation after it", "还清后剩余运营年数"), "=tail_years", "count"),
        (say("Largest debt service in a year", "最高年还本付息"), "=MAX(service)", "money"),
        (say("Debt capacity", "债务承受能力"), "=debt_capacity", "money"),
        (say("Capital by slot", "监管映射法资本"), "=slot_capital", "money"),
        (say("RAROC", "RAROC"), "=raroc", "rate"),
    )
    for text, formula, kind in lines:
        panel_line(sheet, row, panel, text, formula, kind)
        row += 1


def _cases(sheet: Worksheet, lang: Lang) -> None:
    """The cases in short, and the factors of the slot."""
    say = Speaker(lang)
    panel = PANELS[2]
    source = f"'{SHEETS['scenarios'][lang]}'!"
    put(sheet, _TABLES, panel, say("Cases", "情景"), SECTION)
    texts = (
        ("Case", "情景"),
        ("Least DSCR", "最低 DSCR"),
        ("LLCR", "LLCR"),
        ("Covenant", "触发约束"),
    )
    headers(sheet, _TABLES + 1, panel, [say(*text) for text in texts])
    for number in range(1, CASES + 1):
        row, there = _TABLES + 1 + number, HEADER_ROW + number
        cells: tuple[tuple[str, str, str], ...] = (
            (f"={source}B{there}", LABEL, ""), (f"={source}H{there}", RESULT, "times"),
            (f"={source}K{there}", CALCULATION, "times"), (f"={source}N{there}", CALCULATION, "words"),
        )  # fmt: skip
        for column, (formula, style, kind) in enumerate(cells, start=panel):
            put(sheet, row, column, formula, style, kind)
        sheet.cell(row, panel + 3).alignment = _CENTRE
    row = _TABLES + CASES + 2
    put(
        sheet,
        row,
        panel,
        say("Rating: factors, 1 strong to 4 weak", "评级因子：1 优至 4 差"),
        SECTION,
    )
    for number in range(1, 6):
        place_ = row + number
        factor = f"=INDEX(factor_names,{number})"
        panel_line(sheet, place_, panel, factor, f"=INDEX(slot_factors,{number})", "code")


def _chart_data(sheet: Worksheet, policy: Policy, say: Speaker) -> dict[str, Box]:
    """What the charts show, beside the printed page; returns each column with its header."""
    levels = policy.column("project_covenants", "dscr")

    def capped(name: str) -> str:
        return f'IF(N(INDEX({name},{{n}}))=0,"",MIN(INDEX({name},{{n}}),chart_cap))'

    columns = (
        ("year", say("Year", "年度"), "INDEX(years,{n})", "code"),
        ("service", say("Debt service", "还本付息"), "INDEX(service,{n})", "money"),
        (
            "cfads",
            say("Cash flow for debt service", "可用于偿债的现金流"),
            "INDEX(cfads,{n})",
            "money",
        ),
        ("dscr", "DSCR", capped("dscr"), "times"),
        ("llcr", "LLCR", capped("llcr"), "times"),
        ("plcr", "PLCR", capped("plcr"), "times"),
        ("lock_up", say("Lock-up", "锁定水平"), f"INDEX({levels},{LOCK_UP})", "times"),
        ("default", say("Default", "违约水平"), f"INDEX({levels},{DEFAULT})", "times"),
    )
    top = CARD_ROWS[0]
    for column, (_, text, formula, kind) in enumerate(columns, start=_DATA):
        put(sheet, top, column, text, UNIT)
        for number in range(1, _SHOWN + 1):
            put(sheet, top + number, column, "=" + formula.format(n=number), UNIT, kind)
        set_widths(sheet, {column: 12})
    return {
        name: Box(sheet, top, _DATA + i, top + _SHOWN, _DATA + i)
        for i, (name, *_) in enumerate(columns)
    }


def _charts(book: Workbook, sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    say = Speaker(lang)
    for row in range(_CHARTS, _CHARTS + _CHART_HEIGHT + 1):
        sheet.row_dimensions[row].height = 15
    spots = [Box(sheet, _CHARTS, p, _CHARTS + _CHART_HEIGHT, p + 3) for p in PANELS]
    data = _chart_data(sheet, policy, say)
    years = Box(sheet, data["year"].top + 1, _DATA, data["year"].bottom, _DATA)
    flow = lines_over_bars(
        say("Cash flow and debt service, CNY 10k", "现金流与还本付息（万元）"), years,
        [data["service"]], [Line(data["cfads"], TEAL)], lang, number_format="#,##0",
    )  # fmt: skip
    cover = lines_over_bars(
        say("Cover ratios against the covenants on DSCR", "覆盖率与偿债备付率约束"), years, [data["dscr"]],
        [Line(data["llcr"], TEAL, "marks", "diamond"), Line(data["plcr"], QUIET, "marks", "triangle"),
         Line(data["lock_up"], NAVY, "level"), Line(data["default"], BAD, "level")],
        lang, lowest=_LOWEST,
    )  # fmt: skip
    cases = case_chart(book[SHEETS["scenarios"][lang]], lang)
    for chart, spot in zip((flow, cover, cases), spots, strict=True):
        place(sheet, chart, spot)


def _findings(sheet: Worksheet, policy: Policy, say: Speaker) -> None:
    """The findings in sentences, and what the officer recommends."""
    covenants = policy.whole("project_covenants")
    cover = udf("CR_DSCR", cfads="cfads", debt_service="service", periods="years",
                covenants=covenants, out='"why"', lang="lang")  # fmt: skip
    fall = udf("CR_BREAKEVEN", cfads="cfads", debt_service="service", dscr="breakeven_dscr",
               revenue="revenue", periods="years", out='"why"', lang="lang")  # fmt: skip
    height = _LINE + 6
    findings = (
        (say("Debt capacity", "债务承受能力"), "=why_size", height),
        (say("Cover", "偿债能力"), f'=IF(loan_amount>0,{cover},"")', height),
        (say("Break-even", "盈亏平衡"), f'=IF(N(least_dscr)>0,{fall},"")', height),
        (say("Rating", "评级"), "=why_slot", height + _LINE),
    )
    add_findings(sheet, _FINDINGS, findings, height, say)
