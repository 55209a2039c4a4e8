"""The input sheets: customers, snapshots and loans."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import define
from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang
from workbook_templates.migration_monitoring.layout import (
    TABLES,
)
from workbook_templates.migration_monitoring.worked_case import WorkedCase
from workbook_templates.pages.input_sheet import InputTable, Row, add_input_sheet

CUSTOMER_LIST: Final = "customer_list"
_SUBTITLES: Final[dict[str, dict[str, str]]] = {
    "customers": {
        "en": "One row per customer, also of those that have left; rows to spare stand at the end.",
        "zh": "每个客户一行，含已退出的客户；末尾留有空行。",
    },
    "snapshots": {
        "en": "One row per customer and period; add each new quarter below. A customer without a "
        "row in a period has left, or has not come yet.",
        "zh": "每个客户每期一行，新季度接续在下方录入。某期没有记录的客户视为已退出或尚未进入。",
    },
    "loans": {
        "en": "One row per loan ever granted; the vintage curves follow from start and default date.",
        "zh": "每笔已发放贷款一行；账龄曲线由起始日与违约日期得出。",
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
            portrait=True,
        )
        body = add_input_sheet(book, spec, lang)
        if name == "customers":
            define(book, CUSTOMER_LIST, body.column(0))
