"""The input sheets: customers, their figures by period, and events."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.data_tables import Capacity
from workbook_templates.early_warning.layout import (
    CUSTOMER_LIST,
    TABLES,
)
from workbook_templates.early_warning.worked_case import WorkedCase
from workbook_templates.language import Lang
from workbook_templates.pages.input_sheet import InputTable, Row, add_input_sheet

_SUBTITLES: Final[dict[str, dict[str, str]]] = {
    "customers": {
        "en": "One row per customer. Blue cells are typed in or pasted; rows to spare stand at the end.",
        "zh": "每个客户一行。蓝字单元格由人工填写或粘贴；末尾留有空行。",
    },
    "figures": {
        "en": "One row per customer and period; add each new quarter below. A blank figure is "
        "named as missing, never taken for good.",
        "zh": "每个客户每期一行，新季度接续在下方录入。留空的指标按“缺失”列明，绝不当作良好。",
    },
    "events": {
        "en": "One row per event; it counts from the day it happened to the day it was settled.",
        "zh": "每个事件一行；自发生日起计，至解除日止。",
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
            owners={} if name == "customers" else {"customer_id": CUSTOMER_LIST},
            frozen=2,
        )
        body = add_input_sheet(book, spec, lang)
        if name == "customers":
            define(book, CUSTOMER_LIST, body.column(0))
