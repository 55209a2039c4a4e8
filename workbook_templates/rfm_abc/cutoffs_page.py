"""The cut-offs behind scores, classes and priorities, as the data and the policy make them.

The functions' tables stand beside the printed page; the page shows them, and stays whole when
there are fewer scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, headers, put
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.rfm_abc.layout import SCORES, SHEETS
from workbook_templates.rfm_abc.results import abc_call, rfm_call, vrn_call
from workbook_templates.style import CALCULATION, LABEL, SECTION, TAB_RESULT, UNIT

_LEFT: Final = 2
_WIDTHS: Final = (18.0, 12.0, 15.0, 15.0, 24.0, 15.0)
_RAW: Final = _LEFT + len(_WIDTHS) + 2
_RFM_COLUMNS, _VRN_COLUMNS, _ABC_COLUMNS = 7, 7, 7
_RFM_TOP: Final = 5


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of cut-offs: its call, its size, and the columns that the page shows."""

    title: tuple[str, str]
    call: str
    rows: int
    columns: int
    shown: Sequence[tuple[int, tuple[str, str], str]]


_TABLES: Final = (
    _Table(
        ("Recency, frequency, monetary", "最近一次、频率、金额"), rfm_call("cuts"), 3 * SCORES, _RFM_COLUMNS,
        ((0, ("Measure", "指标"), "words"), (2, ("Score", "分数"), "code"), (3, ("From", "下限"), "number"),
         (4, ("To", "上限"), "number"), (5, ("Rule", "规则"), "words"), (6, ("Customers", "客户数"), "count")),
    ),
    _Table(
        ("ABC classes by cumulative contribution", "ABC 类别（按累计综合贡献）"), abc_call("cuts"), 3, _ABC_COLUMNS,
        ((0, ("Class", "类别"), "words"), (3, ("Customers", "客户数"), "count"), (1, ("Lowest", "最低"), "number"),
         (2, ("Highest", "最高"), "number"), (5, ("Contribution", "综合贡献"), "number"),
         (6, ("Share", "占比"), "rate")),
    ),
    _Table(
        ("Value, risk, need: percentile scores", "价值、风险、需求：分位得分"), vrn_call("cuts"), 9, _VRN_COLUMNS,
        ((0, ("Axis", "维度"), "words"), (1, ("Level", "等级"), "words"), (2, ("Score from", "得分下限"), "number"),
         (3, ("Score below", "得分上限"), "number"), (5, ("Largest figure", "最大值"), "general"),
         (6, ("Customers", "客户数"), "count")),
    ),
)  # fmt: skip


def add_cutoffs_page(book: Workbook, lang: Lang) -> None:
    """Add the page."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Cut-offs", "分档界限"),
        subtitle=say(
            "Where one score ends and the next begins; found from the data by the rules on the Policy sheet.",
            "各分数之间的分界，由数据按政策页的方法得出。",
        ),
        tab=TAB_RESULT,
        orientation="portrait",
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["cutoffs"][lang], setup, lang)
    rule_off(sheet, _LEFT + len(_WIDTHS) - 1)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    row = _RFM_TOP
    for one in _TABLES:
        row = _table(sheet, row, one, say) + 2
    last = get_column_letter(_LEFT + len(_WIDTHS) - 1)
    sheet.print_area = f"B1:{last}{row - 2}"


def _table(sheet: Worksheet, top: int, one: _Table, say: Speaker) -> int:
    """Write a table and what it shows; returns its last row."""
    put(sheet, top, _LEFT, say(*one.title), SECTION)
    sheet.row_dimensions[top].height = 22
    raw = Box(sheet, top + 1, _RAW, top + 1 + one.rows, _RAW + one.columns - 1)
    for row in range(raw.top, raw.bottom + 1):
        for column in range(raw.left, raw.right + 1):
            put(sheet, row, column, None, UNIT)
    sheet.cell(raw.top, raw.left).value = ArrayFormula(raw.address, f'=IFERROR({one.call},"")')
    headers(sheet, top + 1, _LEFT, [say(*texts) for _, texts, _ in one.shown])
    sheet.row_dimensions[top + 1].height = 20
    for row in range(top + 2, raw.bottom + 1):
        for j, (source, _, kind) in enumerate(one.shown):
            cell = f"{get_column_letter(_RAW + source)}{row}"
            shown = f'=IFERROR(IF({cell}="","",{cell}),"")'
            put(sheet, row, _LEFT + j, shown, LABEL if j == 0 else CALCULATION, kind)
    return raw.bottom
