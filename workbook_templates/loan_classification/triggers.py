"""The triggers: which one decided each loan's class, by itself and across its obligor's loans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from workbook_templates.blocks import Box, column_formula, define, headers, put
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.loan_classification.layout import (
    OBLIGOR_RULES,
    SHEETS,
    TABLES,
    TRIGGERS,
    result_name,
)
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.pages.word_colours import colour_classes
from workbook_templates.style import CALCULATION, GROUP, RESULT, TAB_RESULT

HEADER_ROW: Final = 6
FIRST_ROW: Final = HEADER_ROW + 1
_GROUP_ROW: Final = 5
_LEFT: Final = 2
_OWN: Final = _LEFT + 2


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a function's table: its defined name, if any, format and width."""

    name: str
    kind: str
    width: float
    style: str = CALCULATION


_OWN_COLUMNS: Final = (
    _Column("own_class", "words", 17, RESULT),
    _Column("", "flag", 14),
    _Column("own_trigger", "words", 70),
    _Column("", "words", 20),
    _Column("", "words", 134),
    _Column("", "flag", 12),
)
_RULE: Final = _OWN + len(_OWN_COLUMNS)
_RULE_COLUMNS: Final = (
    _Column("rule_class", "words", 17, RESULT),
    _Column("", "words", 17),
    _Column("rule_name", "words", 70),
    _Column("", "words", 20),
    _Column("rule_npl_share", "rate", 11),
    _Column("rule_overdue_share", "rate", 13),
)
LAST: Final = _RULE + len(_RULE_COLUMNS) - 1


def own_class(out: str, lang: Lang) -> str:
    """The class of each loan by itself."""
    return udf(
        "CR_LOANCLASS",
        overdue_days=TABLES["loans"].column("overdue_days", lang),
        impaired=TABLES["loans"].column("impaired", lang),
        ecl_ratio=TABLES["loans"].column("ecl_ratio", lang),
        flags=TABLES["loans"].column("circumstances", lang),
        rules=TRIGGERS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def rule_class(out: str) -> str:
    """The class of each loan after the rules across its obligor's loans."""
    return udf(
        "CR_OBLIGORCLASS",
        obligors=result_name("obligor_id"),
        balance=result_name("balance"),
        loan_class=result_name("kept"),
        retail=result_name("retail"),
        overdue_days=result_name("overdue_days"),
        other_debt=result_name("other_debt"),
        other_overdue=result_name("other_overdue"),
        rules=OBLIGOR_RULES.whole,
        out=f'"{out}"',
        lang="lang",
    )


def add_triggers_sheet(book: Workbook, loans: int, lang: Lang) -> None:
    """Add the sheet."""
    say = Speaker(lang)
    setup = PageSetup(
        title=SHEETS["triggers"][lang],
        subtitle=say(
            "Two array formulas: the class of the loan by itself with all its triggers, and the "
            "class after the rules across the loans of one obligor.",
            "两个数组公式：单笔贷款的分类及全部触发条件；适用同一债务人规则后的分类。",
        ),
        tab=TAB_RESULT,
        repeat_rows=f"{_GROUP_ROW}:{HEADER_ROW}",
        repeat_columns="A:C",
        pages_wide=2,
    )
    last = HEADER_ROW + loans
    sheet = new_page(book, setup.title, setup, lang)
    rule_off(sheet, LAST)
    columns = (*_OWN_COLUMNS, *_RULE_COLUMNS)
    widths = (12.0, 13.0, *(one.width for one in columns))
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(widths)})
    sheet.row_dimensions[HEADER_ROW].height = 32
    headers(sheet, HEADER_ROW, _LEFT, [say("Loan ID", "贷款编号"), say("Obligor ID", "债务人编号")])
    for place in range(_LEFT, LAST + 1):
        put(sheet, _GROUP_ROW, place, None, GROUP)
    put(sheet, _GROUP_ROW, _OWN, say("By itself", "单笔"), GROUP)
    put(sheet, _GROUP_ROW, _RULE, say("Across the obligor's loans", "同一债务人"), GROUP)
    for place, name in enumerate(("loan_id", "obligor_id")):
        body = Box(sheet, FIRST_ROW, _LEFT + place, last, _LEFT + place)
        column_formula(body, f"={result_name(name)}", CALCULATION, "text")
    _table(book, Box(sheet, HEADER_ROW, _OWN, last, _OWN), _OWN_COLUMNS, own_class("table", lang))
    _table(book, Box(sheet, HEADER_ROW, _RULE, last, _RULE), _RULE_COLUMNS, rule_class("table"))
    for place in (_OWN, _RULE, _RULE + 1):
        colour_classes(Box(sheet, FIRST_ROW, place, last, place))
    sheet.freeze_panes = f"D{FIRST_ROW}"


def _table(book: Workbook, first: Box, columns: tuple[_Column, ...], formula: str) -> None:
    """The table that a function gives, its headers included, from its first column on."""
    sheet, left, last = first.sheet, first.left, first.bottom
    headers(sheet, HEADER_ROW, left, [""] * len(columns))
    for i, one in enumerate(columns):
        sheet.cell(HEADER_ROW, left + i).value = None
        for row in range(FIRST_ROW, last + 1):
            put(sheet, row, left + i, None, one.style, one.kind)
        if one.name:
            body = Box(sheet, FIRST_ROW, left + i, last, left + i)
            define(book, result_name(one.name), body)
    whole = Box(sheet, HEADER_ROW, left, last, left + len(columns) - 1)
    # Without a loan the functions have no table to give.
    nothing = f"COUNT({result_name('balance')})=0"
    text = f'=IF({nothing},"",{formula})'
    sheet.cell(HEADER_ROW, left).value = ArrayFormula(whole.address, text)
