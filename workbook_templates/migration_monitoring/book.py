"""The migration-monitoring workbook as a whole."""

from __future__ import annotations

from typing import Final

from openpyxl.workbook import Workbook

from workbook_templates.data_tables import Capacity
from workbook_templates.language import Lang
from workbook_templates.migration_monitoring.by_period import add_by_period_sheet
from workbook_templates.migration_monitoring.checks import checks
from workbook_templates.migration_monitoring.dashboard import add_dashboard_sheet
from workbook_templates.migration_monitoring.guide import guide
from workbook_templates.migration_monitoring.inputs import add_input_sheets
from workbook_templates.migration_monitoring.layout import SHEETS, TABLES
from workbook_templates.migration_monitoring.migration import add_migration_sheet
from workbook_templates.migration_monitoring.moves import add_moves_sheet
from workbook_templates.migration_monitoring.performance import add_performance_sheet
from workbook_templates.migration_monitoring.policy import add_policy_sheets
from workbook_templates.migration_monitoring.review_calendar import add_calendar_sheet
from workbook_templates.migration_monitoring.stability import add_stability_sheet
from workbook_templates.migration_monitoring.worked_case import migration_case
from workbook_templates.page import new_book
from workbook_templates.pages.check_sheet import add_check_sheet
from workbook_templates.pages.guide_sheet import add_guide_sheet
from workbook_templates.template import Template


def build(lang: Lang, rows: Capacity) -> Workbook:
    """The migration-monitoring workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.
        rows: the room of its tables of data.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    book = new_book(lang)
    add_guide_sheet(book, guide(lang), lang)
    add_policy_sheets(book, lang)
    add_input_sheets(book, migration_case(lang), rows, lang)
    add_by_period_sheet(book, rows, lang)
    add_moves_sheet(book, rows["customers"], lang)
    add_migration_sheet(book, lang)
    add_performance_sheet(book, lang)
    add_stability_sheet(book, lang)
    add_calendar_sheet(book, lang)
    add_dashboard_sheet(book, lang)
    add_check_sheet(book, SHEETS["checks"][lang], checks(lang), lang)
    return book


TEMPLATE: Final = Template(
    "migration_monitoring",
    {
        "en": "Migration monitoring: matrices, defaults, churn, stability, reviews",
        "zh": "迁徙监测：迁徙矩阵、违约、流失、稳定性与评审日历",
    },
    build,
    cover=SHEETS["dashboard"],
    tables=tuple(TABLES.values()),
)
