"""The input sheets: obligors and their loans."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang
from workbook_templates.loan_classification.layout import (
    TABLES,
)
from workbook_templates.loan_classification.worked_case import WorkedCase
from workbook_templates.pages.input_sheet import InputTable, Row, add_input_sheet

OBLIGOR_LIST: Final = "obligor_list"
_SUBTITLES: Final[dict[str, dict[str, str]]] = {
    "obligors": {
        "en": "One row per obligor. Blue cells are typed in or pasted; rows to spare stand at the end.",
        "zh": "每个债务人一行。蓝字单元格由人工填写或粘贴；末尾留有空行。",
    },
    "loans": {
        "en": "One row per loan. What is needed and missing makes the class an error, never a good one.",
        "zh": "每笔贷款一行。必需而缺失的数据使分类显示错误值，绝不当作良好。",
    },
}


def add_input_sheets(book: Workbook, case: WorkedCase, room: Capacity, lang: Lang) -> None:
    """Add the input sheets, filled with the worked case."""
    for name, table in TABLES.items():
        rows: list[Row] = getattr(case, name)
        spec = InputTable(
            table=table,
            subtitle=_SUBTITLES[name][lang],
            rows=rows,
            room=room[name],
            owners={} if name == "obligors" else {"obligor_id": OBLIGOR_LIST},
            frozen=2,
            pages_wide=3 if name == "loans" else 1,
        )
        body = add_input_sheet(book, spec, lang)
        if name == "obligors":
            define(book, OBLIGOR_LIST, body.column(0))
