"""The model workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.bins_page import add_bins_page
from workbook_templates.model_lab.checks import checks
from workbook_templates.model_lab.export_page import add_export_page
from workbook_templates.model_lab.guide import guide
from workbook_templates.model_lab.layout import FACTORS, HISTORY, SHEETS
from workbook_templates.model_lab.model_page import add_model_page
from workbook_templates.model_lab.policy import policy_page
from workbook_templates.model_lab.scores import add_scores_sheet
from workbook_templates.model_lab.tiers_page import add_tiers_page
from workbook_templates.model_lab.validation_page import add_validation_page
from workbook_templates.model_lab.worked_case import worked_case
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.pages.input_sheet import InputTable, add_input_sheet
from workbook_templates.pages.policy_sheet import add_policy_page
from workbook_templates.template import Template


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.
    """
    book = new_book(lang)
    add_guide_sheet(book, guide(lang), lang)
    add_policy_page(book, policy_page(lang), lang)
    history = _history(rows["history"], lang)
    _name_history(book, add_input_sheet(book, history, lang))
    add_bins_page(book, lang)
    add_model_page(book, lang)
    add_scores_sheet(book, history.room, lang)
    add_validation_page(book, lang)
    add_tiers_page(book, lang)
    add_export_page(book, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(lang), lang)
    return book


def _history(room: int, lang: Lang) -> InputTable:
    return InputTable(
        table=HISTORY,
        subtitle=Speaker(lang)(
            "One row per past loan: its outcome, and its factors as they were known before. Rows to spare stand at the end.",
            "每笔历史贷款一行：结果，以及当时已知的因子；末尾留有空行。",
        ),
        rows=worked_case(),
        room=room,
        portrait=True,
    )


def _name_history(book: Workbook, body: Box) -> None:
    """The rows, the factors in them, and the factors' names over them."""
    first = body.right - len(FACTORS) + 1
    define(book, "history_rows", body)
    define(book, "history_factors", Box(body.sheet, body.top, first, body.bottom, body.right))
    define(book, "factor_names", Box(body.sheet, body.top - 1, first, body.top - 1, body.right))


TEMPLATE: Final = Template(
    "model_lab",
    {
        "en": "A scorecard from past loans: bins, PD fit, validation charts, tiers, export",
        "zh": "由历史贷款建立评分卡：分箱、违约概率拟合、验证图表、层级比较与导出",
    },
    build,
    cover=SHEETS["tiers"],
    tables=(HISTORY,),
)
