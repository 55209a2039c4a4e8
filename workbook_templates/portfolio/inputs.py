"""The three data sheets: customers, loans, transactions."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put, table
from workbook_templates.fields import Field, TableName, fields
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.portfolio.layout import (
    DATA_TABLES,
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    SHEETS,
    UNIT_ROW,
)
from workbook_templates.portfolio.worked_case import WorkedCase
from workbook_templates.style import INPUT, TAB_INPUT, UNIT
from workbook_templates.validation import validate

_LEFT = 2
FACTORS_NAME = "factor_names"
"""Defined name of the cells with the names of the scorecard's factors, above their headers."""
FIRST_FACTOR, LAST_FACTOR = "debt_ratio", "collateral_ratio"


def add_data_sheets(book: Workbook, lang: Lang, case: WorkedCase) -> None:
    """Add the sheets that hold the portfolio, filled with the worked case."""
    say = Speaker(lang)
    about: dict[TableName, str] = {
        "customers": say(
            "One row per customer. Blue cells are typed in or filled by the refresh; "
            "a blank factor is scored as missing, never as good.",
            "每个客户一行。蓝字单元格由人工填写或由刷新程序写入；因子留空按“缺失”计分，绝不当作良好。",
        ),
        "loans": say(
            "One row per loan. The balance is the exposure; days overdue decide the arrears.",
            "每笔贷款一行。余额即敞口；逾期天数用于认定逾期与不良。",
        ),
        "transactions": say(
            "One row per event that earned income, or that was missed.",
            "每个产生收入的事件一行；未按期还款也逐笔列示。",
        ),
    }
    for name, subtitle in about.items():
        _add_sheet(book, name, subtitle, case, lang)


def _add_sheet(
    book: Workbook, name: TableName, subtitle: str, case: WorkedCase, lang: Lang
) -> None:
    listed = fields(name)
    title = SHEETS[name][lang]
    setup = PageSetup(
        title=title,
        subtitle=subtitle,
        tab=TAB_INPUT,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
        repeat_columns="A:C" if name == "customers" else "",
        pages_wide=2 if name == "customers" else 1,
        orientation="landscape" if name == "customers" else "portrait",
    )
    sheet = new_page(book, title, setup, lang)
    last = _LEFT + len(listed) - 1
    rule_off(sheet, last)
    sheet.row_dimensions[KEY_ROW].height = 14
    sheet.row_dimensions[UNIT_ROW].height = 14
    sheet.row_dimensions[HEADER_ROW].height = 32
    for i, field in enumerate(listed):
        put(sheet, KEY_ROW, _LEFT + i, field.name, UNIT)
        put(sheet, UNIT_ROW, _LEFT + i, _unit(field, lang), UNIT)
    set_widths(sheet, {_LEFT + i: field.width for i, field in enumerate(listed)})
    body = table(
        sheet,
        DATA_TABLES[name],
        HEADER_ROW,
        _LEFT,
        [field.header(lang) for field in listed],
        case.rows(name, lang),
        [_kind(field) for field in listed],
        INPUT,
    )
    for i, field in enumerate(listed):
        validate(field, body.column(i), lang)
    sheet.freeze_panes = f"{'D' if name == 'customers' else 'C'}{FIRST_ROW}"
    if name == "customers":
        names = [field.name for field in listed]
        first, last = names.index(FIRST_FACTOR), names.index(LAST_FACTOR)
        define(book, FACTORS_NAME, Box(sheet, KEY_ROW, _LEFT + first, KEY_ROW, _LEFT + last))


def _unit(field: Field, lang: Lang) -> str:
    required = Speaker(lang)("required", "必填") if field.required else ""
    return " · ".join(part for part in (field.unit[lang], required) if part)


def _kind(field: Field) -> str:
    """The number format of a field."""
    if field.kind == "number":
        if field.table == "transactions" and field.name == "amount":
            return "number"
        if field.unit["en"] == "%":
            return "pd" if field.name == "rate" else "rate"
        return {"times": "times", "CNY 10k": "money", "CNY 10k per year": "number"}.get(
            field.unit["en"], "count"
        )
    return "words" if field.kind == "flag" or field.options else field.kind
