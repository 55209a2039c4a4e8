"""The portfolio workbook as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Final

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from workbook_templates.blocks import CellValue
from workbook_templates.fields import TABLES
from workbook_templates.language import Lang, Speaker
from workbook_templates.page import new_book, order_sheets
from workbook_templates.portfolio.checks import add_audit_sheet, add_check_sheet
from workbook_templates.portfolio.classification import add_classification_sheet
from workbook_templates.portfolio.concentration import add_concentration_sheet
from workbook_templates.portfolio.dashboard import add_dashboard_sheet
from workbook_templates.portfolio.guide import add_guide_sheet
from workbook_templates.portfolio.history import add_history_sheet
from workbook_templates.portfolio.inputs import add_data_sheets
from workbook_templates.portfolio.large_exposures import add_large_exposures_sheet
from workbook_templates.portfolio.layout import (
    CAPITAL_OF_THE_CASE,
    SHEETS,
    WORKED_CASE_NAME,
    WRITTEN_SHEETS,
)
from workbook_templates.portfolio.policy import add_policy_sheets
from workbook_templates.portfolio.results import add_results_sheet
from workbook_templates.portfolio.risk_policy import add_risk_policy_sheet
from workbook_templates.portfolio.strategy import add_strategy_sheet
from workbook_templates.portfolio.worked_case import AS_OF, WorkedCase, worked_case
from workbook_templates.portfolio.worked_history import worked_history
from workbook_templates.template import Template

_BUILT_AT: Final = dt.datetime(2026, 4, 1, 9, 0)  # noqa: DTZ001  # workbooks know no time zones


def build(lang: Lang) -> Workbook:
    """The portfolio workbook with its worked case, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its formulas have no values until it is calculated.
    """
    case = worked_case(lang)
    book = _book(case, worked_history(case, lang), [_first_run(case, lang)], lang)
    book.defined_names[WORKED_CASE_NAME] = DefinedName(WORKED_CASE_NAME, attr_text="TRUE")
    return book


def build_empty(lang: Lang) -> Workbook:
    """The portfolio workbook with blank rows and no history, not yet computed.

    Args:
        lang: language of sheets, headers and texts.

    Returns:
        The workbook; its data tables have as many rows as the worked case, all blank.
    """
    example = worked_case(lang)
    blank = WorkedCase(
        customers=[{} for _ in example.customers],
        loans=[{} for _ in example.loans],
        transactions=[{} for _ in example.transactions],
    )
    book = _book(blank, [], [], lang)
    book.defined_names[WORKED_CASE_NAME] = DefinedName(WORKED_CASE_NAME, attr_text="FALSE")
    return book


def _book(
    case: WorkedCase, history: list[list[CellValue]], runs: list[list[CellValue]], lang: Lang
) -> Workbook:
    book = new_book(lang)
    add_guide_sheet(book, lang)
    add_policy_sheets(book, lang)
    add_risk_policy_sheet(book, lang, CAPITAL_OF_THE_CASE if case.is_filled else {})
    add_data_sheets(book, lang, case)
    add_results_sheet(book, lang, len(case.customers))
    add_strategy_sheet(book, lang)
    add_concentration_sheet(book, lang)
    add_large_exposures_sheet(book, lang)
    add_classification_sheet(book, lang)
    add_history_sheet(book, lang, history)
    add_dashboard_sheet(book, lang)
    counts = {table: sum(map(bool, getattr(case, table))) for table in TABLES}
    add_check_sheet(book, lang, {name: (rows, rows) for name, rows in counts.items()}, [])
    add_audit_sheet(book, lang, runs)
    say = Speaker(lang)
    order_sheets(book, (titles[lang] for titles in SHEETS.values()))
    book.properties.title = say("Customer tiers of a credit portfolio", "信贷组合客户分级与分层")
    book.properties.subject = say(
        "Credit grades, segments and tier strategy", "信用等级、客户细分与分层策略"
    )
    return book


def _first_run(case: WorkedCase, lang: Lang) -> list[CellValue]:
    """The audit row of the worked case itself."""
    say = Speaker(lang)
    source = say("Worked case: made-up data", "示例：虚构数据")
    policy = say("built-in", "内置")
    return [
        _BUILT_AT, "creditcells", AS_OF, source, policy,
        len(case.customers), len(case.loans), len(case.transactions),
        0, 0, "=total_exposure", "=total_loss", "=check_total", "",
    ]  # fmt: skip


TEMPLATE: Final = Template(
    "portfolio",
    {
        "en": "Customer tiers of a credit portfolio: grade, segment, strategy, large exposures, provisions",
        "zh": "信贷组合客户分级与分层：评级、细分、分层策略、大额风险暴露、拨备",
    },
    build,
    cover=SHEETS["strategy"],
    empty_draft=build_empty,
    stay_open=frozenset(WRITTEN_SHEETS),
)
