"""The approval sheet: who may decide, by amount and grade, and what raises the level."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.conditions import colour_where
from workbook_templates.finance_pages.policy import Policy
from workbook_templates.finance_pages.result_lines import Line, result_lines
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pricing_limit.layout import SHEETS
from workbook_templates.style import HEADER, LABEL, NAVY, PROSE, SECTION, TAB_RESULT, WHITE

_LEFT: Final = 2
_HEADER: Final = 5
_ROWS: Final = 6
_BANDS: Final = 3
_LINES: Final = _HEADER + _ROWS + 2


def add_approval_sheet(book: Workbook, policy: Policy, lang: Lang) -> None:
    """Add the approval matrix and the level that the request needs."""
    say = Speaker(lang)
    title = SHEETS["approval"][lang]
    setup = PageSetup(
        title=title,
        subtitle=say(
            "The matrix of the Policy sheet with the request's place in it; the highest level that anything asks for decides.",
            "“政策”页的审批矩阵及本次申请所处位置；各触发事项中取最高层级。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, title, setup, lang)
    set_widths(sheet, {2: 58} | dict.fromkeys(range(3, 3 + _BANDS), 38.0))
    rule_off(sheet, 2 + _BANDS)
    put(sheet, _HEADER - 1, _LEFT, say("Approval matrix", "审批矩阵"), SECTION)
    sheet.row_dimensions[_HEADER - 1].height = 24
    _matrix(sheet, policy, say)
    row = result_lines(
        book,
        sheet,
        _LINES,
        _LEFT,
        ("Level of the request", "本次申请的审批层级"),
        _levels(policy),
        lang,
    )
    put(sheet, _LINES, 4, say("Authority", "审批机构"), SECTION)
    for place_ in range(row - len(_TRIGGERS) - 1, row):
        label = policy.label("approval_levels", f"$C{place_}")
        put(sheet, place_, 4, f'=IF(N($C{place_})=0,"",{label})', PROSE)


_TRIGGERS: Final = ("level_amount", "level_price", "level_limit", "level_collateral")


def _matrix(sheet: Worksheet, policy: Policy, say: Speaker) -> None:
    amounts = policy.column("approval_matrix", "from_amount")
    headers(sheet, _HEADER, _LEFT, [say("Total credit from, CNY 10k", "授信总额自（万元）")])
    for band in range(1, _BANDS + 1):
        put(sheet, _HEADER, _LEFT + band, f"={policy.label('grade_bands', str(band))}", HEADER)
    for number in range(1, _ROWS + 1):
        row = _HEADER + number
        put(sheet, row, _LEFT, f"=INDEX({amounts},{number})", LABEL, "money")
        sheet.row_dimensions[row].height = 24
        for band in range(1, _BANDS + 1):
            level = f"INDEX({policy.column('approval_matrix', f'band_{band}')},{number})"
            put(sheet, row, _LEFT + band, f"={policy.label('approval_levels', level)}", PROSE)
    sheet.row_dimensions[_HEADER].height = 22
    cells = Box(sheet, _HEADER + 1, 3, _HEADER + _ROWS, 2 + _BANDS)
    here = f"AND(ROW(C{_HEADER + 1})=ROW($B${_HEADER})+N(matrix_row),COLUMN(C{_HEADER + 1})=COLUMN($B${_HEADER})+N(matrix_band))"
    colour_where(cells, here, ground=NAVY, ink=WHITE, bold=True)


def _levels(policy: Policy) -> list[Line]:
    amounts, starts = (
        policy.column("approval_matrix", "from_amount"),
        policy.column("grade_bands", "from_pd"),
    )
    bands = ",".join(
        f"INDEX({policy.column('approval_matrix', f'band_{band}')},matrix_row)"
        for band in range(1, _BANDS + 1)
    )
    decisions, levels = (policy.column("price_levels", name) for name in ("decision", "level"))
    return [
        Line("total_request", ("Credit of the customer with the request, CNY 10k", "含本次申请的客户授信总额（万元）"), "money",
             'N(amount)+IF(customer_no="",0,SUMIFS(reg_limit,reg_customer,customer_no))'),
        Line("matrix_row", ("Row of the matrix", "矩阵行"), "count", f"IF(total_request=0,0,MATCH(total_request,{amounts},1))"),
        Line("matrix_band", ("Band of the grade", "等级档次"), "count", f"IF(N(default_pd)=0,0,MATCH(default_pd,{starts},1))"),
        Line("level_amount", ("Level by amount and grade", "按金额与等级"), "count", f"IF(matrix_row*matrix_band=0,0,CHOOSE(matrix_band,{bands}))"),
        Line("level_price", ("Level by price", "按定价"), "count", f"IF(LEN(price_code)=0,0,INDEX({levels},MATCH(price_code,{decisions},0)))"),
        Line("level_limit", ("Level by limit: request above the limit by method", "按额度：申请超过测算额度"), "count", "IF(N(limit_margin)<0,level_over_limit,0)"),
        Line("level_collateral", ("Level by collateral: short of the highest loan to value", "按押品：超过最高抵押率"), "count", "IF(N(collateral_short)>0,level_short_collateral,0)"),
        Line("level_needed", ("Level needed", "所需审批层级"), "count", f"MAX({','.join(_TRIGGERS)})", decides=True),
    ]  # fmt: skip
