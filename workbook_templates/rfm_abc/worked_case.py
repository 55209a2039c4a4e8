"""The worked case: the customers of the portfolio's made-up bank, and their income events.

A few customers come often, most now and then, and some have stopped coming; larger customers
bring more with each event.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Final

from workbook_templates.language import Lang
from workbook_templates.pages.input_sheet import Row
from workbook_templates.portfolio.worked_case import AS_OF
from workbook_templates.portfolio.worked_case import worked_case as portfolio_case
from workbook_templates.tier_strategy.worked_case import worked_case as graded_case

_SEED: Final = 88
_DAYS: Final = 720
_GONE_SHARE: Final = 0.2
_GONE_DAYS: Final = (210, 480)
_MOST: Final = 40
_MISSED_DAYS: Final = 30
_KINDS: Final = ("drawdown", "repayment", "repayment", "repayment", "fee", "renewal", "deposit")


def worked_case(lang: Lang) -> dict[str, list[Row]]:
    """The rows of both input tables; the same figures in both languages."""
    case = portfolio_case(lang)
    graded = {str(row["customer_id"]): row for row in graded_case(lang)}
    overdue: dict[str, int] = {}
    for loan in case.loans:
        key = str(loan["customer_id"])
        overdue[key] = max(overdue.get(key, 0), int(str(loan["overdue_days"])))
    customers: list[Row] = [
        {
            "customer_id": row["customer_id"],
            "name": row["name"],
            "grade": graded[str(row["customer_id"])]["grade"],
            "overdue_days": overdue[str(row["customer_id"])],
            "products_held": row["products_held"],
            "owner": row["owner"],
        }
        for row in case.customers
    ]
    return {"customers": customers, "transactions": _transactions(customers, graded)}


def _transactions(customers: list[Row], graded: dict[str, Row]) -> list[Row]:
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    rows: list[Row] = []
    for customer in customers:
        key = str(customer["customer_id"])
        size = float(str(graded[key]["exposure"])) / 1000
        gone = chance.random() < _GONE_SHARE
        soonest = chance.randint(*_GONE_DAYS) if gone else int(chance.triangular(1, 200, 20))
        count = min(_MOST, max(1, round(math.exp(chance.gauss(1.9, 0.8)))))
        late = int(str(customer["overdue_days"])) > _MISSED_DAYS
        for number in range(count):
            days = soonest if number == 0 else chance.randint(soonest, _DAYS)
            missed = late and number == 0
            amount = 0.0 if missed else round(0.4 + size * chance.uniform(0.4, 2.2), 1)
            rows.append(
                {
                    "customer_id": key,
                    "date": AS_OF - dt.timedelta(days=days),
                    "amount": amount,
                    "kind": "missed" if missed else chance.choice(_KINDS),
                }
            )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["customer_id"])))
