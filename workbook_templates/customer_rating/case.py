"""The worked case: a made-up manufacturer whose statements balance and reconcile.

Amounts in 10k yuan (万元). The balance sheets of the three years differ by exactly the profits,
dividends and cash flows between them.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from workbook_templates.blocks import CellValue

AS_OF: Final = dt.date(2026, 3, 31)
YEARS: Final = (2023, 2024, 2025)

FIGURES: Final[dict[str, tuple[float | None, float | None, float | None]]] = {
    "cash": (6220, 6830, 6840),
    "trading_assets": (300, 300, 500),
    "notes_receivable": (2100, 2350, 2560),
    "accounts_receivable": (11900, 13200, 14100),
    "receivables_financing": (650, 720, 810),
    "prepayments": (1180, 1250, 1340),
    "other_receivables": (420, 450, 430),
    "inventories": (9700, 10500, 11100),
    "other_current_assets": (380, 410, 440),
    "long_term_investments": (600, 600, 600),
    "fixed_assets": (17200, 18500, 20400),
    "construction_in_progress": (900, 1600, 700),
    "intangible_assets": (2900, 2850, 2780),
    "deferred_tax_assets": (230, 260, 290),
    "other_non_current_assets": (340, 360, 420),
    "short_term_borrowings": (10800, 11200, 10600),
    "notes_payable": (3000, 3300, 3500),
    "accounts_payable": (8300, 9100, 9700),
    "contract_liabilities": (1450, 1620, 1780),
    "employee_benefits_payable": (690, 760, 830),
    "taxes_payable": (380, 430, 480),
    "other_payables": (760, 720, 690),
    "non_current_liabilities_due": (1200, 1500, 1600),
    "long_term_borrowings": (4600, 5200, 4800),
    "deferred_income": (520, 560, 590),
    "share_capital": (10000, 10000, 10000),
    "capital_reserve": (4200, 4200, 4200),
    "surplus_reserve": (1520, 1867, 2282),
    "undistributed_profit": (7600, 9723, 12258),
    "revenue": (52400, 58900, 65300),
    "cost_of_sales": (41400, 46350, 51300),
    "taxes_and_surcharges": (330, 370, 410),
    "selling_expenses": (1880, 2080, 2260),
    "administrative_expenses": (2520, 2740, 2930),
    "research_expenses": (2150, 2480, 2820),
    "finance_expenses": (930, 940, 920),
    "interest_expense": (960, 985, 975),
    "other_income": (260, 280, 310),
    "impairment_losses": (180, 210, 240),
    "non_operating_income": (60, 40, 80),
    "non_operating_expenses": (30, 60, 40),
    "income_tax": (430, 520, 620),
    "cash_from_sales": (56100, 63000, 70200),
    "other_operating_receipts": (510, 560, 620),
    "cash_paid_for_goods": (38930, 43855, 48685),
    "cash_paid_to_employees": (7900, 8600, 9300),
    "taxes_paid": (2700, 3050, 3350),
    "other_operating_payments": (2600, 2850, 3100),
    "investment_receipts": (0, 0, 0),
    "capital_expenditure": (4100, 3910, 3100),
    "investment_payments": (0, 0, 200),
    "borrowings_received": (14010, 14800, 13600),
    "borrowings_repaid": (12000, 13500, 14500),
    "dividends_and_interest_paid": (1860, 1985, 2175),
    "opening_cash": (5690, 6220, 6830),
    "fixed_asset_depreciation": (1650, 1820, 1980),
    "intangible_amortisation": (110, 120, 130),
    "principal_due": (1200, 1200, 1500),
    "dividends_declared": (900, 1000, 1200),
    "guarantees": (2600, 2400, 2100),
    "shares": (10000, 10000, 10000),
}
"""Every input line of the statements, by its code, oldest year first."""

NAME: Final = (
    "Jiangcheng Precision Machinery Co., Ltd. (made up)",
    "江澄精密机械股份有限公司（虚构）",
)
GROUP: Final = ("Jiangcheng Holding (made up)", "江澄控股（虚构）")
CONTROLLER: Final = ("Shen Yun (made up)", "沈韵（虚构）")
MANAGER: Final = ("Corporate banking, team 2", "公司业务二部")
PURPOSE: Final = (
    "Raw materials for signed orders of the CNC line",
    "数控产线在手订单的原材料采购",
)

COLLATERAL: Final[tuple[tuple[str, str, str, float, float], ...]] = (
    ("industrial", "Workshop 3, Binjiang district", "滨江三号厂房", 6200, 1100),
    ("land", "Granted land of workshop 3", "三号厂房出让土地", 2400, 0),
    ("receivables", "Receivables from two state-owned buyers", "两家国企买方应收账款", 2600, 0),
)
"""Collateral: kind, description in English and Chinese, appraised value, prior claims."""

ANSWERS: Final[dict[str, tuple[CellValue, CellValue]]] = {
    "experience": (14, 14),
    "deputy": ("partly", "部分"),
    "changes": ("one", "一次"),
    "governance": ("good", "良"),
    "accounts": ("good", "良"),
    "surprises": ("rarely", "很少"),
    "planning": ("often", "经常"),
    "strategy": ("good", "良"),
}
"""Answers to the questionnaire on management, in English and Chinese."""
