"""Snapshots of the worked case: three quarters before the as-of date, and the date itself.

They are computed with our own functions and the built-in policy, so that the last snapshot is
what the results sheet shows.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any, Final

from workbook_templates.blocks import CellValue
from workbook_templates.fields import fields
from workbook_templates.formulas import compute
from workbook_templates.language import Lang
from workbook_templates.portfolio.inputs import FIRST_FACTOR, LAST_FACTOR
from workbook_templates.portfolio.policy import settings
from workbook_templates.portfolio.worked_case import AS_OF, Row, WorkedCase

QUARTERS: Final = (
    dt.date(2025, 6, 30),
    dt.date(2025, 9, 30),
    dt.date(2025, 12, 31),
    AS_OF,
)
_SEED: Final = 7
_RATIO_NOISE: Final = 0.09
_DRIFT: Final = 0.015
_EXPOSURE_GROWTH: Final = 0.035


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The results of one date, one entry per customer."""

    day: dt.date
    score: list[Any]
    grade: list[Any]
    tier: list[Any]
    pd: list[Any]
    exposure: list[float]


def worked_history(case: WorkedCase, lang: Lang) -> list[list[CellValue]]:
    """The rows of the history table, oldest snapshot first."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing here is secret
    setting: dict[str, Any] = {one.name: one.value for one in settings(lang)}
    rows: list[list[CellValue]] = []
    before: _Snapshot | None = None
    for age, day in zip(range(len(QUARTERS) - 1, -1, -1), QUARTERS, strict=True):
        snapshot = _snapshot(case, day, age, chance, setting, lang)
        lgd = setting["lgd"]
        for i, customer in enumerate(case.customers):
            rows.append(
                [
                    day,
                    customer["customer_id"],
                    snapshot.score[i],
                    snapshot.grade[i],
                    before.grade[i] if before else None,
                    snapshot.tier[i],
                    before.tier[i] if before else None,
                    snapshot.pd[i],
                    snapshot.exposure[i],
                    snapshot.pd[i] * lgd * snapshot.exposure[i],
                ]
            )
        before = snapshot
    return rows


def _snapshot(
    case: WorkedCase,
    day: dt.date,
    age: int,
    chance: random.Random,
    setting: dict[str, Any],
    lang: Lang,
) -> _Snapshot:
    names = [field.name for field in fields("customers")]
    factors = names[names.index(FIRST_FACTOR) : names.index(LAST_FACTOR) + 1]
    values = [[_earlier(row[name], age, chance) for name in factors] for row in case.customers]
    score = _column(compute("CR_SCORE", values=values, factors=[factors]))
    knockouts = [[row["knockouts"]] for row in case.customers]
    grade = _column(compute("CR_GRADE", score=_rows(score), knockouts=knockouts))
    pd = _column(compute("CR_GRADE2PD", grade=_rows(grade)))
    shares = compute("CR_PERCENTILE", values=_rows(_contributions(case, setting)))
    limit = setting["npl_days"]
    overdue = [[days > limit] for days in _rollup(case, "overdue_days", "max")]
    tier = _column(compute("CR_RISKTIER", pd=_rows(pd), value_share=shares, npl=overdue, lang=lang))
    growth = (1 - _EXPOSURE_GROWTH) ** age
    exposure = [round(balance * growth) for balance in _rollup(case, "balance", "sum")]
    return _Snapshot(day, score, grade, tier, pd, exposure)


def _earlier(value: CellValue, age: int, chance: random.Random) -> CellValue:
    """A ratio as it may have been some quarters ago; other values stay."""
    if age == 0 or not isinstance(value, float):
        return value
    return value * (1 + _DRIFT * age + chance.gauss(0, _RATIO_NOISE))


def _rows(values: list[Any]) -> list[list[Any]]:
    return [[value] for value in values]


def _column(cells: list[list[Any]]) -> list[Any]:
    return [row[0] for row in cells]


def _rollup(case: WorkedCase, field: str, how: str) -> list[Any]:
    """A total of each customer's loans."""
    return _column(
        compute(
            "CR_ROLLUP",
            keys=_cells(case.customers, "customer_id"),
            row_keys=_cells(case.loans, "customer_id"),
            row_values=_cells(case.loans, field),
            how=how,
        )
    )


def _contributions(case: WorkedCase, setting: dict[str, Any]) -> list[Any]:
    """The contribution given, or a year's income from the transactions."""
    events, months = case.transactions, setting["rfm_months"]
    monetary = compute(
        "CR_RFMBASE",
        customers=_cells(case.customers, "customer_id"),
        event_customers=_cells(events, "customer_id"),
        event_dates=_cells(events, "date"),
        event_amounts=_cells(events, "amount"),
        as_of=AS_OF,
        months=months,
        out="monetary",
    )
    given = [row["contribution"] for row in case.customers]
    pairs = zip(given, _column(monetary), strict=True)
    return [total * 12 / months if value is None else value for value, total in pairs]


def _cells(rows: list[Row], name: str) -> list[list[CellValue]]:
    return [[row[name]] for row in rows]
