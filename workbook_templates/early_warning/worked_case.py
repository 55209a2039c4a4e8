"""The worked case: forty customers over eight quarters, with events, gaps and newcomers.

The customers, their latest ratios and loans are those of the portfolio workbook, so that the two
workbooks speak of the same bank. Names and figures are made up, and the same in both languages.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from udfs import tables
from workbook_templates.early_warning.layout import INDICATORS, LAST_PERIODS, PERIODS
from workbook_templates.language import Lang, Speaker
from workbook_templates.pages.input_sheet import Row
from workbook_templates.portfolio.worked_case import AS_OF, worked_case
from workbook_templates.portfolio.worked_history import worked_history

_SEED: Final = 20260331
_DATE_COLUMN, _TIER_COLUMN = 0, 5
_STEP: Final = {
    "receivables_overdue_ratio": 0.08,
    "debt_ratio": 0.024,
    "profit_margin": -0.08,
    "revenue": -0.045,
    "current_ratio": -0.03,
    "interest_cover": -0.035,
    "dscr": -0.015,
}
"""By how much of itself a figure of a worsening customer moves in a quarter."""
_NOISE: Final = 0.012
_LOSS_MARGIN: Final = 0.012
_WORSENING: Final = (3, 4, 6, 12, 15, 18, 20, 21, 24, 30, 33, 36)
_RECOVERING: Final = (5, 10, 26)
_NEWCOMERS: Final = {17: 3, 38: 2}
"""Customers with figures of the last quarters only, and of how many."""
_SILENT: Final = 29
"""The customer that has sent no figures for the latest quarter."""
_SKETCHY: Final = 9
"""The customer of whom little more than the arrears is known."""
_GAPS: Final = {
    (2, "dscr"),
    (14, "receivables_overdue_ratio"),
    (22, "interest_cover"),
    (31, "dscr"),
}
"""Figures missing in the latest quarter, by customer and indicator."""
_EVENTS: Final = (
    (0, "downgrade", 120, None),
    (4, "key_person", 75, None),
    (6, "guarantor", 200, 40),
    (8, "court", 25, None),
    (11, "fraud", 12, None),
    (12, "evergreening", 60, None),
    (13, "executed_person", 48, None),
    (18, "guarantor", 95, None),
    (21, "fund_diversion", 150, None),
    (24, "downgrade", 30, None),
    (30, "evergreening", 210, None),
    (36, "key_person", 15, None),
)
"""Customer, event, days before the as-of date that it happened, and that it was cleared."""
_REVIEWED: Final = (8, 75)
"""How many days ago customers were last reviewed, from and to."""
_SOURCES: Final = {
    "court": ("Court notice", "法院公告"),
    "executed_person": ("Court list of persons subject to enforcement", "执行信息公开网"),
    "fraud": ("Check of documents at the visit", "现场核查"),
    "fund_diversion": ("Account flows", "账户流水监测"),
    "evergreening": ("Loan ledger", "信贷台账"),
    "downgrade": ("Rating agency", "评级机构公告"),
    "guarantor": ("Guarantor's report", "保证人财务报告"),
    "key_person": ("Company register", "工商登记变更"),
}


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """The rows of the three input tables, by field name."""

    customers: list[Row]
    figures: list[Row]
    events: list[Row]


def early_warning_case(lang: Lang) -> WorkedCase:
    """The worked case as of 31 March 2026."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    bank = worked_case("en")
    names = {row["customer_id"]: row["name"] for row in worked_case(lang).customers}
    managers = {row["customer_id"]: row["owner"] for row in worked_case(lang).customers}
    tiers = {
        row[1]: row[_TIER_COLUMN]
        for row in worked_history(bank, "en")
        if row[_DATE_COLUMN] == AS_OF
    }
    loans: dict[object, list[Row]] = defaultdict(list)
    for loan in bank.loans:
        loans[loan["customer_id"]].append(loan)
    customers = [
        _customer(row, loans[row["customer_id"]], chance)
        | {
            "name": names[row["customer_id"]],
            "manager": managers[row["customer_id"]],
            "tier": tiers[row["customer_id"]],
        }
        for row in bank.customers
    ]
    figures: list[Row] = []
    for number, row in enumerate(bank.customers):
        overdue = max(int(str(loan["overdue_days"])) for loan in loans[row["customer_id"]])
        figures += _figures(number, row, overdue, chance)
    figures.sort(key=lambda row: (str(row["period"]), str(row["customer_id"])))
    return WorkedCase(customers, figures, _events(customers, lang))


def _customer(row: Row, loans: list[Row], chance: random.Random) -> Row:
    balance = sum(_number(loan, "balance") for loan in loans)
    weighted = sum(_number(loan, "balance") * _number(loan, "rate") for loan in loans)
    return {
        "customer_id": row["customer_id"],
        "industry": row["industry"],
        "balance": balance,
        "limit": round(balance * chance.uniform(1.0, 1.4), -2) or 100,
        "rate": round(weighted / balance, 4),
        "last_review": AS_OF - dt.timedelta(days=chance.randint(*_REVIEWED)),
    }


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))


def _figures(number: int, row: Row, overdue: int, chance: random.Random) -> list[Row]:
    """A customer's figures of each quarter, the latest as in the portfolio."""
    latest = _latest(row, chance)
    direction = (number in _WORSENING) - (number in _RECOVERING)
    rows: list[Row] = []
    for age, period in enumerate(reversed(LAST_PERIODS)):
        if age >= _NEWCOMERS.get(number, PERIODS) or (number == _SILENT and age == 0):
            continue
        figures: Row = {"customer_id": row["customer_id"], "period": period}
        for name in INDICATORS:
            figures[name] = _earlier(name, latest.get(name), age, direction, chance)
        figures["overdue_days"] = max(0, overdue - 91 * age)
        if age == 0:
            _forget(number, figures)
        rows.append(figures)
    return rows


def _latest(row: Row, chance: random.Random) -> dict[str, float]:
    cover, debt = _number(row, "interest_cover"), _number(row, "debt_ratio")
    return {
        "receivables_overdue_ratio": max(0.01, 0.36 * debt - 0.1 + chance.gauss(0, 0.03)),
        "debt_ratio": debt,
        "profit_margin": _number(row, "profit_margin"),
        "revenue": _number(row, "revenue"),
        "current_ratio": _number(row, "current_ratio"),
        "interest_cover": cover,
        "dscr": max(0.55, 0.85 + 0.16 * cover + chance.gauss(0, 0.08)),
    }


def _earlier(
    name: str, latest: float | None, age: int, direction: int, chance: random.Random
) -> float | None:
    """A figure as it was some quarters ago."""
    if latest is None:
        return None
    noise = chance.gauss(0, _NOISE) if age else 0.0
    moved = 1 - direction * _STEP[name] * age + noise
    value = latest * moved
    if name == "profit_margin" and latest <= 0:
        value = latest + _LOSS_MARGIN * direction * age + latest * noise
    return round(value, 0 if name == "revenue" else 3)


def _forget(number: int, figures: Row) -> None:
    """Blank what the customer has not reported."""
    for name in INDICATORS:
        sketchy = number == _SKETCHY and name not in ("overdue_days", "revenue")
        if sketchy or (number, name) in _GAPS:
            figures[name] = None


def _events(customers: list[Row], lang: Lang) -> list[Row]:
    say = Speaker(lang)
    rules = tables.builtin("early_warning").rows
    labels = dict(zip(rules["indicator"], rules[f"label_{lang}"], strict=True))
    return [
        {
            "customer_id": customers[number]["customer_id"],
            "event": labels[event],
            "since": AS_OF - dt.timedelta(days=since),
            "cleared": None if cleared is None else AS_OF - dt.timedelta(days=cleared),
            "source": say(*_SOURCES[event]),
        }
        for number, event, since, cleared in _EVENTS
    ]
