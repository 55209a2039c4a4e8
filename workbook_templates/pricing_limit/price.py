"""The price sheet: build-up of the least rate, quoted rate against it, RAROC and sensitivity."""

from __future__ import annotations

from typing import Final

from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.finance_charts import build_up
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines, sentence
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pricing_limit.layout import PD_STEPS, RATE_STEPS, SHEETS, SHOCKS
from workbook_templates.style import (
    BAD,
    BAD_FILL,
    CALCULATION,
    GOOD_FILL,
    HEADER,
    INK,
    LABEL,
    NAVY,
    RESULT,
    SECTION,
    TAB_RESULT,
    TEAL,
    UNIT,
)

_LEFT: Final = 2
_PANEL: Final = 11
_TITLE, BUILD_HEADER = 4, 5
PARTS: Final = 7
"""Parts of the rate in the table that CR_RATE gives; the rate itself follows them."""
_TOTAL: Final = BUILD_HEADER + PARTS + 1
_GRID: Final = _TOTAL + 2
_SHOCKS: Final = _GRID + RATE_STEPS + 3
_BOTTOM: Final = _SHOCKS + SHOCKS + 8
_CHANGED: Final = _PANEL + 6
"""First column of the changed inputs, beside the printed page."""
_PART_COLOUR: Final = "8FB8C8"


def rate_call(policy: Policy, out: str = "", **changed: str) -> str:
    """The least rate of the request, with some arguments changed."""
    arguments = {
        "funding_rate": "funding_rate", "operating_cost": "operating_cost", "pd": "default_pd",
        "lgd": "lgd", "risk_weight": "risk_weight", "fee": "N(fee_rate)",
        "funding": "funding_basis", "vat": "vat_basis", "policy": policy.whole("pricing_policy"),
    } | changed  # fmt: skip
    if out:
        arguments |= {"out": f'"{out}"', "lang": "lang"}
    return udf("CR_RATE", **arguments)


def raroc_call(policy: Policy, out: str = "", **changed: str) -> str:
    """RAROC of the request at the rate quoted, with some arguments changed."""
    arguments = {
        "rate": "quoted_rate", "funding_rate": "funding_rate", "operating_cost": "operating_cost",
        "pd": "default_pd", "lgd": "lgd", "risk_weight": "risk_weight", "fee": "N(fee_rate)",
        "funding": "funding_basis", "vat": "vat_basis", "policy": policy.whole("pricing_policy"),
    } | changed  # fmt: skip
    if out:
        arguments |= {"out": f'"{out}"', "lang": "lang"}
    return udf("CR_RAROC", **arguments)


def parameter(policy: Policy, name: str) -> str:
    """A figure of the pricing policy."""
    values, names = (policy.column("pricing_policy", column) for column in ("value", "parameter"))
    return f'INDEX({values},MATCH("{name}",{names},0))'


def _priced(formula: str, otherwise: str = '""') -> str:
    return f"IF(price_ready=1,{formula},{otherwise})"


def _quoted(formula: str) -> str:
    return f'IF(price_ready*(N(quoted_rate)>0)=1,{formula},"")'


def add_price_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the price sheet."""
    say = Speaker(lang)
    title = SHEETS["price"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "The least rate is funding, cost, expected loss and the return on capital; RAROC of that rate is the hurdle.",
            "最低利率为资金成本、运营成本、预期损失与资本回报之和；按最低利率计算的 RAROC 即目标回报率。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(
        sheet,
        {2: 32}
        | dict.fromkeys(range(3, 10), 12.0)
        | {10: 3, 11: 42}
        | dict.fromkeys(range(12, 16), 14.0),
    )
    rule_off(sheet, _PANEL + 4)
    _build(sheet, policy, lang)
    _grid(sheet, policy, say)
    _shock_table(sheet, policy, lang)
    row = result_lines(
        book,
        sheet,
        _TITLE,
        _PANEL,
        ("Decision on the price", "定价结论"),
        _decision(policy),
        lang,
        span=2,
    )
    check = udf("CR_RATECHECK", quoted="quoted_rate", minimum="minimum_rate",
                authority=policy.whole("price_exceptions"), out='"why"', lang="lang")  # fmt: skip
    sentence(book, sheet, Box(sheet, row, _PANEL, row + 1, _PANEL + 4), "why_price", _quoted(check))
    sentence(book, sheet, Box(sheet, row + 2, _PANEL, row + 4, _PANEL + 4), "why_rate",
             _priced(rate_call(policy, "why")))  # fmt: skip
    top = row + 6
    for place_ in range(top, top + 15):
        if sheet.row_dimensions[place_].height is None:
            sheet.row_dimensions[place_].height = 18
    sheet.print_area = f"B1:O{_BOTTOM}"
    place(sheet, rate_chart(sheet, lang), Box(sheet, top, _PANEL, _BOTTOM, _PANEL + 4))


def _build(sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """The parts of the least rate, and what a waterfall of them needs."""
    say = Speaker(lang)
    put(sheet, _TITLE, _LEFT, say("Build-up of the least rate", "最低利率构成"), SECTION)
    texts = (("Part", "组成"), ("No.", "序号"), ("Rate", "利率"), ("Reached", "累计"), ("Base", "起点"),
             ("Added", "加项"), ("Deducted", "减项"), ("Least rate", "最低利率"))  # fmt: skip
    headers(sheet, BUILD_HEADER, _LEFT, [say(*text) for text in texts])
    sheet.row_dimensions[BUILD_HEADER].height = 20
    parts = rate_call(policy, "table")
    for number in range(1, PARTS + 2):
        row = BUILD_HEADER + number
        whole = number > PARTS
        style = RESULT if whole else CALCULATION
        reached = f"=D{row}" if number == 1 or whole else f"=E{row - 1}+D{row}"
        before = "0" if number == 1 or whole else f"MIN(E{row - 1},E{row})"
        # Text where a bar has no height, so that it has no label either.
        added, deducted, total = (
            '=""' if whole else f'=IF(D{row}>0,D{row},"")',
            '=""' if whole else f'=IF(D{row}<0,-D{row},"")',
            f'=IF(D{row}=0,"",D{row})' if whole else '=""',
        )
        cells = (
            (f"={_priced(f'INDEX({parts},1,$C{row})')}", LABEL, ""),
            (number if number == 1 else f"=C{row - 1}+1", UNIT, "code"),
            (f"={_priced(f'INDEX({parts},1+1,$C{row})', '0')}", style, "pd"),
            (reached, CALCULATION, "pd"),
            (f"={before}", CALCULATION, "pd"),
            (added, CALCULATION, "pd"),
            (deducted, CALCULATION, "pd"),
            (total, style, "pd"),
        )
        for column, (value, look, kind) in enumerate(cells, start=_LEFT):
            put(sheet, row, column, value, look, kind)
        sheet.row_dimensions[row].height = 18


def rate_chart(sheet: Worksheet, lang: Lang) -> BarChart:
    """The waterfall of the least rate."""
    say = Speaker(lang)
    return build_up(
        say("Build-up of the least rate", "最低利率构成"),
        Box(sheet, BUILD_HEADER + 1, _LEFT, _TOTAL, _LEFT),
        Box(sheet, BUILD_HEADER, 6, _TOTAL, 6),
        [Box(sheet, BUILD_HEADER, column, _TOTAL, column) for column in (7, 8, 9)],
        lang,
        number_format='0.00%;-0.00%;""',
        colours=(_PART_COLOUR, BAD, NAVY),
        label_colours=(INK, INK, "FFFFFF"),
        label_formats=("0.00%;;", "-0.00%;;", "0.00%;;"),
    )


def _decision(policy: Policy) -> list[Line]:
    spread = {"grade": "grade", "lpr": "lpr", "years": "months/12", "floor": "minimum_rate",
              "spreads": policy.whole("lpr_spreads"), "terms": policy.whole("term_spreads")}  # fmt: skip
    check = {"quoted": "quoted_rate", "minimum": "minimum_rate",
             "authority": policy.whole("price_exceptions")}  # fmt: skip
    gain = udf("CR_CONTRIB", loan_balance="amount", loan_rate="quoted_rate", funding_rate="funding_rate",
               pd="default_pd", lgd="lgd", deposit_balance="deposit_balance", deposit_rate="deposit_rate",
               deposit_ftp="deposit_ftp", fees="other_fees+N(fee_rate)*amount", costs="operating_cost*amount",
               risk_weight="risk_weight", policy=policy.whole("pricing_policy"))  # fmt: skip
    apr = udf("CR_APR", amount="amount", rate="quoted_rate", months="months", fee="N(drawdown_fee)",
              method="repayment_code", frequency="frequency_code")  # fmt: skip

    def listed(formula: str) -> str:
        return f'IF(price_ready*(N(lpr)>0)*(N(months)>0)=1,{formula},"")'

    return [
        Line("minimum_rate", ("Least rate", "最低利率"), "pd", _priced(rate_call(policy)), decides=True),
        Line("spread_bp", ("Spread over LPR for the least rate, bp", "最低利率对应的 LPR 加点（基点）"), "count", listed(udf("CR_SPREAD", **spread))),
        Line("contract_rate", ("Contract rate by the price list", "按定价表的合同利率"), "pd", listed(udf("CR_SPREAD", **spread, out='"rate"'))),
        Line("quoted", ("Rate quoted", "报价利率"), "pd", "N(quoted_rate)"),
        Line("price_decision", ("Decision", "定价结论"), "words", _quoted(udf("CR_RATECHECK", **check, lang="lang")), decides=True),
        Line("price_code", ("Code of the decision", "结论代码"), "words", _quoted(udf("CR_RATECHECK", **check, out='"code"'))),
        Line("shortfall", ("Missing rate", "利率差额"), "pd", _quoted(udf("CR_RATECHECK", **check, out='"shortfall"'))),
        Line("raroc", ("RAROC at the rate quoted", "按报价利率的 RAROC"), "rate", _quoted(raroc_call(policy)), decides=True),
        Line("hurdle", ("Return wanted", "目标回报率"), "rate", parameter(policy, "hurdle")),
        Line("capital_ratio", ("Capital per risk-weighted assets", "资本充足率"), "rate", parameter(policy, "capital_ratio")),
        Line("contribution", ("Contribution of the customer, CNY 10k", "客户综合贡献（万元）"), "number", _quoted(f"IF(N(amount)=0,0,{gain})"), decides=True),
        Line("apr", ("Annual percentage rate", "年化综合资金成本"), "pd", f'IF(loan_ready=1,{apr},"")'),
    ]  # fmt: skip


def _grid(sheet: Worksheet, policy: Policy, say: Speaker) -> None:
    """RAROC by change of the quoted rate (down) and factor of PD (across)."""
    put(sheet, _GRID, _LEFT, say("RAROC: change of the rate quoted (down), PD times (across)",
                                 "RAROC：报价利率变动（向下）与违约概率倍数（向右）"), SECTION)  # fmt: skip
    sheet.row_dimensions[_GRID].height = 24
    put(
        sheet,
        _GRID + 1,
        _LEFT,
        say("Rate changes by \\ PD times", "利率变动 \\ 违约概率倍数"),
        HEADER,
    )
    changes, factors = (policy.column("sensitivity", name) for name in ("change", "factor"))
    for step in range(1, RATE_STEPS + 1):
        row = _GRID + 1 + step
        put(sheet, row, _LEFT, f"=INDEX({changes},{step})", LABEL, "pd")
        sheet.row_dimensions[row].height = 18
        for across in range(1, PD_STEPS + 1):
            column = _LEFT + across
            letter = get_column_letter(column)
            put(sheet, _GRID + 1, column, f"=INDEX({factors},{across})", HEADER, "times")
            call = raroc_call(policy, rate=f"quoted_rate+$B{row}",
                              pd=f"MIN(1,default_pd*{letter}${_GRID + 1})")  # fmt: skip
            put(sheet, row, column, f"={_quoted(call)}", RESULT, "rate")
    cells = Box(sheet, _GRID + 2, 3, _GRID + 1 + RATE_STEPS, 2 + PD_STEPS)
    first = f"C{_GRID + 2}"
    colour_where(cells, f"AND(ISNUMBER({first}),{first}<hurdle)", ground=BAD_FILL)
    colour_where(cells, f"AND(ISNUMBER({first}),{first}>=hurdle)", ground=GOOD_FILL)


def _shock_table(sheet: Worksheet, policy: Policy, lang: Lang) -> None:
    """What one change at a time does to the least rate."""
    say = Speaker(lang)
    put(
        sheet,
        _SHOCKS,
        _LEFT,
        say("One change at a time: the least rate", "单因素变动：最低利率"),
        SECTION,
    )
    sheet.row_dimensions[_SHOCKS].height = 24
    texts = (("Change", "变动"), ("Least rate", "最低利率"), ("Change, bp", "变动（基点）"))
    headers(sheet, _SHOCKS + 1, _LEFT, [say(*text) for text in texts])
    changed = (("Funding", "资金成本"), ("Operating cost", "运营成本"), ("PD", "违约概率"),
               ("LGD", "违约损失率"), ("Capital ratio", "资本充足率"), ("Hurdle", "目标回报率"))  # fmt: skip
    for column, text in enumerate(changed, start=_CHANGED):
        put(sheet, _SHOCKS + 1, column, say(*text), UNIT)
    for number in range(1, SHOCKS + 1):
        row = _SHOCKS + 1 + number

        formulas = (
            f"funding_rate+INDEX({policy.column('shocks', 'funding')},{number})",
            f"operating_cost+INDEX({policy.column('shocks', 'cost')},{number})",
            f"MIN(1,default_pd*INDEX({policy.column('shocks', 'pd')},{number}))",
            f"MIN(1,lgd+INDEX({policy.column('shocks', 'lgd')},{number}))",
            f"capital_ratio+INDEX({policy.column('shocks', 'ratio')},{number})",
            f"hurdle+INDEX({policy.column('shocks', 'hurdle')},{number})",
        )
        for column, formula in enumerate(formulas, start=_CHANGED):
            put(sheet, row, column, f"={_priced(formula)}", UNIT, "pd")
        cells = [f"${get_column_letter(_CHANGED + i)}{row}" for i in range(len(formulas))]
        names = ("funding_rate", "operating_cost", "pd", "lgd", "capital_ratio", "hurdle")
        call = rate_call(policy, **dict(zip(names, cells, strict=True)))
        put(sheet, row, _LEFT, f"={policy.label('shocks', str(number))}", LABEL)
        put(sheet, row, 3, f"={_priced(call)}", RESULT, "pd")
        put(
            sheet,
            row,
            4,
            f"={_priced(f'(C{row}-minimum_rate)*basis_points')}",
            CALCULATION,
            "number",
        )
        sheet.row_dimensions[row].height = 18
    block = Box(sheet, _SHOCKS + 2, _LEFT, _SHOCKS + 1 + SHOCKS, _LEFT)
    chart = bars(
        say("Change of the least rate, bp", "最低利率变动（基点）"), block,
        [Box(sheet, _SHOCKS + 1, 4, _SHOCKS + 1 + SHOCKS, 4)], lang,
        number_format="0.0", colours=(TEAL,), direction="bar",
    )  # fmt: skip
    place(sheet, chart, Box(sheet, _SHOCKS + 1, 5, _SHOCKS + 1 + SHOCKS, 9))
