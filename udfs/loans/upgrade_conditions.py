"""The conditions for upgrading a non-performing loan: which hold, and from when on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of, one_of
from udfs.kinds import UNKNOWN, DateArray, FlagArray, FloatArray
from udfs.read_once import read_once
from udfs.records import record
from udfs.strategy.tier_strategy import add_months

CONDITIONS: Final = ("arrears", "payment", "ability", "impaired", "observation")
_PERIODS: Final = ("longer", "shorter")
_NEVER: Final = np.datetime64("NaT", "D")


@record
class Period:
    """How long payments must have been normal.

    Attributes:
        instalments: least number of instalments in a row; 0 if they do not count.
        months: least number of months; 0 if they do not count.
        longer: whether both count; otherwise either is enough.
    """

    instalments: float
    months: int
    longer: bool


@record
class Conditions:
    """The table of conditions."""

    labels: dict[str, dict[str, str]]
    articles: dict[str, dict[str, str]]
    check: dict[str, bool]
    periods: dict[str, Period]


@record
class Candidates:
    """What is known of the loans that may be upgraded; NaT, NaN and ``UNKNOWN`` if not known."""

    as_of: DateArray
    arrears_paid: DateArray
    instalments: FloatArray
    interval: FloatArray
    able: FlagArray
    impaired_left: FlagArray
    restructured: DateArray


@record
class Found:
    """Whether a condition holds for each loan, and from when on it can."""

    holds: BoolArray
    from_date: DateArray
    dated: bool


@read_once
def read_conditions(table: pd.DataFrame) -> Conditions:
    """The table of conditions, checked.

    Raises:
        CallError: a condition is unknown or missing, or a period is none.
    """
    rows = {str(row["upgrade_condition"]): row for row in table.to_dict("records")}
    where = column_of("rules", "upgrade_condition", "上调条件")
    for name in rows:
        if name not in CONDITIONS:
            raise CallError(where, name, one_of(CONDITIONS))
    lacking = [name for name in CONDITIONS if name not in rows]
    if lacking:
        allowed = Words(f"all of {', '.join(CONDITIONS)}", f"齐全：{'、'.join(CONDITIONS)}")
        raise CallError(where, Words(f"no {lacking[0]}", f"没有 {lacking[0]}"), allowed)
    languages = ("en", "zh")
    return Conditions(
        labels={lang: {name: rows[name][f"label_{lang}"] for name in rows} for lang in languages},
        articles={
            lang: {name: rows[name][f"article_{lang}"] for name in rows} for lang in languages
        },
        check={name: row["to_check"] == 1 for name, row in rows.items()},
        periods={name: _period(rows[name]) for name in ("payment", "observation")},
    )


def _period(row: Mapping[Hashable, object]) -> Period:
    how = str(row["period"]).casefold()
    if how not in _PERIODS:
        raise CallError(column_of("rules", "period", "期限取法"), row["period"], one_of(_PERIODS))
    instalments, months = (
        _whole(row[name], name, zh)
        for name, zh in (("least_instalments", "最少还款期数"), ("least_months", "最少月数"))
    )
    return Period(instalments, months, how == "longer")


def _whole(value: object, name: str, zh: str) -> int:
    number = float(value)  # type: ignore[arg-type]  # a number column of a table
    if np.isnan(number):
        return 0
    if number < 0 or number != int(number):
        allowed = Words("a whole number from 0", "不小于 0 的整数")
        raise CallError(column_of("rules", name, zh), number, allowed)
    return int(number)


def examine(conditions: Conditions, loans: Candidates) -> dict[str, Found]:
    """Whether each condition holds for each loan.

    What is not known does not hold. The observation of a loan that was not restructured is over.
    """
    nothing = np.full(len(loans.as_of), _NEVER)
    found = {
        "arrears": Found(loans.arrears_paid <= loans.as_of, loans.arrears_paid, dated=True),
        "payment": _since(conditions.periods["payment"], loans, loans.arrears_paid),
        "ability": Found(loans.able == 1, nothing, dated=False),
        "impaired": Found(loans.impaired_left == 0, nothing, dated=False),
    }
    observed = _since(conditions.periods["observation"], loans, loans.restructured)
    not_restructured = np.isnat(loans.restructured)
    found["observation"] = Found(
        observed.holds | not_restructured,
        np.where(not_restructured, loans.as_of, observed.from_date),
        dated=True,
    )
    return found


def _since(period: Period, loans: Candidates, start: DateArray) -> Found:
    """Whether payments have been normal for a period, and from when on they can have been."""
    count = len(start)
    by_months = add_months(start, np.full(count, period.months, dtype=np.int64))
    enough = loans.instalments >= period.instalments
    if not period.instalments:
        enough = np.ones(count, dtype=bool)
    lacking = np.where(np.isnan(loans.instalments), period.instalments, loans.instalments)
    lacking = np.maximum(period.instalments - lacking, 0)
    begin = np.maximum(loans.as_of, start)
    months = np.where(np.isnan(loans.interval), 0, lacking * loans.interval)
    by_instalments = add_months(begin, np.ceil(months).astype(np.int64))
    by_instalments[~enough & np.isnan(loans.interval)] = _NEVER
    passed = loans.as_of >= by_months
    known = ~np.isnat(start)
    if period.longer:
        later = np.where(enough, by_months, np.maximum(by_months, by_instalments))
        return Found(enough & passed & known, later, dated=True)
    sooner = np.where(
        enough, np.minimum(by_months, loans.as_of), np.fmin(by_months, by_instalments)
    )
    return Found((enough | passed) & known, np.where(known, sooner, _NEVER), dated=True)


def named_missing(loans: Candidates, condition: str) -> BoolArray:
    """For which loans a condition fails because something is not known."""
    unknown = {
        "arrears": np.isnat(loans.arrears_paid),
        "payment": np.isnan(loans.instalments),
        "ability": loans.able == UNKNOWN,
        "impaired": loans.impaired_left == UNKNOWN,
        "observation": np.isnan(loans.instalments),
    }
    missing: BoolArray = unknown[condition]
    return missing
