"""The model: coefficients with what speaks for and against each, and the scorecard made of them."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define, put, show_number
from workbook_templates.charts import bars, place
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import CARD_ROWS, FACTORS, SHEETS
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.spill import name_columns, set_heights, spill, whole
from workbook_templates.style import SECTION, TAB_RESULT

_LEFT: Final = 2
_WIDTHS: Final = (24.0, 12.0, 14.0, 16.0, 27.0, 12.0, 11.0, 11.0, 11.0, 11.0, 50.0, 14.0)
_KINDS: Final = (
    "words", "words", "times", "times", "times", "pd", "times", "times", "times", "times", "words",
)  # fmt: skip
_FIT_KINDS: Final = ("words", "general")
_CARD_KINDS: Final = ("words", "words", "general", "general", "words", "number")
_FIT_ROWS: Final = 15
_FIT_COUNTS: Final = 7
"""The first rows of the fit, from the loans to the steps, are whole numbers."""
_CHART_ROWS: Final = 15
_TOP: Final = 5
_CARD_TOP: Final = _TOP + len(FACTORS) + 4
_FIT_LEFT: Final = _LEFT + 10
_LAST: Final = _LEFT + len(_WIDTHS) - 1
_Z: Final = 4


def add_model_page(book: Workbook, lang: Lang) -> None:
    """Add the page; coefficients and scorecard get names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Model and scorecard", "模型与评分卡"),
        subtitle=say(
            "Logistic regression on the weight of evidence of the bins; more points are better.",
            "以分箱的证据权重做逻辑回归；分值越高越好。",
        ),
        tab=TAB_RESULT,
        pages_high=1,
    )
    sheet = new_page(book, SHEETS["model"][lang], setup, lang)
    rule_off(sheet, _LAST)
    set_widths(sheet, {_LEFT + i: width for i, width in enumerate(_WIDTHS)})
    titles = (
        (_TOP - 1, _LEFT, say("Coefficients", "回归系数")),
        (_CARD_TOP - 1, _LEFT, say("Scorecard", "评分卡")),
        (_CARD_TOP - 1, _FIT_LEFT, say("Fit", "拟合情况")),
    )
    for row, column, text in titles:
        put(sheet, row, column, text, SECTION)
        sheet.row_dimensions[row].height = 22
    coefficients = spill(sheet, _TOP, _LEFT, _logit("table"), len(FACTORS) + 1, _KINDS)
    set_heights(sheet, _TOP, coefficients.bottom)
    define(book, "coefficients", whole(coefficients))
    name_columns(book, coefficients, {"coefficient_names": 0, "coefficient_values": 2})
    card = spill(sheet, _CARD_TOP, _LEFT, _scorecard(), CARD_ROWS, _CARD_KINDS)
    set_heights(sheet, _CARD_TOP, card.bottom)
    define(book, "scorecard", whole(card))
    fit = spill(sheet, _CARD_TOP, _FIT_LEFT, _logit("fit"), _FIT_ROWS, _FIT_KINDS)
    for row in range(fit.top, fit.bottom + 1):
        look = "#,##0" if row < fit.top + _FIT_COUNTS else "#,##0.0000"
        show_number(sheet.cell(row, fit.right), look)
    define(book, "fit_values", fit.column(1))
    title = say(
        "Evidence for each factor: z, the further from 0", "各因子的显著程度：z 值距 0 越远越强"
    )
    named = Box(sheet, _TOP, _LEFT + _Z, coefficients.bottom, _LEFT + _Z)
    # The constant is no factor: its row stays out of the chart.
    factors = Box(sheet, _TOP + 2, _LEFT, coefficients.bottom, _LEFT)
    values = Box(sheet, _TOP + 1, named.left, named.bottom, named.right)
    chart = bars(title, factors, [values], lang, number_format="0", direction="bar", axis=True)
    chart.y_axis.majorUnit = 1
    chart.series[0].tx.strRef.f = Box(sheet, _TOP, named.left, _TOP, named.left).reference
    spot = Box(sheet, _CARD_TOP, _LEFT + 6, _CARD_TOP + _CHART_ROWS, _FIT_LEFT - 1)
    place(sheet, chart, spot)
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{card.bottom}"


def _logit(out: str) -> str:
    return udf(
        "CR_LOGIT",
        bad="dev_bad",
        values="history_factors",
        factors="factor_names",
        bins="bin_table",
        selection="selection",
        out=f'"{out}"',
        lang="lang",
    )


def _scorecard() -> str:
    return udf(
        "CR_SCORECARD",
        bins="bin_table",
        coefficients="coefficients",
        base="base_score",
        odds="base_odds",
        pdo="pdo",
        rounding="points_rounding",
        lang="lang",
    )
