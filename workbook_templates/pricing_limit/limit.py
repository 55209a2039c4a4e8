"""The limit sheet: new credit by each method, the binding one, and the collateral."""

from __future__ import annotations

from typing import Final

from openpyxl.chart import BarChart
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines, sentence
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pricing_limit.layout import SHEETS
from workbook_templates.style import LABEL, RESULT, SECTION, TAB_RESULT, TEAL, UNIT

_LEFT: Final = 2
_HEADER: Final = 5
METHODS: Final = 6
_LAST: Final = _HEADER + METHODS
_PANEL: Final = 6


def add_limit_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the limit sheet."""
    say = Speaker(lang)
    title = SHEETS["limit"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "Room for new credit by each method the policy has switched on; the least of them is the limit.",
            "按政策启用的各方法测算新增授信空间，取最小者为额度。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(sheet, {2: 34, 3: 8, 4: 16, 5: 3, 6: 38} | dict.fromkeys(range(7, 11), 15.0))
    rule_off(sheet, 10)
    put(
        sheet,
        _HEADER - 1,
        _LEFT,
        say("New credit by method, CNY 10k", "各方法新增授信（万元）"),
        SECTION,
    )
    texts = (("Method", "方法"), ("No.", "序号"), ("New credit", "新增授信"))
    headers(sheet, _HEADER, _LEFT, [say(*text) for text in texts])
    _methods(book, sheet, policy)
    lines = _needs(policy)
    row = result_lines(book, sheet, _HEADER - 1, _PANEL, ("Limit", "额度"), lines, lang, span=2)
    sentence(
        book,
        sheet,
        Box(sheet, row, _PANEL, row + 1, 10),
        "why_limit",
        _limited(_limit(policy, "why")),
    )
    row = result_lines(
        book, sheet, row + 3, _PANEL, ("Collateral", "押品"), _collateral(policy), lang, span=2
    )
    sentence(
        book,
        sheet,
        Box(sheet, row, _PANEL, row + 1, 10),
        "why_collateral",
        _secured(_ltv(policy, "why")),
    )
    for place_ in range(_LAST + 1, row + 2):
        if sheet.row_dimensions[place_].height is None:
            sheet.row_dimensions[place_].height = 18
    place(sheet, method_chart(sheet, lang), Box(sheet, _LAST + 2, _LEFT, row + 1, 4))


def _limit(policy: Policy, out: str) -> str:
    return udf(
        "CR_LIMIT", need="need", assets="assets", liabilities="liabilities", cash_flow="cash_flow",
        rate="quoted_rate", years="loan_years", equity="equity", grade="grade", existing="existing_credit",
        collateral_value="recognised", max_ltv="highest_ltv", room="room",
        methods=policy.whole("limit_methods"), multiples=policy.whole("limit_multiples"),
        out=f'"{out}"', lang="lang",
    )  # fmt: skip


def _limited(formula: str) -> str:
    return f'IF(limit_ready=1,{formula},"")'


def _methods(book: Workbook, sheet: Worksheet, policy: Policy) -> None:
    """New credit by method; blank where it cannot be computed or is switched off."""
    table = _limit(policy, "table")
    for number in range(1, METHODS + 1):
        row = _HEADER + number
        column = f"$C{row}+1+1"
        put(sheet, row, 3, 1 if number == 1 else f"=C{row - 1}+1", UNIT, "code")
        put(sheet, row, 2, f"={_limited(f'INDEX({table},1,{column})')}", LABEL)
        put(sheet, row, 4, f"={_limited(f'INDEX({table},1+1,{column})')}", RESULT, "money")
        sheet.row_dimensions[row].height = 18
    define(book, "method_names", Box(sheet, _HEADER + 1, 2, _LAST, 2))
    define(book, "method_credit", Box(sheet, _HEADER + 1, 4, _LAST, 4))


def _needs(policy: Policy) -> list[Line]:
    need = udf(
        "CR_WCNEED", sales="sales", margin="margin", growth="growth", inventory_days="inventory_days",
        receivable_days="receivable_days", payable_days="payable_days", prepayment_days="prepayment_days",
        prereceipt_days="prereceipt_days", own_funds="own_funds", existing_loans="existing_loans",
        other_funds="other_funds", year_days="year_days",
    )  # fmt: skip
    needed = ("sales", "margin", "growth", "inventory_days", "receivable_days", "payable_days",
              "prepayment_days", "prereceipt_days")  # fmt: skip
    given = ",".join(f'{name}<>""' for name in needed)
    alone = udf("CR_EXPOSURE", customers="customer_no", amounts="0", tier1="tier1_capital",
                capital="net_capital", limits=policy.whole("large_exposures"))  # fmt: skip
    found = f"IFERROR(INDEX(reg_room,MATCH(customer_no,reg_customer,0)),{alone})"
    filled = 'AND(grade<>"",N(equity)>0,N(assets)>0,N(months)>0,N(quoted_rate)>0)'
    return [
        Line("need_ready", ("Need can be computed: 1", "可测算需求为 1"), "code", f"--AND({given})"),
        Line("need", ("Working-capital need, new loan", "营运资金需求（新增）"), "money", f'IF(need_ready=1,{need},"")'),
        Line("loan_years", ("Years of repayment", "还款年数"), "times", "N(months)/12"),
        Line("room", ("Room under the large-exposure limits", "大额风险暴露余量"), "money",
             f'IF(OR(customer_no="",N(tier1_capital)=0),"",{found})'),
        Line("limit_ready", ("Limit can be computed: 1", "可测算额度为 1"), "code", f"--{filled}"),
        Line("new_limit", ("Limit for new credit, CNY 10k", "新增授信额度（万元）"), "money", _limited(_limit(policy, "value")), decides=True),
        Line("limit_method", ("Binding method", "约束方法"), "words", _limited(_limit(policy, "method")), decides=True),
        Line("limit_margin", ("Limit less request, CNY 10k", "额度减申请（万元）"), "money", _limited("new_limit-N(amount)"), decides=True),
    ]  # fmt: skip


def _ltv(policy: Policy, out: str) -> str:
    return udf("CR_LTV", loan="N(amount)", collateral_value="collateral_value", kind="collateral_kind",
               tier="tier", prior_claims="N(prior_claims)", kinds=policy.whole("collateral_kinds"),
               policy=policy.whole("tier_strategy"), out=f'"{out}"', lang="lang")  # fmt: skip


def _secured(formula: str) -> str:
    return f'IF(AND(collateral_kind<>"",N(collateral_value)>0,tier<>""),{formula},"")'


def _collateral(policy: Policy) -> list[Line]:
    return [
        Line("recognised", ("Recognised value, CNY 10k", "认定价值（万元）"), "money",
             _secured(f"INDEX({_ltv(policy, 'table')},1+1,1)")),
        Line("loan_to_value", ("Loan to value", "抵押率"), "rate", _secured(_ltv(policy, "value")), decides=True),
        Line("highest_ltv", ("Highest loan to value", "最高抵押率"), "rate", _secured(_ltv(policy, "max_ltv"))),
        Line("lendable", ("Most that can be lent, CNY 10k", "可贷金额（万元）"), "money", _secured(_ltv(policy, "lendable"))),
        Line("collateral_short", ("Collateral lacking, CNY 10k", "押品缺口（万元）"), "money", _secured(_ltv(policy, "shortfall")), decides=True),
    ]  # fmt: skip


def method_chart(sheet: Worksheet, lang: Lang) -> BarChart:
    """New credit by method; the room under large exposures, far larger, is left out."""
    say = Speaker(lang)
    return bars(
        say("New credit by method, without regulatory room", "各方法新增授信（不含监管余量）"),
        Box(sheet, _HEADER + 1, 2, _LAST - 1, 2), [Box(sheet, _HEADER, 4, _LAST - 1, 4)], lang,
        colours=(TEAL,), direction="bar",
    )  # fmt: skip
