"""Limits and exposure: working-capital need, credit limits, collateral, concentration."""

from udfs.limits import (
    collateral,
    concentration,
    credit_limit,
    debt_capacity,
    hhi,
    large_exposures,
    turnover_days,
    working_capital,
)

__all__ = [
    "collateral",
    "concentration",
    "credit_limit",
    "debt_capacity",
    "hhi",
    "large_exposures",
    "turnover_days",
    "working_capital",
]
