"""Limits and exposure: working-capital need, credit limits, collateral, concentration."""

from udfs.limits import credit_limit, debt_capacity, turnover_days, working_capital

__all__ = ["credit_limit", "debt_capacity", "turnover_days", "working_capital"]
