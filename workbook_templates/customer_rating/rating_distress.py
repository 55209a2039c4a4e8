"""The block of distress scores: second opinions on the grade that do not change it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.customer_rating import layout
from workbook_templates.customer_rating.statements import last
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.formulas import (
    array_beside,
    array_cell,
    known,
    or_blank,
    turned,
)
from workbook_templates.style import CALCULATION, LABEL, PROSE, RESULT, SECTION, UNIT

_LEFT: Final = 11
_LAST: Final = 16
_HELPER: Final = _LAST + 2
_SUMS: Final = _HELPER + 1


def _altman(model: str, out: str) -> str:
    return udf(
        "CR_ALTMAN",
        model=model,
        current_assets=last("current_assets"),
        current_liabilities=last("current_liabilities"),
        retained_earnings=last("retained_earnings"),
        ebit=last("ebit"),
        equity=last("equity"),
        liabilities=last("liabilities"),
        assets=last("assets"),
        sales=last("revenue"),
        models=layout.ALTMAN.whole,
        ratings=layout.EM_RATINGS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _zmijewski(out: str) -> str:
    return udf(
        "CR_ZMIJEWSKI",
        net_profit=last("net_profit"),
        assets=last("assets"),
        liabilities=last("liabilities"),
        current_assets=last("current_assets"),
        current_liabilities=last("current_liabilities"),
        coefficients=layout.DISTRESS.whole,
        out=f'"{out}"',
        lang="lang",
    )


def _piotroski(out: str) -> str:
    return udf(
        "CR_PIOTROSKI",
        items=turned("st_items"),
        current=turned("st_last"),
        prior=turned("st_prior"),
        earlier=turned("st_first"),
        tests=layout.PIOTROSKI.whole,
        bands=layout.PIOTROSKI_BANDS.whole,
        statement_items=layout.ITEMS.whole,
        blanks="blanks",
        out=f'"{out}"',
        lang="lang",
    )


def _sums(book: Workbook, sheet: Worksheet, top: int) -> None:
    """What Altman adds up from lines of the statements, beside the page; blank if one is."""
    added = {
        "retained_earnings": ("surplus_reserve", "undistributed_profit"),
        "ebit": ("profit_before_tax", "interest_expense"),
    }
    for row, (name, (one, other)) in enumerate(added.items(), start=top):
        cell = Box(sheet, row, _SUMS, row, _SUMS)
        both = f"{last(one)},{last(other)}"
        put(sheet, row, _SUMS, f'=IF(COUNT({both})=2,SUM({both}),"")', UNIT, "money")
        define(book, last(name), cell)


def distress_block(book: Workbook, sheet: Worksheet, top: int, lang: Lang) -> None:
    """Write the block; score and zone of each model are named."""
    say = Speaker(lang)
    put(sheet, top, _LEFT, say("Distress scores: second opinions", "财务困境得分（佐证）"), SECTION)
    sheet.row_dimensions[top].height = 22
    texts = (say("Model", "模型"), say("Score", "得分"), say("Zone", "区间"),
             say("Rating or PD", "对应评级或概率"))  # fmt: skip
    headers(sheet, top + 1, _LEFT, texts)
    sheet.row_dimensions[top + 1].height = 20
    _sums(book, sheet, top)
    models: tuple[tuple[str, str, Callable[[str], str], str, str], ...] = (
        ("altman", say("Altman, model of the policy", "Altman（按政策选定模型）"),
         partial(_altman, "altman_model"), "", "words"),
        ("em", say("Altman EM score", "Altman EM 得分（新兴市场）"), partial(_altman, '"EM"'), "rating", "words"),
        ("zmijewski", "Zmijewski", _zmijewski, "pd", "pd"),
        ("piotroski", say("Piotroski F-score, 0 to 9", "Piotroski F 得分（0 至 9）"), _piotroski, "", "words"),
    )  # fmt: skip
    for row, (name, text, function, extra, kind) in enumerate(models, start=top + 2):
        put(sheet, row, _LEFT, text, LABEL)
        look = "code" if name == "piotroski" else "times"
        array_cell(sheet, row, _LEFT + 1, known(function("value")), RESULT, look)
        array_cell(sheet, row, _LEFT + 2, or_blank(function("zone")), RESULT, "words")
        if extra:
            array_cell(sheet, row, _LEFT + 3, or_blank(function(extra)), CALCULATION, kind)
        else:
            put(sheet, row, _LEFT + 3, None, CALCULATION)
        _reason(sheet, row + len(models), text, function("why"))
        for part, column in (("score", _LEFT + 1), ("zone", _LEFT + 2)):
            define(book, f"{name}_{part}", Box(sheet, row, column, row, column))


def _reason(sheet: Worksheet, row: int, text: str, formula: str) -> None:
    put(sheet, row, _LEFT, text, LABEL)
    for column in range(_LEFT + 1, _LAST + 1):
        put(sheet, row, column, None, PROSE)
    array_beside(sheet, (row, _LEFT + 1), or_blank(formula), PROSE, "words", _HELPER)
    sheet.cell(row, _LEFT + 1).style = PROSE
    sheet.merge_cells(Box(sheet, row, _LEFT + 1, row, _LAST).address)
    sheet.row_dimensions[row].height = 46
