"""The worked case: snapshots of five quarters, with newcomers, customers lost and defaults.

Customers, grades and loans are those of the portfolio workbook; names and figures are made up, and
the same in both languages.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from workbook_templates.formulas import compute
from workbook_templates.language import Lang
from workbook_templates.migration_monitoring.layout import LAST_PERIODS, PERIODS
from workbook_templates.pages.input_sheet import Row
from workbook_templates.portfolio.worked_case import AS_OF, worked_case
from workbook_templates.portfolio.worked_history import worked_history

_SEED: Final = 31
_NEWCOMERS: Final = {"C0017": 2, "C0027": 3, "C0038": 1}
"""Customers with the last snapshots only, and how many."""
_LOST: Final = {"C0011": 1, "C0024": 2, "C0033": 1, "C0035": 3}
"""Customers whose last snapshots are missing, and how many."""
_ARREARS: Final = {"C0003": 124, "C0015": 12, "C0021": 36, "C0009": 48, "C0005": 95, "C0025": 112}
"""Days overdue at the as-of date, beside those of the portfolio."""
_QUARTER: Final = 91
_SCORE_DRIFT, _SCORE_NOISE = 2.0, 7.0
_DEFAULT_DAYS: Final = 90
_LATE_EVERY, _LATE_DAYS = 13, (150, 520)


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """The rows of the three input tables, by field name."""

    customers: list[Row]
    snapshots: list[Row]
    loans: list[Row]


def migration_case(lang: Lang) -> WorkedCase:
    """The worked case as of 31 March 2026."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    bank = worked_case("en")
    named = {row["customer_id"]: row for row in worked_case(lang).customers}
    customers: list[Row] = []
    overdue: dict[str, int] = defaultdict(int)
    for loan in bank.loans:
        key = str(loan["customer_id"])
        overdue[key] = max(overdue[key], int(str(loan["overdue_days"])), _ARREARS.get(key, 0))
    for row in bank.customers:
        owner = named[row["customer_id"]]
        customers.append(
            {
                "customer_id": row["customer_id"],
                "name": owner["name"],
                "manager": owner["owner"],
                "last_review": AS_OF - dt.timedelta(days=chance.randint(15, 150)),
                "last_annual": AS_OF - dt.timedelta(days=chance.randint(20, 380)),
            }
        )
    return WorkedCase(customers, _snapshots(overdue, chance), _loans(bank.loans, chance))


def _snapshots(overdue: dict[str, int], chance: random.Random) -> list[Row]:
    """Four quarters of the portfolio's history, and one before them."""
    history = worked_history(worked_case("en"), "en")
    days = sorted({str(row[0]) for row in history})
    rows: list[Row] = []
    for age, period in zip(range(PERIODS - 1, -1, -1), LAST_PERIODS, strict=True):
        day = days[max(0, PERIODS - 2 - age)]
        for row in (one for one in history if str(one[0]) == day):
            key = str(row[1])
            seen = age < _NEWCOMERS.get(key, PERIODS) and age >= _LOST.get(key, 0)
            late = max(0, overdue[key] - _QUARTER * age)
            made = _snapshot(row, period, late, chance if age == PERIODS - 1 else None)
            if seen:
                rows.append(made)
    return rows


def _snapshot(row: list[Any], period: str, late: int, chance: random.Random | None) -> Row:
    """One row; with chance the score moves and the grade is found anew."""
    score, grade, tier, exposure = row[2], row[3], row[5], row[8]
    if chance is not None:
        moved = score + chance.gauss(_SCORE_DRIFT, _SCORE_NOISE)
        if abs(moved - score) > 1 and grade != "D":
            score = min(moved, 99.0)
            grade = compute("CR_GRADE", score=score)[0][0]
            if grade != row[3] and tier != "premium":
                pd = compute("CR_GRADE2PD", grade=grade)[0][0]
                tier = compute("CR_RISKTIER", pd=pd)[0][0]
    if late > _DEFAULT_DAYS:
        grade, tier = "D", "high"
    return {
        "customer_id": row[1],
        "period": period,
        "grade": grade,
        "tier": tier,
        "score": round(float(score), 1),
        "exposure": exposure,
        "overdue_days": late,
    }


def _loans(given: list[Row], chance: random.Random) -> list[Row]:
    rows: list[Row] = []
    for number, loan in enumerate(given):
        start, late = loan["start"], int(str(loan["overdue_days"]))
        default: dt.date | None = None
        if isinstance(start, dt.date) and number % _LATE_EVERY == 0:
            passed = start + dt.timedelta(days=chance.randint(*_LATE_DAYS))
            default = passed if passed <= AS_OF else None
        if late > _DEFAULT_DAYS and isinstance(start, dt.date):
            default = max(start, AS_OF - dt.timedelta(days=late - _DEFAULT_DAYS))
        names = ("loan_id", "customer_id", "start", "amount")
        rows.append({name: loan[name] for name in names} | {"default_date": default})
    return rows
