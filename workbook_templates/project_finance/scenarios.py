"""The scenario sheet: all cases side by side, break-even, and a grid of revenue against rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.chart import LineChart
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, merge, put
from workbook_templates.charts import place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.finance_charts import Line, lines_over_bars
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.guide_sheet import Texts
from workbook_templates.project_finance.debt import DEFAULT, LOCK_UP
from workbook_templates.project_finance.layout import CASES, SHEETS, STEPS, case_name
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    HEADER,
    LABEL,
    NAVY,
    PROSE,
    RESULT,
    SECTION,
    TAB_RESULT,
    WARN_FILL,
)

_LEFT: Final = 2
_TITLE, HEADER_ROW, _TOP = 4, 5, 6
_BREAK_EVEN: Final = _TOP + CASES + 1
_GRID: Final = _BREAK_EVEN + CASES + 3
_CHART: Final = (9, 17)
_ROW: Final = 21.0
SHOWN_FALL: Final = "shown_fall"
"""Defined name of the fall of revenue to break-even in the case shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of the comparison: its formula for one case.

    ``{number}`` is the case's row in the policy, ``{cfads}`` and the like its defined names,
    ``{row}`` the row on the sheet, and ``{least}`` the cell of its least DSCR.
    """

    name: str
    label: Texts
    kind: str
    formula: str
    decides: bool = False


def _with_loan(formula: str) -> str:
    return f'IF(loan_amount>0,{formula},"")'


def comparison(policy: Policy) -> tuple[Figure, ...]:
    """The columns of the comparison of cases, from the second on."""
    life = {"rate": "loan_rate+F{row}", "debt": "loan_amount",
            "covenants": policy.whole("project_covenants")}  # fmt: skip
    llcr = udf("CR_LLCR", cfads="{cfads}", loan_periods="tenor", **life)
    plcr = udf("CR_PLCR", cfads="{cfads}", **life)
    size = udf("CR_DEBTSIZE", cfads="{cfads}", rate="loan_rate+F{row}", project_cost="total_investment",
               loan_periods="tenor", method="repayment_code", criteria=policy.whole("debt_sizing"))  # fmt: skip
    dscr = policy.column("project_covenants", "dscr")
    lock, default = (f"INDEX({dscr},{row})" for row in (LOCK_UP, DEFAULT))

    def given(column: str) -> str:
        return f"INDEX({policy.column('scenarios', column)},{{number}})"

    return (
        Figure("volume", ("Volume", "产量系数"), "times", given("volume")),
        Figure("price", ("Price", "价格系数"), "times", given("price")),
        Figure("cost", ("Costs", "成本系数"), "times", given("cost")),
        Figure("rate", ("Rate added", "利率上浮"), "pd", given("rate")),
        Figure("days", ("Days added", "回款延长"), "count", given("days")),
        Figure("least", ("Least DSCR", "最低 DSCR"), "times", _with_loan("MIN({dscr})"), decides=True),
        Figure("least_year", ("In year", "所在年度"), "code",
               'IF(N(H{row})=0,"",INDEX(years,MATCH(H{row},{dscr},0)))'),
        Figure("average", ("Average DSCR", "平均 DSCR"), "times", _with_loan("AVERAGE({dscr})")),
        Figure("llcr", ("LLCR", "LLCR"), "times", _with_loan(llcr), decides=True),
        Figure("plcr", ("PLCR", "PLCR"), "times", _with_loan(plcr), decides=True),
        Figure("below", ("Years below lock-up", "低于锁定水平年数"), "count",
               f'COUNTIF({{dscr}},"<"&{lock})'),
        Figure("covenant", ("Covenant breached", "触发的约束"), "words",
               'IF(O{row}>0,$T$5,IF(M{row}>0,$S$5,"–"))'),
        Figure("broken", ("Years below default", "低于违约水平年数"), "count",
               f'COUNTIF({{dscr}},"<"&{default})'),
        Figure("capacity", ("Debt capacity", "债务承受能力"), "money", f"IF(ready=1,MAX(0,{size}),0)"),
    )  # fmt: skip


def _served(formula: str) -> str:
    """A break-even, which there is only where every year with debt service has a cash flow."""
    return f'IF(N({{least}})>0,{formula},"–")'


def break_even() -> tuple[Figure, ...]:
    """How far the case is from not serving its debt."""
    common = {"cfads": "{cfads}", "debt_service": "{service}", "dscr": "breakeven_dscr"}
    owed = udf("CR_BREAKEVEN", **common, revenue="loan_opening")
    return (
        Figure("cash", ("Fall of cash flow", "现金流可降幅度"), "rate",
               _served(udf("CR_BREAKEVEN", **common))),
        Figure("revenue", ("Fall of revenue", "收入可降幅度"), "rate",
               _served(udf("CR_BREAKEVEN", **common, revenue="{revenue}")), decides=True),
        Figure("costs", ("Rise of costs", "成本可升幅度"), "rate",
               _served(udf("CR_BREAKEVEN", **common, revenue="{costs}")), decides=True),
        Figure("rise", ("Rise of rate", "利率可升幅度"), "pd", _served(owed), decides=True),
    )  # fmt: skip


def add_scenarios_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the comparison of cases."""
    say = Speaker(lang)
    title = SHEETS["scenarios"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "The loan sized on the sizing case, held against every case at once. Cases and steps stand on the Policy sheet.",
            "以测算情景定额的贷款，同时接受各情景检验。情景与步长见“政策”页。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(sheet, {_LEFT: 26} | dict.fromkeys(range(3, 17), 11.5) | {14: 14, 16: 13})
    listed = comparison(policy)
    rule_off(sheet, _LEFT + len(listed))
    put(sheet, _TITLE, _LEFT, say("All cases side by side", "各情景对比"), SECTION)
    _block(sheet, HEADER_ROW, listed, policy, say)
    put(sheet, _BREAK_EVEN, _LEFT,
        say("Break-even: how much may change until DSCR reaches the level of the policy",
            "盈亏平衡：偿债备付率降至政策水平前可承受的变动"), SECTION)  # fmt: skip
    _block(sheet, _BREAK_EVEN + 1, break_even(), policy, say)
    _grid(sheet, policy, lang)
    for row in (_TITLE, _BREAK_EVEN, _GRID):
        sheet.row_dimensions[row].height = 26
    _colour(book, sheet, policy)
    _chart(sheet, lang)
    _shown(book, sheet, say)


def _shown(book: Workbook, sheet: Worksheet, say: Speaker) -> None:
    """The break-even of the case shown, for the committee's page."""
    put(sheet, _BREAK_EVEN, 19, say("Case shown", "展示情景"), CALCULATION)
    falls = f"$D${_BREAK_EVEN + 2}:$D${_BREAK_EVEN + 1 + CASES}"
    put(sheet, _BREAK_EVEN + 1, 19, f"=INDEX({falls},case_number)", CALCULATION, "rate")
    define(book, SHOWN_FALL, Box(sheet, _BREAK_EVEN + 1, 19, _BREAK_EVEN + 1, 19))


def _block(
    sheet: Worksheet, top: int, listed: tuple[Figure, ...], policy: Policy, say: Speaker
) -> None:
    texts = [say("Case", "情景"), *(say(*figure.label) for figure in listed)]
    headers(sheet, top, _LEFT, texts)
    sheet.row_dimensions[top].height = 30
    figures = ("cfads", "service", "revenue", "costs", "dscr")
    for number in range(1, CASES + 1):
        row = top + number
        put(sheet, row, _LEFT, f"={policy.label('scenarios', str(number))}", LABEL)
        names = {figure: case_name(figure, number) for figure in figures}
        least = f"$H{_TOP + number - 1}"
        for column, figure in enumerate(listed, start=_LEFT + 1):
            formula = "=" + figure.formula.format(number=number, row=row, least=least, **names)
            style = RESULT if figure.decides else CALCULATION
            put(sheet, row, column, formula, style, figure.kind)
        sheet.row_dimensions[row].height = _ROW


def _grid(sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """Least DSCR of the case shown by fall of revenue (down) and rise of the rate (across)."""
    say = Speaker(lang)
    put(sheet, _GRID, _LEFT,
        say("Least DSCR of the case shown: fall of revenue (down), rise of the rate (across)",
            "展示情景的最低偿债备付率：收入降幅（向下）与利率升幅（向右）"), SECTION)  # fmt: skip
    put(
        sheet,
        _GRID + 1,
        _LEFT,
        say("Revenue falls by \\ rate rises by", "收入降幅 \\ 利率升幅"),
        HEADER,
    )
    falls, rises = (policy.column("sensitivity", name) for name in ("fall", "rise"))
    for step in range(1, STEPS + 1):
        put(sheet, _GRID + 1, _LEFT + step, f"=INDEX({rises},{step})", HEADER, "pd")
        row = _GRID + 1 + step
        put(sheet, row, _LEFT, f"=INDEX({falls},{step})", LABEL, "rate")
        sheet.row_dimensions[row].height = _ROW
        for place_ in range(_LEFT + 1, _LEFT + 1 + STEPS):
            letter = get_column_letter(place_)
            formula = udf(
                "CR_DSCR",
                cfads=f"cfads-$B{row}*revenue",
                debt_service=f"ROUND(loan_principal+loan_opening*(case_rate+{letter}${_GRID + 1}),amount_decimals)",
                covenants=policy.whole("project_covenants"),
                out='"min"',
            )
            put(sheet, row, place_, None, RESULT, "times")
            sheet.cell(row, place_).value = ArrayFormula(
                f"{letter}{row}", f"={_with_loan(formula)}"
            )
    sheet.row_dimensions[_GRID + 1].height = 30
    note = _GRID + 2 + STEPS
    put(sheet, note, _LEFT, say(
        "Costs and taxes stay as they are, as in the break-even; green meets lock-up, yellow is "
        "locked up, red is in default.",
        "成本与税费保持不变，与盈亏平衡口径一致；绿色达到锁定水平，黄色触发锁定，红色触发违约。"), PROSE)  # fmt: skip
    merge(sheet, Box(sheet, note, _LEFT, note, _LEFT + STEPS))
    sheet.row_dimensions[note].height = 30


def _colour(book: Workbook, sheet: Worksheet, policy: Policy) -> None:
    """The covenants' levels beside the page, for the chart and for the colours."""
    dscr = policy.column("project_covenants", "dscr")
    names = (("lock_level", LOCK_UP), ("default_level", DEFAULT))
    for column, (name, row) in enumerate(names, start=19):
        put(
            sheet,
            HEADER_ROW,
            column,
            f"={policy.label('project_covenants', str(row))}",
            CALCULATION,
        )
        for number in range(1, CASES + 1):
            put(sheet, HEADER_ROW + number, column, f"=INDEX({dscr},{row})", CALCULATION, "times")
        define(book, name, Box(sheet, _TOP, column, _TOP, column))
    grid = Box(sheet, _GRID + 2, _LEFT + 1, _GRID + 1 + STEPS, _LEFT + STEPS)
    least = Box(sheet, _TOP, 8, _TOP + CASES - 1, 8)
    for cells in (grid, least):
        first = f"{get_column_letter(cells.left)}{cells.top}"
        known, lock, default = f"ISNUMBER({first})", f"$S${_TOP}", f"$T${_TOP}"
        colour_where(cells, f"AND({known},{first}<{default})", ground=BAD_FILL, ink=BAD)
        colour_where(cells, f"AND({known},{first}>={default},{first}<{lock})", ground=WARN_FILL)
        colour_where(cells, f"AND({known},{first}>={lock})", ground=GOOD_FILL)
    sheet.print_area = f"B1:P{_GRID + 2 + STEPS}"


def case_chart(sheet: Worksheet, lang: Lang) -> LineChart:
    """The least DSCR of each case against the covenants' levels."""
    say = Speaker(lang)
    last = _TOP + CASES - 1
    return lines_over_bars(
        say("Least DSCR by case against the covenants", "各情景最低偿债备付率与约束水平"),
        Box(sheet, _TOP, _LEFT, last, _LEFT),
        [Box(sheet, HEADER_ROW, 8, last, 8)],
        [Line(Box(sheet, HEADER_ROW, 19, last, 19), NAVY, "level"),
         Line(Box(sheet, HEADER_ROW, 20, last, 20), BAD, "level")],
        lang,
    )  # fmt: skip


def _chart(sheet: Worksheet, lang: Lang) -> None:
    spot = Box(sheet, _BREAK_EVEN + 1, _CHART[0], _GRID + 1 + STEPS, _CHART[1] - 1)
    place(sheet, case_chart(sheet, lang), spot)
